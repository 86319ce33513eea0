"""Does a sentence of a chat model say only what the rows it cites say? Pure.

Stricter than the check of our own sentences, whose wording is the tables': each figure has to
stand in what is cited, and one row has to say the sentence, or each of its clauses, with the
same yes or no, the same condition and the same direction. Other words and another order are
fine.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from app.ask import wording
from app.ask.atoms import CODES, COUNTS
from app.ask.sameness import COUNTED, same
from app.ask.topic_lead import joined
from app.ask.wording import STRONGER, SUFFICES, TIED, TIES, content, denies, share, turned

Atom = tuple[str, str]
"""Kind and value of something a claim could turn on."""
Reader = Callable[[str], tuple[Atom, ...]]

ENOUGH = 0.25
"""Least share of a sentence's words in the row that says it, when it has figures."""
PLAIN = 0.4
"""The same without figures, where words alone can tell."""
JOINTLY = 0.5
"""Least share of a clause's words in all that is cited, when one row has its figures."""
NEARLY = 0.95
"""Share of the best likeness from which another row is about the same."""
WORDY = 0.02
"""What each word of a run takes from its likeness: the nearest and tightest speaks for a row."""
CONTRARY = 0.5
"""Likeness from which a clause of the row that says the opposite is a contradiction."""
CUT = re.compile(
    r"[;:,]|\b(?:but|because|so|and|while|since|as|which|although|though|unless|if|when|only)\b"
)
"""Where clauses of a row may begin."""
JOINT = re.compile(
    r"[;:,]\s|\b(?:but|because|so that|so|since|while|although|though|whereas)\b|\s[-–—]\s"
    r"|\band (?=(?:[\w-]+ ){0,5}[A-Z]?\d{4,5}\b|\$\d)"
)
"""Where a sentence may join two claims."""
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\d])")
APART = re.compile(r"\b(?:apart|separate\w*)\b", re.I)
"""Another sense of "on its own"."""
VERDICT = re.compile(r"^(?:Yes|No)\b(?: (?=[^:.]{1,30}: )|: )")
LEAD = re.compile(r"^\W*(?:but|because|so that|so|since|while|and|as)?\s*", re.I)
SPOKEN = re.compile(
    r"[;:]\s|\b(?:but|because|so that|while|although|though|whereas)\b"
    r"|, (?:and|as|so|since|which)\b"
)
"""Where a sentence surely joins two claims, each with a verb of its own."""
ALONE = re.compile(r"\b(?:unless|without|alone|by itself|on its own|enough|until|except)\b", re.I)

YEAR = re.compile(r"\b20\d\d\b")
AMOUNT = re.compile(r"\b\d+\.\d+\b")
AMOUNT_IN = re.compile(r"\b(\d+\.\d+)\b[^\d;]{0,20}?\b(20\d\d)\b")
"""An amount and the year it is of, as rows of several years list them."""


@dataclass(frozen=True)
class Wrong:
    """Why a sentence may not stand: a kind without words, and the reason."""

    kind: str
    why: str


