"""What the guide says to the question, and what corrects it: chosen and worded. Pure.

Beside a rule, one sentence of the guide. Where only the guide knows, or the question asks
for its words, the guide answers by itself. A statement that an erratum touches is never
shown without saying what is amiss with it.
"""

from collections.abc import Iterator, Sequence

from app.ask import headline, phrases
from app.ask.patterns import asks_for_code
from app.ask.retrieval import tokens
from app.ask.turn import Call, Cited, Evidence, Quotable, Reading
from knowledge.decisions import Decided, NotCovered, Undecided
from knowledge.guide_rows import ErratumRow

Line = tuple[str, tuple[Cited, ...]]
"""A sentence of the answer and what its marks stand for."""

BESIDE = 0.45
"""Least nearness of a sentence worth quoting beside a rule, when it shares a rare word."""
SURELY = 0.65
"""Nearness from which it is worth quoting whatever words it shares."""
ENOUGH = 0.6
"""Least nearness at which the guide may answer by itself."""
SECOND = 0.08
"""How far behind the first a second sentence may stand and still be quoted."""
CLEAR = 1.8
"""Score of a sentence that stands out by its passage and its words."""
CLEARER = 2.2
SAME = 0.85
"""Nearness of a question that is the labelled one in other words."""
AMISS = 0.75
"""Nearness from which an erratum answers a yes-or-no question that no rule settles."""
LONGEST, KEPT = 60, 20
"""Words of the longest sentence quoted, and those kept for it when a rule answers."""
SERVICES = ("drugs", "sedation", "anesthesia", "pumps", "imaging")
"""Rules of services that the guides hardly speak of."""
COMMON = set(
    tokens(
        "medicare guide says injection epidural code bill claim spine 62321 62320 "
        "62322 62323 64479 64483 cpt says which how much many with without"
    )
)


def leads(evidence: Evidence) -> bool:
    """Does the guide answer, with the rules beside it, rather than the other way round?"""
    if not evidence.quotable:
        return False
    reading, lead = evidence.reading, evidence.leading
    result = lead.result if lead else None
    if lead and lead.tool == "claim":
        return False
    if isinstance(result, Decided) and any(line.role == "bill" for line in result.codes):
        return False
    if lead and lead.tool in SERVICES and not reading.of_guide:
        return False
    top = evidence.quotable[0]
    beside = lead and lead.tool == "compare" and not reading.of_guide
    if beside and reading.codes and not any(c in top.words for c in reading.codes):
        return False
    if isinstance(result, Undecided) and any(p.unclear for p in reading.procedures):
        return False
    if isinstance(result, Undecided) and not reading.of_guide and _is_case(reading):
        return top.near >= SAME
    if lead and _settles(reading, lead):
        return False
    if lead and lead.tool == "payment" and "commercial" in reading.aspects:
        return top.near >= ENOUGH
    if lead and "column" in reading.asked and len(reading.codes) > 1 and not reading.of_guide:
        # the pair table answers which column each code is
        return False
    if reading.of_guide or reading.topics[:1] == ("guide",):
        return top.near >= BESIDE or top.score >= CLEAR
    if result is None:
        return top.near >= ENOUGH
    if isinstance(result, NotCovered):
        return False
    if isinstance(result, Undecided):
        return not asks_for_code(reading.text) and (
            top.near >= AMISS or (top.score >= CLEARER and "code_selection" not in reading.topics)
        )
    return reading.whether and top.near >= AMISS and bool(errata_of(evidence, top))


def _settles(reading: Reading, lead: Call) -> bool:
    """Does a rule say yes or no to what is asked of a modifier, of a pair, or at all?"""
    if not isinstance(lead.result, Decided):
        return False
    told = headline.SAYS_SO.match(headline.headline(reading, lead))
    named = bool(reading.modifiers) or lead.tool == "bundling"
    return bool(told) and (reading.whether or (named and not reading.of_guide))


def _is_case(reading: Reading) -> bool:
    """Is a procedure described, by more than its region?"""
    return any(p.approach or p.imaging or p.levels or p.technique for p in reading.procedures)


