// Citations: a chip in the text opens its source below the sentence, with the quote highlighted
// in its passage; the list of sources opens the same card.
function authority(one) {
  return el("span", { class: `authority ${one.authority}` }, t(one.authority));
}

function placeOf(one) {
  return [one.title, ...(one.kind === "passage" ? one.section : [])].filter(Boolean).join(" › ");
}

function chip(number, citation, context) {
  const name = citation ? `${t("source")} ${number}: ${citation.title}` : `${t("source")} ${number}`;
  const made = button(String(number), "chip", () => {
    if (!citation) return;
    if (made.card) return made.card.shut();
    const host = made.closest("p, li, blockquote, td") || made;
    const shown = card(citation, context, () => {
      made.card = null;
      made.setAttribute("aria-expanded", "false");
      made.focus();
    });
    made.card = shown;
    made.setAttribute("aria-expanded", "true");
    if (host.matches("li, td")) host.append(shown);
    else host.after(shown);
    shown.focus({ preventScroll: true });
    shown.scrollIntoView({ block: "nearest" });
    context.emit("citation", { mark: citation.mark, citation });
  }, { "aria-label": name, "aria-expanded": citation ? "false" : null, part: "citation" });
  return made;
}

function card(citation, context, closed) {
  const made = el("section", { class: "card", tabindex: "-1", "aria-label": `${t("source")} ${citation.mark}` });
  made.shut = () => {
    made.remove();
    closed();
  };
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    made.shut();
  });
  made.append(
    el("header", {}, el("span", { class: "number" }, String(citation.mark)),
      el("strong", {}, placeOf(citation)), authority(citation),
      button(icon("close"), "plain", () => made.shut(), { "aria-label": t("closeCard") })),
    body(citation, context));
  return made;
}

function body(citation, context) {
  if (citation.kind !== "passage") {
    const row = el("p", { class: "row" }, citation.section.join(" › "));
    return el("div", {}, el("q", {}, citation.quote), citation.section.length ? row : null, webLink(citation));
  }
  const place = el("div", {
    class: "passage", tabindex: "0", role: "region", "aria-label": `${t("passage")} ${citation.mark}`,
  }, t("fetching"));
  fill(place, citation, context);
  return place;
}

function webLink(citation) {
  if (!/^https?:\/\//i.test(citation.url)) return null;
  const link = { href: citation.url, target: "_blank", rel: "noopener noreferrer" };
  return el("p", {}, el("a", link, t("openSite")));
}

async function fill(place, citation, context) {
  try {
    const path = `/v1/passages/${encodeURIComponent(citation.passage_key)}`;
    const passage = await context.client.get(path);
    place.replaceChildren(
      passage.before ? el("p", { class: "around" }, tail(passage.before)) : "",
      el("p", {}, highlighted(passage.text, citation.quote)),
      passage.after ? el("p", { class: "around" }, head(passage.after)) : "");
    for (const erratum of passage.errata || []) {
      place.append(el("p", { class: "caution" }, `${t("corrected")} ${erratum.better}`));
    }
    const mark = place.querySelector("mark");
    if (mark) place.scrollTop = mark.offsetTop - place.offsetTop - 48;
  } catch (why) {
    place.replaceChildren(el("p", {}, el("q", {}, citation.quote)), el("p", { class: "trouble" }, told(why)));
  }
}

function tail(text) {
  return text.length > 240 ? `… ${text.slice(-240)}` : text;
}

function head(text) {
  return text.length > 240 ? `${text.slice(0, 240)} …` : text;
}

function highlighted(text, quote) {
  const at = quote ? text.indexOf(quote) : -1;
  if (at < 0) return [text];
  return [text.slice(0, at), el("mark", {}, quote), text.slice(at + quote.length)];
}

function sourceList(citations, context) {
  const rows = citations.map((one) => {
    const name = placeOf(one);
    const place = el("div", { hidden: true });
    const open = button(name, "open", () => {
      const opening = place.hidden;
      open.setAttribute("aria-expanded", String(opening));
      place.hidden = !opening;
      if (!opening) return;
      place.replaceChildren(body(one, context));
      context.emit("citation", { mark: one.mark, citation: one });
    }, { "aria-expanded": "false" });
    return el("li", {}, el("span", { class: "number" }, String(one.mark)),
      el("div", {}, open, " ", authority(one), el("q", {}, one.quote), place));
  });
  return section(t("sources"), el("ol", { class: "sources" }, rows), "sourcelist");
}

function section(title, content, className = "") {
  return el("section", { class: className }, el("h3", {}, title), content);
}