@dataclass(frozen=True)
class Entailment:
    """Compares sentences by what a reader of atoms finds in them."""

    atoms: Reader

    def wrong(self, sentence: str, cited: Sequence[str], ours: Sequence[str]) -> Wrong | None:
        """What is wrong with a sentence that cites these texts; ours back it without a mark."""
        told = joined(same(sentence))
        told = self._uncounted(told, cited)
        held = [unit for text in dict.fromkeys(cited or ours) for unit in self._units(same(text))]
        also = [unit for text in dict.fromkeys(ours) for unit in self._units(same(text))]
        also = also if cited else []
        if missing := self._missing(told, held):
            return Wrong("figure", f"{missing} is not in what the sentence cites")
        if self._doubled(told, held):
            return Wrong("figure", "it names one thing twice where its row names two")
        if strong := self._stronger(told, " ".join(held)):
            return Wrong("stronger", f"nothing says {strong!r}")
        copies = [turns for unit in held if (turns := wording.turns_of(told, unit)) is not None]
        if copies:
            # nearly a row's own words: then every word that turns the meaning has to be there
            return None if () in copies else Wrong("contrary", f"its row has {copies[0][0]!r}")
        saying = [unit for unit in held if self._backs(unit, told)]
        if not saying and not self._by_clauses(told, held, also):
            return Wrong("unbacked", "no row that it cites says it")
        for clause in _spoken(told):
            if self._contradicted(clause, saying or [*held, *also]):
                return Wrong("contrary", "a clause says the opposite of its row")
        return None

    def _uncounted(self, told: str, cited: Sequence[str]) -> str:
        """The sentence without a count of its own marks or codes, such as "the three rules"."""
        held = {atom for text in cited for atom in self._read(same(text))}
        read = self._read(told)
        several = {len({v for kind, v in read if kind == which}) for which in ("code", "modifier")}
        for word, many in COUNTS.items():
            if many > 1 and many in several | {len(cited)} and ("number", str(many)) not in held:
                told = re.sub(rf"\b(?:the |these |all )?{word}\b(?!{COUNTED})", "these", told)
        return told

    def _by_clauses(self, told: str, held: Sequence[str], also: Sequence[str]) -> bool:
        """Does one thing say each of its clauses, those that are cited not idle?"""
        return any(
            self._each_said(self._clauses(told, joint), held, also) for joint in (JOINT, SPOKEN)
        )

    def _each_said(
        self, clauses: list[list[str]], held: Sequence[str], also: Sequence[str]
    ) -> bool:
        by_cited = [self._any_backs(held, forms) for forms in clauses]
        return (
            len(clauses) > 1
            and any(by_cited)
            and all(
                backed or self._any_backs(also, forms) or self._figures(held, forms)
                for backed, forms in zip(by_cited, clauses, strict=True)
            )
        )

    def _any_backs(self, units: Sequence[str], forms: Sequence[str]) -> bool:
        return any(self._backs(unit, form) for form in forms for unit in units)

    def _figures(self, units: Sequence[str], forms: Sequence[str]) -> bool:
        """Does one row hold several figures of it, and do the others have its words?"""
        said = " ".join(units)
        units = [*units, *map(" ".join, pairwise(units))]
        return any(
            sum(kind == "number" for kind, _ in self._read(form)) > 1
            and share(form, said) >= JOINTLY
            and any(
                _within(self._read(form), self._read(unit))
                and self._agree(form, self._run(unit, form, self._read(form)))
                for unit in units
            )
            for form in forms
        )

    def _units(self, text: str) -> list[str]:
        """The sentences of a row, each with the code the row speaks of when it names none."""
        told = [VERDICT.sub("", one) for one in SENTENCE.split(text) if one.strip()]
        atoms = self._read(text)
        code = next((value for kind, value in atoms if kind == "code"), "")
        of = " Medicare" if ("payer", "medicare") in atoms else ""
        bare = [one for one in told if not any(kind == "code" for kind, _ in self._read(one))]
        return [*told, *(f"{code}{of} {one}".strip() for one in bare if code or of)]

    def _doubled(self, told: str, held: Sequence[str]) -> bool:
        """Is a thing told twice in one clause that no row names twice, such as "X or X"?"""
        counts = [Counter(self._read(unit)) for unit in held]
        return any(
            many > 1 and not any(count[atom] >= many for count in counts)
            for clause in _spoken(told, thin=True)
            for atom, many in Counter(self._read(clause)).items()
            if atom[0] in ("code", "modifier", "column") or not self._several(clause)
        )

    def _several(self, clause: str) -> bool:
        """Does it speak of several codes, each with sites and approaches of its own?"""
        return len({atom for atom in self._read(clause) if atom[0] == "code"}) > 1

    def _stronger(self, told: str, said: str) -> str:
        """Words that make more of it than anything says; "" = none."""
        for clause in SPOKEN.split(told):
            for pattern in (STRONGER, *(() if denies(clause) else (SUFFICES,))):
                found = pattern.search(clause)
                if found and not pattern.search(said) and not APART.search(said):
                    return str(found.group())
        return ""

    def _missing(self, told: str, held: Sequence[str]) -> str:
        """A figure of the sentence that no text it cites holds; "" = none."""
        there = {atom for text in held for atom in self._read(text)}
        return next((f"{k} {v}" for k, v in self._read(told) if (k, v) not in there), "")

    def _read(self, text: str) -> tuple[Atom, ...]:
        return _cached(self.atoms, text)

    def _backs(self, unit: str, told: str) -> bool:
        """Does one row say it?"""
        atoms, have = self._read(told), self._read(unit)
        if not _within(atoms, have) or not _of_its_year(told, unit):
            return False
        wordless = not any(content(told))
        telling = len(atoms) > 1 or any(_tells(*atom, told) for atom in atoms)
        likeness = 1.0 if wordless and telling else share(told, unit)
        if likeness < (ENOUGH if atoms else PLAIN):
            return False
        return not turned(told, unit) and self._agree(told, self._run(unit, told, atoms))

    def _agree(self, told: str, run: str) -> bool:
        """The same yes or no, condition and direction?"""
        if turned(told, run):
            return False
        tied = TIED.search(run) is not None
        if denies(told) != denies(run):
            # "not by itself" is how others say "only with"
            return tied and denies(told) and ALONE.search(told) is not None
        return not tied or TIES.search(told) is not None

    def _run(self, unit: str, told: str, atoms: Sequence[Atom]) -> str:
        """The run of clauses that says most of it in the fewest words."""
        runs = [r for r in _runs_of(unit) if r == unit or _within(atoms, self._read(r))]
        return max(runs, key=lambda run: (share(told, run) - WORDY * len(run.split()), run))

    def _clauses(self, told: str, joint: re.Pattern[str]) -> list[list[str]]:
        """The claims of a sentence; one without a code, as said of each code of the sentence."""
        cuts = [0, *[m.start() for m in joint.finditer(told)], len(told)]
        codes = dict.fromkeys(value for kind, value in self._read(told) if kind == "code")
        found = []
        for start, end in zip(cuts, cuts[1:], strict=False):
            clause = LEAD.sub("", told[start:end])
            kinds = {kind for kind, _ in self._read(clause)}
            thin = len(list(content(clause))) + len(self._read(clause)) < 2
            if thin and "modifier" not in kinds:
                continue
            prefixed = [] if "code" in kinds else [f"{code} {clause}" for code in codes]
            # one with a figure of its own may be said of a code that is not told
            alone = not prefixed or bool(kinds & {"code", "modifier"})
            found.append([*prefixed, *([clause] if alone else [])])
        return found

    def _contradicted(self, clause: str, units: Sequence[str]) -> bool:
        """Do the rows that are most about the same say the opposite, and none the same?"""
        atoms = self._read(clause)
        # a clause such as "so it does go on 62321" has no word of its own, only the code
        wordless = not list(content(clause))
        about = [
            (1.0 if wordless else share(clause, u), u)
            for u in units
            if _within(atoms, self._read(u))
        ]
        figures = any(kind in ("code", "modifier", "number") for kind, _ in atoms)
        if not figures and len(list(content(clause))) < 3:
            return False
        most = max((likeness for likeness, _ in about), default=0.0)
        if most < CONTRARY:
            return False
        near = [unit for likeness, unit in about if likeness >= NEARLY * most]
        runs = [(unit, self._run(unit, clause, atoms)) for unit in near]
        # against a whole row a wordless clause says too little to be its contrary
        judged = [run for unit, run in runs if not (wordless and run == unit)]
        return bool(judged) and not any(self._agree(clause, run) for _, run in runs)


