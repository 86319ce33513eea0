"""Guidance, catheter and substance of a note: what was used, and what says otherwise. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.ask.patterns import CATHETER
from app.ask.reading import DAYS
from app.ask.turn import Mention
from app.notes.words import NoteWords, mentions_of

DENIED_BEFORE = re.compile(
    r"(?:\bno|\bwithout|\bw/o|\bnot|\bnon|\bnever|\bneither|\bnor|\bdeclin\w+|\binstead of"
    r"|\brather than|\black of|\bin lieu of|\bunavailab\w+)"
    r"[\s-]+(?:(?:the )?use of |use |using |any |under |live |image |with |performed |done |by )*$",
    re.I,
)
DENIED_TOO = re.compile(
    r"\b(?:no|not|without|w/o|neither|nor)\s+(?:[\w-]+[\s,]+){0,3}(?:or|nor|and no)\s+$", re.I
)
""" "no fluoroscopy or ultrasound": both are denied."""
DENIED_AFTER = re.compile(
    r"^\s*(?:guidance|imaging|machine|unit|time|used)?\s*(?:[:=]|-)?\s*(?:was |were |is |had )?"
    r"(?:not (?:used|available|utilized|employed|needed|done|performed|obtained|working)"
    r"|none\b|no\b(?=\s*(?:[.,;)\n|]|$))|n/a|unavailable|down\b|broken|broke|failed|declined"
    r"|0 sec|contraindicated|avoided|out (?:for|of)\b|in for repair|being repaired|dead|died)",
    re.I,
)
UNFILLED = re.compile(r"^\s*(?:guidance|used|time)?\s*:\s*(?:\n|$)")
NOT_GUIDING = re.compile(
    r"^\s*(?:study|studies|findings|showed|shows|review|report|reviewed|of the|center|suite"
    r"|table|room|tech\w*|scans?\b|badge|shield|apron|department)",
    re.I,
)
STUDY_BEFORE = re.compile(
    r"\b(?:mri|ct|mr|diagnostic|prior|recent|advanced)\s+(?:or\s+\w+\s+)?$", re.I
)
OTHER_CATHETER = re.compile(
    r"\b(?:iv|i\.v\.|foley|intravenous|peripheral|urinary|arterial)\s+$", re.I
)
GENERAL = re.compile(r"esi|steroid|anesthetic|lidocaine|patch", re.I)
"""Words that name a kind of drug, or the numbing of the skin, and not the drug itself."""
NO_CATHETER = re.compile(r"\s*:\s*(?:none|no\b|n/a|\s*$)", re.I)
LATER = re.compile(r"\bto be\b|\bwill be\b|\bon day\b", re.I)
STAY = re.compile(
    r"cath|remain|stay|kept|infus|left in|in place|duration|pull|remov|drip|pump|secur", re.I
)
FLAT = re.compile(
    r"\b(?:no|not|none|without|w/o|never|un\w+|blind\w*|only|alone)\b|fluo|c-?arm|\bct\b", re.I
)
"""Words that deny guidance outright, or name the device denied."""
FOR_ANOTHER = re.compile(r"\s*(?:\w+ ){0,3}?for (?:the|this|these|his|her)\b", re.I)
VAGUE = "fluoroscopy or CT"


@dataclass(frozen=True)
class Told:
    """The value of one fact and where it is said; two values contradict each other."""

    values: dict[str, Mention]

    @property
    def one(self) -> tuple[str, Mention] | None:
        return next(iter(self.values.items())) if len(self.values) == 1 else None


def imaging(text: str, words: NoteWords) -> Told:
    """What guided the needle; a word said of the room or of a study does not tell."""
    used: dict[str, Mention] = {}
    denied: Mention | None = None
    for m in mentions_of(words.lexicon.find(text), "imaging"):
        before, after = text[max(0, m.start - 60) : m.start], text[m.end : m.end + 40]
        before = re.split(r"[.;\n]", before)[-1]
        if _of_another(m, text, words):
            continue
        if m.value == "none":
            denied = _longer(denied, m, text)
        elif UNFILLED.match(after) or NOT_GUIDING.match(after) or STUDY_BEFORE.search(before):
            continue
        elif any(p.search(before) for p in (DENIED_BEFORE, DENIED_TOO)) or DENIED_AFTER.match(
            after
        ):
            denied = _longer(denied, m.model_copy(update={"value": "none"}), text)
        elif m.value not in used or _naming(m) < _naming(used[m.value]):
            used[m.value] = m
    if denied and used and not FLAT.search(denied.words):
        # landmarks are felt before an image is taken, too
        denied = None
    if denied and set(used) == {VAGUE} and _inside(used[VAGUE], denied):
        used = {}
    if len(used) > 1:
        used.pop(VAGUE, None)
    if set(used) == {VAGUE} and not denied:
        # guidance of no named kind may have been ultrasound
        return Told({"guided": used[VAGUE]})
    if {"fluoroscopy", "CT"} == set(used):
        used = {VAGUE: used["fluoroscopy"]}
    if "ultrasound" in used and len(used) > 1:
        # ultrasound beside fluoroscopy or CT takes nothing away from it
        used.pop("ultrasound")
    if not denied:
        return Told(used)
    if not used:
        return Told({"none": denied})
    kind = next(iter(used))
    of_another = denied.value == "none" and _device(denied.words) not in (
        "",
        _device(used[kind].words),
    )
    return Told(used if of_another else {**used, "none": denied})


def _of_another(mention: Mention, text: str, words: NoteWords) -> bool:
    """ "No imaging for the trigger points": is it said of one procedure among others?"""
    after = re.split(r"[.;\n]", text[mention.end : mention.end + 60])[0]
    aimed = FOR_ANOTHER.match(after)
    return bool(aimed) and any(m.fact == "target" for m in words.kinds.find(after))


def _naming(mention: Mention) -> int:
    """Words that name a device prove more than a view that was taken with it."""
    named = re.match(r"fluo|flou|flur|ct\b|ultra|us\b|sono", mention.words, re.I)
    return 0 if named else 1 if _device(mention.words) else 2


def _longer(denied: Mention | None, more: Mention, text: str) -> Mention:
    """The words that deny it, with those that deny it further on in the same sentence."""
    if denied is None:
        before = re.search(r"(?:\bno|\bwithout|\bw/o|\bnot)\s+$", text[: more.start], re.I)
        return more.model_copy(update={"start": before.start() if before else more.start})
    apart = text[denied.end : more.start]
    if len(apart) > 60 or re.search(r"[.;\n]", apart) or more.start < denied.end:
        return denied
    return denied.model_copy(update={"end": more.end, "words": text[denied.start : more.end]})


def _inside(one: Mention, other: Mention) -> bool:
    return other.start <= one.start and one.end <= other.end


def _device(words: str) -> str:
    lowered = words.lower()
    if re.search(r"\bct\b", lowered):
        return "CT"
    if re.search(r"\bus\b|ultra|sono", lowered):
        return "ultrasound"
    return "fluoroscopy" if re.search(r"flu?o|c.?arm|x-?ray", lowered) else ""


def technique(text: str, words: NoteWords) -> Told:
    """Whether a catheter stayed in; "catheter" when one is told of and nothing else."""
    found = [
        m
        for m in mentions_of(words.lexicon.find(text), "technique")
        if not OTHER_CATHETER.search(text[max(0, m.start - 16) : m.start])
    ]
    catheters = [
        m
        for m in found
        if m.value == "catheter"
        and not m.negated
        and not NO_CATHETER.match(text[m.end : m.end + 30])
    ]
    if not catheters:
        none = next((m for m in found if m.value == "catheter" and m.negated), None)
        return Told({"single injection": none} if none else {})
    values: dict[str, Mention] = {}
    for m in sorted(found, key=lambda m: not CATHETER.search(m.words)):
        if m.value != "catheter" and not m.negated and not LATER.search(m.words):
            values.setdefault(m.value, m)
    days = next((d for d in DAYS.finditer(text) if _of_stay(text, d.span())), None)
    if days:
        values["indwelling catheter"] = Mention(
            fact="technique", value="indwelling catheter", words=days.group(),
            start=days.start(), end=days.end(),
        )  # fmt: skip
    return Told(values or {"catheter": catheters[0]})


def _of_stay(text: str, days: tuple[int, int]) -> bool:
    """Are the days those of a catheter?"""
    start = max(text.rfind(".", 0, days[0]), text.rfind("\n", 0, days[0])) + 1
    stop = min(
        (n for n in (text.find(".", days[1]), text.find("\n", days[1])) if n > 0), default=len(text)
    )
    return bool(STAY.search(text[start:stop]))


def substance(text: str, words: NoteWords) -> Told:
    """What kind of drug; a local anesthetic beside it changes nothing."""
    values: dict[str, Mention] = {}
    found = [m for m in mentions_of(words.lexicon.find(text), "substance") if not m.negated]
    for m in sorted(found, key=lambda m: bool(GENERAL.search(m.words))):
        values.setdefault(m.value, m)
    if len(values) > 1:
        values.pop("non-neurolytic", None)
    return Told(values)


def words_of(told: Sequence[Told]) -> list[Mention]:
    """Every place that a contradiction rests on."""
    return [m for one in told for m in one.values.values()]
