"""What is a reading about: the topics to answer, and the codes that are meant? Pure.

Codes named in the question win; else the code its facts decide, or the candidates.
"""

import re
from typing import Any

from app.ask.conditions import asks_diagnosis, condition
from app.ask.measures import NTH_LEVEL
from app.ask.pair_asked import (
    LEFT_OUT,
    SECOND,
    asks_at_large,
    at_other_time,
    told_of_imaging,
    wants_pair,
)
from app.ask.patterns import (
    asks_alike,
    asks_for_code,
    asks_which_of_two,
    denial_codes,
    says_of_code,
)
from app.ask.polarity import predicate
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.decisions import Assumed, Decided, NotCovered, Undecided
from knowledge.errors import UnknownCode
from knowledge.facts import SELECTING, Procedure
from knowledge.rules.compare import misfits
from knowledge.topics import RULES

WHO_MODIFIERS = {"AA", "AS", "80", "FS", "GC", "GE", "SA", "SG", "Q5", "Q6"}
"""Modifiers that say who did the service: naming one asks of it."""
AMOUNT = re.compile(r"\bhow much\b|\bamount|\bfees?\b|\bdollars?\b|\$", re.I)
SITUATIONS = {
    "discontinued",
    "reduced",
    "repeat_same_physician",
    "repeat_other_physician",
    "repeat_same_day",
    "resident",
    "drug_waste",
    "locum",
    "assistant",
    "npp",
    "global_period",
}
"""Aspects that call for a modifier."""
WHO = {"who_crna", "who_npp", "incident_to", "who_rn", "imaging_operator"}
"""Aspects that ask who may perform or bill."""
POLICY = {
    "sedation",
    "anesthesia",
    "frequency",
    "repeat",
    "biologics",
    "series",
    "other_blocks",
    "contrast",
    "levels",
    "dose",
    "scales",
    "conservative_care",
    "duration",
    "long_term",
}
"""Aspects that only a coverage policy answers."""
CODING = (
    "code_selection",
    "modifiers",
    "bundling",
    "units",
    "documentation",
    "diagnosis",
    "prior_authorization",
    "payment",
    "coverage",
    "compare",
)
DECLINED = ("clinical", "gaming")
TALK = ("greeting", "thanks", "afresh")
"""What is answered by a sentence of scope.toml and leaves the conversation as it is."""
OUTSIDE = ("out_of_scope", *TALK)


def call(tool: str, book: Codebook, **arguments: Any) -> Call:
    """One rule called; a code no table has becomes NotCovered."""
    rule = RULES[tool]
    question = rule.takes(**{k: v for k, v in arguments.items() if v not in (None, "", ())})
    try:
        result = rule.decide(question, book)
    except UnknownCode as why:
        result = NotCovered(verdict=str(why), nearest=why.known)
    # the words of the question are no argument of their own: it stands beside the answer
    given = question.model_dump(mode="json", exclude_defaults=True, exclude={"words"})
    return Call(tool=tool, arguments=given | {"service_date": str(book.on)}, result=result)


def presumed(reading: Reading, calls: tuple[Call, ...], book: Codebook) -> tuple[Assumed, ...]:
    """The code that was taken to be meant because none was named."""
    rows = [r for r in book.presumptions if r.fact == "code"]
    if reading.codes or has_facts(reading):
        return ()
    return tuple(
        Assumed(fact="code", value=r.value, because=r.because, row="presumptions/code")
        for r in rows
        if any(c.arguments.get("code") == r.value for c in calls)
    )


UNPICKED = ("code_selection", "payment")
"""Topics that would pick a code or name an amount beside a refusal."""


