"""Targets outside this process: a server over HTTP, the slash command, a file of answers."""

import hashlib
import hmac
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.cases import Claim, Dialogue, Feature, Note
from eval.errors import BadTarget
from eval.question_sets import Sample
from eval.records import Record, Timing, stable
from eval.targets import request

SECONDS = 30
EVERY: frozenset[Feature] = frozenset(
    ("families", "conversation", "notes", "claims", "spanish", "redaction")
)


class Server:
    """A running server: /v1/ask, /v1/notes and /v1/claims/check."""

    features = EVERY
    """A server is judged by all it is asked; a route it does not have is not built."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self._versions: dict[str, str] = {}

    @property
    def versions(self) -> Mapping[str, str]:
        return {"address": self.base} | self._versions

    def ask(self, sample: Sample) -> tuple[Record, Timing]:
        record = Record(id=sample.id, case=sample.case.id, set=sample.set)
        began = time.perf_counter()
        try:
            found = self._answers(sample)
        except (OSError, ValueError) as why:
            return failed(record, why), Timing(id=sample.id, ms={})
        ms = {"total": round((time.perf_counter() - began) * 1000, 3)}
        many = isinstance(sample.case, Dialogue)
        told = {"turns": tuple(found)} if many else {"answer": found[0]}
        return record.model_copy(update=told), Timing(id=sample.id, ms=ms)

    def _answers(self, sample: Sample) -> list[dict[str, Any]]:
        case = sample.case
        if isinstance(case, Note):
            context = case.context.model_dump(mode="json", exclude_none=True, exclude={"locality"})
            return [self._post("/v1/notes", {"note": case.note_text} | context)]
        if isinstance(case, Claim):
            wanted = case.model_dump(mode="json", include={"lines", "prior_sessions"})
            context = case.context.model_dump(mode="json", exclude_none=True, exclude={"locality"})
            return [self._post("/v1/claims/check", wanted | context)]
        says = [t.say for t in case.turns] if isinstance(case, Dialogue) else [sample.text]
        found, thread = [], None
        for say in says:
            answer = self._post("/v1/ask", request(sample, say, thread))
            thread = answer.get("thread_id")
            self._versions |= answer.get("versions", {})
            found.append(stable(answer))
        return found

    def _post(self, route: str, body: dict[str, Any]) -> dict[str, Any]:
        asked = urllib.request.Request(
            self.base + route, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=SECONDS) as reply:
            answer: dict[str, Any] = json.load(reply)
        return answer

    def close(self) -> None:
        return None


class SlashCommand:
    """`POST /slack/commands`, signed as Slack signs; only the text of an answer is seen."""

    features: frozenset[Feature] = frozenset()

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self._secret = os.environ.get("LAMINA_SLACK_SIGNING_SECRET", "")
        if not self._secret:
            raise BadTarget("The slack target signs with LAMINA_SLACK_SIGNING_SECRET: set it.")

    @property
    def versions(self) -> Mapping[str, str]:
        return {"address": self.base}

    def ask(self, sample: Sample) -> tuple[Record, Timing]:
        record = Record(id=sample.id, case=sample.case.id, set=sample.set)
        body = urllib.parse.urlencode(
            {"command": "/lamina", "text": sample.text, "team_id": "T0", "user_id": "U0",
             "channel_id": "C0", "trigger_id": sample.id, "response_url": ""}
        )  # fmt: skip
        stamp = str(int(time.time()))
        signed = hmac.new(self._secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signed.hexdigest()}",
        }
        asked = urllib.request.Request(f"{self.base}/slack/commands", body.encode(), headers)
        began = time.perf_counter()
        try:
            with urllib.request.urlopen(asked, timeout=SECONDS) as reply:
                text = words(json.load(reply))
        except (OSError, ValueError) as why:
            return failed(record, why), Timing(id=sample.id, ms={})
        ms = {"total": round((time.perf_counter() - began) * 1000, 3)}
        return record.model_copy(update={"answer": {"text": text}}), Timing(id=sample.id, ms=ms)

    def close(self) -> None:
        return None


def failed(record: Record, why: Exception) -> Record:
    """The record of an answer that did not come; a route that is not there is not built."""
    if isinstance(why, urllib.error.HTTPError):
        told = {"not_built": why.code == 404, "error": f"{why.code} {why.reason}"}
        return record.model_copy(update=told)
    return record.model_copy(update={"error": str(why)})


def words(message: Any) -> str:
    """All text of a Block Kit message, in its order; the fallback text when it has no blocks."""
    if not isinstance(message, dict):
        return ""
    blocks = message.get("blocks")
    if not blocks:
        return str(message.get("text", ""))
    found: list[str] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("text"), str):
                found.append(part["text"])
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(blocks)
    return "\n".join(found)


class Answers:
    """Answers given before: one JSON object a line, `{"id": ..., "answer": {...}}`.

    An id is a sample's ("core-il-001#1") or the question's own words; a bare text stands
    for an answer of which nothing else is known.
    """

    features = EVERY

    def __init__(self, file: Path) -> None:
        self._file, self._by_id = file, {}
        try:
            lines = file.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as why:
            raise BadTarget(f"{file} cannot be read: {why}.") from why
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                entry = json.loads(line)
                self._by_id[entry["id"]] = entry
            except (ValueError, KeyError, TypeError) as why:
                raise BadTarget(
                    f'{file.name} line {number} is no JSON object with an "id".'
                ) from why

    @property
    def versions(self) -> Mapping[str, str]:
        return {"file": hashlib.sha256(self._file.read_bytes()).hexdigest()[:12]}

    def ask(self, sample: Sample) -> tuple[Record, Timing]:
        base = {"id": sample.id, "case": sample.case.id, "set": sample.set}
        entry = self._by_id.get(sample.id) or self._by_id.get(sample.text)
        nothing = Timing(id=sample.id, ms={})
        if entry is None:
            return Record(**base, error="the file has no answer to it"), nothing
        if set(entry) >= {"case", "set"}:  # a record of an earlier run
            return Record(**{**entry, **base}), nothing
        answer = entry.get("answer")
        answer = {"text": answer} if isinstance(answer, str) else answer
        return Record(**base, answer=stable(answer or {})), nothing

    def close(self) -> None:
        return None
