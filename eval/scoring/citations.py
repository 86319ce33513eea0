"""Citations after ALCE's definitions, with support by tokens in place of a judging model. Pure.

A sentence is supported by quotes when all its hard tokens (codes, modifiers, diagnoses,
levels, figures, and whether it denies) stand in them and so does most of its other matter.
Recall: the quotes a sentence cites support it together. Precision: a citation supports it
alone, or the others no longer do without it. Written apart from the project's own
grounding check, so that one can find the other's faults.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HARD = re.compile(
    r"\b(?:\d{4}T|[A-Z]\d{4}|[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4})\b"
    r"|\b[CTLS]\d{1,2}-?(?:[CTLS]?\d{1,2})?\b"
    r"|\$?\d[\d,]*(?:\.\d+)?"
)
WORD = re.compile(r"[a-z]{3,}")
MARK = re.compile(r"\[(\d+)\]")
DENIES = re.compile(r"\b(?:no|not|never|neither|nor|cannot|without|none|excludes?)\b|n't\b", re.I)
EMPTY = frozenset(
    [
        "the",
        "and",
        "for",
        "that",
        "this",
        "with",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "can",
        "may",
        "must",
        "will",
        "its",
        "it's",
        "from",
        "into",
        "one",
        "any",
        "all",
        "but",
        "only",
        "also",
        "than",
        "then",
        "when",
        "where",
        "which",
        "who",
        "whose",
        "your",
        "you",
        "our",
        "they",
        "them",
        "their",
        "there",
        "here",
        "been",
        "being",
        "does",
        "did",
        "done",
        "such",
        "each",
        "per",
        "not",
        "nor",
        "never",
        "neither",
        "cannot",
        "without",
        "bill",
        "billed",
        "billing",
        "code",
        "codes",
        "yes",
        "guide",
        "says",
        "note",
        "taken",
        "stands",
        "counts",
    ]
)
"""Words that carry no matter of their own."""
ENOUGH = 0.5
"""Share of a sentence's other words that its quotes must hold."""


@dataclass(frozen=True)
class Cited:
    """The citation figures of one answer; None where there was nothing to judge."""

    valid: float | None
    """Share of citations whose passage is in the library and whose span is inside it."""
    verbatim: float | None
    """Share of passage citations whose quote is that span, character for character."""
    recall: float | None
    """Share of sentences with a mark whose quotes support them."""
    precision: float | None
    """Share of citations, by sentence, that are needed or support it alone."""
    uncited: float | None
    """Share of sentences with a code or figure that neither cite nor repeat a decision."""


def judge(answer: Mapping[str, Any], guides: Mapping[str, str]) -> Cited:
    """The figures of one answer; `guides` are the texts that offsets count in, by id."""
    citations = answer.get("citations")
    if citations is None:
        return Cited(None, None, None, None, None)
    quotes = {c["mark"]: c["quote"] for c in citations}
    spans = [c for c in citations if c["kind"] == "passage"]
    tables = [c for c in citations if c["kind"] == "table"]
    exact = [guides.get(c["document"], "")[c["start"] : c["end"]] == c["quote"] for c in spans]
    resolves = [c["document"] in guides and c["start"] < c["end"] for c in spans]
    resolves += [bool(c["quote"] and c["title"] and len(c["section"]) == 2) for c in tables]
    recalls, needed, bare, claims = [], [], 0, 0
    told = " ".join(_decided(answer))
    for sentence in pieces(answer["text"]):
        marks = [int(m) for m in MARK.findall(sentence)]
        said = MARK.sub("", sentence)
        if HARD.search(said):
            claims += 1
            bare += not marks and not supports([told, *quotes.values()], said)
        if not marks:
            continue
        # at most three citations of a sentence are scored, as ALCE does
        own = [quotes.get(m, "") for m in dict.fromkeys(marks)][:3]
        recalls.append(float(supports(own, said)))
        for n, quote in enumerate(own):
            rest = own[:n] + own[n + 1 :]
            alone = supports([quote], said) or not supports(rest, said)
            needed.append(float(bool(recalls[-1]) and alone))
    return Cited(
        valid=_share(resolves),
        verbatim=_share(exact),
        recall=_share(recalls),
        precision=_share(needed),
        uncited=bare / claims if claims else None,
    )


def supports(quotes: Sequence[str], sentence: str) -> bool:
    """Whether the quotes together hold what the sentence says."""
    if not quotes or not hard(sentence) <= set().union(*map(hard, quotes)):
        return False
    if DENIES.search(sentence) and not any(DENIES.search(q) for q in quotes):
        return False
    return overlap(quotes, sentence) >= ENOUGH


def hard(text: str) -> set[str]:
    """Codes, levels and figures of a text, thousands commas and final points taken out."""
    return {t.strip("$").replace(",", "").rstrip(".") for t in HARD.findall(text)}


def overlap(quotes: Sequence[str], sentence: str) -> float:
    """Share of the sentence's content words that stand in the quotes; 1 when it has none."""
    words = _content(sentence)
    held = set().union(*map(_content, quotes)) if quotes else set()
    return len(words & held) / len(words) if words else 1.0


def pieces(text: str) -> list[str]:
    """Sentences with the marks that follow them; quotations stay whole."""
    found = []
    for line in text.split("\n"):
        masked = re.sub(r"“[^”]*”", lambda m: "x" * len(m[0]), line)
        at = 0
        for end in re.finditer(r"(?<=[.!?])(?:\*\*)?((?:\s*\[\d+\])*)\s+(?=[A-Z“*])", masked):
            found.append(line[at : end.end()].strip())
            at = end.end()
        found.append(line[at:].strip())
    return [piece for piece in found if piece]


def _content(text: str) -> set[str]:
    return {_stem(w) for w in WORD.findall(text.lower()) if w not in EMPTY}


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "ly", "al"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _decided(answer: Mapping[str, Any]) -> list[str]:
    """What the structured fields of the answer say, which its lines may repeat unmarked."""
    found = [f"{f['fact']} {f['to']} {f['code'] or ''}" for f in answer.get("flips", ())]
    for option in answer.get("options", ()):
        found += [*map(str, option["given"].values()), *option["codes"]]
    found += [f"{a['value']} {a['because']}" for a in answer.get("assumed", ())]
    found += [f"{m['question']} {' '.join(m['choices'])}" for m in answer.get("missing", ())]
    found += [c["text"] for c in answer.get("cautions", ())]
    for decision in answer.get("decisions", ()):
        found += [
            str(decision["result"].get("verdict", "")),
            *decision["result"].get("nearest", ()),
        ]
    return found


def _share(values: Sequence[float | bool]) -> float | None:
    return sum(map(float, values)) / len(values) if values else None
