"""Question sets from outside: JSONL as Lamina's sets, without a line of code.

Read are our own cases as JSON (the fields of eval/cases.py) and the common format

    {"id", "question", "expected_codes", "forbidden_codes", "expected_modifiers", "must_say",
     "should_ask_or_refuse", "history", "expert_answer", "answer_confidence", ...}

in which `expected_codes` are codes a right answer names and `forbidden_codes` must not be
billed. A question with `history` becomes a dialogue: the earlier turns are asked, not judged.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eval.cases import Case, Dialogue, Expect, Question, Turn
from eval.errors import BadSet

OUTCOMES = {
    None: (),
    "": (),
    "answer": ("answered",),
    "clarify": ("needs_facts",),
    "refuse_out_of_scope": ("not_covered", "declined"),
}


def questions(file: Path) -> Iterator[Case]:
    """The cases of a JSONL file. Raises BadSet with the line and what is wrong with it."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as why:
        raise BadSet(f"{file} cannot be read: {why}.") from why
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            yield from _own(entry) if "questions" in entry else _common(entry, file)
        except (ValueError, TypeError, KeyError) as why:
            raise BadSet(f"{file.name} line {number}: {_told(why)}.") from why


def _told(why: Exception) -> str:
    if isinstance(why, ValidationError):
        return str(why.errors()[0]["msg"])
    return f"has no {why}" if isinstance(why, KeyError) else str(why)


def _own(entry: dict[str, Any]) -> Iterator[Case]:
    yield Question(**entry)


def _common(entry: dict[str, Any], file: Path) -> Iterator[Case]:
    asks = entry.get("should_ask_or_refuse")
    if asks not in OUTCOMES:
        known = ", ".join(k for k in OUTCOMES if k)
        raise ValueError(f"should_ask_or_refuse is {asks!r}: it takes {known}")
    retreats = asks in ("clarify", "refuse_out_of_scope")
    expect = Expect(
        outcome=OUTCOMES[asks],
        names=() if retreats else tuple(entry.get("expected_codes") or ()),
        candidates=tuple(entry.get("expected_codes") or ()) if asks == "clarify" else (),
        never=tuple(entry.get("forbidden_codes") or ()),
        append=tuple(entry.get("expected_modifiers") or ()),
        must=tuple(entry.get("must_say") or ()),
    )
    confidence = entry.get("answer_confidence")
    shared = {
        "id": "-".join(re.findall(r"[a-z0-9]+", str(entry["id"]).lower())),
        "name": f"{entry.get('category') or 'question'}: {str(entry['question'])[:60]}",
        "severity": "critical" if expect.never else "major",
        "provenance": f"{file.stem}, judged by its authors",
        "confidence": confidence if confidence in ("high", "medium", "low") else "medium",
        "tags": tuple(t for t in (entry.get("category"),) if t),
        "note": str(entry.get("expert_answer") or ""),
    }
    if not expect.judged:
        raise ValueError("expects nothing that can be judged")
    if history := entry.get("history"):
        turns = tuple(Turn(say=_asked(turn), expect=Expect()) for turn in history)
        last = Turn(say=entry["question"], expect=expect)
        yield Dialogue(**shared, turns=(*turns, last), needs=("conversation",))
    else:
        yield Question(**shared, questions=(entry["question"],), expect=expect)


def _asked(turn: Any) -> str:
    """What the asker said in an earlier turn: a pair of question and answer, or the words."""
    return str(turn[0] if isinstance(turn, list | tuple) else turn)


def toml(cases: Iterator[Case]) -> str:
    """Cases as a TOML file of ours. Raises BadSet when they are of two kinds."""
    found = list(cases)
    plain = [c for c in found if isinstance(c, Question)]
    if len(plain) < len(found):
        raise BadSet(
            f"{len(found) - len(plain)} of {len(found)} cases are dialogues, which go in a file "
            f"of their own: run the JSONL as it is instead."
        )
    blocks = [_block(case) for case in plain]
    return 'kind = "question"\n\n' + "\n".join(blocks)


def _block(case: Question) -> str:
    fields = case.model_dump(mode="json", exclude_defaults=True)
    expect = fields.pop("expect")
    lines = ["[[case]]", *(f"{k} = {_value(v)}" for k, v in fields.items()), "[case.expect]"]
    return "\n".join([*lines, *(f"{k} = {_value(v)}" for k, v in expect.items())]) + "\n"


def _value(value: Any) -> str:
    """A TOML value; JSON strings are TOML basic strings."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
