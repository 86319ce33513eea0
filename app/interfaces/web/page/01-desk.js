// The work desk: tabs, theme, history, links to answers. The conversation itself is the element.
"use strict";
const chat = document.querySelector("lamina-chat");
const { el, button, t, codeCard, copyButton, told, section, factName, Client } = customElements.get("lamina-chat").kit;
const client = new Client(location.origin, null);
const byId = (id) => document.getElementById(id);
const TABS = ["ask", "note", "claim"];
const opened = new Set(); // tabs that were built

function tab(name, focus = false) {
  document.body.dataset.tab = name;
  for (const one of TABS) {
    const chosen = one === name;
    byId(one).hidden = !chosen;
    byId(`tab-${one}`).setAttribute("aria-selected", String(chosen));
    byId(`tab-${one}`).tabIndex = chosen ? 0 : -1;
  }
  if (name === "note" && !opened.has(name)) buildNote(byId("note"));
  if (name === "claim" && !opened.has(name)) buildClaim(byId("claim"));
  opened.add(name);
  if (focus) byId(`tab-${name}`).focus();
}

for (const one of TABS) byId(`tab-${one}`).addEventListener("click", () => go(one));

function go(name) {
  history.replaceState(null, "", name === "ask" ? location.pathname : `#${name}`);
  tab(name);
}

document.querySelector(".tabs").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const at = TABS.indexOf(document.body.dataset.tab);
  const next = event.key === "Home" ? 0 : event.key === "End" ? TABS.length - 1
    : step ? (at + step * (getComputedStyle(document.body).direction === "rtl" ? -1 : 1) + TABS.length) % TABS.length : -1;
  if (next < 0) return;
  event.preventDefault();
  go(TABS[next]);
  tab(TABS[next], true);
});

// --- claim details: one set for the three tabs ---

byId("strip-inside").append(chat.details.node);
// a question scrolled to the top stands below the details, however many rows they take
new ResizeObserver(() => chat.style.setProperty("--_under", `${byId("strip").offsetHeight + 24}px`)).observe(byId("strip"));
byId("show-strip").addEventListener("click", () => {
  const open = byId("strip").classList.toggle("shown");
  byId("show-strip").setAttribute("aria-expanded", String(open));
});
chat.details.node.addEventListener("details", (event) => {
  const said = Object.values(event.detail);
  byId("show-strip").textContent = said.length ? `Claim details: ${said.join(" · ")}` : "Claim details";
});

// --- theme ---

const THEMES = ["auto", "light", "dark"];

function theme(name) {
  document.documentElement.dataset.theme = name;
  chat.setAttribute("theme", name);
  byId("theme").textContent = `Theme: ${name}`;
  try {
    localStorage.setItem("lamina.theme", name);
  } catch { /* then it holds for this page */ }
}

byId("theme").addEventListener("click", () => {
  theme(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length]);
});

function storedTheme() {
  try {
    return localStorage.getItem("lamina.theme");
  } catch {
    return null;
  }
}
theme(THEMES.includes(storedTheme()) ? storedTheme() : "auto");

// --- the session's questions ---

function drawTalks() {
  const held = chat.talks.held;
  byId("no-talks").hidden = held.length > 0;
  byId("forget").hidden = !held.length;
  byId("talks").replaceChildren(...held.map((talk) => {
    const more = talk.turns.length > 1 ? `${talk.turns.length} questions` : "";
    const current = talk === chat.talk.current ? "true" : null;
    return el("li", {}, el("button", { type: "button", "aria-current": current, title: talk.turns[0].asked, onclick: () => reopen(talk) },
      talk.turns[0].asked, more && el("small", {}, more)));
  }));
}

function reopen(talk) {
  go("ask");
  showHistory(false);
  chat.talk.resume(talk).then(drawTalks);
  chat.talk.box.focus();
}

function showHistory(open) {
  byId("history").classList.toggle("shown", open);
  byId("show-history").setAttribute("aria-expanded", String(open));
}

byId("show-history").addEventListener("click", () => showHistory(!byId("history").classList.contains("shown")));
byId("fresh").addEventListener("click", () => {
  go("ask");
  showHistory(false);
  chat.reset();
  drawTalks();
});
// what the server keeps of them goes too; what it lost before is gone already
byId("forget").addEventListener("click", () => {
  for (const { thread } of chat.talks.held) {
    if (thread) fetch(`/v1/threads/${encodeURIComponent(thread)}`, { method: "DELETE" }).catch(() => {});
  }
  chat.talks.clear();
  chat.reset();
  drawTalks();
});
chat.addEventListener("lamina-answer", drawTalks);
chat.addEventListener("lamina-question", () => tab("ask"));

// --- the empty page ---

for (const one of document.querySelectorAll(".try")) {
  one.addEventListener("click", () => chat.ask(one.textContent));
}
for (const one of document.querySelectorAll(".go")) {
  one.addEventListener("click", () => {
    go(one.dataset.go);
    if (one.dataset.example) byId(one.dataset.go).example();
    else byId(one.dataset.go).querySelector("textarea, input").focus();
  });
}
