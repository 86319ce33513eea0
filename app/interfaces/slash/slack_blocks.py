"""Reply -> Slack's Block Kit, within Slack's limits, with nothing smuggled in. Pure.

Every text is escaped and marked verbatim, so no word of a question, a guide or a model pings
anybody or becomes a link. A message that would be too long is cut into pages.
"""

import json
import re
from typing import Any

from app.interfaces.slash import card
from app.interfaces.slash.acts import Act, Choose, Publish, Rate, Show, Sources
from app.interfaces.slash.replies import Cited, Notice, Reply, Shown
from app.interfaces.wire import Answer, MissingOut

Block = dict[str, Any]
SECTION, MESSAGE, BLOCKS = 2900, 11500, 50
"""Characters of a section, characters and blocks of a message; Slack's own limits are wider."""
LABEL, OPTION = 75, 150
"""Characters of a button's text and of an option's value."""
FACTS, BUTTONS, OPTIONS = 3, 5, 12
"""Missing facts with buttons, buttons of a fact, and options where it has more values."""
CITED = 5
PING = re.compile(r"@(?=channel|here|everyone|group)", re.I)


def payload(reply: Reply) -> dict[str, Any]:
    """The message as JSON-able fields."""
    if isinstance(reply, Notice):
        head = [_context(card.taken_out(reply.kinds))] if reply.kinds else []
        return _message(reply.text, [*head, *_sections(reply.text)][:BLOCKS])
    if isinstance(reply, Cited):
        return _cited(reply)
    return _shown(reply)


def _shown(reply: Shown) -> dict[str, Any]:
    answer = reply.answer
    first, rest = card.verdict(answer)
    flow = [*_sections(first), *_sections(rest)]
    if lines := list(card.code_lines(answer)):
        flow += _sections("\n".join(lines))
    flow += [_context(f"Careful: {text}") for text in card.cautions(answer)]
    flow += [_source(c, 280) for c in answer.citations[:CITED]]
    choices = _choices(answer)
    head = _head(reply)
    pages = _pages(flow, lambda n, of: [*head, *_tail(reply, choices, n, of)])
    page = min(reply.page, len(pages))
    blocks = [*head, *pages[page - 1], *_tail(reply, choices, page, len(pages))]
    return _message(card.headline(answer), blocks, public=reply.public, replace=reply.replace)


def _head(reply: Shown) -> list[Block]:
    head = [_context(card.taken_out(reply.kinds))] if reply.kinds else []
    if reply.because:
        head.append(_context(reply.because))
    if reply.public and reply.question:
        head.append(_context(f"Question: {reply.question[:1000]}"))
    return head


def _tail(reply: Shown, choices: list[Block], page: int, of: int) -> list[Block]:
    """What stands under every page: the choices, the buttons, what it rests on."""
    answer = reply.answer
    buttons = [_button("Helpful", Rate(answer=answer.id, verdict="up"), "rate:up")]
    buttons.append(_not_helpful(answer))
    if not reply.public:
        buttons.append(_button("Post to channel", Publish(answer=answer.id), "publish"))
    if answer.citations:
        buttons.append(_button("Show sources", Sources(answer=answer.id), "sources"))
    if of > 1:
        following = page % of + 1
        name = "Next page" if following > page else "First page"
        buttons.append(_button(name, Show(answer=answer.id, page=following), "page"))
    count = f"Page {page} of {of}. " if of > 1 else ""
    return [
        *choices,
        {"type": "divider"},
        {"type": "actions", "elements": buttons},
        _context(count + card.footer(answer)),
    ]


def _choices(answer: Answer) -> list[Block]:
    """A question and its buttons for each of the first missing facts."""
    found: list[Block] = []
    for missing in [m for m in answer.missing if m.choices][:FACTS]:
        found += _sections(missing.question[:500])
        found.append({"type": "actions", "elements": _values(answer, missing)})
    return found


def _values(answer: Answer, missing: MissingOut) -> list[Block]:
    acts = [
        (value, Choose(answer=answer.id, thread=answer.thread_id, fact=missing.fact, value=value))
        for value in missing.choices
    ]
    if len(acts) <= BUTTONS:
        return [_button(v, act, f"choose:{missing.fact}:{n}") for n, (v, act) in enumerate(acts)]
    options = [
        _option(value, act.model_copy(update={"thread": ""})) for value, act in acts[:OPTIONS]
    ]
    return [
        {
            "type": "static_select",
            "action_id": f"choose:{missing.fact}"[:255],
            "placeholder": _plain("Choose one"),
            "options": [o for o in options if len(o["value"]) <= OPTION],
        }
    ]


