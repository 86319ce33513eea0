"""The figures a policy sets limits for: relief, time, sessions. By their form; pure."""

import re

NUMBERS = {
    name: value
    for value, name in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve")
    )
} | {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
     "eighty": 80, "ninety": 90, "half": 50}  # fmt: skip
ORDINALS = {"third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "3rd": 3, "4th": 4,
            "5th": 5, "6th": 6, "7th": 7}  # fmt: skip
NUMBER = r"(\d{1,3}|" + "|".join(NUMBERS) + r")"
UNIT = r"(days?|d|weeks?|wks?|w|months?|mos?|years?|yrs?)"
WEEKS = {"d": 1 / 7, "w": 1.0, "m": 13 / 3, "y": 52.0}
"""Weeks of one day, week, month and year."""
SESSION = r"(?:sessions?|injections?|esis?|epidurals?|cesis?|lesis?|tfesis?|ilesis?|one|this year)"

RELIEF = re.compile(r"relie[fv]|improve|better|benefit|helped|gain", re.I)
PERCENT = re.compile(rf"\b{NUMBER}\s*(?:%|percent|per cent|pct)", re.I)
SPAN = re.compile(rf"\b{NUMBER}[\s-]*(?:full\s+)?{UNIT}\b", re.I)
APART = re.compile(
    rf"\b{NUMBER}[\s-]*{UNIT}\s+(?:later|apart|after|out|from|following|since|between)\b"
    rf"|\b(?:after|at|only|just)\s+(?:only\s+|just\s+)?{NUMBER}\s*{UNIT}\b",
    re.I,
)
OF_ONE_MONTH = re.compile(
    r"\b(?:on )?the (\d{1,2})(?:st|nd|rd|th)\b[^.?!]{3,60}?\b(?:on )?the (\d{1,2})(?:st|nd|rd|th)\b"
    r"(?=[^.?!]{0,12}(?:same month|that month|this month))",
    re.I,
)
"""Two days of one month, by their numbers alone."""
PAIN = re.compile(
    rf"(?:pain|symptoms?|radiculopathy|shingles|zoster|sciatica)\b[^.?!%]{{0,24}}?\b{NUMBER}\s*{UNIT}\b"
    rf"|\b{NUMBER}[\s-]*{UNIT}\s+of\s+(?:\w+\s+){{0,2}}(?:pain|symptoms|radic)",
    re.I,
)
NTH = re.compile(rf"\b({'|'.join(ORDINALS)})\s+(?:\w+\s+){{0,3}}?{SESSION}\b", re.I)
COUNT = re.compile(
    rf"\b(?:had|got|received|after|already|did|gave)\s+(?:\w+\s+){{0,2}}?{NUMBER}\s+"
    rf"(?:\w+\s+){{0,3}}?{SESSION}\b",
    re.I,
)
LEVELS = re.compile(
    r"\b(two|three|four|five|[2-5]|all three|all four)[\s-]+(?:\w+\s+){0,2}?(?:levels?|foramina)\b",
    re.I,
)

NTH_LEVEL = re.compile(
    rf"\b({'|'.join(ORDINALS)})\s+(?:\w+\s+){{0,3}}?(?:levels?|joints?|foram\w+|one)\b", re.I
)
""" "A third level": there are as many."""


def measures(text: str) -> dict[str, float]:
    """Every figure that is stated, by the name that rows use in `least` and `most`."""
    found: dict[str, float] = {}
    relieved = PERCENT.search(text) if RELIEF.search(text) else None
    if relieved:
        found["relief_percent"] = _number(relieved[1])
        lasted = SPAN.search(text, relieved.end(), relieved.end() + 70)
        if lasted:
            found["relief_weeks"] = _weeks(lasted[1], lasted[2])
    if apart := APART.search(text):
        number, unit = (apart[1], apart[2]) if apart[1] else (apart[3], apart[4])
        found["days_apart"] = round(_weeks(number, unit) * 7)
    elif (two := OF_ONE_MONTH.search(text)) and int(two[2]) > int(two[1]):
        found["days_apart"] = int(two[2]) - int(two[1])
    if pain := PAIN.search(text):
        number, unit = (pain[1], pain[2]) if pain[1] else (pain[3], pain[4])
        found["pain_weeks"] = _weeks(number, unit)
    if nth := NTH.search(text):
        found["sessions"] = ORDINALS[nth[1].lower()]
    if nth := NTH_LEVEL.search(text):
        found["levels"] = ORDINALS[nth[1].lower()]
    elif levels := LEVELS.search(text):
        found["levels"] = _number(levels[1].split()[-1])
    return found


def _number(word: str) -> float:
    return float(word) if word.isdigit() else float(NUMBERS[word.lower()])


def _weeks(number: str, unit: str) -> float:
    return round(_number(number) * WEEKS[unit[0].lower()], 2)