def topics_of(reading: Reading, book: Codebook) -> tuple[str, ...]:
    """The coding topics to answer; what the codes and facts suggest when none was read."""
    if reading.topics[:1] and reading.topics[0] in (*DECLINED, *OUTSIDE):
        # the rule beside a refusal may be told, but no code is picked
        return tuple(t for t in reading.topics if t in CODING and t not in UNPICKED)[:1]
    if _both_regions_at_once(reading):
        return ("coverage",)
    if reading.sessions and not reading.modifiers:
        return ("utilisation",)
    if at_other_time(reading, book) and {"modifier", "needed"} & set(reading.asked):
        return ("modifiers",)
    if _one_level_more(reading, book):
        named = any(len(p.levels) > 1 for p in reading.procedures)
        return ("coverage", "code_selection") if named else ("coverage",)
    if charges_imaging(reading, book):
        return ("bundling",)
    if wants_pair(reading, book, told_codes(reading, book)):
        more = [t for t in reading.topics if t == "coverage"]
        second = SECOND & set(reading.situations) and reading.procedures[0].approach
        return ("bundling", *more, *(["code_selection"] if second else []))
    if {"abn", "medicare_advantage"} <= set(reading.aspects) and not reading.modifiers:
        return ("coverage",)
    if "mismatch" in reading.aspects and not asks_for_code(reading.text):
        # no code is picked while the images and the words of the note disagree
        return ("documentation",)
    if _asks_condition(reading, book):
        return ("diagnosis",)
    if _of_gone(reading, book) and reading.topics[:1] != ("payment",):
        return ("compare",)
    if _ill_said(reading, book):
        return ("compare",)
    if _without_imaging(reading, book):
        return ("code_selection",)
    if _of_units(reading, book):
        return ("units",)
    if reading.topics[:1] == ("units",) and _unlike(reading, book):
        return ("bundling", *reading.topics)
    if set(reading.situations) & AT_LARGE or asks_at_large(reading, book):
        return ("bundling",)
    found = tuple(sorted((t for t in reading.topics if t in CODING), key=_code_first))
    if settled := _settled(reading, book):
        bare = settled == ("denials",) and not reading.codes
        if reading.guessed and (settled == ("diagnosis",) or bare):
            # with such a code named, what only the nearest examples suggest is not asked
            return settled
        return tuple(dict.fromkeys([*settled, *(t for t in found if t not in settled)]))[:2]
    cued = found[:1] == ("modifiers",) and not reading.guessed
    if reading.modifiers or _calls_for_modifier(reading) or cued:
        # a modifier that is named is asked about, whatever else was read but "which code?"
        return _with_modifier(reading, found, book)
    if suggested := _suggested(reading, book):
        return suggested
    others = set(found) & {"code_selection", "prior_authorization"}
    if reading.diagnoses and len(reading.codes) < 2 and (not others or len(reading.diagnoses) > 1):
        found = ("diagnosis", *(t for t in found if t in ("coverage", "prior_authorization")))
    if (
        "payment" in found
        and (POLICY | {"axial", "which_pain", "indications"}) & set(reading.aspects)
        and not AMOUNT.search(reading.text)
    ):
        # "will sedation be paid" asks for coverage, not for an amount
        found = tuple(dict.fromkeys("coverage" if t == "payment" else t for t in found))
    if "denial" in reading.topics and not found:
        found = ("bundling",) if len(reading.codes) > 1 else ("coverage",)
    if reading.guessed and found == ("coverage",) and _of_nothing(reading):
        # the nearest labelled question is no sign that anything of a policy is asked
        found = ()
    if found or set(reading.topics) & {*DECLINED, *OUTSIDE}:
        return found
    if reading.topics[:1] == ("guide",):
        return ("code_selection",) if said_of_procedure(reading) > 1 else ()
    if has_facts(reading):
        return ("code_selection",)
    return ("compare",) if reading.codes else ()


CPT_ASKED = re.compile(r"\bcpt\b|\bprocedure code|\bhow (?:do|should|would|to)\b|\bbill\b", re.I)


def _asks_condition(reading: Reading, book: Codebook) -> bool:
    """Is the diagnosis code of a condition asked for, and no code of one told?"""
    told = bool(reading.diagnoses or reading.modifiers or CPT_ASKED.search(reading.text))
    return not told and asks_diagnosis(reading.text) and bool(condition(reading.text, book))


