"""Generated cases: the same facts said otherwise must get the same code, one fact flipped
must get the code that the rule says.

The rules are the oracle, so these find fragile reading, never a wrong rule; they are
counted apart from `core`. Pure, and the same on every machine: nothing is drawn by chance.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

from eval.cases import Expect, Question
from knowledge.codebook import Codebook
from knowledge.decisions import Decided, Undecided
from knowledge.facts import Procedure
from knowledge.rules.select_code import select_code
from knowledge.tables import load

ON = date(2026, 11, 24)

LEVELS = {
    "C5-6": "cervical",
    "C7-T1": "cervical",
    "T7-8": "thoracic",
    "L4-5": "lumbar",
    "L5-S1": "lumbar",
}
APPROACHES = {
    "interlaminar": ("interlaminar", "translaminar", "ILESI"),
    "transforaminal": ("transforaminal", "TFESI", "through the neural foramen"),
    "caudal": ("caudal", "via the sacral hiatus"),
}
IMAGING = {
    "fluoroscopy": ("under fluoroscopy", "with fluoro", "C-arm used", "fluoroscopic guidance"),
    "CT": ("under CT guidance", "CT-guided"),
    "ultrasound": ("under ultrasound", "US-guided"),
    "none": ("without imaging", "no fluoro", "blind, no image guidance"),
}
TEMPLATES = (
    "Which code for a {approach} epidural steroid injection at {level} {imaging}?",
    "{level} {approach} ESI {imaging}, what CPT?",
    "Doctor did a {approach} epidural, {imaging}, at {level}. How do we code this?",
    "Need the CPT: epidural {imaging}; {level}; {approach}.",
)
BESIDE = (
    "The patient is a 61-year-old teacher who came with her husband.",
    "She has had pain for 6 months and tried PT and NSAIDs.",
    "Our clearinghouse was down on Friday.",
    "Vitals were stable and discharge was at 2:15 pm.",
)
TYPOS = {
    "epidural": "epidrual",
    "interlaminar": "interlaminer",
    "transforaminal": "transforamnial",
    "fluoroscopy": "flouroscopy",
    "injection": "injeciton",
    "ultrasound": "ultrasuond",
    "steroid": "steriod",
    "caudal": "cuadal",
    "guidance": "guidence",
    "without": "wihtout",
}

Variation = Callable[[str], str]


@dataclass(frozen=True)
class Facts:
    """What every wording of one generated scenario states."""

    approach: str
    imaging: str
    level: str = ""
    """Empty for a caudal injection, which has no interspace."""

    @property
    def id(self) -> str:
        parts = (self.approach[:2], self.imaging[:2], self.level or "hiatus")
        return "-".join(p.lower() for p in parts)

    def procedure(self) -> Procedure:
        levels = (self.level,) if self.level else ()
        return Procedure(approach=self.approach, imaging=self.imaging, levels=levels)


def cases() -> tuple[Question, ...]:
    """All generated cases, four wordings at most to a case, in the order of their ids."""
    book = load().on(ON)
    found = [case for facts in every_fact() for case in _of(facts, book)]
    return tuple(sorted(found, key=lambda case: case.id))


def every_fact() -> Iterator[Facts]:
    """Each approach at each level by each guidance; caudal has no interspace."""
    for approach, imaging in product(APPROACHES, IMAGING):
        if approach == "caudal":
            yield Facts(approach, imaging)
        else:
            yield from (Facts(approach, imaging, level) for level in LEVELS)


def _of(facts: Facts, book: Codebook) -> Iterator[Question]:
    expect = oracle(facts, book)
    said = list(dict.fromkeys(wordings(facts)))
    yield from _cases(facts, "said", said, expect)
    plain = _words(TEMPLATES[0], facts, 0)
    for name, change in VARIATIONS.items():
        changed = [text for text in (change(plain), change(said[1])) if text not in said]
        yield from _cases(facts, name, list(dict.fromkeys(changed)), expect)


def _cases(facts: Facts, kind: str, texts: list[str], expect: Expect) -> Iterator[Question]:
    for n in range(0, len(texts), 4):
        yield Question(
            id=f"meta-{facts.id}-{kind}-{n // 4}",
            name=f"{facts.approach} at {facts.level or 'the hiatus'}, {facts.imaging}: {kind}",
            questions=tuple(texts[n : n + 4]),
            severity="critical",
            provenance="the rule select_code on the facts that the wording was made from",
            tags=("metamorphic", kind),
            facts={"approach": facts.approach, "imaging": facts.imaging},
            expect=expect,
        )


def oracle(facts: Facts, book: Codebook) -> Expect:
    """What the rule decides on the facts themselves."""
    decision = select_code(facts.procedure(), book)
    if isinstance(decision, Decided):
        billed = tuple(line.code for line in decision.codes if line.role == "bill")
        return Expect(outcome=("answered",), bill=billed)
    if isinstance(decision, Undecided):
        missing = tuple(m.fact for m in decision.missing)
        return Expect(outcome=("needs_facts",), bill=(), missing=missing)
    return Expect(outcome=("not_covered", "answered"), bill=())


def wordings(facts: Facts) -> Iterator[str]:
    """Every template, each with other words for the same facts."""
    for n, template in enumerate(TEMPLATES):
        for shift in range(3):
            yield _words(template, facts, n + shift)


def _words(template: str, facts: Facts, n: int) -> str:
    approach, imaging = APPROACHES[facts.approach], IMAGING[facts.imaging]
    text = template.format(
        approach=approach[n % len(approach)], imaging=imaging[n % len(imaging)], level=facts.level
    )
    # a caudal injection has no interspace: take out the words that would have led to it
    for gone in (" at  ", " at ?", " at .", "; ;"):
        text = text.replace(gone, {" at  ": " ", " at ?": "?", " at .": ".", "; ;": ";"}[gone])
    return " ".join(text.replace(", at.", ".").split()).strip(" ,")


def _beside(text: str) -> str:
    story = BESIDE[_number(text) % len(BESIDE)]
    return f"{story} {text}"


def _after(text: str) -> str:
    return f"{text} {BESIDE[(_number(text) + 1) % len(BESIDE)]}"


def _typo(text: str) -> str:
    """One letter slip in the first word that the list knows."""
    for right, wrong in TYPOS.items():
        if right in text:
            return text.replace(right, wrong, 1)
    return text


def _units(text: str) -> str:
    return f"{text} 80mg depo-medrol, 3 ml total, 22g 3.5in needle."


def _number(text: str) -> int:
    return hashlib.sha256(text.encode()).digest()[0]


VARIATIONS: dict[str, Variation] = {
    "before": _beside,
    "after": _after,
    "upper": str.upper,
    "lower": str.lower,
    "typo": _typo,
    "units": _units,
    "spaced": lambda text: "  ".join(text.split(" ")) + "\n",
    "polite": lambda text: f"Hi team, hope all is well! {text} Thank you so much :)",
}
"""Changes after which the answer must stay; flipping a fact is another scenario."""
