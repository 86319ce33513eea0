"""Words that turn what a sentence says, and how alike two sentences are. Pure.

Words that deny, that turn a meaning into its opposite, that tie it to a condition or strengthen
it. These are words of the language, not facts of coding.
"""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from app.ask.stems import stem
from app.ask.synonyms import one_of

NO = re.compile(
    r"\b(?:no|not|never|nor|neither|none|nothing|nobody|bars?|barred|excludes?|excluded|excluding"
    r"|outside|prohibit\w*|forbid\w*|forbidden|disallow\w*|deny|denies|denied|denying|reject\w*"
    r"|refus\w+|off-limits|separately payable by itself|skip|omit\w*|drop"
    r"|leave (?:\S+ ){0,5}?(?:off|out)|lacks?|fails?|failed"
    r"|unpaid|unpayable|unbillable|unnecessary|wrong"
    r"|incorrect|improper"
    r"|without(?! (?:fluoroscopy|CT|imaging|images?|guidance|ultrasound|it|contrast)\b)"
    r"|invalid|ineligible|inappropriate|stays? off|left off|kept off|keep \S+ off|rules? out"
    r"|(?:is|are) out(?! of)"
    r"|ruled out|rather than|instead of|avoid)(?!\w)",
    re.I,
)
"""Words that say no, in rows and in the words of others."""
TIED = re.compile(r"\b(?:only|unless|except\w*)\b", re.I)
"""Words of a row that tie what it says to a condition."""
TIES = re.compile(
    r"\b(?:only|unless|except\w*|if|when|whenever|provided|providing|just|solely|alone|sole"
    r"|exclusively|other than|apart from|aside from|as long as|so long as|where|once|in case"
    r"|for (?:a|an|the) (?:truly|case|situation)|limited to|reserved|require[sd]?|requirement"
    r"|condition|one of|among|takes|needs?|until"
    r"|otherwise|but|depends|must|conditional|without)\b",
    re.I,
)
"""Words that keep such a tie."""
STRONGER = re.compile(
    r"\b(?:always|guarantee\w*|invariably|certainly|definitely|in (?:all|any|every)"
    r" cases?|every time|no exceptions?|without exception|at all times|any payer|every payer"
    r"|all payers|unlimited|as often as)\b",
    re.I,
)
"""Words that make more of a statement than it says."""
SUFFICES = re.compile(r"\b(?:enough|sufficient|suffices?|by itself)\b", re.I)
"""The same, where the clause does not deny it."""
OPPOSITES: tuple[tuple[str, str], ...] = (
    (r"above|higher|more|greater|larger|over|exceeds?|exceeding|rises?|rose|increas\w+",
     r"below|lower|less|fewer|smaller|under|falls?|fell|decreas\w+|reduc\w+|cut|cuts"),
    (r"before|prior to|earlier", r"after|following|later"),
    (r"at least", r"at most|limit\w*"),
    (r"primary|first-listed", r"secondary"),
    (r"inclu\w+|inside|part of|bundl\w+|built in\w*|covers", r"separate\w*|exclu\w+|apart"),
    (r"same", r"different|another|separate"),
    (r"professional", r"technical"),
    (r"initial", r"subsequent|repeat"),
    (r"in-network", r"out-of-network"),
    (r"local anesthesia", r"general anesthesia"),
    (r"inpatients?", r"outpatients?"),
    (r"must|has to|have to|required?|requires|needs? to|mandatory",
     r"may|can|could|optional|allowed|permitted"),
)  # fmt: skip
_OPPOSITES = tuple(
    (re.compile(rf"\b(?:{one})\b", re.I), re.compile(rf"\b(?:{other})\b", re.I))
    for one, other in OPPOSITES
)


WITHOUT = re.compile(r"\bwithout (?:an? |any |the )?([a-z]{3,})", re.I)


def denies(text: str) -> bool:
    return bool(NO.search(text))