def _one_level_more(reading: Reading, book: Codebook) -> bool:
    """Is a third level asked about, by a code of further levels or by none?"""
    told = [book.codes[c] for c in reading.codes if c in book.codes]
    kinds = {p.kind for p in reading.procedures}
    further = all(row.role == "add-on" for row in told)
    levelled = bool(told) or any(k and book.kinds[k].counts == "joint" for k in kinds)
    more = reading.measures.get("levels", 0) > 2 and NTH_LEVEL.search(reading.text)
    medicare = reading.encounter.payer in (None, "medicare") and not reading.unknown_payer
    return bool(more) and reading.whether and further and levelled and medicare


def charges_imaging(reading: Reading, book: Codebook) -> bool:
    """Is it asked whether guidance is charged beside an injection told in words?"""
    images = [c for c in reading.billed if c in book.codes and book.codes[c].family == "imaging"]
    money = AMOUNT.search(reading.text) or reading.diagnoses or reading.modifiers
    separate = any(p.substance in ("blood patch", "neurolytic") for p in reading.procedures)
    bare = not any(p.approach or p.levels or p.kind for p in reading.procedures)
    asked = reading.topics[:1] in (("payment",), ("coverage",)) or (
        bare and predicate(reading.text) == "allow" and not reading.codes
    )
    told = has_facts(reading) or bool(reading.codes)
    return bool(images) and reading.whether and asked and told and not (money or separate)


COVERS = re.compile(
    r"\b(?:cover\w*|pa(?:y|ys|id|yable)|allow\w*|limit\w*|criteria|qualif\w*|necess\w*|polic\w*"
    r"|lcds?|medicare|payers?|requir\w*|need\w*|indicat\w*|approv\w*|reimburs\w*|eligib\w*|rules?"
    r"|repeat\w*|how (?:many|often|long|soon)|max\w*|guideline\w*)\b",
    re.I,
)
"""Words of what a payer wants."""


def _of_nothing(reading: Reading) -> bool:
    """Does nothing but the nearest labelled question speak of coverage?"""
    told = reading.aspects or reading.likely or reading.measures or reading.situations
    return not told and not COVERS.search(reading.text) and not reading.diagnoses


STOPPED = {"stopped_for_safety", "stopped_after_start", "stopped_before_anesthesia"}
"""Situations of a procedure that was not finished."""


def _ill_said(reading: Reading, book: Codebook) -> bool:
    """Is one code named for what it cannot be, with too little told to pick another?"""
    own = [c for c in reading.codes if c in book.codes]
    one = reading.procedures[0]
    if not reading.whether or len(own) != 1 or len(reading.codes) > 1 or reading.modifiers:
        return False
    if len(reading.procedures) > 1 or one.kind or one.levels or said_of_procedure(reading) > 1:
        return False
    if {*reading.topics, *reading.settled} & {"diagnosis", "denials", "payment"}:
        return False
    told = {f: str(v) for f in ("region", "approach", "technique") if (v := getattr(one, f))}
    if one.imaging in ("none", "ultrasound") and not book.codes[own[0]].selects:
        told["imaging"] = one.imaging
    images = any(book.codes[c].family == "imaging" for c in reading.billed if c in book.codes)
    return not images and bool(misfits(book.codes[own[0]], told))


def _of_gone(reading: Reading, book: Codebook) -> bool:
    """Is it asked whether a code that has ended may still be used?"""
    ended = [c for c in reading.codes if c in book.every_code and c not in book.codes]
    told = any(p.levels or p.approach or p.kind for p in reading.procedures)
    image = any(book.every_code[c][-1].family == "imaging" for c in ended)
    return reading.whether and len(ended) == len(reading.codes) == 1 and not (told or image)


def _both_regions_at_once(reading: Reading) -> bool:
    """May the neck and the low back be treated on one day, with nothing told of how?"""
    bare = all(not (p.approach or p.imaging or p.levels) for p in reading.procedures)
    return (
        "two_regions" in reading.aspects
        and reading.whether
        and bare
        and not reading.codes
        and bool(SAME_DAY.search(reading.text))
        and not asks_for_code(reading.text)
        and "coverage" in reading.topics
    )


