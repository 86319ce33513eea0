"""What happened in the session, as far as a modifier or a line turns on it. Pure.

Stopped or finished, begun or not, for safety or by choice; who did it; diagnostic or not.
"""

import re

from app.notes.evidence import shown
from app.notes.sections import Sections
from app.notes.words import NoteWords
from knowledge.facts import Encounter

WORK = {"entry", "given", "seen"}
"""Kinds of evidence that nothing shows before a needle goes in."""
NO_NEEDLE = re.compile(
    r"\b(?:no|before|without|prior to|never)\s+(?:\w+\s+){0,3}?(?:needles?|tuohy)\b[^.;,\n]*"
    r"|\b(?:needles?|tuohy)\b[^.;,\n]{0,24}\b(?:not|never)\b[^.;,\n]*",
    re.I,
)
"""A needle that did not go in."""
UNSEEN = re.compile(
    r"\b(?:no|without|negative|neg|denie[sd]|free of|absence of|ruled out)\b"
    r"(?:(?!\b(?:because|due|since|as|after|when|but|was|were|given|injected|stopped)\b)"
    r"[^.;,:\n]){0,60}",
    re.I,
)
"""What was looked for and not found: "negative for blood and CSF"."""
STOPPING = ("discontinued", "drug_withheld", "drug_not_given", "stopped_for_safety")
"""Signs that only the work itself shows: a number or a name may be withheld, too."""
WORKED = ("title", "none", "done", "outcome")
OF_TODAY = ("title", "none", "done", "outcome", "anesthesia", "who", "encounter")


def happened(found: Sections, done: str, words: NoteWords) -> set[str]:
    """The signs of the session, by their names in notes.toml."""
    text = found.only(*OF_TODAY)
    told = words.situations(text)
    worked = found.only(*WORKED)
    told -= set(STOPPING) - words.situations(worked)
    if "stopped_for_safety" not in words.situations(UNSEEN.sub(" ", worked)):
        told.discard("stopped_for_safety")
    # the words for what was given and whether it began are those of the work done
    for sign in ("therapeutic", "diagnostic_block"):
        told.discard(sign)
    told |= words.situations(found.only("title", "none", "done", "encounter", "who")) & {
        "diagnostic_block", "therapeutic"
    }  # fmt: skip
    if done.strip() and ("begun" in words.situations(done) or WORK & shown(done, words)):
        told.add("begun")
    if "begun" in words.situations(NO_NEEDLE.sub(" ", done)):
        told.add("needle_in")
    return told


def situations(told: set[str], encounter: Encounter) -> tuple[str, ...]:
    """What the modifiers rule is asked of, in its own words."""
    asked: list[str] = []
    facility = encounter.claim == "facility"
    begun = _begun(told)
    early = {"before_anesthesia", "never_started"} & told and not begun
    if facility and "discontinued" in told and early:
        asked += ["discontinued", "stopped_before_anesthesia", "before_anesthesia"]
    elif {"discontinued", "drug_withheld"} & told and "drug_not_given" in told:
        if "drug_withheld" in told and "stopped_for_safety" not in told:
            asked += ["reduced", "drug_withheld"]
        elif begun or (facility and "anesthesia_given" in told):
            asked += ["discontinued", "begun"]
            asked.append("stopped_after_start" if facility else "stopped_for_safety")
    if "resident" in told:
        asked.append("resident")
        asked.append("not_present" if "not_present" in told else "")
        if "key_portion" in told and "not_present" not in told:
            asked += ["key_portion", "resident_presence"]
    if "diagnostic_block" in told and "discontinued" not in asked:
        asked += ["diagnostic_block", "diagnostic_stated"]
    return tuple(dict.fromkeys(a for a in asked if a))


def never_began(told: set[str], encounter: Encounter) -> bool:
    """Was it called off before a needle went in, so that there is nothing to bill?"""
    stopped = bool({"discontinued", "called_off"} & told) and not _begun(told)
    return stopped and encounter.claim != "facility"


def unattended(told: set[str], encounter: Encounter) -> bool:
    """Did a resident do it while the teaching physician was elsewhere?"""
    return {"resident", "not_present"} <= told and encounter.claim != "facility"


def _begun(told: set[str]) -> bool:
    """Did a needle go in, as far as words tell?"""
    return "needle_in" in told or ("begun" in told and "never_started" not in told)
