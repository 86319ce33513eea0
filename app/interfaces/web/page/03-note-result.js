// What came out of a note: lines, proofs, checklist, questions; the proving words marked in the note.
function drawNote(coded, text, edit) {
  const marks = spans(coded);
  const read = el("div", { class: "read", tabindex: "0", role: "region", "aria-label": "The note, with the words that prove each fact" },
    markedNote(text, marks));
  const result = el("div", { class: "result" }, ...noteParts(coded, read), el("div", { class: "row" },
    coded.lines.length ? copyButton("Copy lines", () => linesAsText(coded)) : null,
    coded.lines.length ? button("Check these lines", "tool", () => {
      go("claim");
      byId("claim").fill(coded.lines.map((one) => ({ ...one, service_date: chat.details.values.service_date })));
    }) : null,
    button("Edit the note", "tool", edit)));
  return [read, result];
}

function noteParts(coded, read) {
  const many = coded.procedures.length > 1;
  const banner = coded.lines.length
    ? `${coded.lines.length} claim ${coded.lines.length === 1 ? "line" : "lines"} for ${coded.service_date}`
    : coded.outcome === "not_covered" ? "No table holds this procedure" : "No line yet: the note leaves a fact open";
  const cards = coded.lines.map((line) => codeCard({ code: line.code, units: line.units, steps: line.steps }, {
    below: el("p", { class: "label" }, [
      line.modifiers.length ? `Modifiers ${line.modifiers.join(" ")}` : "No modifier",
      line.diagnoses.length ? `Diagnoses ${line.diagnoses.join(" ")}` : "No diagnosis found",
    ].join(" · ")),
  }));
  return [
    el("p", { class: "banner", tabindex: "-1" }, banner),
    cards.length ? el("ul", { class: "codes" }, cards) : null,
    ...coded.missing_facts.map((one) => el("p", { class: "caution" },
      one.question + (one.choices.length ? ` (${one.choices.join(", ")})` : ""))),
    ...coded.contradictions.map((one) => contradiction(one, read)),
    ...coded.cautions.map((one) => el("p", { class: "caution" }, one.text)),
    ...(many ? coded.procedures.map((one, at) => section(`Procedure ${at + 1}: proved by`, proofs(one.facts, read)))
      : Object.keys(coded.facts).length ? [section("Proved by", proofs(picking(coded), read))] : []),
    coded.assumed.length ? section("Assumed", el("ul", { class: "queries" },
      coded.assumed.map((one) => el("li", {}, `${factName(one.fact)}: ${one.value} (${one.because})`)))) : null,
    coded.documentation.length ? section("Documentation", checklist(coded.documentation, read)) : null,
    coded.queries.length ? section("To ask the clinician", el("div", {},
      el("ul", { class: "queries" }, coded.queries.map((one) => el("li", {}, one))),
      el("div", { class: "row" }, copyButton("Copy questions", () => coded.queries.join("\n"))))) : null,
  ].filter(Boolean);
}

// What picked the code; what is only quoted stands in the checklist below.
function picking(coded) {
  const own = coded.procedures.length ? coded.procedures[0].facts : {};
  const rest = Object.entries(coded.facts).filter(([, one]) => oneLine(one.quote) !== one.value);
  return { ...own, ...Object.fromEntries(rest) };
}

function contradiction(one, read) {
  return el("div", { class: "contra" }, el("p", {}, `The note says ${factName(one.fact)} two ways`),
    one.quotes.map((quote) => el("div", {}, jump(`“${oneLine(quote.quote)}”`, quote, read))));
}

function proofs(facts, read) {
  return el("ul", { class: "proofs" }, Object.entries(facts).map(([name, one]) => el("li", {},
    el("span", { class: "fact" }, factName(name)),
    el("span", {}, jump(one.value, one, read), " ", oneLine(one.quote) === one.value ? null : el("q", {}, oneLine(one.quote))))));
}

function checklist(elements, read) {
  const order = { missing: 0, unclear: 1, found: 2 };
  const sorted = [...elements].sort((a, b) => order[a.status] - order[b.status]);
  return el("ul", { class: "checks" }, sorted.map((one) => el("li", {},
    el("span", { class: `state ${one.status}` }, one.status),
    one.quote ? jump(one.element, one, read) : el("span", {}, one.element))));
}

function oneLine(text) {
  return text.split(/\s+/).filter(Boolean).join(" ");
}

function jump(text, span, read) {
  return button(text, "link", () => {
    for (const one of read.querySelectorAll(".lit")) one.classList.remove("lit");
    const mine = [...read.querySelectorAll("mark")].filter((one) => Number(one.dataset.start) < span.end && Number(one.dataset.end) > span.start);
    for (const one of mine) one.classList.add("lit");
    if (mine[0]) mine[0].scrollIntoView({ block: "center" });
  });
}

function linesAsText(coded) {
  return coded.lines.map((one) => [one.code, `x ${one.units}`, one.modifiers.join(" "), one.diagnoses.join(" ")].filter(Boolean).join("  ")).join("\n");
}

// --- marks: offsets count Unicode code points, a JavaScript string counts halves of some ---

function spans(coded) {
  const found = [];
  const add = (one, kind) => {
    if (Number.isInteger(one.start) && one.end > one.start) found.push({ start: one.start, end: one.end, kind });
  };
  for (const one of Object.values(coded.facts)) add(one, "fact");
  for (const each of coded.procedures) for (const one of Object.values(each.facts)) add(one, "fact");
  for (const one of coded.documentation) if (one.quote) add(one, "fact");
  for (const each of coded.contradictions) for (const one of each.quotes) add(one, "conflict");
  return found;
}

function markedNote(text, marks) {
  const letters = Array.from(text);
  const cuts = [...new Set([0, letters.length, ...marks.flatMap((one) => [one.start, one.end])])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, at) => {
    const end = cuts[at + 1];
    const piece = letters.slice(start, end).join("");
    const over = marks.filter((one) => one.start < end && one.end > start);
    if (!over.length) return piece;
    const conflict = over.some((one) => one.kind === "conflict");
    return el("mark", { class: conflict ? "conflict" : null, "data-start": start, "data-end": end }, piece);
  });
}