SAME_DAY = re.compile(
    r"\b(?:same|one|single)[\s-]+(?:day|date|dos|session|visit|encounter|sitting)\b", re.I
)


def _settled(reading: Reading, book: Codebook) -> tuple[str, ...]:
    """Topics that words or figures settle: nothing but one table can answer them."""
    if set(reading.topics[:1]) & set(DECLINED):
        return ()
    if reading.diagnoses and reading.settled != ("prior_authorization",):
        told = ("denials",) if denial_codes(reading.text) else reading.settled
        return () if reading.modifiers or len(reading.codes) > 1 else ("diagnosis", *told)
    if "two_physicians" in reading.aspects and len(reading.codes) > 1:
        return ("bundling", "coverage")
    if reading.modifiers and not reading.settled:
        return ()
    if denial_codes(reading.text):
        pair = ("bundling",) if len(set(reading.codes) & set(book.every_code)) == 2 else ()
        return ("denials", *pair, *reading.settled)
    if (
        len(reading.procedures) == 1
        and said_of_procedure(reading) > 2
        and asks_which_of_two(reading.text)
    ):
        return ("code_selection",)
    if asks_alike(reading.text) and has_facts(reading) and not reading.modifiers:
        return ("compare",)
    if (
        len(reading.codes) == 1
        and says_of_code(reading.text)
        and reading.whether
        and not reading.settled
    ):
        return ("compare",)
    if "relief_percent" in reading.measures and "documentation" not in reading.topics:
        return ("coverage",)
    if "days_apart" in reading.measures and "failed_first" in reading.aspects:
        return ("coverage",)
    if "diagnosis" in reading.topics and reading.settled == ("documentation",):
        return ()
    if reading.modifiers and WHO_MODIFIERS & set(reading.modifiers):
        return ("modifiers",)
    return reading.settled


AT_LARGE = {"surgeon_anesthetic"}
"""Situations that a rule of NCCI answers without a second code."""
EVENTS = {
    "discontinued",
    "drug_withheld",
    "repeat_same_day",
    "repeat_other_physician",
    "abn_signed",
    "abn_none",
    "diagnostic_block",
    "in_global",
    "postop_pain",
}
"""What happened that a modifier tells the payer."""


def _calls_for_modifier(reading: Reading) -> bool:
    """Is it asked which modifier tells what happened?"""
    told = set(reading.aspects) | set(reading.situations)
    asked = bool({"needed", "modifier"} & set(reading.asked)) or "modifiers" in reading.topics
    stopped = len(told & STOPPED) > 1 or (told & STOPPED and "discontinued" in told)
    if reading.guessed and stopped and reading.codes and not reading.billed:
        return True
    stopped = "discontinued" in told and "code_selection" in reading.topics
    return (asked and bool(told & EVENTS)) or stopped


def told_codes(reading: Reading, book: Codebook) -> tuple[str, ...]:
    """The code of each procedure that is told by its facts, not by a code."""
    if not any(p.approach or p.kind for p in reading.procedures):
        return ()
    return one_each(reading, book)


def _without_imaging(reading: Reading, book: Codebook) -> bool:
    """May one code be billed although no imaging, or ultrasound alone, was used?"""
    told = {"no_imaging", "ultrasound"} & set(reading.aspects)
    alone = len(reading.codes) == 1 and not reading.modifiers and not reading.billed
    if not (alone and reading.whether):
        return False
    row = book.codes.get(reading.codes[0])
    without = any(p.imaging in ("none", "ultrasound") for p in reading.procedures)
    needs = row is not None and bool(row.selects) and row.imaging == "included"
    policy = reading.topics[:1] in (("coverage",), ("documentation",), ("prior_authorization",))
    return (bool(told) and reading.topics == ("bundling",)) or (
        needs and without and not policy and not reading.diagnoses
    )


