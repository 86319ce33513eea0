"""Do two parts of a record speak, so that they may contradict each other? Pure."""

import re

TWO_VOICES = re.compile(
    r"\b(?:title[d]?|header|heading)\b.*\b(?:body|text|narrative|descri\w+|note|report|level"
    r"|needles)\b"
    r"|\bone (?:line|page|part|paragraph|place)\b.*\banother\b|paragraph (?:one|1)\b.*\b(?:two|2)\b"
    r"|\bop note\b.*\bnurs\w+|\b(?:conflict\w*|contradict\w*|discrepan\w*|inconsistent)\b",
    re.I | re.S,
)
"""Two parts of the record, which may say two things."""
SOURCE = (
    r"title|header|heading|body|text|narrative|description|(?:op|operative|procedure|nurs\w+"
    r"|progress) (?:note|record|report)|note|order|nurses?|tech|dictation|superbill"
    r"|charge (?:sheet|slip)|claim form|claim|schedule|consent|log|record|sheet|report|images?"
    r"|films?"
    r"|med(?:ication)? list|drugs?(?= ?:)|injectate|medications?(?= ?:)|meds(?= ?:)"
    r"|addendum|doctor|doc|dr|physician|md|provider|summary|diagram|impression|indication|plan"
)
SPEAKS = re.compile(
    rf"\b(?P<who>{SOURCE})(?:'s)?\b(?:[^.;,:]{{0,16}}?\b(?:says?|said|shows?|states?|reads?|lists?"
    r"|has|describes?|mentions?|documents?|wrote|writes|dictated|recorded|calls?|has it)\b|\s*:)",
    re.I,
)
AGAIN = re.compile(
    r"\b(?:elsewhere|further down|later on it|in another|on another|but also (?:says|states)"
    r"|then (?:it )?(?:says|states)|both .{3,40} are (?:written|documented|checked|listed))\b",
    re.I,
)


def two_voices(text: str) -> bool:
    """Are two parts of the record named, or one that says two things?"""
    speakers = {m["who"].lower() for m in SPEAKS.finditer(text)}
    return len(speakers) > 1 or bool(TWO_VOICES.search(text) or AGAIN.search(text))
