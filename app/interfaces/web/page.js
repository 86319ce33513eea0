// The chat page: asks over /v1/ask/stream and shows the answer.
// Everything shown is made with createElement and textContent; nothing is stored.
"use strict";

const form = document.getElementById("ask");
const box = document.getElementById("question");
const send = document.getElementById("send");
const talk = document.getElementById("talk");
const spoken = document.getElementById("spoken");

const OUTCOMES = {
  answered: "Answered", needs_facts: "Depends on a missing fact",
  not_covered: "Not covered", declined: "Declined",
};
const ROLES = {
  bill: "bill", candidate: "candidate", do_not_bill: "do not bill",
  compare: "compared", mentioned: "mentioned",
};
const VERDICTS = { append: "append", do_not_append: "do not append", depends: "depends" };
const AUTHORITIES = {
  law: "law", payer: "payer policy", society: "society", vendor: "vendor guide", house: "our own note",
};
const STEPS = {
  read: "Reading the question", gather: "Consulting the rules and the guide",
  write: "Writing the answer", check: "Checking every sentence", restart: "Checking again",
};

let running = null; // AbortController of the question being answered
let thread = null;
let count = 0;
let begun = 0; // when the running question was sent

const CUT = "The connection ended before the answer was whole.";

// --- building elements -----------------------------------------------------------

function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") made.addEventListener("click", value);
    else if (value !== null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function button(text, className, onclick) {
  return el("button", { type: "button", class: className, onclick }, text);
}

function titled(title, ...children) {
  return [el("h3", {}, title), ...children];
}

// --- a small part of Markdown: **bold**, lists, [1] ---------------------------------

function inline(text, turn) {
  // a mark stays on the line of the word before it
  const tight = text.replace(/ (?=\[\d+\])/g, "\u2060");
  return tight.split(/(\*\*[^*]+\*\*|\[\d+\])/).filter(Boolean).map((piece) => {
    const mark = /^\[(\d+)\]$/.exec(piece);
    if (mark) return citationMark(mark[1], turn);
    if (/^\*\*[^*]+\*\*$/.test(piece)) return el("strong", {}, piece.slice(2, -2));
    return document.createTextNode(piece);
  });
}

function citationMark(number, turn) {
  const id = `source-${turn}-${number}`;
  const link = el("a", { class: "mark", href: `#${id}`, "aria-label": `Source ${number}` }, number);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const source = document.getElementById(id);
    if (source) {
      source.focus({ preventScroll: true });
      source.scrollIntoView({ block: "center" });
    }
  });
  return link;
}

function words(text, turn) {
  const made = el("div", { class: "words" });
  let list = null;
  for (const line of text.split("\n").filter((one) => one.trim())) {
    const item = /^\s*(?:[-*]|\d+\.)\s+(.*)$/.exec(line);
    if (item) {
      if (!list) made.append((list = el("ul")));
      list.append(el("li", {}, ...inline(item[1], turn)));
      continue;
    }
    list = null;
    if (/^The guide: “/.test(line)) made.append(el("blockquote", {}, ...inline(line, turn)));
    else if (/^Note: /.test(line)) made.append(el("p", { class: "caution" }, ...inline(line, turn)));
    else {
      const first = made.childElementCount === 0 ? "verdict" : null;
      made.append(el("p", { class: first }, ...inline(line, turn)));
    }
  }
  return made;
}

function plain(text) {
  return text.replace(/\*\*/g, "").replace(/\s*\[\d+\]/g, "");
}

// --- an answer -------------------------------------------------------------------

function shown(answer, turn, asked) {
  const made = [words(answer.text, turn)];
  if (answer.outcome !== "answered") {
    const name = OUTCOMES[answer.outcome] || answer.outcome;
    made.unshift(el("span", { class: `outcome ${answer.outcome}` }, name));
  }
  for (const missing of answer.missing) {
    const choices = missing.choices.map((choice) =>
      button(choice, "choice", () => ask(withChoice(asked, missing.fact, choice))));
    made.push(...titled(missing.question, el("div", { class: "choices" }, ...choices)));
  }
  for (const caution of answer.cautions) {
    if (!answer.text.includes(caution.text)) made.push(el("p", { class: "caution" }, caution.text));
  }
  made.push(...codes(answer.codes.filter((one) => one.label || one.role !== "mentioned")));
  if (answer.citations.length) {
    const sources = answer.citations.map((one) => source(one, turn));
    made.push(...titled("Sources", el("ol", { class: "sources" }, ...sources)));
  }
  made.push(foot(answer, asked));
  return made;
}