def _with_modifier(reading: Reading, found: tuple[str, ...], book: Codebook) -> tuple[str, ...]:
    """Modifiers, and the code itself where the question asks for it or its facts decide it."""
    told = reading.procedures[0]
    decided: set[str] = set()
    if told.approach and (told.levels or told.region):
        result = select(told, book).result
        if isinstance(result, Decided):
            decided = {line.code for line in result.codes}
    named = {c for c in reading.codes if c in book.codes and book.codes[c].selects}
    wrong = bool(decided and named and not decided & named)
    asked = "code_selection" in found and not reading.guessed
    bare = bool(decided) and not reading.codes and not reading.whether
    if wrong or (asked and not reading.whether) or bare:
        return ("code_selection", "modifiers")
    return ("modifiers", "code_selection") if decided or asked else ("modifiers",)


def _unlike(reading: Reading, book: Codebook) -> bool:
    """Are codes of different families named, so that their units turn on one another?"""
    families = {book.codes[c].family for c in reading.codes if c in book.codes}
    return len(families) > 1


COUNTED = {"mue", "mai"}
OF_ADD_ONS = {"alone", "multiple_reduction", "opps", "other_group"}
"""Situations that only the counting rules of an add-on answer."""


def _of_units(reading: Reading, book: Codebook) -> bool:
    """Is a unit limit, or the lot of an add-on, what the question is about?"""
    told = set(reading.aspects) | set(reading.situations)
    add_on = any(c in book.codes and book.codes[c].role == "add-on" for c in reading.codes)
    add_on_alone = without_parent(reading, book)
    counted = "more_units" in told and reading.whether and bool(reading.codes)
    return (
        bool(told & COUNTED)
        or add_on_alone
        or (add_on and bool(told & OF_ADD_ONS))
        or (bool(reading.codes) and "multiple_reduction" in told and not reading.modifiers)
        or (counted and set(reading.modifiers) <= {"50"})
    )


def without_parent(reading: Reading, book: Codebook) -> bool:
    """ "64421 without 64420": is an add-on said to stand without its first code?"""
    left_out = {code for _, code in LEFT_OUT.findall(reading.text)}
    own = [book.codes[c] for c in reading.codes if c in book.codes and c not in left_out]
    return any(row.role == "add-on" and left_out & set(row.add_on_to) for row in own)


def _code_first(topic: str) -> bool:
    """What is billed comes before what is said of it."""
    return topic != "code_selection"


def has_facts(reading: Reading) -> bool:
    """Was anything said of a procedure?"""
    return any(
        getattr(p, fact) is not None for p in reading.procedures for fact in ("kind", *SELECTING)
    ) or any(p.levels for p in reading.procedures)


def _suggested(reading: Reading, book: Codebook) -> tuple[str, ...]:
    """The topic that codes, diagnoses and aspects suggest when no cue word named one."""
    aspects = set(reading.aspects)
    if reading.modifiers and WHO_MODIFIERS & set(reading.modifiers):
        return ("modifiers",)
    if aspects & WHO and "modifiers" not in reading.topics and not reading.modifiers:
        return ("coverage",)
    if "biologics" in aspects and "code_selection" in reading.topics:
        return ("coverage",)
    if reading.unknown_payer and aspects & POLICY and not said_of_both(reading):
        return ("coverage",)
    if not reading.guessed or set(reading.topics) & {*DECLINED, *OUTSIDE}:
        return ()
    if reading.diagnoses:
        return ("diagnosis",)
    told = said_of_procedure(reading)
    if told > 1 and not reading.codes and not _of_policy(reading):
        return ("code_selection",)
    if aspects & WHO:
        return ("coverage",)
    if aspects & SITUATIONS:
        return ("modifiers",)
    if len(reading.codes) > 1:
        apart = reading.topics[:1] == ("compare",) and not reading.whether
        if apart and "facility_place" in reading.aspects:
            # two codes at one place of service are a pair, not two meanings
            apart = False
        return ("compare",) if apart and not told_of_imaging(reading, book) else ("bundling",)
    if aspects & POLICY:
        return ("coverage",)
    # nothing but facts was said: a coder asks for the code, or whether the one named fits
    return ("code_selection",) if told > (1 if reading.codes else 0) else ()


