// One conversation: the question box, the log, and the way of a question to its answer.
class Talk {
  // host: { client, talks, details, emit, context(asked), options }
  constructor(host) {
    this.host = host;
    this.running = null; // AbortController of the question being answered
    this.begun = 0; // when it was sent
    this.current = { thread: null, at: 0, turns: [] };
    this.last = ""; // the question asked last
    this.log = el("div", { class: "log", part: "log", role: "log", "aria-live": "off", "aria-label": t("log"), tabindex: host.options.scrolls ? "0" : null });
    this.status = el("p", { class: "hidden", role: "status", "aria-live": "polite" });
    this.box = el("textarea", {
      id: fresh("question"), rows: "1", part: "input", placeholder: host.options.placeholder,
      oninput: () => this.grow(), onkeydown: (event) => this.key(event),
    });
    this.button = el("button", { type: "submit", class: "send", part: "send" }, t("ask"));
    this.note = el("p", { class: "trouble", role: "alert" });
    // the way back from the box to the newest answer is one key long, however long the answer
    this.jump = button(t("toAnswer"), "jump", () => this.log.lastElementChild.querySelector(".asked").focus(), { hidden: true });
    this.form = el("form", { class: "composer", part: "composer", novalidate: true, onsubmit: (event) => this.submit(event) },
      this.note, this.jump,
      el("div", { class: "box" }, el("label", { class: "hidden", for: this.box.id }, t("question")), this.box, this.button),
      el("p", { class: "hint" }, host.options.disclaimer));
  }