function withChoice(asked, fact, choice) {
  const said = {
    "imaging none": "without imaging", "imaging ultrasound": "with ultrasound guidance",
    "imaging fluoroscopy or CT": "with fluoroscopy or CT", [`region ${choice}`]: `${choice} spine`,
    [`approach ${choice}`]: `${choice} approach`, [`level_count ${choice}`]: `${choice} levels`,
  }[`${fact} ${choice}`];
  const end = /\?\s*$/.test(asked) ? "?" : "";
  return `${asked.replace(/[\s,.?]+$/, "")}, ${said || choice}${end}`;
}

// What the answer turns on comes first; codes merely named are a click away.
function codes(all) {
  const named = (one) => one.role === "mentioned" && !one.modifiers.length;
  const aside = all.every(named) ? [] : all.filter(named);
  const leading = all.filter((one) => !aside.includes(one));
  const list = (some) => el("ul", { class: "codes" }, ...some.map(code));
  const made = leading.length ? titled("Codes", list(leading)) : [];
  if (aside.length) {
    made.push(el("details", {}, el("summary", {}, `Other codes named (${aside.length})`), list(aside)));
  }
  return made;
}

function code(one) {
  const units = one.units && one.units > 1 ? `${one.units} units. ` : "";
  const modifiers = one.modifiers.map((m) => `${m.code}: ${VERDICTS[m.verdict]}`).join("; ");
  const said = [one.label && `${one.label}. `, units, modifiers && `Modifiers: ${modifiers}.`];
  return el("li", {},
    el("span", { class: "code" }, one.code),
    el("span", { class: "label" },
      el("span", { class: `role ${one.role}` }, ROLES[one.role] || one.role),
      said.filter(Boolean).join("")));
}

function source(one, turn) {
  const body = el("div");
  const title = [one.title, ...(one.kind === "passage" ? one.section : [])].join(" › ");
  if (one.kind === "passage") {
    const place = el("div", {
      class: "passage", tabindex: "0", role: "region", hidden: "",
      "aria-label": `Passage of source ${one.mark}`,
    });
    const open = button(title, "open", () => toggle(open, place, one));
    open.setAttribute("aria-expanded", "false");
    body.append(open, el("q", {}, one.quote), place);
  } else {
    const web = /^https?:\/\//.test(one.url);
    const link = { href: one.url, target: "_blank", rel: "noopener noreferrer" };
    body.append(web ? el("a", link, title) : el("span", {}, title), el("q", {}, one.quote));
  }
  body.firstElementChild.after(
    " ", el("span", { class: "authority" }, AUTHORITIES[one.authority] || one.authority));
  return el("li", { id: `source-${turn}-${one.mark}`, tabindex: "-1" },
    el("span", { class: "number" }, String(one.mark)), body);
}

async function toggle(open, place, citation) {
  place.hidden = !place.hidden;
  open.setAttribute("aria-expanded", String(!place.hidden));
  if (place.hidden || place.dataset.filled) return;
  place.textContent = "Fetching the passage…";
  try {
    const response = await fetch(`/v1/passages/${encodeURIComponent(citation.passage_key)}`);
    if (!response.ok) throw new Error(await problem(response));
    const passage = await response.json();
    place.replaceChildren(...highlighted(passage.text, citation.quote));
    for (const erratum of passage.errata) {
      place.append(el("p", { class: "caution" }, `Corrected: ${erratum.better}`));
    }
    place.dataset.filled = "yes";
    const mark = place.querySelector("mark");
    if (mark) place.scrollTop = mark.offsetTop - place.offsetTop - 40;
  } catch (why) {
    place.textContent = why instanceof TypeError ? "Lamina cannot be reached." : why.message;
  }
}

function highlighted(text, quote) {
  const at = text.indexOf(quote);
  if (at < 0) return [text];
  return [text.slice(0, at), el("mark", {}, quote), text.slice(at + quote.length)];
}

function foot(answer, asked) {
  const copy = button("Copy", "tool", async () => {
    const sources = answer.citations.map((c) => `[${c.mark}] ${c.title}: ${c.quote}`);
    const text = [asked, "", answer.text.replace(/\*\*/g, ""), "", ...sources].join("\n");
    try {
      await navigator.clipboard.writeText(text);
      copy.textContent = "Copied";
    } catch {
      copy.textContent = "Copying is blocked by the browser";
    }
    setTimeout(() => { copy.textContent = "Copy"; }, 2000);
  });
  const versions = `Tables ${answer.versions.tables || ""}, index ${answer.versions.index || ""}`;
  return el("div", { class: "tools" }, el("span", {}, versions), copy);
}

