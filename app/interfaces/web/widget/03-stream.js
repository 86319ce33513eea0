// Server-sent events of a fetch, however the bytes are cut: EventSource can neither POST nor set headers.
const IDLE = 120000;

async function* events(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let held = "";
  try {
    for (;;) {
      const { value, done } = await inTime(reader.read());
      held += done ? decoder.decode() : decoder.decode(value, { stream: true });
      // a lone CR at the end may be half of a CRLF still to come
      const whole = held.endsWith("\r") && !done ? held.length - 1 : held.length;
      const frames = held.slice(0, whole).replace(/\r\n?/g, "\n").split("\n\n");
      held = frames.pop() + held.slice(whole);
      for (const frame of frames) {
        const found = parsed(frame);
        if (found) yield found;
      }
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function inTime(reading) {
  let timer;
  const late = new Promise((_, refuse) => { timer = setTimeout(() => refuse(new Error(t("cut"))), IDLE); });
  return Promise.race([reading, late])
    .catch((why) => { throw why.name === "AbortError" ? why : new Error(t("cut")); })
    .finally(() => clearTimeout(timer));
}

function parsed(frame) {
  let name = "message";
  const data = [];
  for (const line of frame.split("\n")) {
    const field = /^(event|data):[ ]?(.*)$/.exec(line);
    if (field && field[1] === "event") name = field[2];
    if (field && field[1] === "data") data.push(field[2]);
  }
  if (!data.length) return null;
  try {
    return { name, data: JSON.parse(data.join("\n")) };
  } catch {
    throw new Error(t("cut"));
  }
}
