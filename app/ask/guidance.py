"""What several words on one fact say together: of the imaging, and of the catheter. Pure."""

import re
from collections.abc import Sequence

from app.ask.turn import Mention
from app.ask.voices import two_voices

DEVICES = re.compile(
    r"fluor|flour|floro|flur|c-?\s?arm|x-?\s?ray|\bct\b|\bus\b|u/s|ultra|sono", re.I
)
"""Words of one device: denying it does not deny the others."""
IDLE = re.compile(
    r"^\W*(?:unit|machine|itself)?\W*(?:was |is |had |has )?(?:died|broke\w*|failed|down\b|dead\b"
    r"|malfunction\w*|out of order|not working|unavailable|lease|rent\b|rental|payment|purchase"
    r"|always|usually)",
    re.I,
)
"""A device that was not used for this injection."""
THEN = re.compile(
    r"\b(?:then|completed|finally|after all|minutes later|instead|no wait|never mind|ended up"
    r"|in the end|first thought|attempt\w*|tried)\b",
    re.I,
)
"""A first try or a correction: what is said last holds."""
WITHOUT_IT = re.compile(r"\bwithout (?:it|one|any)\b|\bwent ahead\b|\banyway\b", re.I)
VAGUE = "fluoroscopy or CT"
SAME_DAY = re.compile(
    r"\b(?:same[\s-](?:day|visit|session|sitting)|end of (?:the )?(?:case|procedure|visit|session)"
    r"|before (?:the )?(?:pt|patient|she|he) left|minutes? later|in \d+ ?am,? out|"
    r"out (?:at )?\d+ ?pm)\b",
    re.I,
)
OUT_THAT_DAY = re.compile(
    rf"(?:pulled|removed|taken out|\bout\b|withdrawn)[^.;?]{{0,40}}(?:{SAME_DAY.pattern})"
    rf"|(?:{SAME_DAY.pattern})[^.;?]{{0,12}}(?:removal|out\b)",
    re.I,
)
TAKEN_OUT = re.compile(r"pulled|removed|taken out|\bout\b|withdrawn|d/c", re.I)


def imaging_of(mentions: Sequence[Mention], text: str) -> dict[str, str]:
    """The guidance used, with the words that say so; two values contradict each other."""
    told = [m for m in sorted(mentions, key=lambda m: (m.start, -m.end)) if not m.negated]
    idle = [m for m in told if m.value != "none" and IDLE.match(text[m.end : m.end + 30])]
    told = [m for m in told if m not in idle]
    told = [m for m in told if not _inside_denial(m, told)]
    used = {m.value: m.words for m in reversed(told) if m.value != "none"}
    denied = [m for m in told if m.value == "none"]
    if len(used) > 1:
        used.pop(VAGUE, None)
    if "ultrasound" in used and len(used) > 1 and two_voices(text):
        return used
    if "ultrasound" in used and len(used) > 1:
        # ultrasound before fluoroscopy or CT does not take the guidance away
        used.pop("ultrasound")
    if {"fluoroscopy", "CT"} == set(used):
        used = {VAGUE: " and ".join(used.values())}
    if not denied and idle and not used and WITHOUT_IT.search(text):
        return {"none": idle[0].words}
    if not denied:
        return used
    if not used:
        return {"none": denied[0].words}
    flat = [m for m in denied if not DEVICES.search(m.words)]
    kind = next(iter(used))
    same = [m for m in denied if _kind(m.words) in (kind, "") and m not in flat]
    if kind == "ultrasound" or not (flat or same):
        return used
    if THEN.search(text) and not two_voices(text):
        last = max(told, key=lambda m: m.start)
        return {last.value: last.words}
    return {**used, "none": (flat or same)[0].words}


def _inside_denial(mention: Mention, told: Sequence[Mention]) -> bool:
    return mention.value != "none" and any(
        m.value == "none" and m.start <= mention.start and mention.end <= m.end for m in told
    )


def _kind(words: str) -> str:
    lowered = words.lower()
    if re.search(r"\bct\b", lowered):
        return "CT"
    if re.search(r"\bus\b|u/s|ultra|sono", lowered):
        return "ultrasound"
    return "fluoroscopy" if DEVICES.search(lowered) else ""


def technique_of(mentions: Sequence[Mention], text: str) -> dict[str, str]:
    """Whether a catheter stayed; "catheter" when one is told of and nothing else."""
    told = [m for m in mentions if not m.negated]
    stayed = [m for m in told if m.value == "indwelling catheter"]
    single = [m for m in told if m.value == "single injection"]
    certain = [m for m in single if not TAKEN_OUT.search(m.words)]
    same_day = OUT_THAT_DAY.search(text) if told else None
    if stayed and (certain or same_day):
        other = certain[0].words if certain else (same_day.group() if same_day else "")
        return {"indwelling catheter": stayed[0].words, "single injection": other}
    if stayed:
        return {"indwelling catheter": stayed[0].words}
    if single or same_day:
        return {"single injection": single[0].words if single else "same day"}
    return {m.value: m.words for m in told[:1]}
