"""Mattermost's slash command: its token, its fields, its Markdown.

The one place that knows them. Buttons would need an address of our own, so what they do is
told as commands. Mattermost pings by a bare @name, which is broken up everywhere.
"""

import hmac
import re
from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers

from app.interfaces.slash import card
from app.interfaces.slash.form import fields
from app.interfaces.slash.hosts import BadReplyUrl, Host, read_hosts, target
from app.interfaces.slash.replies import Cited, Notice, Reply, Shown
from app.interfaces.slash.visit import Unproved, Visit
from app.settings import Settings

ID = re.compile(r"[A-Za-z0-9]{1,32}")
COMMAND = re.compile(r"/[a-z0-9._-]{1,64}", re.I)
MESSAGE = 16000
"""Characters of a post; Mattermost takes 16,383."""
LONGEST = 500


class Mattermost:
    """One or more slash commands of a Mattermost server."""

    name = "mattermost"

    def __init__(self, settings: Settings, now: Callable[[], float]) -> None:
        self._tokens = [t for t in settings.mattermost_token.split(",") if t]
        self.hosts: tuple[Host, ...] = read_hosts(settings.mattermost_hosts)

    def command(self, body: bytes, headers: Headers) -> Visit | None:
        """A slash command. Raises Unproved."""
        form = fields(body, headers)
        self._prove(form.get("token", ""), headers)
        url = form.get("response_url", "")
        try:
            target(url, self.hosts)
        except BadReplyUrl as why:
            raise Unproved(str(why)) from why
        named = form.get("command", "")
        trigger = form.get("trigger_id", "")
        if not 0 < len(trigger) <= LONGEST:
            raise Unproved("trigger_id is missing or too long")
        return Visit(
            platform="mattermost",
            team=_id(form, "team_id"),
            channel=_id(form, "channel_id"),
            user=_id(form, "user_id"),
            trigger=trigger,
            reply_to=url,
            command=named if COMMAND.fullmatch(named) else "/lamina",
            text=form.get("text", ""),
        )

    def _prove(self, token: str, headers: Headers) -> None:
        """The token stands in the form, and in the header where there is one. Raises Unproved."""
        sent = [token]
        for given in headers.getlist("authorization"):
            kind, _, rest = given.partition(" ")
            sent.append(rest.strip() if kind.lower() == "token" else "")
        for one in sent:
            # all are compared, so that the time tells nothing of which was near
            fits = [hmac.compare_digest(one.encode(), known.encode()) for known in self._tokens]
            if not one or not any(fits):
                raise Unproved("the token is wrong")

    def payload(self, reply: Reply) -> dict[str, Any]:
        """The reply as Mattermost takes it."""
        if isinstance(reply, Notice):
            warning = [card.taken_out(reply.kinds)] if reply.kinds else []
            return _post("\n\n".join([*warning, reply.text]), False)
        if isinstance(reply, Cited):
            flow = [_source(c, 1500) for c in reply.answer.citations]
            pages = _pages(flow or ["This answer names no source."])
            page = min(reply.page, len(pages))
            more = f"\n\nMore: `sources {page + 1}`" if page < len(pages) else ""
            return _post(pages[page - 1] + more, False)
        pages = _pages(_flow(reply))
        page = min(reply.page, len(pages))
        return _post(f"{pages[page - 1]}\n\n{_under(reply, page, len(pages))}", reply.public)


def _flow(reply: Shown) -> list[str]:
    answer = reply.answer
    flow = [card.taken_out(reply.kinds)] if reply.kinds else []
    flow += [reply.because] if reply.because else []
    flow += [f"Question: {reply.question[:1000]}"] if reply.public and reply.question else []
    # a line at a time, so that a long answer can be cut anywhere between them
    flow += answer.text.split("\n")
    flow += ["", *(f"- {line}" for line in card.code_lines(answer)), ""]
    flow += [f"Careful: {text}" for text in card.cautions(answer)]
    return flow + [_source(c, 280) for c in answer.citations[:5]]


def _under(reply: Shown, page: int, of: int) -> str:
    """What can be done next, as commands, and what the answer rests on."""
    told = []
    if not reply.public:
        for missing in reply.answer.missing:
            if missing.choices:
                told.append(f"{missing.question} Reply with {_named(missing.choices)}.")
        told.append("Next: `sources`, `publish`, `feedback helpful`, `feedback wrong code`.")
    if of > 1:
        told.append(f"Page {page} of {of}" + (f": `more {page + 1}`." if page < of else "."))
    return "\n".join([*told, f"_{card.footer(reply.answer)}_"])


def _named(choices: list[str]) -> str:
    return " or ".join(f"`{choice}`" for choice in choices)


def _source(citation: Any, longest: int) -> str:
    before, behind = card.source(citation, longest)
    url = card.address(citation)
    title = re.sub(r"[\[\]]", "", citation.title)
    return f"{before}{f'[{title}]({url})' if url else title}{behind}"


def _pages(lines: list[str]) -> list[str]:
    pages, room = [""], MESSAGE - 1500
    for line in lines:
        for start in range(0, max(1, len(line)), room):
            piece = line[start : start + room]
            if len(pages[-1]) + len(piece) + 1 > room:
                pages.append("")
            pages[-1] += ("\n" if pages[-1] else "") + piece
    return pages


def _post(text: str, public: bool) -> dict[str, Any]:
    return {"response_type": "in_channel" if public else "ephemeral", "text": safe(text)}


def safe(text: str) -> str:
    """Markdown that pings nobody and loads no picture."""
    text = re.sub(r"@(?=\w)", "@\u200b", card.calm(text))
    return text.replace("![", "!\u200b[")[:MESSAGE]


def _id(form: dict[str, str], name: str) -> str:
    found = form.get(name, "")
    if not ID.fullmatch(found):
        raise Unproved(f"{name} is not an id")
    return found
