// The small part of Markdown that answers use: bold, lists, paragraphs, citation marks.
function inline(text, context) {
  // a mark stays on the line of the word before it
  const tight = text.replace(/ (?=\[\d+\])/g, "\u2060");
  return tight.split(/(\*\*[^*]+\*\*|`[^`]+`|\[\d+\])/).filter(Boolean).map((piece) => {
    const mark = /^\[(\d+)\]$/.exec(piece);
    if (mark) return context.mark ? context.mark(Number(mark[1])) : el("sup", { class: "plainmark" }, mark[1]);
    if (/^\*\*[^*]+\*\*$/.test(piece)) return el("strong", {}, piece.slice(2, -2));
    if (/^`[^`]+`$/.test(piece)) return el("code", {}, piece.slice(1, -1));
    return document.createTextNode(piece);
  });
}

function blocks(text, context) {
  const made = [];
  let list = null;
  for (const line of text.split("\n")) {
    if (!line.trim()) continue;
    const item = /^\s*(?:[-*]|\d+\.)\s+(.*)$/.exec(line);
    if (item) {
      if (!list) made.push((list = el("ul")));
      list.append(el("li", {}, inline(item[1], context)));
      continue;
    }
    list = null;
    made.push(block(line, context));
  }
  return made;
}

function block(line, context) {
  const heading = /^#{1,6}\s+(.*)$/.exec(line);
  if (heading) return el("h3", {}, inline(heading[1], context));
  if (/^The guide: “/.test(line)) return el("blockquote", {}, inline(line, context));
  if (/^Note: /.test(line)) return el("p", { class: "caution" }, inline(line.slice(6), context));
  return el("p", {}, inline(line, context));
}

function plain(text) {
  return text.replace(/\*\*/g, "").replace(/\s*\[\d+\]/g, "");
}

// The verdict is the first line; what follows it is the reasoning.
function parted(text) {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.trim());
  if (first < 0) return ["", ""];
  if (/^\s*[-*]\s/.test(lines[first])) return ["", text];
  return [lines[first].trim(), lines.slice(first + 1).join("\n")];
}
