"""How much of what a question says does a row say? By their words, the rare ones most. Pure.

Where the aspects of a question leave several rows, or none, the row that speaks of what the
question speaks of comes first. It never decides whether a row applies.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from knowledge.rows import StatementRow

WORD = re.compile(r"[a-z]{3,}|(?<![\w.])\d{1,3}(?:\.\d+)?%?(?!\w)")
"""Words, and figures such as 80%; a code tells which rows apply, not which of them is asked for."""
STOP = frozenset(
    re.findall(
        r"\w+",
        """the and for that this with are was were has have had can may must will its from into one
    any all but only also than then when where which who whose your you our they them their there
    here been being does did done doing such each per not nor never cannot without what how why
    many much long would should could might ask asks asked say says said tell need needs needed
    want wants get gets got use used using right wrong true okay yes just please thanks about
    still code codes bill billed billing medicare epidural injection injections esi steroid
    patient doctor physician claim count counts rule rules now out off
    document documents documented documentation require required requires requirement requirements
    note notes chart report show shows list""",
    )
)
"""Words that every question or every row has."""
ENDINGS = (
    "ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ies", "ied", "ed", "es",
    "s", "ly", "al", "y",
)  # fmt: skip


def stems(text: str) -> frozenset[str]:
    """The words that tell something, without their endings."""
    return frozenset(stem(w) for w in WORD.findall(text.lower()) if w not in STOP)


def stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def likeness(words: frozenset[str], rows: Sequence[StatementRow]) -> Mapping[str, float]:
    """For each row by its id, the share of the question's telling words that it holds, 0 to 1.

    Words that no row of the table knows tell nothing; one common word is no likeness.
    """
    held = {row.id: stems(_text(row)) for row in rows}
    known = Counter(w for own in held.values() for w in own if w in words)
    weight = {w: math.log((1 + len(held)) / n) for w, n in known.items()}
    total = max(sum(weight.values()), LEAST)
    return {name: sum(weight[w] for w in own & set(weight)) / total for name, own in held.items()}


LEAST = 4.0
"""Weight that the words found must have together to count in full."""


def best(
    words: frozenset[str], rows: Sequence[StatementRow], among: Iterable[StatementRow], least: float
) -> tuple[StatementRow, ...]:
    """The row that says the most of the question, if it says enough and no other as much."""
    shares = likeness(words, rows)
    ranked = sorted(among, key=lambda row: -shares.get(row.id, 0.0))
    if not ranked or shares.get(ranked[0].id, 0.0) < least:
        return ()
    return tuple(ranked[:1])


def _text(row: StatementRow) -> str:
    return f"{row.say} {row.short} {row.id.replace('-', ' ')} {row.payer}"
