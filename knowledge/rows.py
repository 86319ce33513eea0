"""One class for each kind of table row, with what every row must carry.

Pure values; tables.py builds them from the files in knowledge/tables.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from knowledge.facts import Frozen

Confidence = Literal["high", "medium", "low"]
ModifierSays = Literal["append", "do_not_append", "depends"]
Tier = Literal["law", "payer", "society", "vendor", "house"]


class Source(Frozen):
    """A publication a row rests on; its publisher's own page, not a copy's."""

    id: str
    title: str
    publisher: str
    url: str = ""
    tier: Tier
    release: str = ""


class Row(Frozen):
    """What every row must carry: from when, until when, by whose word."""

    effective: date | None = None
    """First day it holds; None = the start is not held, see `attested`."""
    attested: date | None = None
    """Earliest day our sources show the row in force, where its start is not held."""
    ended: date | None = None
    """First day it no longer holds."""
    source: tuple[str, ...] = Field(min_length=1)
    """Ids of sources.toml, the strongest first."""
    checked: date
    """When somebody last compared the row with its source."""
    confidence: Confidence

    def holds(self, on: date) -> bool:
        """Is the row in force on this day, as far as the table knows?"""
        begun = self.effective is None or self.effective <= on
        return begun and (self.ended is None or on < self.ended)


class CodeRow(Row):
    """One code: what it is, which facts select it, what became of it."""

    code: str
    system: Literal["cpt", "hcpcs"]
    family: str
    label: str
    """Our own words, never the AMA descriptor."""
    region: str = ""
    imaging: Literal["included", "separate", "without", "is imaging", "n/a"] = "n/a"
    role: Literal["primary", "add-on", "drug"] = "primary"
    add_on_to: tuple[str, ...] = ()
    add_on: str = ""
    """The code for each further level, where the family has one."""
    guidance: str = ""
    """An imaging code billed beside it when fluoroscopy was used."""
    selects: dict[str, tuple[str, ...]] = {}
    """Fact values that lead here; a fact not named may have any value. Empty: not
    selected by facts of an epidural injection."""
    replaced_by: tuple[str, ...] = ()
    note: str = ""
    """One or two complete sentences a coder should know."""


class FactRow(Row):
    """A fact that picks a code: its values, and how to ask for it."""

    fact: str
    question: str
    values: tuple[str, ...]
    aliases: dict[str, tuple[str, ...]] = {}
    """A less exact value, and the values it may stand for."""
    rare: tuple[str, ...] = ()
    """Values not offered as a choice when another leads to the same code."""
    because: dict[str, str] = {}
    """How to say that the fact has this value, as a clause."""


class PresumptionRow(Row):
    """What silence about one fact means by convention."""

    fact: str
    value: str
    when: dict[str, tuple[str, ...]] = {}
    because: str
    condition: str = ""
    """Said with the verdict when the presumption carries it."""


class ImpossibleRow(Row):
    """A combination of facts that anatomy or the code set rules out."""

    when: dict[str, tuple[str, ...]]
    because: str


class LevelRow(Row):
    """A spinal level and the region it counts for, by approach."""

    level: str
    region: str
    approaches: tuple[str, ...] = ()
    """Empty: any approach."""
    root_of: tuple[str, ...] = ()
    """Nerve roots that leave here."""
    caution: str = ""


class StatementRow(Row):
    """A sentence a rule may say, and when it applies."""

    id: str
    say: str
    """A complete sentence; {code} stands for the code asked about."""
    short: str = ""
    """The verdict sentence when this row alone is asked for."""
    answer: Literal["yes", "no", "depends", ""] = ""
    """What it answers to "is it covered, allowed, needed?"; "" = no yes-or-no question."""
    codes: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    """Codes or families it applies to; both empty: all."""
    aspects: tuple[str, ...] = ()
    """What a question may single out, such as "sedation" or "frequency"; "a+b" is both."""
    when: tuple[str, ...] = ()
    """What must have happened for it to be said, one of them; empty: it always may be."""
    turns: tuple[str, ...] = ()
    """Words of a question that turn the answer round, such as "optional" for "is required"."""
    least: dict[str, float] = {}
    most: dict[str, float] = {}
    """Limits of what a question may state, by the names of PolicyQuestion.measures: with one
    of them missed the answer is no; with all of them stated and kept it is yes."""
    rank: int = 50
    """Smaller is said first."""
    payer: str = ""
    """Empty: a coding rule; else the payer whose rule it is."""
    states: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    """States outside which it holds; with it the state must be named."""
    stateless: bool = False
    """Said only while no state is named."""
    places: tuple[str, ...] = ()
    placeless: bool = False
    """Said only while no place of service is named."""
    mentions: tuple[str, ...] = ()
    """Codes named in the sentence that the reader must not bill."""


class ConditionRow(StatementRow):
    """A condition as people name it, and the diagnosis codes that say it."""

    words: tuple[str, ...]
    """Forms of lexicon.toml; the longest that stands in the question is meant."""
    diagnoses: tuple[str, ...]
    """The codes it is told by, the usual one first."""


class ModifierRow(StatementRow):
    """One verdict on one modifier for some codes in some situation."""

    modifier: str
    verdict: ModifierSays
    needs: tuple[str, ...] = ()
    """Aspects of which one must be told before the row says anything."""


class ModifierName(Row):
    """A modifier, what it means and where it goes."""

    modifier: str
    means: str
    right_when: str
    wrong_when: str
    place: Literal["pricing", "distinct", "information", ""] = ""
    """Where it stands among several on one line: in this order; "" = not held."""


class TogetherRow(StatementRow):
    """Two modifiers on one line of a code: whether they may stand there together."""

    modifiers: tuple[str, str]
    verdict: Literal["never", "may"]
    each: ModifierSays = "depends"
    """The verdict on each of them alone."""
    instead: str = ""
    """The modifier that takes their place."""


class IndicatorRow(StatementRow):
    """What one indicator of the Medicare fee schedule says of some modifiers."""

    column: Literal["bilateral", "multiple", "pctc", "global_days", "assistant"]
    values: tuple[str, ...] = Field(min_length=1)
    modifiers: tuple[str, ...] = Field(min_length=1)
    verdict: ModifierSays
    """{code} and {modifier} stand for what was asked about."""


class DocumentationRow(StatementRow):
    """One element a procedure note must show."""

    element: str


class DiagnosisRow(Row):
    """An ICD-10-CM code and how its meaning fits an epidural injection."""

    code: str
    meaning: str
    fit: Literal["core", "supporting", "insufficient", "special", "exempt", "header"]
    regions: tuple[str, ...]
    billable: bool
    children: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()
    """Beginnings of codes beside which Excludes1 takes this one off the claim."""
    note: str = ""


class PayerRow(Row):
    """A payer that rows know, and the names people give it."""

    payer: str
    names: tuple[str, ...]


class AreaRow(Row):
    """A Medicare contractor, the states it serves and its coverage documents."""

    mac: str
    jurisdiction: str
    states: tuple[str, ...]
    lcd: str
    article: str


class FactorRow(Row):
    """A conversion factor in US dollars per RVU."""

    id: str
    dollars: float
    participation: Literal["all", "non-QP", "QP"] = "all"


class PercentRow(Row):
    """The percents by which an amount of the fee schedule is changed."""

    id: str
    kind: Literal["multiple", "bilateral", "share", "sequestration", "npp"]
    indicator: str = ""
    """The value of the fee schedule's column; "" where no column decides."""
    percents: tuple[int, ...] = Field(min_length=1)
    """Several: of the first, second and following procedures of a session."""
    say: str


