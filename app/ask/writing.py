"""Evidence -> Draft. QuotingWriter states decisions and copies spans, nothing else. Pure.

The verdict comes first, in one sentence; then the reasons with their marks, what the
guide says, what would change it, and what is missing.
"""

from dataclasses import dataclass, field

from app.ask import phrases
from app.ask.retrieval import CODE, best_sentence, tokens
from app.ask.subject import DECLINED
from app.ask.turn import Call, Cited, Draft, Evidence, Found, Outcome, Sentence
from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, NotCovered, Step, Undecided
from knowledge.passages import Passage
from knowledge.rows import ErratumRow

MOST_WORDS = 120
"""Words of an ordinary answer before its sources."""
QUOTABLE = 0.6
"""Least cosine of a passage worth quoting beside a decision."""
ENOUGH = 0.60
"""Least cosine of a passage that may answer by itself."""
SHARED = 1
"""Least words a quoted sentence shares with the question, common ones apart."""
COMMON = set(
    tokens(
        "medicare guide says injection epidural code bill claim spine 62321 62320 "
        "62322 62323 64479 64483 cpt says which how much many with without"
    )
)
REASONS = {
    "documentation": 4,
    "bundling": 2,
    "select_code": 2,
    "modifiers": 3,
    "payment": 3,
    "compare": 2,
    "units": 2,
    "diagnosis": 3,
    "coverage": 2,
    "prior_authorization": 3,
}
"""Reasons shown of the first decision."""
CODED = {"bundling", "modifiers", "units"}
"""Rules of codes that are named: two facts at odds do not touch them."""


@dataclass
class Page:
    """A draft in the making: sentences, and the marks they use."""

    sentences: list[Sentence] = field(default_factory=list)
    cited: list[Cited] = field(default_factory=list)

    @property
    def words(self) -> int:
        return sum(len(s.text.split()) for s in self.sentences)

    def add(self, text: str, *marks: int, after: str = "\n") -> None:
        shown = "".join(f"[{m}]" for m in dict.fromkeys(marks))
        self.sentences.append(Sentence(text=f"{text} {shown}".rstrip(), after=after))

    def mark(self, cited: Cited) -> int:
        """The number of a citation, the same one when it was cited before."""
        if cited not in self.cited:
            self.cited.append(cited)
        return self.cited.index(cited) + 1

    def step(self, step: Step) -> int:
        return self.mark(
            Cited(kind="table", quote=step.because, row=step.row, sources=step.sources)
        )


@dataclass(frozen=True)
class QuotingWriter:
    """Composes an answer without a model."""

    name: str = "quoting"

    def write(self, evidence: Evidence, book: Codebook) -> Draft:
        """The whole answer, or its verdict and one citation when brief."""
        outcome = settle(evidence)
        page = Page()
        _WRITERS[outcome](page, evidence, book)
        sentences = page.sentences
        if evidence.reading.question.style == "brief":
            sentences, page.cited = _brief(page)
        if sentences:
            sentences[-1] = sentences[-1].model_copy(update={"after": ""})
        return Draft(
            evidence=evidence,
            outcome=outcome,
            sentences=tuple(sentences),
            cited=tuple(page.cited),
            cautions=tuple(_cautions(page, evidence)),
        )


def settle(evidence: Evidence) -> Outcome:
    """Which of the four outcomes the evidence allows."""
    topics = evidence.reading.topics
    if topics[:1] and topics[0] in DECLINED:
        return "declined"
    if topics[:1] == ("greeting",):
        return "answered"
    if topics[:1] == ("out_of_scope",) and not evidence.calls:
        return "not_covered"
    lead = evidence.leading
    if lead is None:
        return "answered" if _answers_alone(evidence) else "not_covered"
    first = lead.result
    if isinstance(first, Undecided):
        return "needs_facts"
    return "not_covered" if isinstance(first, NotCovered) else "answered"


def _answers_alone(evidence: Evidence) -> bool:
    found = evidence.found
    return bool(found) and found[0].similarity >= ENOUGH


# --- the outcomes --------------------------------------------------------------------


