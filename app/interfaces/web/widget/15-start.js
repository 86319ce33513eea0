// The start: define the element, mount the launcher the script tag asks for, work off the queue.
LaminaChat.kit = { el, button, icon, t, codeCard, copyButton, events, told, section, factName, fresh, Client, drawAnswer };

const commands = Array.isArray(window.lamina) ? window.lamina : [];
for (const one of commands) if (Array.isArray(one) && one[0] === "strings") Object.assign(STRINGS, one[1]);

customElements.define("lamina-chat", LaminaChat);

function obey(one) {
  const chat = document.querySelector("lamina-chat");
  if (typeof one === "function") return one(chat);
  const [method, ...given] = one;
  if (method === "strings") return Object.assign(STRINGS, given[0]);
  return chat && ["open", "close", "toggle", "ask", "reset", "exportTranscript"].includes(method) ? chat[method](...given) : undefined;
}

function begin() {
  const told = SCRIPT ? SCRIPT.dataset : {};
  // who puts the element somewhere by hand wants no second one in the corner
  if ("launcher" in told || (told.siteKey && !document.querySelector("lamina-chat"))) {
    const chat = document.createElement("lamina-chat");
    for (const [name, value] of Object.entries(told)) {
      chat.setAttribute(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value);
    }
    document.body.append(chat);
  }
  commands.forEach(obey);
  window.lamina = { push: obey };
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
