"""The question sets on disk: folders of TOML below eval/sets, and JSONL from outside.

A set is named by its folder, or by the path of a file. Every error says which file,
which case and what is wrong.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eval.cases import KINDS, Case, Dialogue, Question
from eval.errors import BadSet

SETS = Path(__file__).parent / "sets"
ALL = ("smoke", "core", "guide", "abstain", "adversarial", "conversation", "notes", "claims")


@dataclass(frozen=True)
class Sample:
    """One thing to ask of a target: a wording of a question, a dialogue, a note, a claim."""

    id: str
    """Of the case, with the number of the wording: "core-il-001#2"."""
    set: str
    case: Case
    wording: int = 0

    @property
    def text(self) -> str:
        """The words asked; of a dialogue its first turn."""
        if isinstance(self.case, Question):
            return self.case.questions[self.wording]
        return self.case.turns[0].say if isinstance(self.case, Dialogue) else self.case.name


@dataclass(frozen=True)
class QuestionSet:
    """A named set and its cases, in the order of their ids."""

    name: str
    cases: tuple[Case, ...]

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """Every wording of every case."""
        found = []
        for case in self.cases:
            count = len(case.questions) if isinstance(case, Question) else 1
            found += [Sample(f"{case.id}#{n + 1}", self.name, case, n) for n in range(count)]
        return tuple(found)


def load(name: str) -> QuestionSet:
    """A set by the name of its folder, or a TOML or JSONL file by its path. Raises BadSet."""
    folder, file = SETS / name, Path(name)
    if name in ALL or folder.is_dir():
        files = sorted(folder.glob("*.toml"))
        if not files:
            raise BadSet(f"The set {name} has no TOML file.")
        found = [case for path in files for case in read(path)]
    elif name == "metamorphic":
        from eval.metamorphic import cases

        found = list(cases())
    elif file.suffix == ".jsonl":
        from eval.importing import questions

        found = list(questions(file))
    elif file.suffix == ".toml":
        found = list(read(file))
    else:
        known = ", ".join((*ALL, "metamorphic"))
        raise BadSet(f"No set {name}: name one of {known}, or a .toml or .jsonl file.")
    found.sort(key=lambda case: case.id)
    for one, next in zip(found, found[1:], strict=False):
        if one.id == next.id:
            raise BadSet(f"{name}: the id {one.id} stands twice.")
    return QuestionSet(name=folder.name if folder.is_dir() else file.stem, cases=tuple(found))


def read(path: Path) -> list[Case]:
    """The cases of one file. Raises BadSet with file, case and reason."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as why:
        raise BadSet(f"{path.name} cannot be read: {why}.") from why
    kind, entries = content.pop("kind", None), content.pop("case", None)
    if kind not in KINDS or not isinstance(entries, list) or content:
        raise BadSet(
            f"{path.name} must begin with kind = one of {', '.join(KINDS)}, then hold [[case]] "
            f"entries and nothing else."
        )
    return [_case(KINDS[kind], entry, path.name) for entry in entries]


def _case(kind: type[Case], entry: dict[str, Any], where: str) -> Case:
    try:
        return kind(**entry)
    except ValidationError as why:
        error = why.errors()[0]
        place = ".".join(str(part) for part in error["loc"]) or "the case"
        name = entry.get("id", "a case without an id")
        raise BadSet(f"{where}, {name}: {place}: {error['msg']}.") from why


def select(
    samples: Sequence[Sample], ids: Sequence[str] = (), tag: str = "", limit: int = 0
) -> list[Sample]:
    """Those of a case or sample id, with a tag, the first so many."""
    chosen = [s for s in samples if not ids or s.id in ids or s.case.id in ids]
    chosen = [s for s in chosen if not tag or tag in s.case.tags]
    return chosen[:limit] if limit else chosen