def _of_policy(reading: Reading) -> bool:
    """Is a rule of a payer asked for, and an epidural only named?"""
    described = any(p.imaging or p.levels or p.laterality for p in reading.procedures)
    ruled = reading.topics[:1] in (("coverage",), ("documentation",), ("prior_authorization",))
    return (
        ruled
        and not described
        and bool(reading.aspects or reading.whether)
        and not asks_for_code(reading.text)
    )


def said_of_both(reading: Reading) -> bool:
    """Were approach and imaging stated, so that a code is asked for?"""
    return any(p.approach and p.imaging for p in reading.procedures)


def said_of_procedure(reading: Reading) -> int:
    """How many facts of a procedure were stated."""
    return max(
        sum(getattr(p, fact) is not None for fact in SELECTING)
        + bool(p.levels)
        + 2 * bool(p.kind)
        + len(p.details)
        + bool(p.technique == "indwelling catheter")
        for p in reading.procedures
    )


def subject(reading: Reading, book: Codebook) -> tuple[tuple[str, ...], Call | None]:
    """Codes named; else the code the facts decide, or the candidates, with that call.

    With nothing named at all, the code that presumptions.toml says is meant.
    """
    named = in_force(reading.codes, book)
    if named:
        return named, None
    if not has_facts(reading):
        return tuple(r.value for r in book.presumptions if r.fact == "code"), None
    chosen = select(reading.procedures[0], book)
    result = chosen.result
    if isinstance(result, Decided):
        return tuple(line.code for line in result.codes), chosen
    if isinstance(result, Undecided):
        return result.candidates, chosen
    return (), chosen


def in_force(codes: tuple[str, ...], book: Codebook) -> tuple[str, ...]:
    """Each code, or what replaced it by the day of service."""
    found: list[str] = []
    for code in codes:
        rows = book.every_code.get(code)
        if rows is None or code in book.codes or not rows[-1].replaced_by:
            found.append(code)
        else:
            found += [c for c in rows[-1].replaced_by if c in book.codes] or [code]
    return tuple(dict.fromkeys(found))


def select(procedure: Procedure, book: Codebook) -> Call:
    return call("select_code", book, **dict(procedure))


def one_a_family(codes: tuple[str, ...], book: Codebook) -> tuple[str, ...]:
    """The first code of each family: their modifier rules are the same."""
    by_family: dict[str, str] = {}
    for code in codes:
        row = book.codes.get(code)
        by_family.setdefault(row.family if row else code, code)
    return tuple(by_family.values())


def injections(codes: tuple[str, ...], book: Codebook) -> tuple[str, ...]:
    """The codes that facts of an injection select, when any is among them."""
    selected = tuple(
        c for c in codes if c in book.every_code and book.every_code[c][-1].family != "imaging"
    )
    return selected or codes


def preferred(codes: tuple[str, ...], book: Codebook) -> tuple[str, ...]:
    """With candidates left, the code with imaging speaks for its family."""
    guided = [c for c in codes if c in book.codes and book.codes[c].imaging == "included"]
    return tuple(dict.fromkeys([*guided, *codes]))


def one_each(reading: Reading, book: Codebook) -> tuple[str, ...]:
    """The code of each procedure named, or the likeliest of its candidates."""
    found: list[str] = []
    for procedure in reading.procedures:
        result = select(procedure, book).result
        if isinstance(result, Decided):
            found.append(result.codes[0].code)
        elif isinstance(result, Undecided):
            found += preferred(result.candidates, book)[:1]
    return tuple(dict.fromkeys(found))


def main_code(reading: Reading, book: Codebook) -> str | None:
    """The one code a policy question is about; None = epidural injections at large."""
    if not reading.codes and not has_facts(reading):
        return None
    codes, chosen = subject(reading, book)
    known = [c for c in codes if c in book.every_code]
    if chosen is not None and not isinstance(chosen.result, Decided):
        return (
            preferred(tuple(known), book)[0]
            if len({book.codes[c].family for c in known if c in book.codes}) == 1
            else None
        )
    return known[0] if known else None