def _spoken(told: str, *, thin: bool = False) -> list[str]:
    """The claims of a sentence, in its own words."""
    cuts = [0, *[m.start() for m in SPOKEN.finditer(told)], len(told)]
    found = [LEAD.sub("", told[i:j]) for i, j in zip(cuts, cuts[1:], strict=False)]
    return [clause for clause in found if thin or len(list(content(clause))) != 1]


@lru_cache(maxsize=20000)
def _cached(atoms: Reader, text: str) -> tuple[Atom, ...]:
    return atoms(text)


@lru_cache(maxsize=5000)
def _runs_of(unit: str) -> tuple[str, ...]:
    """Every run of neighbouring clauses, the row itself among them."""
    cuts = [0, *[m.start() for m in CUT.finditer(unit)], len(unit)]
    if len(cuts) > 14:
        return (unit,)
    runs = {unit[cuts[i] : cuts[j]] for i in range(len(cuts)) for j in range(i + 1, len(cuts))}
    # "which includes its imaging" is said of the code before it
    for i in cuts:
        before = CODES.findall(unit[:i])
        if before and unit[i:].startswith("which"):
            runs |= {f"{before[-1]} {unit[i:j]}" for j in cuts if j > i}
    return tuple(sorted(runs, key=lambda run: (len(run), run)))


def _of_its_year(told: str, unit: str) -> bool:
    """Is each amount that is told with one year that year's in a row of several years?"""
    years = set(YEAR.findall(told))
    if len(years) != 1 or len(set(YEAR.findall(unit))) < 2:
        return True
    of = {m[1]: m[2] for m in AMOUNT_IN.finditer(unit)}
    return all(of.get(amount, next(iter(years))) in years for amount in AMOUNT.findall(told))


def _tells(kind: str, value: str, told: str) -> bool:
    """Does one atom by itself make a claim: a modifier that is denied, an amount?"""
    return (kind == "modifier" and denies(told)) or (kind == "number" and "." in value)


def _within(atoms: Sequence[Atom], have: Sequence[Atom]) -> bool:
    """Does one text hold every atom of the other, several codes in the same order?"""
    if not set(atoms) <= set(have):
        return False
    codes = list(dict.fromkeys(a for a in atoms if a[0] == "code"))
    if len(codes) < 2:
        return True
    rest = iter([a for a in have if a[0] == "code"])
    return all(any(one == other for other in rest) for one in codes)