def _answered(page: Page, evidence: Evidence, book: Codebook) -> None:
    if evidence.reading.topics[:1] == ("greeting",):
        page.add(_scope("greeting", book))
        return
    if evidence.leading is None:
        _passage_alone(page, evidence)
        return
    _rules(page, evidence, evidence.leading)


def _needs_facts(page: Page, evidence: Evidence, book: Codebook) -> None:
    if evidence.leading:
        _rules(page, evidence, evidence.leading)


def _not_covered(page: Page, evidence: Evidence, book: Codebook) -> None:
    refused = [c for c in evidence.calls if isinstance(c.result, NotCovered)]
    if not refused:
        name = "outside" if evidence.reading.topics[:1] == ("out_of_scope",) else "nothing"
        page.add(_scope(name, book))
        return
    result = refused[0].result
    marks = [page.step(s) for s in result.steps[:1]]
    page.add(f"**Not covered: {result.verdict}**", *marks)
    if isinstance(result, NotCovered) and result.nearest:
        page.add(f"Nearest that is held: {', '.join(result.nearest)}.")
    elif not result.steps:
        page.add(_scope("outside", book))


def _declined(page: Page, evidence: Evidence, book: Codebook) -> None:
    page.add(f"**{_scope(evidence.reading.topics[0], book)}**")
    decided = [c for c in evidence.calls if isinstance(c.result, Decided)]
    if decided:
        result = decided[0].result
        marks = [page.step(s) for s in result.steps[:1]]
        page.add(f"The rule beside it: {result.verdict}", *marks)


def _scope(name: str, book: Codebook) -> str:
    return next(r.say for r in book.statements("scope", "scope") if r.id == name)


_WRITERS = {
    "answered": _answered,
    "needs_facts": _needs_facts,
    "not_covered": _not_covered,
    "declined": _declined,
}


# --- decisions into words --------------------------------------------------------------


def _rules(page: Page, evidence: Evidence, lead: Call) -> None:
    """The leading decision in full, the others by their verdicts."""
    reading = evidence.reading
    settled = bool(reading.codes) and lead.tool in CODED
    if (line := phrases.contradiction_line(reading)) and not settled:
        page.add(line)
    _verdict(page, lead, phrases.before(reading, lead))
    if isinstance(lead.result, Undecided):
        _table(page, lead.result)
    else:
        _reasons(page, lead)
    for call in evidence.calls:
        if call is not lead and not isinstance(call.result, NotCovered):
            _other(page, call)
    for caution in lead.result.cautions[:2]:
        if caution.text.rstrip(".") not in lead.result.verdict:
            page.add(f"Note: {caution.text}")
    if isinstance(lead.result, Decided):
        _conditions(page, lead.result)
    if line := phrases.assumed_line(evidence.assumed):
        page.add(line)
    _guide(page, evidence)


def _verdict(page: Page, call: Call, before: str) -> None:
    result = call.result
    shown = result.steps if isinstance(result, Undecided) else result.steps[:1]
    page.add(f"**{before}{result.verdict}**", *[page.step(s) for s in shown[:6]])


def _reasons(page: Page, call: Call) -> None:
    """The reasons that add something to the verdict."""
    steps = call.result.steps
    skip = 1 if call.tool in ("select_code", "compare") else 0
    shown = 0
    for step in steps[skip:]:
        if shown == REASONS[call.tool] or page.words > MOST_WORDS - 25:
            return
        told = step.because.rstrip(".") in call.result.verdict
        if told or (call.tool == "compare" and _is_label(step)):
            continue
        page.add(f"- {step.because}", page.step(step))
        shown += 1


def _is_label(step: Step) -> bool:
    return " is the " in step.because[:16]


def _other(page: Page, call: Call) -> None:
    """Another decision by its verdict and, with room, its first reason."""
    if page.words > MOST_WORDS:
        return
    marks = [page.step(s) for s in call.result.steps[:1]]
    page.add(f"- {call.result.verdict}", *marks)


def _table(page: Page, result: Undecided) -> None:
    for line in phrases.option_lines(result.options):
        page.add(f"- {line}")
    page.add(phrases.missing_line(result))
    if assumed := phrases.assumed_line(result.assumed):
        page.add(assumed)


