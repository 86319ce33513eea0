// An answer as it is shown. Streamed, fetched and reloaded answers all come through here.
function drawAnswer(answer, context) {
  const byMark = new Map(answer.citations.map((one) => [one.mark, one]));
  const marked = { ...context, mark: (number) => chip(number, byMark.get(number), context) };
  const [verdict, rest] = parted(answer.text);
  const [codes, others] = codeParts(answer.codes);
  const open = answer.outcome === "needs_facts";
  const words = el("div", { class: "words" }, blocks(withoutQuestions(rest, answer.missing), marked));
  const choices = context.ask ? choiceGroups(answer.missing, context) : [];
  const cautions = answer.cautions
    .filter((one) => !answer.text.includes(one.text))
    .map((one) => el("p", { class: "caution" }, one.text));
  const decided = answer.outcome === "answered";
  const main = [
    decided || said(verdict, answer.outcome) ? null : el("p", { class: `outcome ${answer.outcome}` }, t(answer.outcome)),
    verdict && el("p", { class: "verdict" }, inline(withoutBold(verdict), marked)),
    ...(open ? [...choices, words, ...codes] : [...codes, words, ...choices]),
    ...cautions,
    answer.flips.length || answer.why_not.length ? el("div", { class: "both" },
      answer.flips.length ? flipTable(answer.flips, context) : null,
      answer.why_not.length ? whyNot(answer.why_not) : null) : null,
    others,
    context.trace ? trace(answer) : null,
  ];
  return [
    el("div", { class: "main" }, main),
    answer.citations.length ? el("div", { class: "aside" }, sourceList(answer.citations, context)) : null,
    el("div", { class: "end" }, foot(answer, context)),
  ].filter(Boolean);
}

function said(verdict, outcome) {
  return verdict.replace(/\*/g, "").toLowerCase().startsWith(t(outcome).toLowerCase());
}

// the verdict is set apart by its size: bold from end to end would only shout
function withoutBold(verdict) {
  return /^\*\*[^*]+\*\*(\s*\[\d+\])*$/.test(verdict) ? verdict.replace(/\*\*/g, "") : verdict;
}

// a question that stands over its choices is not said twice
function withoutQuestions(text, missing) {
  return text.split("\n").map((line) => {
    let left = line;
    for (const one of missing) left = left.replace(one.question, "");
    return left === line ? line : left.trim();
  }).join("\n");
}

function trace(answer) {
  const steps = answer.decisions.map((one) =>
    el("li", {}, el("code", {}, one.tool), ` ${JSON.stringify(one.arguments)} → ${one.result.kind || ""}`));
  return el("details", { class: "trace" }, el("summary", {}, t("trace")), el("ul", {}, steps));
}

function foot(answer, context) {
  const tools = [
    copyButton("copyText", () => asText(answer, context.asked)),
    copyButton("copyCitation", () => asCitation(answer, context.asked)),
  ];
  if (context.link) tools.push(copyButton("copyLink", () => context.link(answer.id)));
  if (context.print) tools.push(button(t("print"), "tool", context.print));
  const [thumbs, more] = context.feedback ? feedback(answer, context) : [null, null];
  const held = `${t("versions")} ${answer.versions.tables || ""} · ${t("index")} ${answer.versions.index || ""}`;
  return [
    el("div", { class: "foot", role: "group", "aria-label": t("tools") }, el("span", { class: "tools" }, tools), thumbs),
    more,
    el("p", { class: "held" }, held),
  ].filter(Boolean);
}

function asText(answer, asked) {
  const sources = answer.citations.map((one) => `[${one.mark}] ${placeOf(one)}: “${one.quote}”`);
  return [asked, "", answer.text.replace(/\*\*/g, ""), ...(sources.length ? ["", t("sources"), ...sources] : [])].join("\n");
}

function asCitation(answer, asked) {
  const day = new Date().toISOString().slice(0, 10);
  const held = `tables ${answer.versions.tables}, index ${answer.versions.index}`;
  const sources = answer.citations.map((one) => {
    const web = /^https?:/i.test(one.url) ? ` ${one.url}` : "";
    return `[${one.mark}] ${placeOf(one)} (${t(one.authority)}).${web}`;
  });
  const [verdict] = parted(answer.text);
  return [
    `Lamina ${answer.versions.app}, answer ${answer.id} (${held}), read ${day}: “${asked}” ${plain(verdict)}`,
    ...sources,
  ].join("\n");
}