def answer(evidence: Evidence) -> Iterator[Line]:
    """The guide's own answer: what it says, or the correction first where a fact is asked."""
    top = evidence.quotable[0]
    errata = errata_of(evidence, top)
    reading = evidence.reading
    stands_out = top.near >= ENOUGH or top.score >= CLEARER
    first = errata and stands_out and (reading.whether or not reading.of_guide)
    if first:
        yield f"**{phrases.erratum_answer(reading, errata[0])}**", (erratum(errata[0]),)
    second = None if top.items else _second(evidence, top)
    for quotable in filter(None, (top, second)):
        amiss = errata_of(evidence, quotable)
        yield _quote(quotable, amiss)
    for item in top.items:
        yield f"- “{item.words}”", (passage(item),)
    if not first:
        yield from _corrections([*errata, *_serious(evidence, top.items)], brief=bool(top.items))


def words_beside(evidence: Evidence) -> int:
    """How many words to keep for the sentence beside a rule; all of them if it is asked for."""
    words = sum(len(text.split()) for text, _ in beside(evidence, "", LONGEST))
    return words if evidence.reading.of_guide else min(words, KEPT)


def beside(evidence: Evidence, told: str, room: int) -> Iterator[Line]:
    """One sentence of the guide beside a rule's answer, corrected while there is room."""
    lead = evidence.leading
    if lead and lead.tool in SERVICES and not evidence.reading.of_guide:
        return
    chosen = _fitting(evidence)
    if chosen is None:
        return
    amiss = errata_of(evidence, chosen)
    line = _quote(chosen, amiss)
    if len(line[0].split()) > room:
        return
    yield line
    left = room - len(line[0].split())
    for text, cited in _corrections(amiss[:1]):
        words = set(tokens(text))
        news = len(words - set(tokens(told))) / len(words)
        if len(text.split()) <= left and news > 0.4:
            yield text, cited


def errata_of(evidence: Evidence, quotable: Quotable) -> list[ErratumRow]:
    """Errata whose quoted words overlap the sentence, the one nearest to the question first."""
    touching = []
    for row in evidence.errata:
        at = quotable.passage.text.find(row.quote)
        meets = 0 <= at < quotable.end and quotable.start < at + len(row.quote)
        if meets and row.document == quotable.passage.document:
            touching.append(row)
    asked = set(tokens(evidence.reading.text))
    return sorted(touching, key=lambda row: -len(asked & set(tokens(f"{row.says} {row.better}"))))


def passage(quotable: Quotable) -> Cited:
    return Cited(
        kind="passage",
        quote=quotable.words,
        passage_key=quotable.passage.key,
        start=quotable.passage.start + quotable.start,
        end=quotable.passage.start + quotable.end,
    )


def erratum(row: ErratumRow) -> Cited:
    return Cited(kind="table", quote=row.better, row=f"errata/{row.id}", sources=row.source)


def _quote(quotable: Quotable, errata: Sequence[ErratumRow]) -> Line:
    lead = phrases.guide_lead(errata[0].kind if errata else "")
    return f"{lead} “{quotable.words}”", (passage(quotable),)


def _corrections(errata: Sequence[ErratumRow], brief: bool = False) -> Iterator[Line]:
    """The better statement; only its first sentence after a long list."""
    for row in list(dict.fromkeys(errata))[:1]:
        better = headline.parts(row.better)[0] if brief else row.better
        yield f"Correction: {better}", (erratum(row),)


def _serious(evidence: Evidence, items: Sequence[Quotable]) -> list[ErratumRow]:
    found = [row for item in items for row in errata_of(evidence, item)]
    return [row for row in found if row.kind in ("wrong", "out_of_date")]


def _fitting(evidence: Evidence) -> Quotable | None:
    """The likeliest sentence that is near enough to the question to stand beside a rule."""
    asked = set(tokens(evidence.reading.text)) - COMMON
    for quotable in evidence.quotable[:3]:
        shares = bool(asked & set(tokens(quotable.words)))
        if quotable.near >= SURELY or (quotable.near >= BESIDE and shares):
            return quotable
    return None


def _second(evidence: Evidence, top: Quotable) -> Quotable | None:
    """Another sentence that answers nearly as well and says what the first does not."""
    asked = set(tokens(evidence.reading.text)) - COMMON
    had = set(tokens(top.words))
    for quotable in evidence.quotable[1:3]:
        new = (set(tokens(quotable.words)) & asked) - had
        if quotable.near >= BESIDE and (quotable.score >= top.score - SECOND or len(new) > 1):
            return quotable
    return None