def _conditions(page: Page, result: Decided) -> None:
    if line := phrases.flip_line(result.flips):
        page.add(line)
    if line := phrases.assumed_line(result.assumed):
        page.add(line)


# --- the guide's words -------------------------------------------------------------------


def _guide(page: Page, evidence: Evidence) -> None:
    """One sentence of the guide in its own words, corrected where an erratum touches it."""
    if page.words > MOST_WORDS - 20 or not evidence.found:
        return
    chosen = _to_quote(evidence)
    if chosen is None:
        return
    found, (start, end) = chosen
    errata = _touching(evidence, found.passage, start, end)
    told = set(tokens(evidence.reading.question.text + page.sentences[0].text))
    errata.sort(key=lambda row: -len(told & set(tokens(row.better))))
    _quote(page, found.passage, start, end, errata)


def _to_quote(evidence: Evidence) -> tuple[Found, tuple[int, int]] | None:
    """The nearest passage that names the same codes, and its fitting sentence."""
    codes = {line.code for c in evidence.calls for line in _lines(c)}
    wanted = tokens(evidence.reading.question.text) + [c.lower() for c in codes]
    asked = set(tokens(evidence.reading.question.text)) - COMMON
    for found in evidence.found[:3]:
        near = found.similarity >= QUOTABLE
        if near and (not codes or any(code in found.passage.text for code in codes)):
            start, end = best_sentence(found.passage, wanted)
            sentence = found.passage.text[start:end]
            if len(asked & set(tokens(sentence))) >= SHARED and not CODE.fullmatch(sentence):
                return found, (start, end)
    return None


def _lines(call: Call) -> tuple[CodeLine, ...]:
    return call.result.codes if isinstance(call.result, Decided) else ()


def _touching(evidence: Evidence, passage: Passage, start: int, end: int) -> list[ErratumRow]:
    """Errata whose quoted words overlap the sentence."""
    touching = []
    for row in evidence.errata:
        at = passage.text.find(row.quote)
        if at >= 0 and at < end and start < at + len(row.quote):
            touching.append(row)
    return touching


def _quote(page: Page, passage: Passage, start: int, end: int, errata: list[ErratumRow]) -> None:
    words = passage.text[start:end]
    mark = page.mark(
        Cited(
            kind="passage",
            quote=words,
            passage_key=passage.key,
            start=passage.start + start,
            end=passage.start + end,
        )
    )
    if not errata:
        page.add(f"The guide: “{words}”", mark)
        return
    row = errata[0]
    page.add(phrases.erratum_line(row), mark, page.mark(_erratum(row)))


def _erratum(row: ErratumRow) -> Cited:
    return Cited(kind="table", quote=row.better, row=f"errata/{row.id}", sources=row.source)


def _passage_alone(page: Page, evidence: Evidence) -> None:
    """No rule was called for: the guide's own words answer."""
    found = evidence.found[0]
    start, end = best_sentence(found.passage, tokens(evidence.reading.question.text))
    _quote(page, found.passage, start, end, _touching(evidence, found.passage, start, end))


def _cautions(page: Page, evidence: Evidence) -> list[tuple[str, str]]:
    """Cautions of the decisions, errata of every passage cited, differences of the fields."""
    found: list[tuple[str, str]] = []
    for call in evidence.calls:
        found += [(c.text, c.sources[0] if c.sources else "") for c in call.result.cautions]
    cited = {c.passage_key for c in page.cited if c.passage_key}
    texts = {f.passage.text for f in evidence.found if f.passage.key in cited}
    for row in evidence.errata:
        if any(row.quote in text for text in texts):
            found.append((f"The guide says {row.says}, but: {row.better}", row.source[0]))
    found += [(text, "") for text in evidence.reading.differences]
    return list(dict.fromkeys(found))


def _brief(page: Page) -> tuple[list[Sentence], list[Cited]]:
    """The verdict and one citation."""
    lead = next((s for s in page.sentences if s.text.startswith("**")), page.sentences[0])
    text = lead.text.split(" [")[0].removesuffix(" ")
    cited = page.cited[:1]
    return [Sentence(text=f"{text} [1]" if cited else text, after="")], cited
