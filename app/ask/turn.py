"""The values of one turn, each holding the one before.

Question -> Reading -> Evidence -> Draft -> Answer (the last is the wire's). Pure.
"""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from app.ask.earlier import Earlier
from app.ask.sessions import Sessions
from knowledge.decisions import Assumed, Decided, NotCovered, Undecided
from knowledge.facts import Encounter, Frozen, Procedure
from knowledge.guide_rows import ErratumRow
from knowledge.passages import Passage

Outcome = Literal["answered", "needs_facts", "not_covered", "declined"]


class Question(Frozen):
    """What was asked, with the fields sent beside the words."""

    text: str = Field(min_length=1, max_length=16000)
    """Redacted: a placeholder may be longer than the words it stands for."""
    today: date
    """The clock's day, read once a question."""
    encounter: Encounter = Encounter()
    style: Literal["full", "brief"] = "full"
    thread_id: str | None = None
    language: str = "en"
    """Two letters; "other" = a script that is not ours."""
    said: str = ""
    """The redacted words as they were asked, where `text` is their English gloss."""
    identifiers: tuple[str, ...] = ()
    """Kinds of identifiers that were taken out of the text, such as "date of birth"."""
    earlier: Earlier | None = None
    """What the conversation said so far; None = this opens one."""


class Follows(Frozen):
    """What a reading took over from earlier turns."""

    kept: tuple[tuple[str, str], ...] = ()
    """Fact and value, in the order in which they are told."""
    told: str = ""
    """The same in words."""
    procedures: tuple[Procedure, ...] = ()
    """As they stand now, even where this turn does not ask of them."""
    subject: tuple[str, ...] = ()
    """The codes that "it" meant before this turn."""
    seen: tuple[str, ...] = ()
    """Diagnoses named before."""


class Mention(Frozen):
    """A fact read in the question, and the words it came from."""

    fact: str
    value: str
    words: str
    start: int
    end: int
    negated: bool = False


class Contradiction(Frozen):
    """Two mentions of one fact that cannot both be true."""

    fact: str
    values: tuple[str, ...]
    words: tuple[str, ...]


class Given(Frozen):
    """One drug or contrast, and what was said of its amount."""

    drug: str = ""
    """A drug of drugs.toml; empty = told by a code alone."""
    dose: float | None = None
    unit: str | None = None
    volume: float | None = None
    """Milliliters."""
    strength: float | None = None
    """What one mL holds: mg of drug, or mg of iodine."""
    held: float | None = None
    """What the container held."""
    discarded: float | None = None
    """0 = nothing was thrown away."""
    container: Literal["", "single-dose", "multi-dose"] = ""


class Served(Frozen):
    """Services that follow a dose, a time or a device, as far as the text tells of them."""

    drugs: tuple[Given, ...] = ()
    minutes: int | None = None
    """Of sedation."""
    age: int | None = None
    leads: int | None = None
    """Electrode arrays."""
    told: dict[str, tuple[str, ...]] = {}
    """Other words of these services by what they state, such as "pump_act"."""

    def all(self, fact: str) -> tuple[str, ...]:
        return self.told.get(fact, ())

    def one(self, fact: str) -> str:
        """The value, where only one was stated."""
        values = self.all(fact)
        return values[0] if len(values) == 1 else ""