def turned(told: str, said: str) -> str:
    """The word of a sentence whose opposite alone stands in what it rests on; "" = none."""
    for lacking in WITHOUT.findall(said):
        has = re.compile(rf"\bwith (?:an? |any |the )?{lacking}\b", re.I)
        if has.search(told) and not has.search(said):
            return f"with {lacking}"
    for one, other in _OPPOSITES:
        for here, there in ((one, other), (other, one)):
            found = here.search(told)
            turns = there.search(said) and not here.search(said) and not there.search(told)
            if found and turns:
                return found.group()
    return ""


MUST = re.compile(r"must|has|have|required?|requires|needs?|mandatory", re.I)
COPIED, COPY = 0.85, 0.6
"""Shares of a sentence, and of the row, that are the same words in the same order in a copy."""
TOKEN = re.compile(r"[\w$%'.-]*[\w%]")
TURNS = re.compile(
    rf"{NO.pattern}|{TIED.pattern}|{STRONGER.pattern}|\S*\d\S*|\b(?:without|with|both|either|least|most|notjust)\b|\b(?:"
    + "|".join(f"{one}|{other}" for one, other in OPPOSITES)
    + ")\\b",
    re.I,
)
"""Words that turn what a sentence says."""


def turns_of(told: str, said: str) -> tuple[str, ...] | None:
    """Of a near copy the turning words that differ from its row, () = none; None = no copy."""
    new, old = TOKEN.findall(told.lower()), TOKEN.findall(said.lower())
    if 3 * len(new) < 2 * len(old) * COPY or not new:
        return None
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    same_words = sum(block.size for block in matcher.get_matching_blocks())
    if same_words < COPIED * len(new) or same_words < COPY * len(old):
        return None
    gone, come = Counter[str](), Counter[str]()
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            gone.update(old[i:j])
            come.update(new[k:m])
    # a "must" less makes nothing stronger
    figures = any(any(map(str.isdigit, word)) for word in come - gone)
    less = [w for w in gone - come if figures or not any(map(str.isdigit, w))]
    # nor does a code or a figure less, unless another stands for it
    changed = [*(w for w in less if not MUST.fullmatch(w)), *(come - gone)]
    return tuple(word for word in changed if TURNS.fullmatch(word) or word in SITES)


SITES = frozenset(
    """interlaminar transforaminal caudal intrathecal cervical thoracic lumbar sacral bilateral
    unilateral left right fluoroscopy ultrasound ct""".split()  # noqa: SIM905
)

WORDS = re.compile(r"[a-z]+(?:-[a-z]+)*")
COMMON = frozenset(
    """
    a about above after again all alone along already also although always an and any are as at be
    because been before being below beside besides between both but by can code codes come
    comes could did do does doing done down each either else even ever every for from further
    get gets go goes going had has have having here how however if in into is it item items
    its itself just keep kept know leave left less like long made make makes many matter may
    me mean means might more most much must my need needs no nor not nothing now of off on
    once one only onto or other others otherwise our out over own per put puts rather really
    same say says see several shall she should simply since so some something still such take
    taken takes tell tells than that the their them then there these they thing this those
    though through to together too under unless until up upon us use used uses using very was
    way we well were what whatever when where whether which while who whole whose why will
    with within without would yes you your
    """.split()  # noqa: SIM905
)
MONTHS = frozenset(
    """january february march april june july august september october november
    december""".split()  # noqa: SIM905
)


def content(text: str) -> Iterator[str]:
    """The stems of the words that carry something."""
    for word in WORDS.findall(text.lower()):
        for part in word.split("-"):
            if len(part) > 2 and part not in COMMON and part not in MONTHS:
                yield one_of(stem(part))


def share(told: str, said: str) -> float:
    """How much of what a sentence says in words is in the text it rests on."""
    words = set(content(told))
    held = set(content(said))
    return len({w for w in words if w in held or any(_kin(w, h) for h in held)}) / (len(words) or 1)


def _kin(one: str, other: str) -> bool:
    """Two stems of one word, such as "radiculopath" and "radicul"."""
    least = min(len(one), len(other))
    return least >= 5 and (one.startswith(other) or other.startswith(one))
