"""Synthetic notes with labelled identifiers, from a seed. Nobody in them exists.

Written without a look at the recognisers, and never read by them.
"""

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).parent / "notes.toml"
SLOT = re.compile(r"\{([a-z_.]+)\}")


@dataclass(frozen=True)
class Label:
    """One labelled stretch of a note."""

    kind: str
    """An identifier such as "ssn", "name", or "keep.code" for what must stay."""
    start: int
    end: int


@dataclass(frozen=True)
class Note:
    text: str
    labels: tuple[Label, ...]


@cache
def _templates() -> dict[str, Any]:
    return tomllib.loads(TEMPLATES.read_text("utf-8"))


def notes(count: int = 300, seed: int = 20261125) -> Iterator[Note]:
    """So many notes, the same ones for the same seed."""
    chance = random.Random(seed)
    held = _templates()
    for n in range(count):
        template = held["note"][n % len(held["note"])]["text"].strip("\n")
        extras = chance.sample(held["extra"], chance.randint(1, 3))
        yield _filled(template.replace("{extra}", " ".join(e["text"] for e in extras)), chance)


def _filled(template: str, chance: random.Random) -> Note:
    person = _Person(chance)
    text, labels, at = "", [], 0
    for match in SLOT.finditer(template):
        text += template[at : match.start()]
        kind, said = _said(match[1], person, chance)
        labels.append(Label(kind, len(text), len(text) + len(said)))
        text, at = text + said, match.end()
    return Note(text + template[at:], tuple(labels))


class _Person:
    """Names drawn for one slot after another."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def name(self, form: str) -> str:
        held = _templates()
        given, family = (self._chance.choice(held[k]) for k in ("given", "family"))
        initial = self._chance.choice(held["initial"])
        forms: dict[str, str] = {
            "full": self._chance.choice([f"{given} {family}", f"{given} {initial}. {family}"]),
            "last_first": self._chance.choice(
                [f"{family}, {given}", f"{family}, {given} {initial}"]
            ),
            "last_first_upper": f"{family}, {given} {initial}".upper(),
            "mr": family,
            "dr": family,
            "doctor": f"{given} {family}",
            "given": given,
            "family": family,
        }
        return forms[form]


TITLES = {"mr": ("Mr. ", "Mrs. ", "Ms. "), "dr": ("Dr. ", "Dr "), "doctor": ("Dr. ", "")}
"""What stands before a name, as part of the labelled stretch's sentence, not of the name."""


def _said(slot: str, person: _Person, chance: random.Random) -> tuple[str, str]:
    if slot.startswith("keep."):
        return slot, _digits(chance.choice(_templates()["keep"][slot[5:]]), chance)
    if slot.startswith("name."):
        form = slot[5:]
        title = chance.choice(TITLES.get(form, ("",)))
        return "name", title + person.name(form)
    if slot == "address":
        forms = _templates()["form"]
        return "address", _digits(
            chance.choice(forms["street"]) + chance.choice(forms["city"]), chance
        )
    form = chance.choice(_templates()["form"][slot])
    low = chance.choice(_templates()["given"]).lower()
    lowfam = re.sub("[^a-z]", "", chance.choice(_templates()["family"]).lower())
    filled = form.replace("{low}", low).replace("{lowfam}", lowfam)
    if slot in ("email", "url"):
        return slot, re.sub("#", lambda _: str(chance.randint(0, 9)), filled)
    return slot, _digits(filled, chance)


def _digits(form: str, chance: random.Random) -> str:
    """A form with its digits and letters drawn; never a leading zero day or month."""
    form = re.sub("#", lambda _: str(chance.randint(1, 9)), form)
    return re.sub("@", lambda _: chance.choice("ACDEFGHJKMNPQRTUVWXY"), form)
