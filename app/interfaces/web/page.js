// The chat page: asks, shows steps and checked sentences, then the answer with its sources.
// Text reaches the page through textContent only.
"use strict";

const EXAMPLES = [
  "does 62321 need a modifier?",
  "which code for an L4-5 interlaminar epidural under fluoro?",
  "can I bill 77003 with 62321?",
  "what is the CESI code?",
];
const ROLES = {
  bill: "bill", do_not_bill: "do not bill", candidate: "candidate", compare: "compared",
  mentioned: "mentioned",
};
const byId = (id) => document.getElementById(id);
let asking = false;
let turns = 0;

function make(tag, fields = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(fields)) {
    if (name === "text") element.textContent = value;
    else if (name === "on") element.addEventListener("click", value);
    else element.setAttribute(name, value);
  }
  element.append(...inside);
  return element;
}

// --- asking ---------------------------------------------------------------------------

function requestOf(question) {
  const request = { question };
  for (const field of byId("ask").querySelectorAll("input[name], select[name]")) {
    const value = field.value.trim();
    if (value) request[field.name] = field.name === "state" ? value.toUpperCase() : value;
  }
  return request;
}

async function ask(question) {
  if (asking || !question.trim()) return;
  asking = true;
  byId("send").disabled = true;
  byId("start").hidden = true;
  byId("question").value = "";
  const turn = make("article", { class: "turn" });
  const answer = make("div", { class: "answer", "aria-busy": "true" });
  const steps = make("p", { class: "steps", text: "Reading the question" });
  const draft = make("div");
  answer.append(steps, draft);
  turn.append(make("p", { class: "asked", text: question }), answer);
  byId("talk").append(turn);
  turn.scrollIntoView({ block: "nearest" });
  try {
    const found = await listen(question, (name, data) => {
      if (name === "step" && data.name === "restart") draft.replaceChildren();
      else if (name === "step") steps.textContent = `${data.name}: ${data.detail}`;
      else if (name === "sentence") show(draft, [data.text], null);
    });
    render(answer, found, question);
    byId("spoken").textContent = `Answer: ${bare(found.text.split("\n")[0])}`;
  } catch (why) {
    answer.replaceChildren(
      make("p", { class: "trouble", text: why.message }),
      make("p", {}, make("button", { class: "tool", type: "button", text: "Ask again",
        on: () => { turn.remove(); ask(question); } })),
    );
    byId("spoken").textContent = why.message;
  } finally {
    answer.removeAttribute("aria-busy");
    asking = false;
    byId("send").disabled = false;
    byId("question").focus({ preventScroll: true });
  }
}

async function listen(question, tell) {
  let reply;
  try {
    reply = await fetch("/v1/ask/stream", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(requestOf(question)),
    });
  } catch {
    throw new Error("Lamina cannot be reached. Is it running?");
  }
  if (!reply.ok) throw new Error(await problemOf(reply));
  let answer = null;
  let ended = false;
  for await (const [name, data] of events(reply.body)) {
    if (name === "answer") answer = data;
    else if (name === "error") throw new Error(data.detail || "The answer failed.");
    else if (name === "done") ended = true;
    else tell(name, data);
  }
  if (!ended || !answer) throw new Error("The answer was cut off before its end.");
  return answer;
}

async function problemOf(reply) {
  try {
    return (await reply.json()).detail || `Lamina answered with status ${reply.status}.`;
  } catch {
    return `Lamina answered with status ${reply.status}.`;
  }
}

// Frames may be split anywhere, even inside a character.
async function* events(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  for (;;) {
    const { value, done } = await reader.read();
    buffer += decoder.decode(value || new Uint8Array(), { stream: !done });
    const frames = buffer.split("\n\n");
    buffer = frames.pop();
    for (const frame of frames) {
      const event = parsed(frame);
      if (event) yield event;
    }
    if (done) return;
  }
}

function parsed(frame) {
  let name = "message";
  const data = [];
  for (const line of frame.split("\n")) {
    if (line.startsWith("event:")) name = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
  }
  return data.length ? [name, JSON.parse(data.join("\n"))] : null;
}

// --- showing --------------------------------------------------------------------------

function bare(text) {
  return text.replace(/\*\*/g, "").replace(/\s*\[\d+\]/g, "");
}

// One line of the tiny Markdown: **bold** and [n] marks.
function inline(line, prefix) {
  // a mark stays on the line of the word it follows
  return line.replace(/ (?=\[\d+\])/g, "").split(/(\*\*[^*]+\*\*|\[\d+\])/).filter(Boolean).map((part) => {
    if (part.startsWith("**")) return make("strong", { text: part.slice(2, -2) });
    if (!/^\[\d+\]$/.test(part)) return document.createTextNode(part);
    if (prefix === null) return document.createTextNode("");
    const number = part.slice(1, -1);
    return make("a", { class: "mark", href: `#${prefix}${number}`, text: number,
      "aria-label": `source ${number}` });
  });
}