class SessionLimitRow(Row):
    """What a payer limits of epidural sessions: their count, relief before, or distance."""

    id: str
    kind: Literal["count", "relief", "interval"]
    payer: str
    families: tuple[str, ...]
    most: int | None = None
    """Sessions of one region within `months`."""
    months: int | None = None
    days: int | None = None
    percent: int | None = None
    """Relief that the session before must have given."""
    after: Literal["failed", ""] = ""
    """The interval holds after a failed session alone; "" = between any two."""
    say: str


class HospitalRateRow(Row):
    """What Medicare pays a hospital outpatient department for one code."""

    code: str
    status: str
    """OPPS status indicator: T = paid and reduced beside others, N = packaged."""
    dollars: float | None = None
    """None: no rate of its own."""


class ErratumRow(Row):
    """A place where a guide is out of date, incomplete or wrong."""

    id: str
    document: str
    section: str
    quote: str
    kind: Literal["wrong", "out_of_date", "imprecise", "unverifiable", "payer_dependent"]
    says: str
    better: str
    answer: Literal["no", ""] = ""
    """What it answers to whoever asks whether the statement holds; "" = by its kind."""


class LexiconRow(Row):
    """Words people use, and what they state."""

    states: str
    """A fact, or "aspect", "topic", "code", "payer", "place_of_service"; "asks" = what is to be
    done with what the text names, such as checking a claim."""
    value: str
    words: tuple[str, ...]
    """Phrases in lower case; matched at word boundaries, longest first. "*" is a gap of some
    words in the same sentence, "a|two_words" either, "stem~" a word with any ending."""
    negated: str = ""
    """The value stated when the phrase is negated; empty: this value is ruled out."""
    also: dict[str, str] = {}
    """Other facts that the same words state."""