  submit(event) {
    event.preventDefault();
    if (this.running) {
      // the second half of a double click is no wish to stop
      if (performance.now() - this.begun > 600) this.running.abort();
      return;
    }
    const question = this.box.value.trim();
    if (!question) return;
    const over = question.length - this.host.options.most;
    this.note.textContent = over > 0 ? `${t("tooLong")} ${over} ${t("characters")}.` : "";
    if (over > 0) {
      this.host.emit("error", { message: this.note.textContent });
      return;
    }
    this.box.value = "";
    this.grow();
    this.ask(question, false);
    // a mouse goes on to type; on a phone the keyboard would cover the answer
    if (window.matchMedia("(pointer: fine)").matches) this.box.focus({ preventScroll: true });
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (!this.running) this.form.requestSubmit();
    }
    if (event.key === "ArrowUp" && !this.box.value && this.last) {
      event.preventDefault();
      this.edit(this.last);
    }
  }

  edit(text) {
    this.box.value = text;
    this.grow();
    this.box.focus();
  }

  grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
  }

  turn(question, sent) {
    const told = Object.values(sent).join(" · ");
    const step = el("p", { class: "step" }, t("sending"));
    // answers are English, whichever way the page around them runs
    const card = el("div", { class: "answer", part: "message", lang: "en", dir: "ltr", "aria-busy": "true" }, step);
    const heading = el("h2", { class: "asked", tabindex: "-1", dir: "auto" }, question);
    const article = el("article", { class: "turn" },
      el("header", {}, heading, told && el("p", { class: "sent" }, `${t("sentWith")} ${told}`)), card);
    this.log.append(article);
    this.jump.hidden = false;
    return { article, heading, card, step };
  }

  async ask(question, byButton = false) {
    if (this.running || !question || !question.trim()) return null;
    const mine = (this.running = new AbortController());
    this.begun = performance.now();
    this.last = question;
    const sent = this.host.details.values;
    const shown = this.turn(question, sent);
    this.host.emit("question", { question, ...sent });
    this.host.began();
    shown.article.scrollIntoView({ block: "start" });
    // who pressed a choice goes on reading at the new answer
    if (byButton) shown.heading.focus({ preventScroll: true });
    this.button.textContent = t("stop");
    this.status.textContent = t("looking");
    const slow = setTimeout(() => { this.status.textContent = t("slow"); }, 10000);
    let answer = null;
    try {
      const asked = { question, ...sent };
      if (this.current.thread) asked.thread_id = this.current.thread;
      answer = await this.streamed(asked, shown, mine.signal).catch((why) => {
        // a conversation that is over opens anew
        if (why.status !== 404 || !asked.thread_id) throw why;
        delete asked.thread_id;
        return this.streamed(asked, shown, mine.signal);
      });
      this.finish(answer, question, sent, shown);
    } catch (why) {
      this.failed(why, question, shown);
    }
    clearTimeout(slow);
    if (this.running === mine) {
      this.running = null;
      this.button.textContent = t("ask");
    }
    return answer;
  }

  async streamed(asked, shown, signal) {
    const response = await this.host.client.post("/v1/ask/stream", asked, signal);
    let text = "";
    let answer = null;
    let due = 0;
    const draw = () => {
      due = 0;
      if (!answer) shown.card.replaceChildren(shown.step, el("div", { class: "words" }, blocks(text, {})));
    };
    try {
      for await (const { name, data } of events(response)) {
        if (name === "step") shown.step.textContent = t(data.name);
        if (name === "step" && data.name === "restart") text = "";
        if (name === "sentence") {
          text += data.text;
          this.host.emit("delta", { text: data.text });
        }
        if (name === "answer") answer = data;
        if (name === "error") throw new Error(data.detail);
        if (name === "done") break;
        due ||= requestAnimationFrame(draw);
      }
    } catch (why) {
      // an answer that came whole stands, whatever became of the connection after it
      if (!answer || why.name === "AbortError") throw why;
    } finally {
      cancelAnimationFrame(due);
    }
    if (!answer) throw new Error(t("cut"));
    return answer;
  }

  finish(answer, question, sent, shown) {
    this.current.thread = answer.thread_id;
    this.host.talks.add(this.current, { id: answer.id, asked: question, sent });
    this.draw(answer, question, shown);
    this.host.details.assumed(answer.assumed);
    // who has read on while it streamed stays where they are
    if (shown.article.getBoundingClientRect().top > 0) shown.article.scrollIntoView({ block: "start" });
    const spoken = plain(answer.text);
    this.status.textContent = `${t("announced")} ${spoken.length > 800 ? `${plain(parted(answer.text)[0])} ${t("more")}` : spoken}`;
    this.host.emit("answer", { answer });
  }

  draw(answer, question, shown) {
    shown.article.dataset.answer = answer.id;
    shown.card.replaceChildren(...drawAnswer(answer, this.host.context(question, shown.article)));
    shown.card.removeAttribute("aria-busy");
  }

  failed(why, question, shown) {
    const text = told(why);
    shown.card.replaceChildren(el("p", { class: "trouble", role: "alert" }, text),
      el("div", { class: "buttons" }, button(t("again"), "choice", () => {
        shown.article.remove();
        this.jump.hidden = !this.log.firstChild;
        this.ask(question, true);
      })));
    shown.card.removeAttribute("aria-busy");
    this.status.textContent = "";
    this.host.emit("error", { message: text });
  }

  reset() {
    if (this.running) this.running.abort();
    this.current = { thread: null, at: 0, turns: [] };
    this.last = "";
    this.log.replaceChildren();
    this.jump.hidden = true;
    this.status.textContent = "";
    this.note.textContent = "";
    this.host.details.assumed([]);
  }

  // A conversation of this session again, each answer fetched.
  async resume(talk) {
    this.reset();
    this.current = talk;
    this.host.began();
    const shown = talk.turns.map((one) => ({ one, parts: this.turn(one.asked, one.sent || {}) }));
    const found = await Promise.all(shown.map(({ one, parts }) => this.fetched(one, parts)));
    if (this.current !== talk) return;
    this.last = talk.turns.length ? talk.turns[talk.turns.length - 1].asked : "";
    const newest = found[found.length - 1];
    if (newest) this.host.details.assumed(newest.assumed);
  }

  // One answer by its id, as a link names it.
  async show(id) {
    const known = this.host.talks.asked(id);
    this.reset();
    this.host.began();
    const turn = { id, asked: known ? known.asked : t("linked"), sent: known ? known.sent : {} };
    const answer = await this.fetched(turn, this.turn(turn.asked, turn.sent || {}), Boolean(known));
    if (answer) this.current.thread = answer.thread_id;
    if (answer && known) this.last = known.asked;
    if (answer) this.host.details.assumed(known ? answer.assumed : []);
    return answer;
  }

  async fetched(turn, parts, known = true) {
    try {
      const answer = await this.host.client.get(`/v1/answers/${encodeURIComponent(turn.id)}`);
      this.draw(answer, known ? turn.asked : "", parts);
      return answer;
    } catch (why) {
      if (!known) {
        parts.card.replaceChildren(el("p", { class: "trouble", role: "alert" }, why.status === 404 ? t("kept") : told(why)));
        parts.card.removeAttribute("aria-busy");
      } else this.failed(why.status === 404 ? new Error(t("kept")) : why, turn.asked, parts);
      return null;
    }
  }

  transcript() {
    return [...this.log.querySelectorAll(".turn")].map((one) =>
      [one.querySelector(".asked").textContent, one.querySelector(".answer").innerText].join("\n")).join("\n\n");
  }
}
