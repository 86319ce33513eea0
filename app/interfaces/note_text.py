"""A coded note -> plain text for a terminal. Pure."""

import textwrap
from collections.abc import Iterator

from app.interfaces.note_wire import SHOWN, CodedNote, LineOut

LEADS = {
    "answered": "The note makes no line.",
    "needs_facts": "The note does not say enough for every line.",
    "not_covered": "The note tells of nothing that the tables hold.",
}
WIDEST = 90
"""Characters of a quote that are shown."""


def plain_text(note: CodedNote) -> str:
    """Lines first, then what proves them, what is missing, and what to ask."""
    return "\n".join(_lines(note))


def _lines(note: CodedNote) -> Iterator[str]:
    if note.lines:
        yield f"Claim lines for {note.service_date}"
        yield from (f"  {written(line)}" for line in note.lines)
    if not note.lines or note.outcome != "answered":
        yield LEADS[note.outcome]
    for one in note.contradictions:
        words = " and ".join(f'"{_short(q.quote)}"' for q in one.quotes)
        yield f"The note contradicts itself on {one.fact.replace('_', ' ')}: {words}."
    if note.missing_facts:
        yield "Missing"
        yield from (f"  {m.fact.replace('_', ' ')}: {m.question}" for m in note.missing_facts)
    if note.facts:
        yield "Proved by"
        for name in (n for n in note.facts if n not in SHOWN.values()):
            fact = note.facts[name]
            yield f'  {name.replace("_", " ")} = {fact.value}: "{_short(fact.quote)}"'
    yield from _because(note)
    yield "Documentation"
    for status in ("found", "unclear", "missing"):
        names = [e.element for e in note.documentation if e.status == status]
        if names:
            yield f"  {status}: {', '.join(names)}"
    if note.services:
        yield "Drugs and sedation, beside the lines"
        yield from (f'  {s.verdict} ("{_short(s.quote)}")' for s in note.services)
    if note.queries:
        yield "To ask the clinician"
        yield from (f"  - {query}" for query in note.queries)
    for caution in note.cautions:
        yield f"Note: {caution.text}"


def _because(note: CodedNote) -> Iterator[str]:
    """The reasons of the lines, and what silence was taken to mean."""
    told = dict.fromkeys(step.because for line in note.lines for step in line.steps)
    if told:
        yield "Because"
        yield from (f"  - {because}" for because in told)
    for one in note.assumed:
        yield f"Taken as {one.value} ({one.because})."


def written(line: LineOut) -> str:
    """A line as a claim shows it: code, units, modifiers, diagnoses."""
    parts = [line.code, f"x {line.units}", *line.modifiers]
    return "  ".join([" ".join(parts), ", ".join(line.diagnoses)]).rstrip()


def _short(quote: str) -> str:
    return textwrap.shorten(quote, WIDEST, placeholder=" ...")
