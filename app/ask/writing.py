"""Evidence -> Draft. QuotingWriter states decisions and copies spans, nothing else. Pure.

The verdict comes first, in one sentence; then the reasons with their marks, what the
guide says, what would change it, and what is missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.ask import citing, guide, headline, phrases
from app.ask.subject import DECLINED, TALK
from app.ask.turn import Call, Cited, Draft, Evidence, Outcome, Sentence
from knowledge.codebook import Codebook
from knowledge.decisions import Decided, NotCovered, Step, Undecided

MOST_WORDS = 120
"""Words of an ordinary answer before its sources."""
OF_A_CLAIM = 400
"""The same of a checked claim, whose every fault is told."""
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
    "utilisation": 3,
    "prior_authorization": 3,
    "denials": 2,
    "drugs": 3,
    "sedation": 3,
    "anesthesia": 3,
    "pumps": 2,
    "imaging": 2,
    "claim": 8,
}
"""Reasons shown of the first decision."""
URGENT = "emergency"
"""The one sentence of scope.toml that comes before any other."""
CODED = {"bundling", "modifiers", "units"}
"""Rules of codes that are named: two facts at odds do not touch them."""


@dataclass
class Page:
    """A draft in the making: sentences, and the marks they use."""

    sentences: list[Sentence] = field(default_factory=list)
    cited: list[Cited] = field(default_factory=list)
    kept: int = 0
    """Words kept free for what the guide says."""

    @property
    def words(self) -> int:
        """Words written, and kept for the guide."""
        return self.kept + sum(len(s.text.split()) for s in self.sentences)

    def add(self, text: str, *marks: int, after: str = "\n") -> None:
        shown = "".join(f"[{m}]" for m in dict.fromkeys(marks))
        self.sentences.append(Sentence(text=f"{text} {shown}".rstrip(), after=after))

    def end_line(self) -> None:
        self.sentences[-1] = self.sentences[-1].model_copy(update={"after": "\n"})

    def mark(self, cited: Cited) -> int:
        """The number of a citation, the same one when it was cited before."""
        if cited not in self.cited:
            self.cited.append(cited)
        return self.cited.index(cited) + 1

    def step(self, step: Step) -> int:
        return self.mark(
            Cited(kind="table", quote=citing.quote_of(step), row=step.row, sources=step.sources)
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
            cautions=tuple(cautions(page, evidence)),
        )

    def opening(self, evidence: Evidence, book: Codebook) -> Page:
        """What stands before a chat model's words: every verdict, the table of an open one."""
        page, lead = Page(), evidence.leading
        if guide.leads(evidence) or lead is None:
            top, lines = evidence.quotable[0], list(guide.answer(evidence))
            # what is counted, and what is amiss, is never left to the model
            whole = top.items or guide.errata_of(evidence, top)
            _lines(page, lines if whole else lines[:1])
        else:
            line = phrases.contradiction_line(evidence.reading)
            if lead.tool == "select_code" and line:
                page.add(line)
            _verdict(page, lead, evidence)
            if isinstance(lead.result, Undecided):
                _table(page, lead.result)
        for call in evidence.calls:
            if (call is not lead or guide.leads(evidence)) and isinstance(call.result, Decided):
                _other(page, call)
        return page

    def closing(self, page: Page, evidence: Evidence, book: Codebook) -> None:
        """What goes out after them: what was taken to be so, and what is not held."""
        lead = evidence.leading
        result = lead.result if lead and not guide.leads(evidence) else None
        assumed = result.assumed if isinstance(result, Decided | Undecided) else ()
        if line := phrases.assumed_line(assumed):
            page.add(line)
        if line := phrases.assumed_line(evidence.assumed):
            page.add(line)
        for hint in evidence.hints:
            page.add(phrases.hint_line(hint))
        _notes(page, evidence, book)


def settle(evidence: Evidence) -> Outcome:
    """Which of the four outcomes the evidence allows."""
    topics = evidence.reading.topics
    if topics[:1] and topics[0] in DECLINED:
        return "declined"
    if topics[:1] and topics[0] in TALK:
        return "answered"
    if topics[:1] == ("out_of_scope",) and not evidence.calls:
        return "not_covered"
    if guide.leads(evidence):
        return "answered"
    lead = evidence.leading
    if lead is None:
        return "not_covered"
    first = lead.result
    if isinstance(first, Undecided):
        return "needs_facts"
    if headline.unheld(evidence.reading, lead):
        return "not_covered"
    return "not_covered" if isinstance(first, NotCovered) else "answered"


# --- the outcomes --------------------------------------------------------------------


def _answered(page: Page, evidence: Evidence, book: Codebook) -> None:
    topics = evidence.reading.topics
    if topics[:1] and topics[0] in TALK:
        page.add(_scope(topics[0], book))
        return
    if guide.leads(evidence) or evidence.leading is None:
        _by_guide(page, evidence)
        return
    _rules(page, evidence, evidence.leading, book)


