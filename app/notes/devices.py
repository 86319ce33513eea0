"""Services to a drug pump, and the leads of a stimulator, that a note tells of. Pure.

They are no injections: their code is that of the pumps rule. Pumps and leads that were put in
for good are not read from notes. Leads that nobody counted are asked for, never taken for one.
"""

import re
from collections.abc import Iterator, Sequence

from app.ask.served import listen
from app.ask.subject import call
from app.ask.turn import Call, Mention
from app.notes.evidence import over
from app.notes.facts import Fact, Treated, fact
from app.notes.plain import Plain
from app.notes.sections import Sections, kept
from app.notes.times import Told
from app.notes.words import NoteWords
from knowledge.codebook import Codebook
from knowledge.decisions import Decided, Missing
from knowledge.facts import Procedure

SERVICES = ("refill", "reprogramming", "interrogation")
LEAD = "lead"
LOOKED_AT = "pump interrogation"
INJECTED = ("interlaminar", "caudal", "transforaminal")
"""Ways of a needle that is not that of a pump or a lead."""
PIECE = re.compile(r"[,;.()\n]")
ONE_LEAD = re.compile(r"\b(?:a|an|one|single|the|this)\s+(?:[\w-]+\s+){0,4}?lead\b", re.I)
MORE_LEADS = re.compile(
    r"\bleads\b|\b(?:second|other|another|2nd)\s+(?:[\w-]+\s+){0,2}?lead\b", re.I
)
SIDE_LEAD = re.compile(
    r"\b(left|right)(?:[\s-]sided)?\s+(?:[\w-]+\s+){0,2}?(?:lead|electrode|array)\b", re.I
)
COUNT = Missing(
    fact="leads",
    question="How many electrode arrays were placed?",
    choices=("1", "2"),
)


def with_device(
    treated: tuple[Treated, ...],
    plain: Plain,
    found: Sections,
    told: Told,
    words: NoteWords,
    book: Codebook,
) -> tuple[Treated, ...]:
    """The procedures with the device: what goes to the spinal fluid then goes through it."""
    injected = tuple(one for one in treated if one.procedure.approach in INJECTED)
    one = device(plain, found, told, words, book)
    if not one:
        return treated
    # a pump that is only looked at around an injection is no second procedure
    return injected if injected and one[0].facts["kind"].value == LOOKED_AT else (*injected, *one)


def device(
    plain: Plain, found: Sections, told: Told, words: NoteWords, book: Codebook
) -> tuple[Treated, ...]:
    """The service to a pump, or the leads of a trial; nothing where the note tells of neither."""
    text = over(told.title, told.done)
    mentions = sorted(words.devices.find(text), key=lambda m: m.start)
    served = listen(text, mentions, ())
    named, acts = served.all("service"), served.all("pump_act")
    services = tuple(a for a in SERVICES if a in acts and f"no {a}" not in acts)
    if "pump" in named and services:
        return (_treated(plain, f"pump {services[0]}", _first(mentions, services[0]), _pump(
            services, "no reprogramming" in acts, _facts(found, words), book)),)  # fmt: skip
    placed = next(words.found("cue", "lead_placed", told.done), None)
    if "stimulator" not in named or placed is None or words.cue("lead_other", text):
        return ()
    leads = served.leads or _leads(text)
    one = call("pumps", book, acts=(LEAD,), leads=leads)
    return (_treated(plain, "stimulator lead", placed, one),)


def counted(treated: Sequence[Treated]) -> tuple[Missing, ...]:
    """What is missing where leads were placed and nobody said how many."""
    open_ = any(_uncounted(one) for one in treated)
    return (COUNT,) if open_ else ()


def serviced(one: Treated) -> bool:
    """Is it a service to a pump that is in, where no needle goes to the spine?"""
    acts = one.call.arguments.get("acts", ()) if one.call and one.call.tool == "pumps" else ()
    return bool(set(SERVICES) & set(acts))


def _uncounted(one: Treated) -> bool:
    if one.call is None or one.call.tool != "pumps" or not isinstance(one.call.result, Decided):
        return False
    return any(line.units is None for line in one.call.result.codes)


def _pump(services: tuple[str, ...], left: bool, facts: dict[str, str], book: Codebook) -> Call:
    told = facts | ({"reprogrammed": "no"} if left else {})
    return call("pumps", book, acts=services, facts=told)


def _facts(found: Sections, words: NoteWords) -> dict[str, str]:
    """The skill that a refill needed, as far as the note says it of this one."""
    spans = [
        span
        for part in found.parts
        if part.kind in ("title", "none", "done", "who", "outcome")
        for span in _pieces(found.text, part.start, part.end)
        if not words.cue("history", found.text, *span)
    ]
    text = kept(found.text, spans)
    told = listen(text, words.devices.find(text), ()).all("pump_fact")
    skill = {value.partition("=")[2] for value in told if value.startswith("skill=")}
    return {"skill": skill.pop()} if len(skill) == 1 else {}


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for match in PIECE.finditer(text, start, end):
        yield at, match.end()
        at = match.end()
    yield at, end


def _leads(text: str) -> int | None:
    """How many leads are told of one by one; None = nobody counted them."""
    sides = {m[1].lower() for m in SIDE_LEAD.finditer(text)}
    if len(sides) > 1:
        return len(sides)
    return 1 if ONE_LEAD.search(text) and not MORE_LEADS.search(text) else None


def _first(mentions: Sequence[Mention], act: str) -> tuple[int, int]:
    one = next(m for m in mentions if (m.fact, m.value) == ("pump_act", act))
    return one.start, one.end


def _treated(plain: Plain, name: str, place: tuple[int, int], one: Call) -> Treated:
    facts: dict[str, Fact] = {"kind": fact(plain, name, *place)}
    return Treated(procedure=Procedure(), facts=facts, call=one)
