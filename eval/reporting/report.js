"use strict";
// The samples of the page: filters, pages of fifty, one sample at a time, addresses of both.
// Whatever an answer holds is set as text, never as markup.
(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const { samples, cases, texts, citations, passages, words } = data;
  const PAGE = 50;
  const FACETS = [
    ["set", "Set", (s) => [s.t], (v) => words.sets[v] || v],
    ["grade", "Result", (s) => [s.g], (v) => `${words.marks[v]} ${words.grades[v]}`],
    ["severity", "Severity", (s) => [cases[s.c].severity]],
    ["stage", "Step of the error", (s) => (s.s ? [s.s] : [])],
    ["grave", "Wrong code billed", (s) => (s.x ? ["yes"] : [])],
    ["tag", "Tag", (s) => cases[s.c].tags || []],
    ["feature", "Waits for", (s) => cases[s.c].needs || []],
    ["change", "Against the baseline", (s) => (s.m ? [s.m] : []), (v) => `${v}: ${words.changes[v]}`],
    ["wanted", "Code wanted", (s) => (s.w ? [s.w] : []), (v) => (v === "none" ? "no code" : v)],
    ["billed", "Code billed", (s) => (s.b ? [s.b] : []), (v) => (v === "none" ? "no code" : v)],
  ];
  let chosen = {}, found = samples, page = 0;

  const el = (tag, props, ...kids) => {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(props || {})) {
      if (key in made && key !== "list") made[key] = value;
      else made.setAttribute(key, value);
    }
    made.append(...kids.filter((k) => k !== null && k !== undefined && k !== ""));
    return made;
  };
  const list = (tag, items) => el(tag, null, ...items.map((kid) => el("li", null, kid)));
  const bold = (line) => line.split("**").map((part, n) => (n % 2 ? el("strong", null, part) : part));
  const linesOf = (answer) => (answer.l || []).map((n) => texts[n]);

  // ---- filters

  const hay = (s) => {
    if (!s.hay) {
      const c = cases[s.c];
      const said = (s.a || []).flatMap(linesOf);
      s.hay = [s.i, s.q, c.name, ...(c.says || []), ...said].join("\n").toLowerCase();
    }
    return s.hay;
  };
  const passes = (s, but) => FACETS.every(([key, , of]) => key === but || !chosen[key] || of(s).includes(chosen[key]));

  function filter() {
    const terms = (chosen.q || "").toLowerCase().split(/\s+/).filter(Boolean);
    const near = terms.length ? samples.filter((s) => terms.every((t) => hay(s).includes(t))) : samples;
    found = near.filter((s) => passes(s));
    for (const [key, , of, name] of FACETS) {
      const counts = new Map();
      for (const s of near) if (passes(s, key)) for (const v of of(s)) counts.set(v, (counts.get(v) || 0) + 1);
      const select = $(`f-${key}`);
      if (chosen[key] && !counts.has(chosen[key])) counts.set(chosen[key], 0);
      const options = [...counts].sort((a, b) => (a[0] < b[0] ? -1 : 1));
      select.replaceChildren(
        el("option", { value: "" }, "any"),
        ...options.map(([v, n]) => el("option", { value: v }, `${name ? name(v) : v} (${n})`)),
      );
      select.value = chosen[key] || "";
      select.parentElement.hidden = !chosen[key] && options.length === 0;
    }
    if ($("q").value.trim() !== (chosen.q || "")) $("q").value = chosen.q || "";
    $("clear").hidden = !Object.keys(chosen).length;
    const of = samples.length.toLocaleString("en");
    $("count").textContent = found.length === samples.length ? `${of} samples` : `${found.length.toLocaleString("en")} of ${of} samples`;
  }

  function show() {
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    page = Math.min(page, pages - 1);
    $("list").replaceChildren(...found.slice(page * PAGE, (page + 1) * PAGE).map(row));
    $("pages").hidden = pages === 1;
    $("where").textContent = `page ${page + 1} of ${pages}`;
    $("back").disabled = page === 0;
    $("on").disabled = page === pages - 1;
  }

  const address = (filters) => `#${new URLSearchParams(filters)}`;
  function choose(key, value) {
    if (value) chosen[key] = value;
    else delete chosen[key];
    page = 0;
    filter();
    show();
    // a browser may refuse to change the address of a file: the filter works all the same
    try { history.replaceState(null, "", Object.keys(chosen).length ? address(chosen) : "#samples"); } catch { /* as before */ }
  }

  // ---- one sample

  function row(s) {
    const body = el("div", { className: "one" });
    const details = el("details", null,
      el("summary", null,
        el("span", { className: `key g${s.g}`, title: words.grades[s.g] }, words.marks[s.g]),
        el("span", { className: "id" }, s.i),
        el("span", { className: "what" }, el("span", { className: "hidden" }, `${words.grades[s.g]}: `), s.q)),
      body);
    details.addEventListener("toggle", () => {
      if (details.open && !body.firstChild) body.append(...opened(s));
    });
    const item = el("li", null, details);
    item.dataset.id = s.i;
    return item;
  }

  const table = (head, rows, caption) => el("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": caption }, el("table", null,
    el("caption", { className: "hidden" }, caption),
    el("thead", null, el("tr", null, ...head.map((h) => el("th", { scope: "col" }, h)))),
    el("tbody", null, ...rows.map(([first, ...rest]) => el("tr", null, el("th", { scope: "row" }, first), ...rest.map((kid) => el("td", null, kid)))))));

  function* opened(s) {
    const c = cases[s.c];
    const part = (title) => el("h3", null, title);
    const facts = [words.sets[s.t] || s.t, c.severity, s.s && `error of ${s.s}`, s.x && "a wrong code is billed", ...(c.needs || []).map((n) => `waits for ${n}`), ...(c.tags || [])];
    yield el("p", null, el("strong", null, `${words.marks[s.g]} ${words.grades[s.g]}`), el("span", { className: "soft" }, ` · ${facts.filter(Boolean).join(" · ")} · `), el("a", { href: address({ id: s.i }) }, "link to this sample"));
    yield el("p", { className: "soft" }, `${c.name}. Source of the expectation: ${c.provenance}${c.confidence ? `, confidence ${c.confidence}` : ""}.${c.note ? ` ${c.note}.` : ""}`);
    yield part("Asked");
    for (const say of c.says || [s.q]) yield el("p", { className: "asked" }, say);
    if (c.context) yield el("p", { className: "soft" }, `With ${c.context.map(([k, v]) => `${k} ${v}`).join(", ")}.`);
    if (s.k) {
      yield part("Checked");
      const state = { 1: ["ok", "✓ ok"], 0: ["not", "✗ failed"], "-1": ["", "– not judged"] };
      yield table(["Must hold", "Result", "In detail"], s.k.map(([name, holds, why]) =>
        [words.held[name] || name, el("span", { className: `state ${state[holds][0]}` }, state[holds][1]), texts[why]]), "Checks");
    }
    if (c.expected) yield el("details", null, el("summary", null, "All that is expected"), table(["Expectation", "Value"], c.expected, "Expectations"));
    if (s.y) {
      yield part("Earlier and new answer");
      yield el("p", { className: "soft" }, "Struck out: only in the earlier answer. Underlined: only in the new one.");
      yield compared(s.y.a || [], s.a || []);
    }
    for (const [n, answer] of (s.a || []).entries()) {
      yield part(s.a.length > 1 ? `Answer to turn ${n + 1}` : "Answer");
      yield written(answer);
      if (answer.u) yield el("p", null, answer.u.map(([role, code, units]) => `${role.replaceAll("_", " ")} ${code}${units > 1 ? ` x${units}` : ""}`).join(", "));
      if (answer.z) {
        yield part("Citations");
        yield list("ul", answer.z.map(([mark, at]) => {
          const [title, section, authority, quote] = citations[at];
          return el("span", null, `[${mark}] ${title}, ${section} (${authority}): `, el("q", null, quote));
        }));
      }
      if (answer.d) yield el("details", null, el("summary", null, "Rules asked"), list("ul", answer.d.map((at) => texts[at])));
    }
    if (s.e) yield el("p", null, `No answer: ${s.e}`);
    if (s.r || s.u) {
      yield part("Read from the question");
      yield el("p", null, (s.r || []).map(([k, v]) => `${k}: ${v}`).join(", ") || "nothing", s.u ? `. Not read as stated: ${s.u.join(", ")}` : "");
    }
    if (s.p !== undefined) yield el("p", { className: "soft" }, `Confidence ${(100 * s.p).toFixed(0)} %`);
    if (s.f) yield el("details", null, el("summary", null, `Passages found (${s.f.length}${c.gold ? `, ${(s.h || []).length} with the words to find` : ""})`), places(s, c));
    yield curl(s, c);
  }

  function written(answer) {
    const box = el("div", { className: "answer" });
    if (answer.o) box.append(el("p", { className: "small" }, `Outcome: ${answer.o}`));
    const lines = linesOf(answer);
    if (lines[0] === "{") { box.append(el("pre", null, lines.join("\n"))); return box; }
    let items = null;
    for (const line of lines) {
      if (line.startsWith("- ")) {
        if (!items) box.append((items = el("ul")));
        items.append(el("li", null, ...bold(line.slice(2))));
      } else {
        items = null;
        if (line.trim()) box.append(el("p", null, ...bold(line)));
      }
    }
    return box;
  }

  function places(s, c) {
    const squeezed = (text) => text.replace(/\s+/g, " ");
    return list("ol", s.f.map((at, n) => {
      const [document, key, text] = passages[at];
      const shown = el("span", null, (s.h || []).includes(n) ? "✓ " : "", el("span", { className: "small" }, `${document} ${key} `));
      const body = squeezed(text);
      const quote = (c.gold || []).map(squeezed).find((q) => body.includes(q));
      if (quote === undefined) { shown.append(body); return shown; }
      const start = body.indexOf(quote);
      shown.append(body.slice(0, start), el("mark", null, quote), body.slice(start + quote.length));
      return shown;
    }));
  }

  // ---- the earlier answer beside the new one, word by word

  function compared(old, now) {
    const text = (answers) => answers.map((a) => `${a.o ? `${a.o}: ` : ""}${linesOf(a).join("\n")}`).join("\n\n").replaceAll("**", "");
    const [a, b] = [text(old), text(now)].map((t) => t.split(/(\s+)/));
    const [left, right] = [[], []];
    for (const [kind, word] of diff(a, b)) {
      if (kind <= 0) left.push(kind ? el("del", null, word) : word);
      if (kind >= 0) right.push(kind ? el("ins", null, word) : word);
    }
    const side = (title, kids) => el("div", null, el("h3", null, title), el("div", { className: "answer asked" }, ...kids));
    return el("div", { className: "pair" }, side("Earlier", left), side("New", right));
  }

  // -1 only in a, 0 in both, 1 only in b; the longest common run of words
  function diff(a, b) {
    const wide = b.length + 1;
    if (a.length * wide > 4e6) return [...a.map((w) => [-1, w]), ...b.map((w) => [1, w])];
    const best = new Uint16Array((a.length + 1) * wide);
    for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) {
      best[i * wide + j] = a[i] === b[j] ? best[(i + 1) * wide + j + 1] + 1 : Math.max(best[(i + 1) * wide + j], best[i * wide + j + 1]);
    }
    const made = [];
    let [i, j] = [0, 0];
    while (i < a.length || j < b.length) {
      if (i < a.length && j < b.length && a[i] === b[j]) { made.push([0, a[i++]]); j++; }
      else if (j >= b.length || (i < a.length && best[(i + 1) * wide + j] >= best[i * wide + j + 1])) made.push([-1, a[i++]]);
      else made.push([1, b[j++]]);
    }
    return made;
  }

  // ---- the request as a command

  function curl(s, c) {
    const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
    const { route, body } = c.send;
    const bodies = route !== "/v1/ask" ? [body] : (c.says || [s.q]).map((say, n) => ({ question: say, ...body, ...(n ? { thread_id: "THREAD_ID of the first answer" } : {}) }));
    const command = bodies.map((b) => `curl -s "\${LAMINA:-http://127.0.0.1:8000}${route}" -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(b))}`).join("\n");
    const shown = el("pre", { tabIndex: 0 }, command);
    const button = el("button", { type: "button", className: "tool" }, "Copy as curl");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(command);
        $("spoken").textContent = button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(shown);
        $("spoken").textContent = button.textContent = "Selected: copy with the keyboard";
      }
    });
    return el("details", null, el("summary", null, "Ask it again"), shown, button);
  }

  // ---- addresses: #id=... opens a sample, #set=...&grade=... filters, #sets is a place

  function follow() {
    if (!location.hash.includes("=")) return;
    const told = new URLSearchParams(location.hash.slice(1));
    const id = told.get("id");
    chosen = {};
    for (const key of ["q", ...FACETS.map(([k]) => k)]) if (!id && told.get(key)) chosen[key] = told.get(key);
    filter();
    page = id ? Math.max(0, Math.floor(found.findIndex((s) => s.i === id) / PAGE)) : 0;
    show();
    const item = id && [...$("list").children].find((li) => li.dataset.id === id);
    if (item) {
      item.firstChild.open = true;
      item.querySelector("summary").focus({ preventScroll: true });
      item.scrollIntoView({ behavior: "instant" });
    } else {
      $("samples-h").focus({ preventScroll: true });
      $("samples").scrollIntoView({ behavior: "instant" });
      if (id) $("count").textContent = `No sample ${id} can be opened here.`;
    }
  }

  for (const [key, label] of FACETS) {
    const select = el("select", { id: `f-${key}` });
    select.addEventListener("change", () => choose(key, select.value));
    $("facets").append(el("label", null, label, select));
  }
  let waiting;
  $("q").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => choose("q", $("q").value.trim()), 150);
  });
  $("filters").addEventListener("submit", (e) => e.preventDefault());
  $("filters").hidden = false;
  $("clear").addEventListener("click", () => { chosen = {}; choose("q", ""); $("q").focus(); });
  const turn = (by) => { page += by; show(); $("samples-h").focus({ preventScroll: true }); $("list").scrollIntoView(); };
  $("back").addEventListener("click", () => turn(-1));
  $("on").addEventListener("click", () => turn(1));
  addEventListener("hashchange", follow);

  // ---- colours

  const dark = () => (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const label = () => { $("theme").textContent = dark() ? "Light colours" : "Dark colours"; };
  $("theme").addEventListener("click", () => { document.documentElement.dataset.theme = dark() ? "light" : "dark"; label(); });
  $("theme").hidden = false;
  label();

  // only what is too wide to be seen whole needs to be reached by keyboard
  const fit = () => { for (const box of document.querySelectorAll(".scroll")) box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1; };
  addEventListener("resize", fit);
  addEventListener("toggle", fit, true);
  filter();
  show();
  follow();
  fit();
})();
