"""Does a decision say what a Spanish sentence says, by its English gloss? Pure.

A gloss is the sentence word for word, so it never has the wording of a row: the row nearest in
words has to hold every code and figure with the same yes or no.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.ask.atoms import CODES, AtomReader, Atoms

DENIAL = re.compile(
    r"\b(?:no|not|never|cannot|nor|neither|none|nothing|bars?|barred|excludes?|excluded|outside)\b"
    r"|\w+n't\b",
    re.I,
)
"""Words that say no."""
TURNING = re.compile(rf"{DENIAL.pattern}|\b(?:without|only|unless|except)\b", re.I)
"""Words that turn a sentence's meaning."""
CLAUSE = re.compile(r"[;:,]|\bbut\b|\bbecause\b|\bso\b|\band\b|\bwhile\b")
JOINT = re.compile(r"[;:]|\bbut\b|\bbecause\b|\bso\b|, and\b|\bwhile\b|\band (?=\w+ \w+ \w+)")
"""Where a sentence may join two claims."""
COPY = 0.7
SLACK = 0.12
"""How much less like the sentence the unit that says it may be than the likest unit."""
NEAR = 0.6
"""Likeness from which a sentence without codes or figures counts as a unit's."""


@dataclass(frozen=True)
class Glossed:
    """Compares a gloss with what the decisions say."""

    reader: AtomReader

    def atoms(self, text: str) -> Atoms:
        return self.reader.find(text)

    def supported(self, told: str, backing: Sequence[str]) -> bool:
        """Is the sentence one of the backing sentences, or does one of them say it?

        A joined sentence may rest on several, clause by clause.
        """
        units = list(backing)
        if told in units:
            return True
        if self._one_says(told, units):
            return True
        # a near copy of one unit has to be that unit; only a sentence of the model's own
        # making may rest on several
        if max((_likeness(told, unit) for unit in units), default=0.0) >= COPY:
            return False
        clauses = self._claims(told)
        return len(clauses) > 1 and all(self._one_says(c, units) for c in clauses)

    def _one_says(self, told: str, units: Sequence[str]) -> bool:
        """Does the unit nearest in words say every atom of it, with the same polarity?"""
        if not units:
            return not self.atoms(told)
        atoms = self.atoms(told)
        likeness = [_likeness(told, unit) for unit in units]
        if not atoms:
            near = max(likeness)
            return near < NEAR or any(
                like >= near - SLACK and _turns_alike(told, unit)
                for like, unit in zip(likeness, units, strict=True)
            )
        ranked = sorted(zip(likeness, units, strict=True), reverse=True)[:12]
        saying = [like for like, unit in ranked if self._says(unit, told, atoms, like >= COPY)]
        # a unit that says it must be about as near in words as any unit that does not:
        # a swapped code leaves the sentence nearest to the unit it was taken from
        if not saying or saying[0] < ranked[0][0] - SLACK:
            return False
        copies = [like for like, _ in ranked if like >= COPY]
        return len(copies) <= sum(like >= COPY for like in saying)

    def _says(self, unit: str, told: str, atoms: Atoms, copy: bool) -> bool:
        """Does the unit hold the atoms with the same polarity?

        A near copy must have every turning word of the unit; a sentence in other words
        only has to say yes where the unit says yes.
        """
        have = self.atoms(unit)
        if not _within(atoms, have):
            return False
        if copy:
            return _turns_alike(told, unit)
        return _denies(told) in (_denies(unit), _denies(self._clauses(unit, atoms)))

    def _clauses(self, unit: str, atoms: Atoms) -> str:
        """The shortest run of clauses of the unit that holds all the atoms."""
        cuts = [0, *[m.start() for m in CLAUSE.finditer(unit)], len(unit)]
        best = unit
        for i in range(len(cuts) - 1):
            for j in range(i + 1, len(cuts)):
                run = unit[cuts[i] : cuts[j]]
                if len(run) < len(best) and _within(atoms, self.atoms(run)):
                    best = run
        return best

    def _claims(self, told: str) -> list[str]:
        """The clauses of a sentence, each with the sentence's first code when it has none."""
        cuts = [0, *[m.start() for m in JOINT.finditer(told)], len(told)]
        code = CODES.search(told)
        clauses = []
        for start, end in zip(cuts, cuts[1:], strict=False):
            clause = told[start:end].strip(" ;:,")
            if clause and self.atoms(clause):
                has = CODES.search(clause)
                clauses.append(clause if has or not code else f"{code.group()} {clause}")
        return clauses


def _turns_alike(told: str, unit: str) -> bool:
    """The same verdict word before the colon, if any is told, and as many turning words."""
    lead, body = _lead(told)
    other_lead, other_body = _lead(unit)
    if lead and lead != other_lead:
        return False
    return len(TURNING.findall(body)) == len(TURNING.findall(other_body))


def _lead(text: str) -> tuple[str, str]:
    """ "No: never ..." as "No" and the rest; no verdict word, an empty lead."""
    found = re.match(r"(Yes|No|Only|Rarely|Not by itself)\b[^:]{0,40}: ", text)
    return (found[1], text[found.end() :]) if found else ("", text)


def _denies(text: str) -> bool:
    return bool(DENIAL.search(text))


def _within(atoms: Atoms, have: Atoms) -> bool:
    """Does one text hold the other's atoms as often as they are told?

    With several codes told, in the same order too, so that what is said of one is not
    taken for another.
    """
    told = [a[:2] for a in atoms]
    held = [a[:2] for a in have]
    if Counter(told) - Counter(held):
        return False
    codes = [a for a in told if a[0] == "code"]
    return len(set(codes)) < 2 or _in_order(codes, [a for a in held if a[0] == "code"])


def _in_order(told: Sequence[object], held: Sequence[object]) -> bool:
    rest = iter(held)
    return all(any(one == other for other in rest) for one in told)


def _likeness(told: str, unit: str) -> float:
    """Share of words in common, codes and figures among them."""
    one, other = set(_words(told)), set(_words(unit))
    return len(one & other) / (len(one | other) or 1)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9.$%]+", text.lower().replace("n't", " not"))