// --- server-sent events ------------------------------------------------------------

async function* events(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let held = "";
  for (;;) {
    const { value, done } = await reader.read().catch((why) => {
      throw why.name === "AbortError" ? why : new Error(CUT);
    });
    held += done ? decoder.decode() : decoder.decode(value, { stream: true });
    // a lone CR at the end may be half of a CRLF still to come
    const whole = held.endsWith("\r") && !done ? held.length - 1 : held.length;
    const frames = held.slice(0, whole).replace(/\r\n?/g, "\n").split("\n\n");
    held = frames.pop() + held.slice(whole);
    for (const frame of frames) {
      const found = parsed(frame);
      if (found) yield found;
    }
    if (done) return;
  }
}

function parsed(frame) {
  let name = "message";
  const data = [];
  for (const line of frame.split("\n")) {
    const field = /^(event|data):[ ]?(.*)$/.exec(line);
    if (field && field[1] === "event") name = field[2];
    if (field && field[1] === "data") data.push(field[2]);
  }
  return data.length ? { name, data: JSON.parse(data.join("\n")) } : null;
}

// --- asking ------------------------------------------------------------------------

function request(question) {
  const sent = { question };
  for (const [name, value] of new FormData(form)) {
    if (name !== "question" && value.trim()) sent[name] = value.trim();
  }
  if (sent.state) sent.state = sent.state.toUpperCase();
  if (thread) sent.thread_id = thread;
  return sent;
}

async function ask(question) {
  if (running || !question.trim()) return;
  running = new AbortController();
  begun = performance.now();
  const turn = ++count;
  const step = el("p", { class: "step" }, "Sending the question");
  const card = el("div", { class: "answer", "aria-busy": "true" }, step);
  const article = el("article", { class: "turn" }, el("h2", { class: "asked" }, question), card);
  document.getElementById("start").hidden = true;
  talk.append(article);
  article.scrollIntoView({ block: "start" });
  send.textContent = "Stop";
  spoken.textContent = "Looking it up";
  try {
    const answer = await streamed(question, turn, card, step);
    thread = answer.thread_id;
    card.replaceChildren(...shown(answer, turn, question));
    spoken.textContent = `Answer: ${plain(answer.text)}`;
  } catch (why) {
    failed(why, question, card);
  }
  card.removeAttribute("aria-busy");
  send.textContent = "Ask";
  running = null;
}

async function streamed(question, turn, card, step) {
  const response = await fetch("/v1/ask/stream", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request(question)),
    signal: running.signal,
  });
  if (!response.ok) throw new Error(await problem(response));
  let text = "";
  let answer = null;
  let whole = false;
  for await (const { name, data } of events(response)) {
    if (name === "step") {
      step.textContent = STEPS[data.name] || data.name;
      if (data.name === "restart") text = "";
    }
    if (name === "sentence") text += data.text;
    if (name === "answer") answer = data;
    if (name === "error") throw new Error(data.detail);
    if (name === "done") {
      whole = true;
      break;
    }
    if (name === "sentence" || data.name === "restart") card.replaceChildren(step, words(text, turn));
  }
  if (!answer || !whole) throw new Error(CUT);
  return answer;
}

// One clear line of a problem document, or of whatever a proxy sent in its place.
async function problem(response) {
  const found = await response.json().catch(() => ({}));
  return found.detail || `Lamina could not answer (status ${response.status}).`;
}

function failed(why, question, card) {
  const offline = why instanceof TypeError;
  const text = why.name === "AbortError" ? "Stopped."
    : offline ? "Lamina cannot be reached. Is it still running?" : why.message;
  const again = button("Ask again", null, () => ask(question));
  card.replaceChildren(
    el("p", { class: "trouble", role: "alert" }, text), el("div", { class: "choices" }, again));
  spoken.textContent = "";
}

function grow() {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (running) {
    // the second half of a double click is no wish to stop
    if (performance.now() - begun > 600) running.abort();
    return;
  }
  const question = box.value;
  if (!question.trim()) return;
  box.value = "";
  grow();
  ask(question.trim());
});

box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (!running) form.requestSubmit();
  }
});
box.addEventListener("input", grow);

form.addEventListener("change", () => {
  const said = [...new FormData(form)].filter(([name, value]) => name !== "question" && value);
  document.getElementById("told").textContent = said.length ? `(${said.length} given)` : "";
});

document.getElementById("examples").addEventListener("click", (event) => {
  const example = event.target.closest("button");
  if (example) ask(example.textContent);
});
