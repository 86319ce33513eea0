"""A note pasted into the conversation: is it one, and the decisions that answer it. Pure.

The lines stand in the first sentence, then the words that prove them, then what is not
shown. The decisions are those of the note reader, so the check reads them as any other.
"""

import re
from collections.abc import Iterator, Sequence

from app.ask.subject import call
from app.ask.turn import Call, Reading
from app.notes.facts import Treated
from app.notes.plan import Line
from app.notes.reader import Coded
from app.notes.words import NoteWords
from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, ModifierVerdict, NotCovered, Undecided

LEAD = re.compile(
    r"^\s*(?:please\s+|can you\s+|could you\s+|pls\s+)*"
    r"(?:code|bill|here is|here's|coding for|what (?:are the|would you|do (?:i|we)|codes?)"
    r"[^:\n]{0,40})"
    r"[^:\n]{0,40}(?:note|report|this|procedure|dictation)[^:\n]{0,20}[:\n]\s*",
    re.I,
)
"""What asks for the codes of the words that follow."""
FEW, MANY = 60, 260
"""Characters of a note that is asked about, and of one that is only pasted."""
SIGNS = 5
"""Different signs of work that make a pasted text a note."""
HEADED = 2
PROVED = ("approach", "kind", "levels", "laterality", "imaging", "technique")
TOLD = 3
"""Elements not shown that are named; the note route has them all."""


def note_in(text: str, words: NoteWords) -> str:
    """The note of a message; empty when it is a question."""
    lead = LEAD.match(text)
    if lead and len(text) - lead.end() >= FEW:
        return text[lead.end() :]
    if len(text) < MANY or text.rstrip().endswith("?"):
        return ""
    headed = re.findall(rf"^\s*(?:{words.headings.pattern})\s*:", text, re.I | re.M)
    signs = {text[s:e].lower() for s, e in words.found("cue", "worked", text)}
    return text if len(headed) >= HEADED or len(signs) >= SIGNS else ""


def as_asked(reading: Reading, coded: Coded) -> Reading:
    """The reading of a message that is a note: its codes are asked for, and nothing else."""
    return reading.model_copy(
        update={
            "topics": ("code_selection",),
            "encounter": coded.encounter,
            "contradictions": (),
            "notes": (),
            "settled": (),
            "whether": False,
            "inverse": False,
            "of_guide": False,
            "guessed": False,
            "other_days": (),
        }
    )


def calls(coded: Coded, book: Codebook) -> tuple[Call, ...]:
    """One decision with every line, after those on procedures that need a fact."""
    open_ = [] if coded.never_began else list(_open_ones(coded))
    decided = [] if coded.never_began else [one for one in coded.treated if _lines(coded, one)]
    if decided:
        return (*open_, _decided(decided, coded))
    return tuple(open_) or (_none(coded, book),)


def _lines(coded: Coded, one: Treated) -> list[Line]:
    return [x for x in coded.lines if coded.treated[x.procedure] is one]


def _none(coded: Coded, book: Codebook) -> Call:
    """The note makes no line, and the first thing that a note must show."""
    verdict = (
        "The note makes no line: the procedure was called off before it began."
        if coded.never_began
        else "The note makes no line: it does not show that a procedure was done."
    )
    must = call("documentation", book)
    result = Decided(verdict=verdict, steps=must.result.steps[:1])
    return must.model_copy(update={"result": result})


def _open_ones(coded: Coded) -> Iterator[Call]:
    for one in coded.treated:
        result = one.call.result if one.call else None
        if one.call and isinstance(result, Undecided):
            told = f"{_contradicted(coded)}{result.verdict}"
            update = {"result": result.model_copy(update={"verdict": told})}
            yield one.call.model_copy(update=update)
        elif one.call and isinstance(result, NotCovered):
            yield one.call


def _decided(found: Sequence[Treated], coded: Coded) -> Call:
    """The decision with modifiers and diagnoses on its lines, all lines in one sentence."""
    own = [line for one in found for line in _lines(coded, one)]
    told = [f"Bill {' and '.join(map(written, own))}.", *map(_proof, found), _open(coded)]
    lines = tuple(
        CodeLine(
            code=line.code,
            role="bill",
            units=line.units,
            modifiers=tuple(
                ModifierVerdict(code=m, verdict="append", because="the note calls for it")
                for m in line.modifiers
            ),
        )
        for line in own
    )
    first = found[0].call
    assert first is not None and isinstance(first.result, Decided)
    update = {
        "verdict": " ".join(filter(None, told)),
        "codes": lines,
        "steps": tuple(dict.fromkeys(s for line in own for s in line.steps)),
        "flips": first.result.flips if len(found) == 1 else (),
        "why_not": first.result.why_not if len(found) == 1 else (),
    }
    return first.model_copy(update={"result": first.result.model_copy(update=update)})


def written(line: Line) -> str:
    """A line in a sentence: code with its modifiers, units, diagnoses."""
    code = "-".join((line.code, *line.modifiers))
    units = f" x{line.units}" if line.units > 1 else ""
    named = f" with {', '.join(line.diagnoses)}" if line.diagnoses else ""
    return f"{code}{units}{named}"


def _proof(one: Treated) -> str:
    quotes = [f"'{_plain(one.facts[name].quote)}'" for name in PROVED if name in one.facts]
    return f"The note says {', '.join(dict.fromkeys(quotes))}." if quotes else ""


def _open(coded: Coded) -> str:
    names = [e.element.lower() for e in coded.elements if e.status != "found"][:TOLD]
    return f"Not shown in the note: {', '.join(names)}." if names else ""


def _contradicted(coded: Coded) -> str:
    if not coded.conflicts:
        return ""
    words = " and ".join(f"'{_plain(q.quote)}'" for q in coded.conflicts[0].quotes[:2])
    name = coded.conflicts[0].fact.replace("_", " ")
    return f"The note contradicts itself on the {name}: {words}. "


def _plain(quote: str) -> str:
    """The quote on one line, without stops that would end the sentence."""
    return re.sub(r"[.!?]+(?=\s|$)", "", " ".join(quote.split()))[:80]
