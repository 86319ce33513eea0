// The findings of checked claims, line by line, and as CSV.
const VERDICTS = { clean: "Clean", fix: "Fix", cannot_tell: "Cannot tell" };
const SAID = {
  clean: "Nothing held speaks against these lines",
  fix: "Must not be sent as it is",
  cannot_tell: "The tables do not decide it",
};
const SEVERITIES = { error: "Error", warning: "Warning", info: "Remark" };
const HEADER = ["claim_id", "row", "code", "verdict", "severity", "rule", "text", "fix", "source", "dated", "confidence", "assumed"];

function drawClaims(done, rows) {
  const worst = ["fix", "cannot_tell", "clean"].find((one) => done.some(({ found }) => found.verdict === one));
  const counts = done.length > 1 ? ` (${done.length} claims)` : "";
  const number = (row) => [...rows.children].indexOf(row) + 1;
  const csv = () => asCsv(done, number);
  return [
    el("p", { class: `banner state ${worst}`, tabindex: "-1" }, `${SAID[worst]}${counts}`),
    ...done.flatMap(({ id, own, found }) => [
      id && done.length > 1 ? el("h3", {}, `Claim ${id}: ${SAID[found.verdict].toLowerCase()}`) : null,
      ...own.flatMap(({ row }, at) => drawLine(found, at, number(row))),
      ...found.cautions.map((one) => el("p", { class: "caution" }, one.text)),
    ]).filter(Boolean),
    assumedLine(done),
    el("div", { class: "row" }, button("Download CSV", "tool", () => download(csv())), copyButton("Copy CSV", csv)),
  ].filter(Boolean);
}

function assumedLine(done) {
  const all = new Map(done.flatMap(({ found }) => found.assumed.map((one) => [`${one.fact}: ${one.value}`, one.because])));
  if (!all.size) return null;
  return section("Assumed", el("ul", { class: "queries" }, [...all].map(([fact, because]) => el("li", {}, `${factName(fact)} (${because})`))));
}

function drawLine(found, at, number) {
  const line = found.lines[at];
  const mine = found.findings.filter((one) => one.lines.includes(at));
  const said = [`× ${line.units}`, line.modifiers.join(" "), line.diagnoses.join(" "), line.service_date].filter(Boolean).join(" · ");
  return [
    el("div", { class: "linehead" }, el("span", { class: "state" }, `Line ${number}`), el("span", { class: "code" }, line.code),
      el("span", { class: "units" }, said), el("span", { class: `state ${line.verdict}` }, VERDICTS[line.verdict])),
    mine.length ? el("ul", { class: "findings" }, mine.map(drawFinding)) : null,
  ];
}

function drawFinding(one) {
  return el("li", { class: `finding ${one.severity}` },
    el("p", { class: "kind" }, `${SEVERITIES[one.severity]} · ${one.rule.replace(/_/g, " ")}`),
    el("p", {}, one.text),
    one.fix ? el("p", {}, el("strong", {}, "Fix: "), one.fix) : null,
    el("p", { class: "from" }, [one.source, one.dated].filter(Boolean).join("; ")),
    one.assumed.length ? el("p", { class: "from" }, `Rests on what was assumed: ${one.assumed.map(factName).join(", ")}`) : null);
}

function asCsv(done, number) {
  const out = [HEADER];
  for (const { id, own, found } of done) {
    own.forEach(({ row }, at) => {
      const mine = found.findings.filter((one) => one.lines.includes(at));
      for (const one of mine.length ? mine : [{}]) {
        out.push([id, number(row), found.lines[at].code, found.lines[at].verdict, one.severity, one.rule, one.text, one.fix,
          one.source, one.dated, one.confidence, (one.assumed || []).join(" ")]);
      }
    });
  }
  return `${out.map((cells) => cells.map(cell).join(",")).join("\n")}\n`;
}

// A cell that a spreadsheet shows as text, never runs.
function cell(value) {
  const text = String(value ?? "");
  const shown = /^ *[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(shown) ? `"${shown.replace(/"/g, '""')}"` : shown;
}

function download(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = el("a", { href: address, download: "claim-findings.csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