def _not_helpful(answer: Answer) -> Block:
    return {
        "type": "static_select",
        "action_id": "rate:down",
        "placeholder": _plain("Not helpful: why?"),
        "options": [
            _option(words, Rate(answer=answer.id, verdict="down", reasons=(reason,)))
            for reason, words in card.REASONS.items()
        ],
    }


def _cited(reply: Cited) -> dict[str, Any]:
    answer = reply.answer
    flow = [_source(c, 1500) for c in answer.citations]

    def tail(page: int, of: int) -> list[Block]:
        if of == 1:
            return []
        more = Sources(answer=answer.id, page=page % of + 1)
        name = "More sources" if page < of else "First sources"
        return [{"type": "actions", "elements": [_button(name, more, "sources")]}]

    pages = _pages(flow or [_context("This answer names no source.")], tail)
    page = min(reply.page, len(pages))
    told = f"Sources of: {card.headline(answer)}"
    return _message(told, [*pages[page - 1], *tail(page, len(pages))])


# --- pages ---------------------------------------------------------------------------


def _pages(flow: list[Block], around: Any) -> list[list[Block]]:
    """The blocks in as few messages as the limits allow, each with what stands around it."""
    fixed = around(98, 99)
    room = MESSAGE - _size(_message("x" * 300, fixed))
    pages: list[list[Block]] = [[]]
    for block in flow:
        page = pages[-1]
        full = sum(map(_size, page)) + _size(block) + 2 * len(page) + 2 > room
        if page and (full or len(page) + len(fixed) >= BLOCKS):
            pages.append([])
        pages[-1].append(block)
    return pages


def _size(part: Any) -> int:
    return len(json.dumps(part, ensure_ascii=False))


def _message(
    told: str, blocks: list[Block], public: bool = False, replace: bool = False
) -> dict[str, Any]:
    """`told` is what a notification and a screen reader get."""
    short = told if len(told) <= 280 else told[:279] + "…"
    return {
        "response_type": "in_channel" if public else "ephemeral",
        "replace_original": replace,
        "text": _cut(mrkdwn(short), 300)[0],
        "blocks": blocks,
    }


# --- blocks --------------------------------------------------------------------------


def mrkdwn(text: str) -> str:
    """Markdown as Slack writes it, with everything escaped that Slack acts on."""
    text = PING.sub("@\u2060", card.calm(text))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"^\s{0,3}#{1,6}\s+(.+)$", r"*\1*", text, flags=re.M)
    text = re.sub(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", r"*\1*", text)
    text = re.sub(r"!?\[([^\]\n]*)\]\(([^)\n]*)\)", r"\1 (\2)", text)
    return re.sub(r"^(\s*)[-*]\s+", r"\1• ", text, flags=re.M)


def _cut(text: str, most: int = SECTION) -> list[str]:
    """Pieces of an escaped text, cut at a line, else at a space, never inside an escape."""
    pieces = []
    while len(text) > most:
        at = text.rfind("\n", most // 2, most)
        at = at if at > 0 else text.rfind(" ", most // 2, most)
        if at <= 0:
            at = most - len(m[0]) if (m := re.search(r"&\w{0,4}$", text[:most])) else most
        pieces.append(text[:at])
        text = text[at:].lstrip(" \n")
    return [*pieces, text] if text or not pieces else pieces


def _text(told: str) -> Block:
    return {"type": "mrkdwn", "text": told, "verbatim": True}


def _sections(text: str) -> list[Block]:
    return [{"type": "section", "text": _text(p)} for p in _cut(mrkdwn(text)) if p.strip()]


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_text(_cut(mrkdwn(text))[0])]}


def _source(citation: Any, longest: int) -> Block:
    before, behind = card.source(citation, longest)
    title, url = mrkdwn(citation.title)[:500].replace("|", "/"), card.address(citation)
    linked = f"<{url.replace('&', '&amp;')}|{title}>" if url else title
    return {
        "type": "context",
        "elements": [_text(before + linked + _cut(mrkdwn(behind), 2000)[0])],
    }


def _plain(text: str) -> Block:
    text = card.calm(text)
    return {"type": "plain_text", "text": text if len(text) <= LABEL else text[: LABEL - 1] + "…"}


def _value(act: Act) -> str:
    return act.model_dump_json(exclude_defaults=True, exclude={"kind"}).replace(
        "{", f'{{"kind":"{act.kind}",', 1
    )


def _button(name: str, act: Act, id: str) -> Block:
    return {"type": "button", "action_id": id[:255], "text": _plain(name), "value": _value(act)}


def _option(name: str, act: Act) -> Block:
    return {"text": _plain(name), "value": _value(act)}
