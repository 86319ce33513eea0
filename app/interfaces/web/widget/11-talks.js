// The conversations of this browser session: ids and questions alone, the answers stay with the server.
const MOST_TALKS = 20;
const MOST_TURNS = 50;
const DAY = 24 * 60 * 60 * 1000;

class Talks {
  // persist: session (this tab), local (this browser, for a day), none
  constructor(scope, persist) {
    this.key = `lamina.talks.${scope}`;
    this.store = persist === "local" ? () => window.localStorage : persist === "none" ? null : SESSION;
    this.held = this.read();
  }

  read() {
    if (!this.store) return [];
    try {
      const found = JSON.parse(recall(this.store, this.key) || "[]");
      const fine = (one) => one && Array.isArray(one.turns) && Date.now() - one.at < DAY;
      return Array.isArray(found) ? found.filter(fine) : [];
    } catch {
      return [];
    }
  }

  add(talk, turn) {
    talk.turns = [...talk.turns, turn].slice(-MOST_TURNS);
    talk.at = Date.now();
    this.held = [talk, ...this.held.filter((one) => one !== talk)].slice(0, MOST_TALKS);
    if (this.store) remember(this.store, this.key, JSON.stringify(this.held));
  }

  asked(id) {
    for (const talk of this.held) {
      const turn = talk.turns.find((one) => one.id === id);
      if (turn) return turn;
    }
    return null;
  }

  clear() {
    this.held = [];
    if (this.store) remember(this.store, this.key, "[]");
  }
}
