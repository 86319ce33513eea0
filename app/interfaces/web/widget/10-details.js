// The claim details: small fields that stay in sight and are sent along; beside them what the
// last answer assumed, one tap to correct.
const PLACES = [["11", "11 office"], ["19", "19 off-campus hospital"], ["21", "21 inpatient"], ["22", "22 on-campus hospital"], ["24", "24 surgery center"]];
const CLAIMS = [["professional", "professional"], ["facility", "facility"]];

class Details {
  // asks: { client, ask(text), edit(text), asked() }
  constructor(asks) {
    this.asks = asks;
    const payers = fresh("payers");
    this.controls = {
      service_date: el("input", { type: "date", name: "service_date", min: "2000-01-01", max: "2099-12-31" }),
      payer: el("input", { name: "payer", maxlength: "80", autocomplete: "off", list: payers, placeholder: t("any") }),
      state: el("input", { name: "state", maxlength: "2", autocomplete: "off", placeholder: t("any"), spellcheck: "false" }),
      place_of_service: pick("place_of_service", PLACES),
      claim: pick("claim", CLAIMS),
    };
    const names = { ...STRINGS, payer: STRINGS.payerField };
    const fields = Object.entries(this.controls).map(([name, control]) =>
      el("label", { class: `field of-${name}` }, el("span", {}, names[name]), control));
    this.again = button(t("askAgain"), "again", () => this.asks.ask(this.asks.asked()), { hidden: true });
    this.taken = el("div", { class: "taken", hidden: true });
    this.node = el("form", {
      class: "details", "aria-label": t("details"), novalidate: true,
      onsubmit: (event) => event.preventDefault(),
      onchange: () => this.changed(),
    }, el("div", { class: "fields" }, fields, el("datalist", { id: payers },
      ["medicare", "commercial", "medicaid"].map((one) => el("option", { value: one })))),
    this.taken, this.again);
  }

  get values() {
    const said = {};
    for (const [name, control] of Object.entries(this.controls)) {
      const value = control.value.trim();
      if (value) said[name] = name === "state" ? value.toUpperCase() : value;
    }
    return said;
  }

  set values(given) {
    for (const [name, control] of Object.entries(this.controls)) control.value = given[name] || "";
    this.changed(false);
  }

  changed(byHand = true) {
    for (const control of Object.values(this.controls)) {
      control.parentElement.classList.toggle("said", control.value !== "");
    }
    this.again.hidden = !byHand || !this.asks.asked();
    this.node.dispatchEvent(new CustomEvent("details", { detail: this.values }));
  }

  // What the answer took for granted, of this turn or of one before.
  assumed(list) {
    this.again.hidden = true;
    this.taken.hidden = !list.length;
    this.taken.replaceChildren(
      el("span", { class: "takenname", id: fresh("taken") }, t("assumed")),
      ...list.map((one) => this.chip(one)));
  }

  chip(one) {
    const text = [`${factName(one.fact)}: `, el("strong", {}, one.value)];
    if (one.from === "earlier_turn") text.unshift(`${t("earlier")}, `);
    const name = `${factName(one.fact)}: ${one.value}, ${one.because}. ${t("change")}`;
    const made = button("", "assumed", () => this.correct(one, made), { title: one.because, "aria-label": name });
    made.append(...text);
    return made;
  }

  async correct(one, made) {
    const control = this.controls[one.fact];
    if (one.fact === "claim") {
      control.value = one.value === "facility" ? "professional" : "facility";
      this.changed();
      return this.asks.ask(this.asks.asked());
    }
    if (control) {
      control.focus();
      try {
        control.showPicker();
      } catch { /* a field without a picker is typed into */ }
      return undefined;
    }
    const others = await this.asks.client.alternatives(one.fact, one.value).catch(() => []);
    if (!others.length) return this.asks.edit(this.asks.asked());
    const ask = (value) => this.asks.ask(withFact(this.asks.asked(), one.fact, value));
    if (others.length === 1) return ask(others[0]);
    const choices = el("span", { class: "others", role: "group", "aria-label": t("instead") }, `${t("instead")} `,
      others.map((value) => button(value, "choice", () => ask(value))));
    made.replaceWith(choices);
    choices.querySelector("button").focus();
    return undefined;
  }
}

function pick(name, options) {
  return el("select", { name }, el("option", { value: "" }, t("any")),
    options.map(([value, text]) => el("option", { value }, text)));
}
