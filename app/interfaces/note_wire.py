"""The public shapes of `POST /v1/notes`, as contract and OpenAPI have them."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from app.interfaces.wire import (
    AssumedOut,
    CautionOut,
    MissingOut,
    ServiceDate,
    StepOut,
    Wire,
    taken_out,
)
from app.notes.reader import Coded
from app.notes.services import Service
from knowledge.decisions import Decided, Undecided

MOST = 20000
"""Characters of one note; what is longer is more than one."""


def _readable(text: str) -> str:
    if not text.strip():
        raise ValueError("is blank; send the words of the note")
    if "\x00" in text:
        raise ValueError("contains a NUL character; remove it")
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("contains a lone surrogate; send valid Unicode")
    return text


class NoteRequest(Wire):
    """One procedure note without names, with what is known of the claim."""

    note: Annotated[str, Field(min_length=1, max_length=MOST), AfterValidator(_readable)]
    service_date: ServiceDate = None
    payer: str | None = Field(None, max_length=80)
    state: str | None = Field(None, pattern=r"^[A-Z]{2}$")
    place_of_service: str | None = Field(None, pattern=r"^\d{2}$")
    claim: Literal["professional", "facility"] | None = None


class QuoteOut(Wire):
    """Words of the note, found at these offsets letter by letter."""

    quote: str
    start: int
    end: int


class FactOut(QuoteOut):
    value: str


class LineOut(Wire):
    code: str
    units: int
    modifiers: list[str]
    diagnoses: list[str]
    steps: list[StepOut]


class ProcedureOut(Wire):
    facts: dict[str, FactOut]
    lines: list[int]
    """Which of the lines it makes; empty when it cannot be decided."""


class ConflictOut(Wire):
    fact: str
    quotes: list[QuoteOut]


class ElementOut(Wire):
    element: str
    status: Literal["found", "missing", "unclear"]
    quote: str | None = None
    start: int | None = None
    end: int | None = None


class ServiceCodeOut(Wire):
    code: str
    units: int | None
    """None = the rule does not count them from what the note says."""


class ServiceOut(QuoteOut):
    """A drug, or moderate sedation, that the note tells of: never one of the lines."""

    name: str
    outcome: Literal["decided", "undecided", "not_covered"]
    verdict: str
    codes: list[ServiceCodeOut]
    """What a line of its own would carry, where the rule bills one."""
    missing: list[MissingOut]


class CodedNote(Wire):
    """Facts, claim lines and gaps of one note."""

    outcome: Literal["answered", "needs_facts", "not_covered"]
    facts: dict[str, FactOut]
    lines: list[LineOut]
    procedures: list[ProcedureOut]
    contradictions: list[ConflictOut]
    queries: list[str]
    assumed: list[AssumedOut]
    missing_facts: list[MissingOut]
    documentation: list[ElementOut]
    cautions: list[CautionOut]
    services: list[ServiceOut]
    """Drugs and sedation, with what the rules say of a line of their own."""
    service_date: str
    """The day whose tables answered."""


def note_out(coded: Coded) -> CodedNote:
    """What was read and decided, in the public shape."""
    procedures = [
        ProcedureOut(
            facts={k: FactOut(**f.model_dump()) for k, f in one.facts.items()},
            lines=[n for n, line in enumerate(coded.lines) if line.procedure == number],
        )
        for number, one in enumerate(coded.treated)
    ]
    first = {**_shown(coded), **(procedures[0].facts if procedures else {})}
    return CodedNote(
        outcome=outcome(coded),
        facts={**first, **{k: FactOut(**f.model_dump()) for k, f in coded.facts.items()}},
        lines=[
            LineOut(
                code=line.code,
                units=line.units,
                modifiers=list(line.modifiers),
                diagnoses=list(line.diagnoses),
                steps=[StepOut(because=s.because, source=", ".join(s.sources)) for s in line.steps],
            )
            for line in coded.lines
        ],
        procedures=procedures,
        contradictions=[
            ConflictOut(fact=c.fact, quotes=[QuoteOut(**q.model_dump()) for q in c.quotes])
            for c in coded.conflicts
        ],
        queries=list(coded.queries),
        assumed=[AssumedOut(fact=a.fact, value=a.value, because=a.because) for a in coded.assumed],
        missing_facts=[
            MissingOut(fact=m.fact, question=m.question, choices=list(m.choices))
            for m in coded.missing
        ],
        documentation=[
            ElementOut(
                element=e.element,
                status=e.status,
                **(e.quote.model_dump() if e.quote else {}),
            )
            for e in coded.elements
        ],
        cautions=[
            CautionOut(text=c.text, source=c.sources[0] if c.sources else "")
            for c in coded.cautions
        ]
        + [CautionOut(text=text, source="") for text in coded.differences]
        + taken_out(coded.identifiers),
        services=[_service(one) for one in coded.services],
        service_date=str(coded.on),
    )


def _service(one: Service) -> ServiceOut:
    result = one.call.result
    billed = result.codes if isinstance(result, Decided) else ()
    asked = result.missing if isinstance(result, Undecided) else ()
    return ServiceOut(
        name=one.name,
        outcome=result.kind,
        verdict=result.verdict,
        codes=[
            ServiceCodeOut(code=c.code, units=c.units if isinstance(c.units, int) else None)
            for c in billed
            if c.role == "bill"
        ],
        missing=[
            MissingOut(fact=m.fact, question=m.question, choices=list(m.choices)) for m in asked
        ],
        **one.quote.model_dump(),
    )


SHOWN = {
    "indication": "indication",
    "saved-images": "saved_images",
    "contrast": "contrast",
    "drug": "drug",
    "response": "response",
    "complications": "complications",
    "performer": "performer",
}
"""Elements of the documentation that are facts too, by their names there and here."""


def _shown(coded: Coded) -> dict[str, FactOut]:
    """What the note shows beside the facts that pick a code, in its own words."""
    return {
        SHOWN[e.id]: FactOut(value=" ".join(e.quote.quote.split()), **e.quote.model_dump())
        for e in coded.elements
        if e.id in SHOWN and e.status == "found" and e.quote
    }


def outcome(coded: Coded) -> Literal["answered", "needs_facts", "not_covered"]:
    """Settled, open, or of something no table holds."""
    if coded.never_began or coded.settled:
        return "answered"
    if coded.missing or not coded.treated or coded.conflicts:
        return "needs_facts"
    results = [one.call.result for one in coded.treated if one.call]
    return "answered" if any(isinstance(r, Decided) for r in results) else "not_covered"
