"""Codes, diagnoses, modifiers, levels and dates by their form. Pure.

Guards keep forms apart: M50.12 is not a spinal level, L5-S1 is not a code, and a
dose, a date or a price is neither.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

CPT = re.compile(
    r"(?<![\w$.,/-])(\d{5}|\d{4}[TtFfUu])(?!\d|[.,]\d|\s*(?:mg|mcg|ml|mL|dollars|%))(?!(?!s\b)\w)"
)
PAIRED_CPT = re.compile(r"(?<=\d[/+,&-])(\d{5})(?!\w)")
HCPCS = re.compile(r"(?<![\w.])([ACEGJKLPQSVacegjklpqsv]\d{4})(?!\w|\.\d)")
ICD = re.compile(r"(?<![\w-])([A-TV-Za-tv-z]\d[0-9A-Za-z]\.[0-9A-Za-z]{1,4})(?![\w])")
ICD_BARE = re.compile(r"(?<![\w-])([A-TV-Za-tv-z]\d{2}[0-9A-Za-z]{1,4})(?![\w.])")
NOT_MODIFIERS = {
    "IF",
    "IS",
    "ON",
    "IN",
    "TO",
    "OR",
    "AN",
    "AT",
    "BE",
    "DO",
    "WE",
    "IT",
    "AS",
    "BY",
    "MY",
    "NO",
    "OF",
    "SO",
    "UP",
    "ME",
    "GO",
    "AM",
    "HE",
    "US",
}
SPACED = re.compile(
    r"(?<![\w.])([CTLS])\s?(\d{1,2})\s*(?:-|–|/|\bto\b|\bthrough\b|\bthru\b|\s)\s*([CTLS])\s?(\d{1,2})(?![\w.]\d|\d)",
    re.I,
)
SHORT = re.compile(r"(?<![\w.])([CTLS])\s?(\d{1,2})\s*[-–/]\s*(\d{1,2})(?![\w.]\d|\d|\w)", re.I)
_SPACE = r"[CTLS]\s?\d{1,2}\s*[-–/]\s*[CTLS]?\s?\d{1,2}"
RUN = re.compile(
    rf"(?<![\w.])({_SPACE})\s*(?:down to|up to|through|thru|to|-|–)\s*({_SPACE})(?![\w.]\d|\d)",
    re.I,
)
"""From one interspace to another: "L2-3 through L5-S1"."""
SINGLE = re.compile(r"(?<![\w.-])([CTLS])(\d{1,2})(?![\w.]\d|\d|\w|-\d)", re.I)
CATHETER = re.compile(r"\bcath(?:eter)?s?\b", re.I)
HIGHEST = {"C": 8, "T": 12, "L": 5, "S": 5}
ORDER = {
    name: place
    for place, name in enumerate(
        [f"C{n}" for n in range(1, 8)]
        + [f"T{n}" for n in range(1, 13)]
        + [f"L{n}" for n in range(1, 6)]
        + [f"S{n}" for n in range(1, 6)]
    )
}
MONTHS = {
    m: n
    for n, m in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b")
DASHED = re.compile(r"(?<![\w-])(\d{1,2})-(\d{1,2})-(\d{4}|\d{2})(?![\w-])")
COMPACT = re.compile(r"(?<!\d)(20[0-3]\d)([01]\d)([0-3]\d)(?!\d)")
YEAR_FIRST = re.compile(r"(?<![\d/])(20[0-3]\d)[/.](\d{1,2})[/.](\d{1,2})(?![\d/])")
COMPACT_US = re.compile(r"(?<!\d)(0[1-9]|1[0-2])([0-3]\d)(20[0-3]\d)(?!\d)")
DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.((?:20)?[0-3]\d)(?![\d.]\d|\d)")
"""Day before month, as Europeans write, when the first number cannot be a month."""
DAY_FIRST = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)?[\s-]*(?:of\s+)?"
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?,?[\s-]*(\d{4})\b",
    re.I,
)
NAMED = re.compile(
    r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?,?[\s-]+(\d{4})\b",
    re.I,
)
MONTH_YEAR = re.compile(
    r"(?<![\d/])(?:(\d{1,2})/|\b(jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?\s+)"
    r"(20[0-3]\d)\b(?!/)",
    re.I,
)
"""A month and its year; the middle of the month stands for it."""
YEAR = re.compile(r"(?<![\d$./-])((?:20[0-3]\d))(?![\d/%-]|\.\d)")


BORN = re.compile(
    r"\b(?:d\.?o\.?b\.?|born|birth\s*-?\s*(?:date|day)|date of birth|b-?day|bd)"
    r"\W{0,4}(?:(?:is|on|in|was)\W{1,2})?$",
    re.I,
)
BIRTHDAY = re.compile(r"\W{0,3}(?:\(?(?:dob|d\.o\.b|birth|bday))", re.I)
"""A date said to be that of a birth is never one of service."""


@dataclass(frozen=True)
class Span:
    """A value and the characters it stands on."""

    value: str
    start: int
    end: int


def codes(text: str) -> Iterator[Span]:
    """CPT and HCPCS II codes in the order of the text."""
    found = [*CPT.finditer(text), *PAIRED_CPT.finditer(text), *HCPCS.finditer(text)]
    for match in sorted(found, key=lambda m: m.start()):
        yield Span(match[1].upper(), match.start(1), match.end(1))


def diagnoses(text: str, names: Collection[str]) -> Iterator[Span]:
    """ICD-10-CM codes; one written without its dot only when the table knows it."""
    for match in ICD.finditer(text):
        yield Span(match[1].upper(), match.start(1), match.end(1))
    for match in ICD_BARE.finditer(text):
        dotted = f"{match[1][:3]}.{match[1][3:]}".upper()
        if dotted in names:
            yield Span(dotted, match.start(1), match.end(1))
    for match in re.finditer(r"\b([A-TV-Z]\d[0-9A-Z])\b(?![.-])", text):
        if match[1] in names or CALLED_DIAGNOSIS.search(text, *_around(match)):
            yield Span(match[1], match.start(1), match.end(1))


CALLED_DIAGNOSIS = re.compile(
    r"\b(?:dx|diagnos[ei]s|icd(?:-?10)?(?:-cm)?)(?:\s+code)?\W{0,3}(?:of\s+|is\s+)?[A-Z]\d\w\b"
    r"|\b[A-Z]\d\w\s+(?:as|is)\s+(?:the\s+|a\s+|my\s+)?(?:\w+\s+)?(?:dx|diagnosis)\b",
)
"""A code of three characters that words call a diagnosis."""


def _around(match: re.Match[str]) -> tuple[int, int]:
    return max(0, match.start() - 24), match.end() + 32


NEW_MODIFIER = re.compile(
    r"\b(?:modifier|mod)\s+-?([A-Z][A-Z0-9])\b|(?<=\d{5}-)([A-Z][A-Z0-9])\b"
    r"|\b(?:add|append|attach|put)\s+-?([A-Z][A-Z0-9])\b(?=\s+(?:to|on|with)\b)"
)
PLACE = re.compile(r"\b(?:POS|place of service)\s*(?:code\s*|#\s*|=\s*|is\s+)?(\d{2})\b(?!/)", re.I)


def unknown_modifiers(text: str, known: set[str]) -> Iterator[str]:
    """Two capitals in the place of a modifier that no table has."""
    for match in NEW_MODIFIER.finditer(text):
        value = next(filter(None, match.groups()))
        if value not in known and value not in NOT_MODIFIERS:
            yield value


def places(text: str) -> Iterator[str]:
    """Numbers said to be a place of service."""
    for match in PLACE.finditer(text):
        yield match[1]


def levels(text: str) -> Iterator[Span]:
    """Interspaces such as "C7-T1", and single levels such as "S1", in text order."""
    taken: list[tuple[int, int]] = []
    found: list[Span] = []
    for match in RUN.finditer(text):
        first, last = (_ends(match[n]) for n in (1, 2))
        if names := _between(first[0], last[1]):
            found += [Span(name, match.start(), match.end()) for name in names]
            taken.append(match.span())
    for match in SPACED.finditer(text):
        if not _free(match.span(), taken):
            continue
        names = _between(match[1].upper() + match[2], match[3].upper() + match[4])
        if names:
            found += [Span(name, match.start(), match.end()) for name in names]
            taken.append(match.span())
    for match in SHORT.finditer(text):
        if _free(match.span(), taken):
            letter = match[1].upper()
            names = _between(letter + match[2], letter + match[3]) or _crossing(letter, match)
            if names:
                found += [Span(name, match.start(), match.end()) for name in names]
                taken.append(match.span())
    for match in SINGLE.finditer(text):
        letter, number = match[1].upper(), int(match[2])
        if _free(match.span(), taken) and 1 <= number <= HIGHEST[letter]:
            found.append(Span(f"{letter}{number}", *match.span()))
    yield from sorted(found, key=lambda span: span.start)


def _ends(interspace_: str) -> tuple[str, str]:
    """The vertebrae of an interspace as it was written: "L5/S1", "c3-4"."""
    upper, lower = re.split(r"\s*[-–/]\s*", interspace_.upper().replace(" ", ""))
    return upper, lower if lower[0].isalpha() else f"{upper[0]}{lower}"


def _crossing(letter: str, match: re.Match[str]) -> list[str]:
    """ "L5-1" and "C7-1" and "T12-1" cross a border of the spine."""
    next_ = {("L", "5"): "S1", ("C", "7"): "T1", ("T", "12"): "L1"}.get((letter, match[2]))
    return _between(letter + match[2], next_) if next_ and match[3] == "1" else []


def _free(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return all(span[1] <= start or span[0] >= end for start, end in taken)


def _between(one: str, other: str) -> list[str]:
    """The interspaces from one vertebra to another: "C4" to "C6" are two."""
    if one not in ORDER or other not in ORDER or ORDER[one] >= ORDER[other]:
        return []
    names = list(ORDER)
    run = names[ORDER[one] : ORDER[other] + 1]
    if len(run) > 5:
        return []
    return [interspace(a, b) for a, b in zip(run, run[1:], strict=False)]


def interspace(upper: str, lower: str) -> str:
    """The name of the space between two neighbours: C5, C6 -> C5-6; L5, S1 -> L5-S1."""
    same = upper[0] == lower[0]
    return f"{upper}-{lower[1:]}" if same else f"{upper}-{lower}"


def dates(text: str) -> Iterator[tuple[date, Span]]:
    """Full dates in the text, American order; impossible ones are left out."""
    found = [(m, (int(m[1]), int(m[2]), int(m[3]))) for m in ISO.finditer(text)]
    found += [(m, (_year(m[3]), *_month_day(m[1], m[2]))) for m in SLASHED.finditer(text)]
    found += [(m, (int(m[1]), int(m[2]), int(m[3]))) for m in YEAR_FIRST.finditer(text)]
    found += [(m, (int(m[3]), int(m[1]), int(m[2]))) for m in COMPACT_US.finditer(text)]
    found += [(m, (_year(m[3]), int(m[1]), int(m[2]))) for m in DASHED.finditer(text)]
    found += [(m, (int(m[1]), int(m[2]), int(m[3]))) for m in COMPACT.finditer(text)]
    found += [(m, (_year(m[3]), *_month_day(m[1], m[2]))) for m in DOTTED.finditer(text)]
    found += [(m, (int(m[3]), MONTHS[m[1][:3].lower()], int(m[2]))) for m in NAMED.finditer(text)]
    found += [
        (m, (int(m[3]), MONTHS[m[2][:3].lower()], int(m[1]))) for m in DAY_FIRST.finditer(text)
    ]
    whole = [m.span() for m, _ in found]
    for match in MONTH_YEAR.finditer(text):
        if _free(match.span(), whole):
            month = int(match[1]) if match[1] else MONTHS[match[2][:3].lower()]
            found.append((match, (int(match[3]), month, 15)))
    for match, (year, month, day) in found:
        if BORN.search(text[: match.start()]) or BIRTHDAY.match(text[match.end() :]):
            continue
        try:
            yield date(year, month, day), Span(match.group(), *match.span())
        except ValueError:
            continue


def _month_day(one: str, other: str) -> tuple[int, int]:
    """ "31.12." is a day and a month; "12.31." a month and a day."""
    return (int(other), int(one)) if int(one) > 12 else (int(one), int(other))


def _year(digits: str) -> int:
    return int(digits) + 2000 if len(digits) == 2 else int(digits)


def years(text: str) -> Iterator[Span]:
    """Bare years from 2000 to 2039 that are not part of a date."""
    whole = [span for _, span in dates(text)]
    for match in YEAR.finditer(text):
        if _free(match.span(), [(s.start, s.end) for s in whole]):
            yield Span(match[1], *match.span(1))


ADJUSTMENT = re.compile(r"\b(CO|PR|OA|PI)[\s-]?(B?\d{1,3})\b(?!\.\d)")
REMARK = re.compile(r"\b(MA\d{2,3}|N\d{2,3})\b(?!\.?\d)")
REMARK_NAMED = re.compile(r"\b(?:remark|rarc)(?:\s+code)?\s+([MN]A?\d{2,3})\b(?!\.\d)", re.I)


def denial_codes(text: str) -> tuple[str, ...]:
    """Adjustment codes such as "CO-97" and remark codes such as "N115" of a remittance."""
    found = [(m.start(), f"{m[1].upper()}-{m[2].upper()}") for m in ADJUSTMENT.finditer(text)]
    found += [(m.start(), m[1]) for m in REMARK.finditer(text)]
    found += [(m.start(1), m[1].upper()) for m in REMARK_NAMED.finditer(text)]
    return tuple(dict.fromkeys(code for _, code in sorted(found)))


# --- the form of the question ----------------------------------------------------------

AUXILIARY = (
    r"(?:is|are|am|was|were|do|does|did|can|could|may|might|must|should|shall|will|would|has|have|"
    r"need|any|(?:is|are|was|were|do|does|did|ca|could|should|wo|would|has|have)n['’]?t)"
)
OPENS_WHETHER = re.compile(
    r"(?:^|[.?!,;:\n(–-]\s*|\b(?:and|or|but|so|then|if|whether)\s+)" + AUXILIARY + r"\b", re.I
)
CONCLUDES = re.compile(
    r"\b(?:so|hence|therefore|thus)\b(?![^?]*\b(?:what|which|how|when|where|who|why)\b)[^?.]*\?\s*$",
    re.I,
)
""" "..., so it is two units?": a statement that asks to be confirmed."""
ENDS_WHETHER = re.compile(
    r"\b(?:right|ok|okay|correct|allowed|covered|billable|payable|needed|required|necessary|true(?:\s+for\s+\w+)?|"
    r"false|yes|no|possible|enough|legit|fine|valid|separately|included|bundled"
    r"|twice|per level|(?:two|three|[23])\s+units)\s*\?",
    re.I,
)
PROPOSES = re.compile(
    r"^(?!.*\b(?:what|which|how|why|when|who|where|codes?|cpt|or|vs)\b).*\b\d{5}\b.*\?\s*$",
    re.I | re.S,
)
"""A code and a question mark, and no word that asks for anything else."""
YES_OR_NO = re.compile(
    r"\byes or no\b|\by/n\b|\btrue or false\b|\bconfirm\b|\b(?:say|tell me) (?:yes|no)\b"
    r"|\b(?:agreed?|yes|true|correct"
    r"|(?:is|does|did|do|are|was)n'?t (?:it|that|we|they|he|she))\W*$",
    re.I,
)
TAGGED = re.compile(
    r"\b(?:is|are|was|needs?|gets?|goes|go|takes?|means?|pays?|covers?|works?|always|still)\b.*\bright\W*$",
    re.I | re.S,
)
""" "64480 is the second level right": a statement that asks to be confirmed."""
OPENS_VERB = re.compile(
    r"^\W*(?:so\s+|just\s+|then\s+)?(?:charge|bill|append|add|report|use|put|keep|submit)\b[^?]*\?\s*$",
    re.I,
)
""" "Charge the C-arm on a caudal?": whether to."""
TURNED = re.compile(
    r"\b(?:can|do|does|did|should|shall|will|would|could|must|may)\s+"
    r"(?:i|we|you|they|it|this|that|he|she|medicare|payers?|ncci|cms|mcr|\d{5})\b"
    r"|\b(?:is|are) (?:it|that|this|there|they|(?:the|a|an|my|our) [^?.;]{0,40}?"
    r"\b(?:paid|payable|covered|ok|okay|allowed|billable|needed|required|bundled|included))\b",
    re.I,
)
"""A verb before its subject, wherever it stands."""
QUESTION_WORD = re.compile(r"\b(?:what|which|how|when|where|who|whom|whose|why|wat|whats)\b", re.I)
INVERSE = re.compile(
    r"\b(?:den(?:y|ied|ies|ial)|exclud(?:e|ed|es)|non-?covered|not covered|forbidden|wrong"
    r"|prohibit(?:ed|s)?|illegal|off limits|barred)\b",
    re.I,
)


def asks_whether(text: str) -> bool:
    """Is a part of the text a yes-or-no question: it opens with an auxiliary, or ends so?"""
    return bool(
        OPENS_WHETHER.search(text)
        or ENDS_WHETHER.search(text)
        or PROPOSES.search(text)
        or YES_OR_NO.search(text)
        or CONCLUDES.search(text)
        or (TAGGED.search(text) and not QUESTION_WORD.search(text))
        or (OPENS_VERB.search(text) and not QUESTION_WORD.search(text))
        or _turns(text)
    )


def _turns(text: str) -> bool:
    """Does a clause without a question word put its verb before its subject?"""
    for found in TURNED.finditer(text):
        clause = re.split(r"[.?!;,\n]", text[: found.start()])[-1]
        if not QUESTION_WORD.search(clause) and not re.search(r"\b(?:that|who|as)\s+$", clause):
            return True
    return False


def asks_barely(text: str) -> bool:
    """Does it end in a question that has no question word: "fifth session in June, Ohio?" """
    last = re.split(r"(?<=[.?!])\s+", text.strip())[-1]
    return last.endswith("?") and not QUESTION_WORD.search(last)


def asks_inversely(text: str) -> bool:
    """Is it asked whether something is refused, so that yes means that it is not allowed?"""
    return asks_whether(text) and bool(INVERSE.search(text))


ASKS_CODE = re.compile(
    r"(?<!single )(?<!one )(?<!no )\b(?:cpt|code|coding)\s*(?:\?|$|please\b|pls\b)"
    r"|\b(?:what(?:['’]?s| is| are)?|which|give me|need|tell me) (?:the |a )?(?:\w+ ){0,3}"
    r"(?:cpt|codes?) (?:to bill|to use|for|do i|do we|should|would|applies|goes)\b"
    r"|\bhow (?:do (?:i|we|you)|should (?:i|we)|to|would you|is|are) (?:\w+ ){0,2}(?:code|bill)"
    r"|\b(?:procedure|catheter|block) code\b"
    r"|(?<!one )(?<!single )\b(?:cpt )?code (?:for|to bill)\b",
    re.I,
)


def asks_for_code(text: str) -> bool:
    """Is the code itself asked for, so that words about codes are no answer?"""
    return bool(ASKS_CODE.search(text))


SAME = re.compile(
    r"\b(?:same|one|a single|identical)\s+(?:\w+\s+)?(?:code|cpt)\b|\bcoded (?:the same|alike)\b",
    re.I,
)
DIFFERENT = re.compile(
    r"\b(?:different|separate|own|distinct|another|other|special)\s+(?:\w+\s+)?(?:codes?|cpts?)\b"
    r"|\bcoded differently\b|\bto something else\b|\bchanges? the (?:code|cpt)\b",
    re.I,
)


def asks_alike(text: str) -> str:
    """ "same" or "different", when it is asked whether things share their code."""
    if SAME.search(text):
        return "same"
    return "different" if DIFFERENT.search(text) else ""


SAID_OF = re.compile(
    r"\b\d{5}\s*(?:=|is (?:a|an|the|for)\b|means)"
    r"|\b(?:is|calls?|called|say(?:s|ing)?)\s+(?:cpt\s+)?\d{5}\s+"
    r"(?:a|an|the|for|is)?\s*(?:lumbar|cervical|thoracic|sacral|caudal|transforaminal|interlaminar)",
    re.I,
)


def says_of_code(text: str) -> bool:
    """Does it say of a code what it is, as in "62321 = thoracic"?"""
    return bool(SAID_OF.search(text))


EITHER = re.compile(r"\b(\d{5})\s*(?:or|vs\.?|versus|/)\s*(?:is it\s+)?(\d{5})\b", re.I)


def asks_which_of_two(text: str) -> bool:
    """Is one of two codes asked for: "62321 or 62323"?"""
    return bool(EITHER.search(text))
