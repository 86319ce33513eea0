// Elements are made with createElement and text alone: nothing that is shown can become markup.
function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

function button(text, className, onclick, more = {}) {
  return el("button", { type: "button", class: className, onclick, ...more }, text);
}

const PATHS = {
  mark: "M4 5h16M6 12h12M4 19h16",
  close: "M6 6l12 12M18 6L6 18",
  up: "M7 11v9H4v-9zM7 11l4-8c1.7 0 2.6 1 2.6 2.6L13 9h6a2 2 0 0 1 2 2.4l-1.3 6.9A2 2 0 0 1 17.700 20H7",
  down: "M17 13V4h3v9zM17 13l-4 8c-1.700 0-2.600-1-2.600-2.600L11 15H5a2 2 0 0 1-2-2.400l1.300-6.900A2 2 0 0 1 6.300 4H17",
};

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawn = document.createElementNS(space, "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("class", "icon");
  drawn.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  drawn.append(path);
  return drawn;
}

async function toClipboard(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  // a plain http address in an office has no clipboard object
  const held = el("textarea", { class: "hidden", "aria-hidden": "true" });
  held.value = text;
  document.body.append(held);
  held.select();
  const done = document.execCommand("copy");
  held.remove();
  if (!done) throw new Error(t("noCopy"));
}

function copyButton(name, text) {
  const made = button(t(name), "tool", async () => {
    try {
      await toClipboard(text());
      made.textContent = t("copied");
    } catch {
      made.textContent = t("noCopy");
    }
    setTimeout(() => { made.textContent = t(name); }, 2000);
  });
  return made;
}

let numbered = 0;
function fresh(prefix) {
  numbered += 1;
  return `${prefix}-${numbered}`;
}