class Reading(Frozen):
    """What the text states and what it is about."""

    question: Question
    text: str = ""
    """The words that were read: the question without sentences that give orders."""
    topics: tuple[str, ...] = ()
    """The strongest first."""
    codes: tuple[str, ...] = ()
    billed: tuple[str, ...] = ()
    """Codes that words name beside an injection, such as "fluoro" for 77003."""
    diagnoses: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    attached: tuple[tuple[str, str], ...] = ()
    """Modifiers with the code that each is said to stand on."""
    chained: bool = False
    """Several modifiers are written behind one code, such as 64483-50-LT."""
    asked: tuple[str, ...] = ()
    """What is asked of two codes or of a modifier, such as "edit" or "line"."""
    situations: tuple[str, ...] = ()
    """What happened, as far as a modifier, a pair or a unit turns on it."""
    aspects: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    """Aspects that the nearest labelled question has, where words named none."""
    settled: tuple[str, ...] = ()
    """Topics that words settle by themselves, whatever else they bring to mind."""
    served: Served = Served()
    """Drugs, sedation, anesthesia, pumps and leads that were told of."""
    measures: dict[str, float] = {}
    """Figures a policy sets limits for, such as the weeks that relief lasted."""
    procedures: tuple[Procedure, ...] = (Procedure(),)
    """One for each region; they share the facts that were said of all."""
    encounter: Encounter = Encounter()
    sessions: Sessions | None = None
    """Earlier sessions by their dates, where it is asked how often."""
    other_days: tuple[date, ...] = ()
    """Other days that the date of service may be, when the question leaves it open."""
    year: int | None = None
    """A bare year in the question, such as the year of a fee."""
    never_ours: bool = False
    """The other procedure is none of ours even when it is called an epidural."""
    rate: str = ""
    """"office" or "facility", when the rate is named without a place of service."""
    mentions: tuple[Mention, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    differences: tuple[str, ...] = ()
    """Where the question's words beat a field sent beside them."""
    unknown_payer: str = ""
    notes: tuple[str, ...] = ()
    """What is asked for and not held: ids of scope.toml."""
    malformed: tuple[tuple[str, str], ...] = ()
    """Words that look like a code and are none, with the codes they are near."""
    unknown_modifiers: tuple[str, ...] = ()
    unknown_places: tuple[str, ...] = ()
    other_procedure: str = ""
    """A procedure outside the tables that the question names, such as "facet injections"."""
    whether: bool = False
    """It is asked as a yes-or-no question."""
    inverse: bool = False
    """It is asked whether something is denied, bundled or wrong, so that yes means no."""
    searched: str = ""
    """The words to search for: those read, without the guide's own name."""
    of_guide: bool = False
    """It asks, in so many words, for what the guide says."""
    guessed: bool = False
    """No cue word names the leading topic: only the nearest examples suggest it."""
    confidence: float = 0.0
    """How near the question is to what Lamina knows, 0 to 1."""
    follows: Follows | None = None
    """What was taken over from earlier turns; None = it stands by itself."""

    @property
    def on(self) -> date:
        """The day whose tables answer."""
        return self.encounter.service_date or self.question.today


class Call(Frozen):
    """One rule called with these arguments, and what it decided."""

    tool: str
    arguments: dict[str, Any]
    result: Decided | Undecided | NotCovered
    against: tuple[str, ...] = ()
    """Codes the question names that the facts of the question exclude."""
    opposed: bool = False
    """It is asked whether the thing is included or refused, so that the verdict's no is a yes."""
    denied: tuple[str, ...] = ()
    """What the question proposes and the decision does not bear out, such as "62321 x3"."""


class Found(Frozen):
    """A passage for the question, with what it scored."""

    passage: Passage
    score: float
    """Joined rank score; larger is better, only the order counts."""
    similarity: float
    """Cosine of question and passage."""


class Quotable(Frozen):
    """A sentence, list item or table row of a guide that may answer the question."""

    passage: Passage
    start: int
    """Offsets in the passage."""
    end: int
    score: float
    near: float
    """Cosine of the question and the sentence, or a question that it answers."""
    items: tuple["Quotable", ...] = ()
    """What the sentence counts, such as the "five tips" that follow it."""

    @property
    def words(self) -> str:
        return self.passage.text[self.start : self.end]


class Hint(Frozen):
    """Words of the question that may state an open fact; asked back, never taken."""

    fact: str
    value: str
    words: str


class Evidence(Frozen):
    """All an answer may rest on."""

    reading: Reading
    calls: tuple[Call, ...] = ()
    found: tuple[Found, ...] = ()
    quotable: tuple[Quotable, ...] = ()
    """Sentences of the passages found, the likeliest answer first."""
    errata: tuple[ErratumRow, ...] = ()
    """Errata of the passages found."""
    assumed: tuple[Assumed, ...] = ()
    """What was taken to be meant before any rule was called."""
    hints: tuple[Hint, ...] = ()
    """What a chat model would read into words that the lexicon does not know."""
    consulted: tuple[Call, ...] = ()
    """What a chat model looked up while it wrote: its rows may be cited, it decides nothing."""

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage that may be quoted."""
        items = [item.passage for q in self.quotable for item in q.items]
        return tuple(dict.fromkeys([*[f.passage for f in self.found], *items]))

    @property
    def leading(self) -> Call | None:
        """The call whose verdict leads: the first that knows something, else the first."""
        knowing = (c for c in self.calls if not isinstance(c.result, NotCovered))
        return next(knowing, self.calls[0] if self.calls else None)


class Cited(Frozen):
    """What one mark stands for."""

    kind: Literal["passage", "table"]
    quote: str
    passage_key: str | None = None
    start: int | None = None
    """In Unicode code points of the guide's text; None for a table."""
    end: int | None = None
    row: str = ""
    sources: tuple[str, ...] = ()


class Sentence(Frozen):
    """One sentence of a draft, with the white space after it and what it rests on."""

    text: str
    """As shown, marks such as [1] included."""
    after: str = " "
    by_model: bool = False
    """Written by a chat model, so that every word of it is checked."""
    language: str = "en"
    """"es" = said in Spanish, and checked by its English gloss."""


class Draft(Frozen):
    """A composed answer before the last check."""

    evidence: Evidence
    outcome: Outcome
    sentences: tuple[Sentence, ...]
    cited: tuple[Cited, ...] = ()
    """Mark n stands for cited[n - 1]."""
    cautions: tuple[tuple[str, str], ...] = ()
    """Text and source id."""
    writer: str = "quoting"

    @property
    def text(self) -> str:
        return "".join(s.text + s.after for s in self.sentences).rstrip()
