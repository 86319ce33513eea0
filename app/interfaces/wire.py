"""The public shapes: request and response of every door, as contract and OpenAPI have them."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

Verdict = Literal["append", "do_not_append", "depends"]


def _readable(text: str) -> str:
    """A question somebody could have typed: not blank, no NUL, no lone surrogate."""
    if not text.strip():
        raise ValueError("is blank; type a question")
    if "\x00" in text:
        raise ValueError("contains a NUL character; remove it")
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("contains a lone surrogate; send valid Unicode")
    return text


def written(value: object) -> object:
    """A date is written out: pydantic would take a number as seconds since 1970."""
    if value is None or (isinstance(value, str) and "-" in value) or isinstance(value, date):
        return value
    raise ValueError("takes a date that exists, as YYYY-MM-DD")


ServiceDate = Annotated[date | None, BeforeValidator(written)]
"""A date of service as it is sent, or none."""


class Wire(BaseModel):
    """Closed to misspelt fields."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class AskRequest(Wire):
    """One question, with what is known of the claim."""

    question: Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_readable)]
    thread_id: str | None = Field(None, max_length=64)
    service_date: ServiceDate = None
    payer: str | None = Field(None, max_length=80)
    state: str | None = Field(None, pattern=r"^[A-Z]{2}$")
    locality: str | None = Field(None, max_length=80)
    place_of_service: str | None = Field(None, pattern=r"^\d{2}$")
    claim: Literal["professional", "facility"] | None = None
    style: Literal["full", "brief"] = "full"


class StepOut(Wire):
    because: str
    source: str


class ModifierOut(Wire):
    code: str
    verdict: Verdict
    because: str


class CodeOut(Wire):
    code: str
    system: Literal["cpt", "hcpcs", "icd10cm"]
    role: Literal["bill", "candidate", "compare", "do_not_bill", "mentioned"]
    units: int | None = None
    modifiers: list[ModifierOut] = []
    label: str = ""
    """Our own words; empty when no table has the code."""
    steps: list[StepOut] = []


class WhyNotOut(Wire):
    code: str
    because: str


class FlipOut(Wire):
    fact: str
    to: str
    code: str | None


class AssumedOut(Wire):
    fact: str
    value: str
    because: str
    from_: Literal["presumption", "earlier_turn"] = Field("presumption", alias="from")

    model_config = ConfigDict(populate_by_name=True, extra="forbid")


class MissingOut(Wire):
    fact: str
    question: str
    choices: list[str]


class OptionOut(Wire):
    given: dict[str, str]
    codes: list[str]


class CitationOut(Wire):
    mark: int
    kind: Literal["passage", "table"]
    document: str
    title: str
    section: list[str]
    authority: str
    quote: str
    start: int | None
    end: int | None
    passage_key: str | None
    url: str


class CautionOut(Wire):
    text: str
    source: str


def taken_out(kinds: tuple[str, ...]) -> list[CautionOut]:
    """One caution that says which kinds of identifiers were taken out, if any were."""
    if not kinds:
        return []
    text = f"Taken out before reading, and not kept: {', '.join(kinds)}. They are not needed here."
    return [CautionOut(text=text, source="")]


class DecisionOut(Wire):
    tool: str
    arguments: dict[str, Any]
    result: dict[str, Any]


class Answer(Wire):
    """One checked answer."""

    id: str
    thread_id: str
    outcome: Literal["answered", "needs_facts", "not_covered", "declined"]
    text: str
    """Markdown; citation marks as [1]."""
    codes: list[CodeOut] = []
    why_not: list[WhyNotOut] = []
    flips: list[FlipOut] = []
    assumed: list[AssumedOut] = []
    missing: list[MissingOut] = []
    options: list[OptionOut] = []
    citations: list[CitationOut] = []
    cautions: list[CautionOut] = []
    decisions: list[DecisionOut] = []
    writer: str
    versions: dict[str, str]
    timings_ms: dict[str, float]


class PassageOut(Wire):
    """A cited passage in its place in the guide."""

    key: str
    document: str
    title: str
    section: list[str]
    authority: str
    text: str
    start: int
    end: int
    before: str
    after: str
    errata: list[dict[str, Any]]


class GuideOut(Wire):
    id: str
    title: str
    authority: str
    publisher: str
    passages: int
    effective: date | None
    checked: date | None


class ToolOut(Wire):
    name: str
    description: str
    parameters: dict[str, Any]


class ToolResult(Wire):
    tool: str
    arguments: dict[str, Any]
    result: dict[str, Any]


class ProblemOut(BaseModel):
    """RFC 9457 problem document."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[dict[str, Any]] = []