def _needs_facts(page: Page, evidence: Evidence, book: Codebook) -> None:
    if evidence.leading:
        _rules(page, evidence, evidence.leading, book)


def _not_covered(page: Page, evidence: Evidence, book: Codebook) -> None:
    if evidence.leading and headline.unheld(evidence.reading, evidence.leading):
        # nothing of that payer: the nearest that is held is shown beside it, and named so
        _rules(page, evidence, evidence.leading, book)
        return
    refused = [c for c in evidence.calls if isinstance(c.result, NotCovered)]
    if not refused:
        _notes(page, evidence, book)
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
    _notes(page, evidence, book)


def _declined(page: Page, evidence: Evidence, book: Codebook) -> None:
    urgent = [note for note in evidence.reading.notes if note == URGENT]
    for name in (*urgent, evidence.reading.topics[0]):
        page.add(f"**{_scope(name, book)}**")
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


def _rules(page: Page, evidence: Evidence, lead: Call, book: Codebook) -> None:
    """The leading decision in full, the others by their verdicts."""
    reading = evidence.reading
    page.kept = guide.words_beside(evidence)
    if lead.tool == "select_code" and (line := phrases.contradiction_line(reading)):
        page.add(line)
    _verdict(page, lead, evidence)
    if isinstance(lead.result, Undecided):
        _table(page, lead.result)
    else:
        # with several decisions to tell, the codes come before the reasons of the first
        crowded = lead.tool == "select_code" and len(evidence.calls) > 2
        _reasons(page, lead, most=1 if crowded else REASONS[lead.tool])
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
    page.kept = 0
    _notes(page, evidence, book)
    if lead.tool == "claim":
        return
    told = " ".join(s.text for s in page.sentences)
    _lines(page, guide.beside(evidence, told, MOST_WORDS + 12 - page.words))


def _notes(page: Page, evidence: Evidence, book: Codebook) -> None:
    """What was asked for and is not held."""
    for note in evidence.reading.notes[:2]:
        page.add(_scope(note, book))


def _verdict(page: Page, call: Call, evidence: Evidence) -> None:
    """The verdict with the rows that say it; one that no few rows say is cited line by line."""
    result = call.result
    modified = [c for c in evidence.calls if c.tool == "modifiers" and c is not call]
    steps = (*result.steps, *(s for c in modified for s in c.result.steps[:1]))
    for part in headline.sentences(evidence.reading, call):
        shown = () if isinstance(result, Undecided) else citing.backing(part, steps)
        if not shown and len(result.steps) == 1:
            shown = result.steps
        page.add(f"**{part}**", *[page.step(s) for s in shown], after=" ")
    page.end_line()


def _reasons(page: Page, call: Call, most: int) -> None:
    """The reasons that add something to the verdict."""
    steps = call.result.steps
    skip = 1 if call.tool in ("select_code", "compare") else 0
    shown = 0
    for step in steps[skip:]:
        words = OF_A_CLAIM if call.tool == "claim" else MOST_WORDS
        if shown == most or page.words > words - 25:
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
    if page.words + len(call.result.verdict.split()) > MOST_WORDS:
        return
    result = call.result
    for n, part in enumerate(headline.parts(headline.aside(call))):
        shown = () if isinstance(result, Undecided) else citing.backing(part, result.steps)
        page.add(f"- {part}" if n == 0 else part, *[page.step(s) for s in shown], after=" ")
    page.end_line()


def _table(page: Page, result: Undecided) -> None:
    for line in phrases.option_lines(result.options):
        page.add(f"- {line}", *[page.step(s) for s in citing.backing(line, result.steps)])
    page.add(phrases.missing_line(result))
    if assumed := phrases.assumed_line(result.assumed):
        page.add(assumed)


def _conditions(page: Page, result: Decided) -> None:
    flips, assumed = phrases.flip_line(result.flips), phrases.assumed_line(result.assumed)
    if flips and page.words + len(f"{flips} {assumed}".split()) <= MOST_WORDS:
        page.add(flips)
    if assumed:
        page.add(assumed)


# --- the guide's words -------------------------------------------------------------------


def _lines(page: Page, lines: Iterable[guide.Line]) -> None:
    for text, cited in lines:
        page.add(text, *[page.mark(c) for c in cited])


def _by_guide(page: Page, evidence: Evidence) -> None:
    """The guide answers; what rules decided stands beside it."""
    _lines(page, guide.answer(evidence))
    for call in evidence.calls:
        if isinstance(call.result, Decided) and page.words < MOST_WORDS - 25:
            _other(page, call)


def cautions(page: Page, evidence: Evidence) -> list[tuple[str, str]]:
    """Cautions of the decisions, errata of every passage cited, differences of the fields."""
    found: list[tuple[str, str]] = []
    for call in evidence.calls:
        found += [(c.text, c.sources[0] if c.sources else "") for c in call.result.cautions]
    cited = {c.passage_key for c in page.cited if c.passage_key}
    texts = {p.text for p in evidence.passages if p.key in cited}
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
