"""Slack's requests, proved and read. What goes out is slack_blocks.

The one place that knows Slack's fields. Identifies people by ids, never by names.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import Headers

from app.interfaces.slash import slack_blocks
from app.interfaces.slash.acts import ACT, Act
from app.interfaces.slash.form import fields
from app.interfaces.slash.hosts import BadReplyUrl, Host, read_hosts, target
from app.interfaces.slash.replies import Reply
from app.interfaces.slash.signature import Signatures
from app.interfaces.slash.visit import Unproved, Visit
from app.settings import Settings

ID = re.compile(r"[A-Za-z0-9]{1,32}")
PATHS = ("/commands/", "/actions/", "/app/")
"""Where Slack takes replies to commands and buttons."""
LONGEST = 500
"""Of an id that Slack makes up for one command or message."""


class Slack:
    """One Slack app, as the settings describe it."""

    name = "slack"

    def __init__(self, settings: Settings, now: Callable[[], float]) -> None:
        self._signatures = Signatures(settings.slack_signing_secret, now)
        self._command = settings.slack_command
        self._teams = _ids(settings.slack_teams)
        self._channels = _ids(settings.slack_channels)
        self.hosts: tuple[Host, ...] = read_hosts(settings.slack_hosts)

    def command(self, body: bytes, headers: Headers) -> Visit | None:
        """A slash command; None for Slack's check of the certificate. Raises Unproved."""
        if _is_probe(body):
            return None
        proof = self._signatures.proof(body, headers)
        form = fields(body, headers)
        enterprise = form.get("enterprise_id", "")
        return Visit(
            platform="slack",
            team=_id(form, "team_id"),
            channel=_id(form, "channel_id"),
            user=_id(form, "user_id"),
            trigger=_short(form.get("trigger_id")),
            reply_to=self._reply_to(form.get("response_url")),
            command=self._command,
            text=form.get("text", ""),
            proof=proof,
            refusal=self._refusal(form, enterprise, form.get("command", "")),
        )

    def interaction(self, body: bytes, headers: Headers) -> Visit | None:
        """A pressed button; None for what no button of ours sends. Raises Unproved."""
        if _is_probe(body):
            return None
        proof = self._signatures.proof(body, headers)
        try:
            sent = json.loads(fields(body, headers).get("payload", ""))
            return self._tapped(sent, proof)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as why:
            raise Unproved("the payload cannot be read") from why

    def _tapped(self, sent: dict[str, Any], proof: str) -> Visit | None:
        if sent["type"] != "block_actions":
            return None
        enterprise = (sent.get("enterprise") or {}).get("id") or ""
        team = (sent.get("team") or {}).get("id") or enterprise
        found = {
            "team_id": team,
            "channel_id": sent["channel"]["id"],
            "user_id": sent["user"]["id"],
        }
        place = sent["container"]
        act = _act(sent["actions"][0], bool(place.get("is_ephemeral")))
        if act is None:
            return None
        return Visit(
            platform="slack",
            team=_id(found, "team_id"),
            channel=_id(found, "channel_id"),
            user=_id(found, "user_id"),
            trigger=_short(sent["trigger_id"]),
            reply_to=self._reply_to(sent["response_url"]),
            command=self._command,
            act=act,
            proof=proof,
            message=_short(place["message_ts"]),
            refusal=self._refusal(found, enterprise, self._command),
        )

    def payload(self, reply: Reply) -> dict[str, Any]:
        """The reply as Slack takes it."""
        return slack_blocks.payload(reply)

    def _reply_to(self, url: Any) -> str:
        try:
            found = target(str(url), self.hosts)
        except BadReplyUrl as why:
            raise Unproved(str(why)) from why
        if not found.host.loopback and not found.path.startswith(PATHS):
            raise Unproved("the reply address is none of Slack's for commands and buttons")
        return str(url)

    def _refusal(self, form: dict[str, str], enterprise: str, command: str) -> str:
        if self._teams and not self._teams & {form["team_id"], enterprise}:
            return (
                "Lamina is not open to this workspace. Its keeper can add it to LAMINA_SLACK_TEAMS."
            )
        if self._channels and form["channel_id"] not in self._channels:
            return "Lamina is not open to this channel; LAMINA_SLACK_CHANNELS names those it is."
        if command != self._command:
            return f"Here Lamina is called by {self._command}."
        return ""


def _act(pressed: dict[str, Any], ephemeral: bool) -> Act | None:
    """What the button carries, or None when it is none of ours."""
    value = (pressed.get("selected_option") or pressed)["value"]
    try:
        act = ACT.validate_json(value)
    except ValidationError:
        return None
    if act.kind == "show":
        # a message that all of the channel sees is not turned over by one of its readers
        return act.model_copy(update={"replace": ephemeral})
    return act if act.kind in ("choose", "sources", "publish", "rate") else None


def _is_probe(body: bytes) -> bool:
    """Slack asks so whether the certificate is good; nothing is done, so no signature is needed."""
    return len(body) < 500 and re.search(rb"(?:^|&)ssl_check=1(?:&|$)", body) is not None


def _id(form: dict[str, str], name: str) -> str:
    found = form.get(name, "")
    if not isinstance(found, str) or not ID.fullmatch(found):
        raise Unproved(f"{name} is not an id")
    return found


def _short(text: Any) -> str:
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST:
        raise Unproved("an id of Slack's is missing or too long")
    return text


def _ids(text: str) -> frozenset[str]:
    return frozenset(filter(None, map(str.strip, text.split(","))))
