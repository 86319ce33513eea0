"""Wrong drafts made from right ones, by kind: what the grounding check must catch.

Each mutant changes one thing in one sentence, as a careless model would. Pure; the
same draft gives the same mutants.
"""

import re
from collections.abc import Callable, Iterator

from app.ask.grounding import CODES, MARK, NUMBER, QUOTE
from app.ask.turn import Draft, Sentence

SIBLINGS = {
    "62320": "62321",
    "62321": "62323",
    "62322": "62323",
    "62323": "62321",
    "62324": "62325",
    "62325": "62327",
    "62326": "62327",
    "62327": "62325",
    "64479": "64483",
    "64480": "64484",
    "64483": "64479",
    "64484": "64480",
    "62310": "62311",
    "62311": "62310",
    "77003": "77002",
    "77002": "77003",
    "76942": "77012",
    "77012": "76942",
    "76000": "77002",
}
MODIFIERS = {
    "50": "59",
    "59": "50",
    "76": "77",
    "77": "76",
    "LT": "RT",
    "RT": "LT",
    "25": "59",
    "KX": "GA",
    "XS": "XE",
    "53": "52",
}
SWAPS = {
    "region": [
        ("cervical", "lumbar"),
        ("lumbar", "cervical"),
        ("thoracic", "sacral"),
        ("sacral", "thoracic"),
    ],
    "approach": [
        ("interlaminar", "transforaminal"),
        ("transforaminal", "interlaminar"),
        ("caudal", "transforaminal"),
    ],
    "imaging": [
        ("without fluoroscopy", "with fluoroscopy"),
        ("with fluoroscopy", "without fluoroscopy"),
        ("with imaging", "without imaging"),
        ("without imaging", "with imaging"),
        ("fluoroscopy", "ultrasound"),
        ("ultrasound", "fluoroscopy"),
    ],
}
NEGATED = [
    (r"n't\b", ""),
    (r"\bnever\b", "always"),
    (r"(?<!or )\bnot\b ?", ""),
    (r"\bno modifier\b", "a modifier"),
    (r"\bNo: ", "Yes: "),
    (r"\bcannot\b", "can"),
    (r"\bdoes not\b", "does"),
    (r"\bis not\b", "is"),
]

TIES = [
    (r"\bonly (?:when|with|where|if|for|under|in) [^.;\[]+", ""),
    (r",? unless [^.;\[]+", ""),
    (r",? except [^.;\[]+", ""),
]
TURNS = [
    (r"\babove\b", "below"),
    (r"\bbelow\b", "above"),
    (r"\bat least\b", "at most"),
    (r"\bat most\b", "at least"),
    (r"\bno more than\b", "no less than"),
    (r"\bbefore\b", "after"),
    (r"\bafter\b", "before"),
    (r"\bhigher\b", "lower"),
    (r"\blower\b", "higher"),
    (r"\bmore than\b", "less than"),
    (r"\bmust\b", "may"),
    (r"\bmay\b", "must"),
    (r"\bincludes?\b", "excludes"),
    (r"\bprimary\b", "secondary"),
]

Change = Callable[[str], Iterator[str]]


def mutants(draft: Draft) -> Iterator[tuple[str, Draft]]:
    """Kind and mutated draft, for every sentence the kind applies to."""
    for number, sentence in enumerate(draft.sentences):
        for kind, change in KINDS.items():
            for text in change(sentence.text):
                if text != sentence.text:
                    yield kind, _with(draft, number, text)


def _with(draft: Draft, number: int, text: str) -> Draft:
    changed = Sentence(text=text, after=draft.sentences[number].after)
    sentences = (*draft.sentences[:number], changed, *draft.sentences[number + 1 :])
    return draft.model_copy(update={"sentences": sentences})


def _outside_quotes(text: str) -> list[tuple[int, int]]:
    """Spans of the text that stand in no quote and no mark."""
    taken = [m.span() for m in QUOTE.finditer(text)] + [m.span() for m in MARK.finditer(text)]
    spans, at = [], 0
    for start, end in sorted(taken):
        spans.append((at, start))
        at = end
    return [*spans, (at, len(text))]


def _free(text: str, match: re.Match[str]) -> bool:
    return any(s <= match.start() and match.end() <= e for s, e in _outside_quotes(text))


def _put(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def _codes(text: str) -> Iterator[str]:
    for match in CODES.finditer(text):
        if match.group() in SIBLINGS and _free(text, match):
            yield _put(text, match, SIBLINGS[match.group()])


def _diagnoses(text: str) -> Iterator[str]:
    for match in re.finditer(r"\b([A-TV-Z]\d\d\.\d*)(\d)\b", text):
        if _free(text, match):
            yield _put(text, match, match[1] + str((int(match[2]) + 1) % 10))


def _modifiers(text: str) -> Iterator[str]:
    for match in re.finditer(r"(?<=modifier )(\d\d|[A-Z]{2})\b", text):
        if match[1] in MODIFIERS and _free(text, match):
            yield _put(text, match, MODIFIERS[match[1]])


def _numbers(text: str) -> Iterator[str]:
    codes = [m.span() for m in CODES.finditer(text)]
    for match in NUMBER.finditer(text):
        inside = any(s <= match.start() < e for s, e in codes)
        if not inside and _free(text, match) and match.group()[-1:].isdigit():
            last = match.group()[-1]
            yield _put(text, match, match.group()[:-1] + str((int(last) + 1) % 10))


def _swaps(kind: str) -> Change:
    def change(text: str) -> Iterator[str]:
        for old, new in SWAPS[kind]:
            match = re.search(rf"\b{old}\b", text, re.I)
            if match and _free(text, match):
                yield _put(text, match, new.capitalize() if match[0][0].isupper() else new)

    return change


def _negations(text: str) -> Iterator[str]:
    for pattern, new in NEGATED:
        match = re.search(pattern, text)
        if match and _free(text, match):
            yield re.sub(r"\b([Cc])a\b(?! )", r"\1an", _put(text, match, new))


def _changes(pairs: list[tuple[str, str]]) -> Change:
    def change(text: str) -> Iterator[str]:
        for pattern, new in pairs:
            match = re.search(pattern, text)
            if match and _free(text, match):
                yield _put(text, match, new)

    return change


def _quotes(text: str) -> Iterator[str]:
    for match in QUOTE.finditer(text):
        words = match[1].split()
        if len(words) > 3:
            words[len(words) // 2] = "possibly"
            yield _put(text, match, f"“{' '.join(words)}”")


def _marks(text: str) -> Iterator[str]:
    match = MARK.search(text)
    if match:
        yield _put(text, match, " [97]")


KINDS: dict[str, Change] = {
    "code": _codes,
    "diagnosis": _diagnoses,
    "modifier": _modifiers,
    "number": _numbers,
    "region": _swaps("region"),
    "approach": _swaps("approach"),
    "imaging": _swaps("imaging"),
    "negation": _negations,
    "quote": _quotes,
    "mark": _marks,
    "condition": _changes(TIES),
    "direction": _changes(TURNS),
}
