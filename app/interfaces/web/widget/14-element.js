// The element: its attributes, the launcher and its panel, and the methods a page may call.
const ATTRIBUTES = ["site-key", "api-base", "mode", "position", "theme", "accent", "subtitle", "greeting", "placeholder",
  "suggestions", "disclaimer", "persist", "open", "hotkey", "max-chars", "z-index", "show-feedback", "show-trace"];
const LIVE = ["title", "subtitle", "accent", "z-index", "open", "placeholder"];
const SHEET = new CSSStyleSheet();
SHEET.replaceSync(STYLE);

class LaminaChat extends HTMLElement {
  static observedAttributes = LIVE;

  constructor() {
    super();
    this.attachShadow({ mode: "open" });
    this.own = new CSSStyleSheet();
    this.shadowRoot.adoptedStyleSheets = [SHEET, this.own];
  }

  connectedCallback() {
    if (!this.talk) this.build();
    this.onhotkey = (event) => this.hot(event);
    document.addEventListener("keydown", this.onhotkey);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onhotkey);
    this.letGo();
  }

  attributeChangedCallback(name) {
    if (!this.talk) return;
    if (name === "open" && this.floats && this.hasAttribute("open") === this.panel.hidden) this.toggle();
    this.apply();
  }

  get mode() { return this.getAttribute("mode") || "launcher"; }
  set mode(value) { this.setAttribute("mode", value); }
  get floats() { return this.mode === "launcher" || this.mode === "sidebar"; }

  build() {
    const base = this.getAttribute("api-base") || HOME;
    const key = this.getAttribute("site-key") || (SCRIPT && SCRIPT.dataset.siteKey) || null;
    this.client = new Client(base, key);
    this.talks = new Talks(`${base}.${key || ""}.${location.pathname}.${this.id || this.mode}`, this.getAttribute("persist"));
    this.details = new Details({
      client: this.client, ask: (text) => this.talk.ask(text, true), edit: (text) => this.talk.edit(text), asked: () => this.talk.last,
    });
    const page = this.mode === "page";
    this.talk = new Talk({
      client: this.client, talks: this.talks, details: this.details,
      emit: (name, detail) => this.emit(name, detail),
      began: () => { this.start.hidden = true; },
      context: (asked, article) => this.context(asked, article),
      options: {
        scrolls: !page, most: Math.min(MOST, Number(this.getAttribute("max-chars")) || MOST),
        placeholder: this.said("placeholder"), disclaimer: this.said("disclaimer"),
      },
    });
    this.start = this.greetingPart();
    this.panel = page ? this.bare() : this.framed();
    const root = el("div", { class: `lamina ${this.floats ? `float ${this.mode === "sidebar" ? "sidebar" : ""}` : this.mode} ${this.getAttribute("position") === "bl" ? "bl" : "br"}` }, this.panel);
    if (this.floats) root.prepend(this.launcherPart());
    this.shadowRoot.replaceChildren(root);
    this.apply();
    // the page restores by itself, when its address names no answer
    if (this.hasAttribute("open") || this.mode === "inline") this.restore();
    this.emit("ready", {});
  }

  bare() {
    return el("div", { class: "panel", part: "panel" }, el("slot", {}), this.start, this.talk.log, this.talk.status, this.talk.form);
  }

  framed() {
    const title = el("h2", { id: fresh("title") });
    this.words = { title, subtitle: el("p", {}) };
    const close = this.floats && button(icon("close"), "plain", () => this.close(), { "aria-label": t("close") });
    const given = el("span", { class: "given" });
    this.details.node.addEventListener("details", () => {
      const count = Object.keys(this.details.values).length;
      given.textContent = count ? ` (${count} ${t("given")})` : "";
    });
    return el("section", {
      class: "panel", part: "panel", id: fresh("panel"), hidden: this.floats && !this.hasAttribute("open"),
      role: this.floats ? "dialog" : "region", "aria-modal": this.floats ? "false" : null, "aria-labelledby": title.id,
      onkeydown: (event) => this.inPanel(event),
    },
    el("header", { class: "top", part: "header" }, el("div", {}, title, this.words.subtitle),
      button(t("fresh"), "tool", () => this.reset()), close),
    this.start, this.talk.log,
    el("details", { class: "claim" }, el("summary", {}, t("details"), given), this.details.node),
    this.details.taken, this.details.again, this.talk.status, this.talk.form);
  }

  greetingPart() {
    let examples = [];
    try {
      examples = JSON.parse(this.getAttribute("suggestions") || "[]");
    } catch { /* what is no JSON suggests nothing */ }
    const list = (Array.isArray(examples) ? examples : []).slice(0, 6).map((one) =>
      el("li", {}, button(String(one), "example", () => this.talk.ask(String(one), true))));
    const page = this.mode === "page";
    return el("div", { class: "start" }, page ? null : el("p", {}, this.said("greeting")),
      list.length ? el("ul", { "aria-label": t("examples") }, list) : null, page ? el("slot", { name: "start" }) : null);
  }

  launcherPart() {
    this.launcher = button("", "launcher", () => this.toggle(), {
      part: "launcher", "aria-label": t("open"), "aria-haspopup": "dialog", "aria-controls": this.panel.id,
      "aria-expanded": String(!this.panel.hidden),
    });
    this.launcher.append(icon("mark"), el("span", { class: "launchername" }));
    return this.launcher;
  }

  // What the renderer needs to know of its surroundings.
  context(asked, article) {
    const page = this.mode === "page";
    return {
      asked, client: this.client,
      ask: (text) => this.talk.ask(text, true),
      emit: (name, detail) => this.emit(name, detail),
      feedback: this.getAttribute("show-feedback") !== "false",
      trace: this.hasAttribute("show-trace"),
      link: page ? (id) => `${location.origin}${location.pathname}#answer=${id}` : null,
      print: page ? () => this.printOne(article) : null,
    };
  }

  said(name) { return this.getAttribute(name) || t(name); }

  apply() {
    if (this.hasAttribute("title")) {
      // as an attribute it would be a tooltip over everything inside
      this.heading = this.getAttribute("title");
      this.removeAttribute("title");
      return;
    }
    const layer = Number.parseInt(this.getAttribute("z-index"), 10);
    this.own.replaceSync(accentRules(this.getAttribute("accent")) + (layer ? `:host{--lamina-z-index:${layer}}` : ""));
    if (this.words) {
      this.words.title.textContent = this.heading || t("title");
      this.words.subtitle.textContent = this.said("subtitle");
    }
    if (this.launcher) this.launcher.querySelector(".launchername").textContent = this.heading || t("title");
    this.talk.box.placeholder = this.said("placeholder");
  }

  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(`lamina-${name}`, { detail, bubbles: true, composed: true }));
  }

  // --- what a page may call ---

  open() {
    if (!this.floats || !this.panel.hidden) return;
    this.panel.hidden = false;
    this.launcher.setAttribute("aria-expanded", "true");
    this.launcher.setAttribute("aria-label", t("close"));
    this.setAttribute("open", "");
    this.holdOn();
    this.restore();
    this.talk.box.focus();
    this.emit("open", {});
  }

  close() {
    if (!this.floats || this.panel.hidden) return;
    this.panel.hidden = true;
    this.launcher.setAttribute("aria-expanded", "false");
    this.launcher.setAttribute("aria-label", t("open"));
    this.removeAttribute("open");
    this.letGo();
    this.launcher.focus();
    this.emit("close", {});
  }

  toggle() { return this.panel.hidden ? this.open() : this.close(); }

  ask(text) {
    this.open();
    return this.talk.ask(String(text), true);
  }

  reset() {
    this.talk.reset();
    this.start.hidden = false;
    this.talk.box.focus();
  }

  exportTranscript() { return this.talk.transcript(); }

  restore() {
    if (this.restored) return;
    this.restored = true;
    const newest = this.talks.held[0];
    if (newest) this.talk.resume(newest);
  }

  // --- keys ---

  inPanel(event) {
    if (event.key === "Escape" && this.floats) {
      event.stopPropagation();
      this.close();
    }
    if (event.key !== "Tab" || this.panel.getAttribute("aria-modal") !== "true") return;
    const all = [...this.panel.querySelectorAll("button, input, select, textarea, summary, a[href], [tabindex='0']")]
      .filter((one) => one.offsetParent && !one.disabled);
    const [first, last] = [all[0], all[all.length - 1]];
    const at = this.shadowRoot.activeElement;
    if (event.shiftKey ? at === first : at === last) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  }

  hot(event) {
    const wanted = (this.getAttribute("hotkey") || "").toLowerCase().split("+");
    if (!wanted[0] || event.key.toLowerCase() !== wanted[wanted.length - 1]) return;
    const held = (name, is) => wanted.includes(name) === is;
    if (held("ctrl", event.ctrlKey) && held("alt", event.altKey) && held("meta", event.metaKey)) {
      event.preventDefault();
      this.toggle();
    }
  }

  // On a phone the panel is the whole screen: what lies behind it must not be reached.
  holdOn() {
    if (!window.matchMedia("(max-width: 30rem)").matches) return;
    this.panel.setAttribute("aria-modal", "true");
    this.behind = [...document.body.children].filter((one) => !one.contains(this) && !one.inert);
    for (const one of this.behind) one.inert = true;
  }

  letGo() {
    if (this.panel && this.floats) this.panel.setAttribute("aria-modal", "false");
    for (const one of this.behind || []) one.inert = false;
    this.behind = [];
  }

  printOne(article) {
    article.classList.add("printed");
    this.talk.log.classList.add("one");
    window.print();
    article.classList.remove("printed");
    this.talk.log.classList.remove("one");
  }
}

for (const name of ATTRIBUTES.filter((one) => !["mode", "open"].includes(one))) {
  const property = name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  Object.defineProperty(LaminaChat.prototype, property, {
    get() { return this.getAttribute(name); },
    set(value) { value === null ? this.removeAttribute(name) : this.setAttribute(name, value); },
  });
}