function show(where, lines, prefix) {
  for (const line of lines.join("").split("\n").filter((l) => l.trim())) {
    if (line.startsWith("- ")) {
      let list = where.lastElementChild;
      if (!list || list.tagName !== "UL") where.append((list = make("ul")));
      list.append(make("li", {}, ...inline(line.slice(2), prefix)));
    } else if (/^\*\*.*\*\*/.test(line)) {
      const plain = line.replace(/^\*\*(.*)\*\*/, "$1");
      where.append(make("p", { class: "verdict" }, ...inline(plain, prefix)));
    } else {
      where.append(make("p", {}, ...inline(line, prefix)));
    }
  }
}

function render(where, answer, question) {
  const prefix = `source-${++turns}-`;
  where.replaceChildren();
  show(where, [answer.text], prefix);
  choices(where, answer, question);
  codes(where, answer);
  cautions(where, answer);
  sources(where, answer, prefix);
  where.append(make("div", { class: "tools" }, copier(answer)));
}

function choices(where, answer, question) {
  if (!answer.missing.length) return;
  const box = make("div", { class: "choices" });
  for (const missing of answer.missing) {
    const row = make("div", { class: "row" });
    for (const choice of missing.choices) {
      row.append(make("button", { class: "choice", type: "button", text: choice,
        on: () => ask(`${question.replace(/[?.\s]+$/, "")}, ${worded(missing.fact, choice)}`) }));
    }
    box.append(make("h3", { text: missing.question }), row);
  }
  where.append(box);
}

function worded(fact, choice) {
  if (fact !== "imaging") return choice;
  return { none: "without imaging", ultrasound: "with ultrasound" }[choice] || "with fluoroscopy";
}

function codes(where, answer) {
  const told = answer.codes.filter((c) => c.role !== "mentioned" || c.modifiers.length);
  if (!told.length) return;
  const list = make("div", { class: "codes" });
  for (const code of told) {
    const units = code.units > 1 ? ` x${code.units}` : "";
    list.append(make("div", { class: `code ${code.role}` },
      make("b", { text: code.code + units }),
      make("span", { class: "role", text: ROLES[code.role] }),
      make("span", { class: "label", text: code.label })));
  }
  where.append(list);
}

function cautions(where, answer) {
  const more = answer.cautions.filter((c) => !answer.text.includes(c.text));
  if (!more.length) return;
  const box = make("div", { class: "cautions" });
  for (const caution of more) box.append(make("p", { text: caution.text }));
  where.append(box);
}

function sources(where, answer, prefix) {
  if (!answer.citations.length) return;
  const list = make("ol");
  for (const citation of answer.citations) {
    const item = make("li", { id: prefix + citation.mark, value: citation.mark },
      make("cite", { text: citation.title }), " ",
      make("span", { class: "where", text: `${citation.authority}, ${citation.section.join(" > ")}` }),
      make("q", { text: citation.quote }));
    if (citation.kind === "passage") item.append(opener(citation));
    else if (citation.url) {
      item.append(make("a", { href: citation.url, rel: "noopener noreferrer", target: "_blank",
        text: "publisher's page" }));
    }
    list.append(item);
  }
  where.append(make("div", { class: "sources" }, make("h2", { text: "Sources" }), list));
}

function opener(citation) {
  const button = make("button", { class: "open", type: "button", "aria-expanded": "false",
    text: "show it in its place" });
  button.addEventListener("click", async () => {
    if (button.nextElementSibling) {
      button.nextElementSibling.remove();
      button.setAttribute("aria-expanded", "false");
      return;
    }
    const reply = await fetch(citation.url).catch(() => null);
    if (!reply || !reply.ok) {
      button.after(make("p", { class: "trouble", text: "The passage cannot be fetched." }));
      return;
    }
    button.after(highlighted(await reply.json(), citation));
    button.setAttribute("aria-expanded", "true");
  });
  return button;
}

function highlighted(passage, citation) {
  const at = passage.text.indexOf(citation.quote);
  const end = at + citation.quote.length;
  const box = make("div", { class: "passage" });
  if (at < 0) box.textContent = passage.text;
  else {
    box.append(passage.text.slice(0, at), make("mark", { text: citation.quote }),
      passage.text.slice(end));
  }
  for (const erratum of passage.errata) {
    box.append(make("p", { class: "where", text: `Corrected: ${erratum.better}` }));
  }
  return box;
}

function copier(answer) {
  const button = make("button", { class: "tool", type: "button", text: "Copy" });
  button.addEventListener("click", async () => {
    const cited = answer.citations.map((c) => `[${c.mark}] ${c.title}: ${c.quote}`);
    try {
      await navigator.clipboard.writeText([answer.text.replace(/\*\*/g, ""), "", ...cited].join("\n"));
      button.textContent = "Copied";
    } catch {
      button.textContent = "Select the text to copy it";
    }
  });
  return button;
}

// --- the page -------------------------------------------------------------------------

for (const example of EXAMPLES) {
  byId("examples").append(make("li", {},
    make("button", { class: "quiet", type: "button", text: example, on: () => ask(example) })));
}
byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  ask(byId("question").value);
});
byId("question").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    ask(byId("question").value);
  }
});
