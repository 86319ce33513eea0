// The tab of claim lines: a small grid, lines pasted as CSV, the check.
const COLUMNS = [["code", "Code"], ["modifiers", "Modifiers"], ["units", "Units"], ["diagnoses", "Diagnoses"], ["service_date", "Date of service"], ["claim_id", "Claim"]];
const EXAMPLE_LINES = [
  { code: "62321", units: 1, modifiers: [], diagnoses: ["M50.12"] },
  { code: "77003", units: 1, modifiers: ["59"], diagnoses: ["M50.12"] },
];
const MOST_ROWS = 200;

function buildClaim(place) {
  const rows = el("tbody");
  const trouble = el("p", { class: "trouble", role: "alert" });
  const status = el("p", { class: "hidden", role: "status" });
  const pasted = el("textarea", { class: "paper", rows: "6", spellcheck: "false" });
  const paste = el("details", { class: "pastebox" }, el("summary", {}, "Paste lines as CSV"),
    el("label", { class: "labelled" }, "CSV with a line of column names, such as claim_id, code, modifiers, units, diagnoses, service_date", pasted),
    el("div", { class: "row" }, button("Fill the grid", "main quiet", () => readLines(pasted.value))));
  const check = el("button", { type: "submit", class: "main" }, "Check these lines");
  const result = el("div", { class: "result" });
  let around = {}; // what a pasted claim says beside its lines, by claim
  let busy = false;

  const form = el("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); send(); } },
    el("div", { class: "scroller" }, el("table", { class: "grid" },
      el("caption", { class: "hidden" }, "Claim lines"),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Line"), COLUMNS.map(([, name]) => el("th", { scope: "col" }, name)), el("th", { scope: "col" }, "Found"))),
      rows)),
    trouble,
    el("div", { class: "row" }, check, button("Add a line", "main quiet", () => {
      addRow({});
      rows.lastElementChild.querySelector("input").focus();
    }), button("Clear", "main quiet", () => fill([{}, {}, {}])), button("Use an example claim", "main quiet", () => place.example())),
    paste);
  place.replaceChildren(
    el("div", { class: "lead" }, el("h2", {}, "Check a claim before it goes out"),
      el("p", {}, "One row for each service line. Payer, state, place of service and date are taken from the claim details above where a line does not say them. Nothing of a claim is kept.")),
    form, status, result);

  function addRow(line) {
    if (rows.children.length >= MOST_ROWS) return;
    const at = rows.children.length + 1;
    rows.append(el("tr", {}, el("td", {}, String(at)), COLUMNS.map(([name, label]) => {
      const value = Array.isArray(line[name]) ? line[name].join(" ") : line[name] ?? "";
      return el("td", {}, el("input", {
        name, value, "aria-label": `${label}, line ${at}`, autocomplete: "off", spellcheck: "false",
        type: name === "service_date" ? "date" : "text", inputmode: name === "units" ? "numeric" : null,
        onpaste: (event) => manyPasted(event),
      }));
    }), el("td", { class: "state" })));
  }

  function manyPasted(event) {
    const text = event.clipboardData.getData("text/plain");
    if (!/\n\s*\S/.test(text)) return;
    event.preventDefault();
    readLines(text);
  }

  function fill(lines) {
    around = {};
    rows.replaceChildren();
    result.replaceChildren();
    trouble.textContent = "";
    for (const line of lines) addRow(line);
  }

  // the server knows the names that billing systems give the columns
  async function readLines(text) {
    trouble.textContent = "";
    if (!text.trim()) return;
    try {
      const read = await (await client.post("/v1/claims/read", { text })).json();
      const lines = read.claims.flatMap((one) => one.request.lines.map((line) => ({ ...line, claim_id: one.claim_id })));
      fill(lines.slice(0, MOST_ROWS));
      for (const one of read.claims) {
        const { lines: _, ...said } = one.request;
        around[one.claim_id] = said;
      }
      const bad = read.bad_rows.map((one) => `Row ${one.row} was not read: ${one.why}.`);
      if (lines.length > MOST_ROWS) bad.push(`Only the first ${MOST_ROWS} lines are shown; lamina claim FILE checks them all.`);
      if (read.unread.length) bad.push(`Columns not used: ${read.unread.join(", ")}.`);
      trouble.textContent = bad.join(" ");
      status.textContent = `${lines.length} lines read`;
      paste.open = false;
      check.focus();
    } catch (why) {
      trouble.textContent = told(why);
    }
  }

  function lines() {
    return [...rows.children].map((row) => {
      const said = Object.fromEntries([...row.querySelectorAll("input")].map((one) => [one.name, one.value.trim()]));
      return { row, said };
    }).filter(({ said }) => Object.values(said).some(Boolean));
  }

  async function send() {
    if (busy) return;
    const held = lines();
    trouble.textContent = "";
    if (!held.length) {
      trouble.textContent = "Enter a line first: a code, and what stands beside it on the claim.";
      rows.querySelector("input").focus();
      return;
    }
    busy = true;
    check.textContent = "Checking";
    for (const cell of rows.querySelectorAll(".state")) cell.textContent = "";
    try {
      const done = [];
      for (const [id, own] of Map.groupBy(held, ({ said }) => said.claim_id)) {
        const asked = { ...chat.details.values, ...around[id], lines: own.map(({ said }) => asLine(said)) };
        const found = await (await client.post("/v1/claims/check", asked)).json();
        done.push({ id, own, found });
      }
      for (const { own, found } of done) {
        own.forEach(({ row }, at) => {
          const cell = row.querySelector(".state");
          cell.className = `state ${found.lines[at].verdict}`;
          cell.textContent = VERDICTS[found.lines[at].verdict];
        });
      }
      result.replaceChildren(...drawClaims(done, rows));
      result.querySelector(".banner").focus();
      status.textContent = result.querySelector(".banner").textContent;
    } catch (why) {
      result.replaceChildren();
      trouble.textContent = told(why);
    }
    busy = false;
    check.textContent = "Check these lines";
  }

  fill([{}, {}, {}]);
  place.fill = (given) => {
    fill(given);
    check.focus();
  };
  place.example = () => place.fill(EXAMPLE_LINES);
}

function asLine(said) {
  const list = (text) => text.split(/[\s,;|/]+/).filter(Boolean);
  const line = { code: said.code, modifiers: list(said.modifiers), diagnoses: list(said.diagnoses) };
  if (said.units) line.units = /^\d+$/.test(said.units) ? Number(said.units) : said.units;
  if (said.service_date) line.service_date = said.service_date;
  return line;
}
