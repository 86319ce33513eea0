// The start, when every tab can be built: what the address asks for, then the last conversation.
function follow() {
  const answer = /^#answer=([0-9a-f-]{36})$/.exec(location.hash);
  if (answer) {
    tab("ask");
    chat.talk.show(answer[1]);
  } else if (TABS.includes(location.hash.slice(1))) tab(location.hash.slice(1));
  return Boolean(answer);
}

window.addEventListener("hashchange", follow);
if (follow()) chat.restored = true;
else chat.restore();
drawTalks();
if (document.body.dataset.tab === "ask") chat.talk.box.focus({ preventScroll: true });