class AskedRow(Row):
    """Questions a passage of a guide answers, in askers' words."""

    document: str
    quote: str
    """Words of the passage, found once in the guide."""
    questions: tuple[str, ...]


class SentenceRow(AskedRow):
    """Questions that the one sentence holding the quote answers."""

    alone: bool = False
    """Only the guide, and what corrects it, knows: no rule answers these questions."""


class TopicExampleRow(Row):
    """A labelled example question of one topic."""

    topic: str
    question: str


class LimitRow(Row):
    """Labelled questions to decline or to leave alone, or that sound so and are ours."""

    topic: str
    """"clinical", "gaming", "out_of_scope", "greeting" or "ours"."""
    about: str
    questions: tuple[str, ...]


class SignRow(Row):
    """Words that are a sign of one kind of question."""

    sign: str
    words: tuple[str, ...]
    """Lower case; "..." stands for up to five words, "*" for the rest of a word."""


class SignsRow(Row):
    """Signs that together show a question to be one to decline."""

    topic: str
    signs: tuple[str, ...]
    """Values of the lexicon's signs; all must be there."""
    unless: tuple[str, ...] = ()
    """Signs that show the question to be ours all the same."""
    decides: bool = True
    """False: the signs only lower the bar of the model."""


class AspectRow(Row):
    """Example questions that single out the same aspects of a topic."""

    topic: str
    aspects: tuple[str, ...] = Field(min_length=1)
    questions: tuple[str, ...]


class FeeRow(Frozen):
    """Medicare relative values of one code in one release. RVUs are per unit."""

    code: str
    modifier: str
    release: str
    year: int
    status: str
    work: float
    office: float | None
    """Practice-expense RVU outside a facility; None = no office value."""
    facility: float | None
    malpractice: float
    bilateral: str
    multiple: str
    global_days: str
    factor: float


class PairRow(Frozen):
    """An NCCI procedure-to-procedure edit of the practitioner table."""

    column1: str
    column2: str
    indicator: Literal["0", "1", "9"]
    rationale: str


class UnitLimitRow(Frozen):
    """A medically unlikely edit: most units of one code a day."""

    code: str
    units: int
    adjudication: str
    rationale: str


class BundlingRow(StatementRow):
    """What to say of two codes side by side, whatever their NCCI pair says."""

    beside_codes: tuple[str, ...] = ()
    beside_families: tuple[str, ...] = ()
    verdict: Literal["never", "part of it", "only if separate", "may stand"]
    """"part of it": refused as asked, though a truly separate service could stand."""
    claim: str = ""
    """"professional" or "facility" where it holds on that claim alone."""
    instead: str = ""
    """The modifier that the line of {code} takes instead of {beside}."""


class PairModifierRow(StatementRow):
    """One verdict on modifiers of the line of {beside}, which stands with {code}."""

    beside_codes: tuple[str, ...] = ()
    beside_families: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = Field(min_length=1)
    verdict: ModifierSays
    instead: str = ""
    """The modifier that belongs there."""
    refuses: bool = False
    """The line of {beside} is then not billed at all."""


class NoteElementRow(Row):
    """One element that a procedure note must show, and the words that show it."""

    id: str
    element: str
    query: str
    """Asks the clinician for it and proposes no answer."""
    rank: int
    fact: str = ""
    """The fact that proves it; empty: the words of `shows` do."""
    shows: tuple[str, ...] = ()
    denies: tuple[str, ...] = ()
    """Words, in the forms of the lexicon, that show it, or that say it was not so."""
    figure: bool = False
    """A dose or a volume must stand in the same sentence."""
    scored: bool = False
    """A figure of a scale must stand in the same sentence."""
    coded: bool = False
    """A diagnosis code shows it too."""
    sided: bool = False
    """Asked only of codes that have sides."""
    of_work: bool = False
    """Told of the work done: words of consent or of a plan do not show it."""
    families: tuple[str, ...] = ()
    """Asked only of codes of these families; empty: of all."""
    when: tuple[str, ...] = ()
    """Asked only when one of these happened; empty: always."""
