// The code card, and what stands around it: the why-not table, the flips, the choices.
function codeCard(one, context = {}) {
  const units = one.units ? `× ${one.units} ${t(one.units === 1 ? "unit" : "units")}` : "";
  const steps = (one.steps || []).map((step) =>
    el("li", {}, step.because, step.source && el("span", { class: "from" }, ` ${step.source}`)));
  return el("li", { class: `codecard ${one.role || "bill"}` },
    el("div", { class: "codehead" },
      el("span", { class: "code" }, one.code),
      one.role && el("span", { class: `role ${one.role}` }, t(one.role)),
      units && el("span", { class: "units" }, units)),
    one.label && el("p", { class: "label" }, one.label),
    (one.modifiers || []).length ? modifierTable(one) : null,
    context.below || null,
    steps.length ? el("details", { class: "why" }, el("summary", {}, t("why")), el("ul", {}, steps)) : null);
}

function modifierTable(one) {
  const rows = one.modifiers.map((m) => el("tr", {},
    el("th", { scope: "row", class: "mod" }, m.code),
    el("td", {}, el("span", { class: `verdictword ${m.verdict}` }, t(m.verdict))),
    el("td", {}, m.because)));
  return el("table", { class: "modifiers" },
    el("caption", { class: "hidden" }, `${t("modifiers")} ${one.code}`),
    el("thead", { class: "hidden" }, el("tr", {},
      el("th", { scope: "col" }, t("modifier")), el("th", { scope: "col" }, t("verdict")), el("th", { scope: "col" }, t("because")))),
    el("tbody", {}, rows));
}

// What the answer turns on comes first; codes merely named are a click away.
function codeParts(all) {
  const told = all.filter((one) => one.label || one.role !== "mentioned" || one.modifiers.length);
  const named = (one) => one.role === "mentioned" && !one.modifiers.length;
  const aside = told.every(named) ? [] : told.filter(named);
  const full = (one) => one.role === "bill" || one.modifiers.length > 0;
  const leading = told.filter((one) => !aside.includes(one));
  const made = [];
  if (leading.length) {
    made.push(el("ul", { class: "codes", "aria-label": t("codes") },
      leading.map((one) => (full(one) ? codeCard(one) : codeRow(one)))));
  }
  const others = aside.length && el("details", { class: "others" },
    el("summary", {}, `${t("otherCodes")} (${aside.length})`),
    el("ul", { class: "codes" }, aside.map(codeRow)));
  return [made, others || null];
}

function codeRow(one) {
  return el("li", { class: `coderow ${one.role}` },
    el("span", { class: "code" }, one.code),
    el("span", { class: `role ${one.role}` }, t(one.role)),
    el("span", { class: "label" }, one.label));
}

function whyNot(rows) {
  return section(t("whyNot"), el("table", { class: "pairs" },
    el("thead", { class: "hidden" }, el("tr", {}, el("th", { scope: "col" }, t("code")), el("th", { scope: "col" }, t("because")))),
    el("tbody", {}, rows.map((one) => el("tr", {},
      el("th", { scope: "row", class: "code" }, one.code), el("td", {}, one.because))))));
}

function flipTable(rows, context) {
  return section(t("flips"), el("table", { class: "pairs" },
    el("thead", { class: "hidden" }, el("tr", {}, el("th", { scope: "col" }, t("thenCode")), el("th", { scope: "col" }, t("ifInstead")))),
    el("tbody", {}, rows.map((one) => el("tr", {},
      el("th", { scope: "row", class: "code" }, one.code || t("noCode")),
      el("td", {}, `${factName(one.fact)}: `, context.ask
        ? button(one.to, "link", () => context.ask(withFact(context.asked, one.fact, one.to)))
        : one.to))))));
}

function choiceGroups(missing, context) {
  return missing.map((one) => el("div", { class: "choices", role: "group", "aria-label": one.question },
    el("p", { class: "asks" }, one.question),
    el("div", { class: "buttons" }, one.choices.map((choice) =>
      button(choice, "choice", () => context.ask(withFact(context.asked, one.fact, choice)))))));
}

// The question said again with one more fact, so that it stands even where no thread is kept.
function withFact(asked, fact, choice) {
  const said = {
    "imaging none": "without imaging", "imaging ultrasound": "with ultrasound guidance",
    "imaging fluoroscopy or CT": "with fluoroscopy or CT", "imaging fluoroscopy": "with fluoroscopy", "imaging CT": "with CT",
    [`region ${choice}`]: `${choice} spine`, [`approach ${choice}`]: `${choice} approach`,
    [`level_count ${choice}`]: `${choice} levels`, [`claim ${choice}`]: `${choice} claim`,
  }[`${fact} ${choice}`];
  if (!asked) return said || choice; // an answer opened by its link: its thread knows the question
  const end = /\?\s*$/.test(asked) ? "?" : "";
  const more = `, ${said || choice}${end}`;
  return asked.replace(/[\s,.?]+$/, "").slice(0, MOST - more.length) + more;
}
