// The tab of procedure notes: paste, send, read what came out beside the note.
const MOST_NOTE = 20000;
const EXAMPLE_NOTE = `PROCEDURE: Right L4-5 and L5-S1 transforaminal epidural steroid injection
DX: M54.16
TECHNIQUE: Prone, fluoroscopy. Needles to the right L4-5 and L5-S1 foramina, contrast 0.5 mL
each, no vascular flow. Dexamethasone 5 mg each. Pain 7/10 before, 3/10 after. No complications.
`;

function buildNote(place) {
  const box = el("textarea", { class: "paper", rows: "14", spellcheck: "false", oninput: () => counted() });
  const count = el("span", { class: "count" });
  const trouble = el("p", { class: "trouble", role: "alert" });
  const status = el("p", { class: "hidden", role: "status" });
  const send = el("button", { type: "submit", class: "main" }, "Code this note");
  const result = el("div", { class: "sides", hidden: true });
  const form = el("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); code(); } },
    el("label", { class: "labelled" }, "Procedure note, without names", box), trouble,
    el("div", { class: "row" }, send,
      button("Use an example note", "main quiet", () => place.example()), count));
  place.replaceChildren(
    el("div", { class: "lead" }, el("h2", {}, "Code a procedure note"),
      el("p", {}, "Take out names, dates of birth and record numbers first. Nothing of a note is kept.")),
    form, status, result);
  let busy = false;

  function counted() {
    const over = [...box.value].length - MOST_NOTE;
    count.textContent = over > 0 ? `${over} characters too many: send one note at a time` : box.value ? `${[...box.value].length} of ${MOST_NOTE} characters` : "";
    count.classList.toggle("over", over > 0);
    return over > 0;
  }

  async function code() {
    if (busy) return;
    trouble.textContent = "";
    const text = box.value;
    if (!text.trim()) {
      trouble.textContent = "Paste a note first.";
      box.focus();
      return;
    }
    if (counted()) {
      trouble.textContent = `The note is longer than ${MOST_NOTE} characters; nothing was sent.`;
      return;
    }
    busy = true;
    send.textContent = "Reading the note";
    status.textContent = "Reading the note";
    try {
      const response = await client.post("/v1/notes", { note: text, ...chat.details.values });
      const coded = await response.json();
      form.hidden = true;
      result.hidden = false;
      result.replaceChildren(...drawNote(coded, text, () => {
        result.hidden = true;
        form.hidden = false;
        box.focus();
      }));
      result.querySelector(".banner").focus();
      status.textContent = result.querySelector(".banner").textContent;
    } catch (why) {
      trouble.textContent = told(why);
      status.textContent = "";
    }
    busy = false;
    send.textContent = "Code this note";
  }

  place.example = () => {
    result.hidden = true;
    form.hidden = false;
    box.value = EXAMPLE_NOTE;
    counted();
    box.focus();
  };
}
