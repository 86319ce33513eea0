// Thumbs, and the reasons after a thumb down. The last word counts.
const REASONS = ["wrong_code", "bad_citation", "incomplete", "off_topic", "other"];

function feedback(answer, context) {
  const said = el("span", { class: "said", role: "status" });
  const more = el("div", { class: "reasons", hidden: true });
  let before = Promise.resolve(); // one after the other, since the last word counts
  const thumbs = ["up", "down"].map((verdict) => {
    const name = t(verdict === "up" ? "helpful" : "unhelpful");
    return button(icon(verdict), "tool thumb", () => {
      for (const one of thumbs) one.setAttribute("aria-pressed", String(one === mine()));
      function mine() { return thumbs[verdict === "up" ? 0 : 1]; }
      more.hidden = verdict === "up";
      if (verdict === "down" && !more.firstChild) more.append(reasons((chosen, comment) => send("down", chosen, comment)));
      if (verdict === "down") more.querySelector("input").focus();
      send(verdict, [], "", verdict === "down");
    }, { "aria-pressed": "false", "aria-label": name, title: name });
  });

  function send(...word) {
    before = before.then(() => sendNow(...word));
  }

  async function sendNow(verdict, chosen, comment, quiet = false) {
    const sent = { answer_id: answer.id, verdict, reasons: chosen };
    if (comment) sent.comment = comment;
    try {
      await context.client.post("/v1/feedback", sent);
      if (!quiet) {
        said.textContent = t("thanks");
        if (verdict === "down" && !more.hidden) {
          more.hidden = true;
          thumbs[1].focus();
        }
      }
      context.emit("feedback", { answer_id: answer.id, verdict, reasons: chosen });
    } catch (why) {
      said.textContent = `${t("notKept")} ${told(why)}`;
    }
  }
  return [el("span", { class: "thumbs" }, said, thumbs), more];
}

function reasons(send) {
  const boxes = REASONS.map((name) => {
    const box = el("input", { type: "checkbox", value: name });
    return el("label", { class: "reason" }, box, t(name));
  });
  const comment = el("textarea", { rows: "2", maxlength: "2000" });
  const form = el("form", {
    onsubmit: (event) => {
      event.preventDefault();
      send(boxes.map((one) => one.firstChild).filter((one) => one.checked).map((one) => one.value), comment.value.trim());
    },
  },
  el("fieldset", {}, el("legend", {}, t("whatWrong")), boxes),
  el("label", { class: "commentbox" }, t("comment"), comment),
  el("button", { type: "submit", class: "tool" }, t("send")));
  return form;
}
