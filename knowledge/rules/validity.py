"""How an ICD-10-CM code stands, in sentences, with what to report instead. Pure."""

from datetime import date

from knowledge.codebook import Codebook
from knowledge.decisions import Caution, Step
from knowledge.rules.icd import DiagnosisStanding, above, held_lists, standing

MOST = 6
"""Children that a sentence lists."""


def refused(found: DiagnosisStanding) -> bool:
    """Is the code one that a claim of the day must not carry?"""
    return found.status in ("header", "ended", "not_yet") or found.absent


def known(found: DiagnosisStanding) -> bool:
    """Do the lists say anything of the code for the day?"""
    return found.status != "unknown" or found.absent


def sentence(found: DiagnosisStanding, book: Codebook) -> str:
    """What became of the code, as a clause that a verdict word may stand before."""
    code, on = found.code, book.on
    if found.status == "billable":
        ends = f"; it ends on {found.until}" if found.until else ""
        return f"{code} is a billable ICD-10-CM code on {on}{ends}."
    if found.status == "header":
        since = f" since {found.since}" if found.since else ""
        return f"{code} is a header{since} and not billable{use(found.children)}."
    if found.status == "ended":
        return f"{code} ended on {found.until} and is not billable on {on}."
    if found.status == "not_yet":
        before = _before(found, book)
        return f"{code} begins on {found.since} and is not billable on {on}{before}."
    if found.absent:
        nearest = _nearest(code, book)
        return (
            f"ICD-10-CM has no code {code}: the category {code[:3]} is held whole, without it"
            f"{_below(nearest)}."
        )
    if found.attested:
        return (
            f"The ICD-10-CM lists held begin on {found.attested}, so how {code} stood on {on} "
            "is not held."
        )
    return f"The ICD-10-CM lists held do not reach {code}."


def validity(found: DiagnosisStanding, book: Codebook) -> Step:
    """The same as a reason that rests on its line of the list."""
    return Step(because=sentence(found, book), row=found.row, sources=found.sources)


def unlisted(found: DiagnosisStanding, book: Codebook) -> tuple[Caution, ...]:
    """Say so when the day is earlier than the lists, or later than the last of them."""
    if found.status == "unknown" and found.attested:
        text = f"{sentence(found, book)} Check the list of that year."
        return (Caution(text=text, row=found.row, sources=found.sources),)
    return tuple(c for c in held_lists(book) if c.row.endswith("later"))


def use(children: tuple[str, ...]) -> str:
    """ "; use A, B or C": what a header is replaced by."""
    if not children:
        return ""
    if len(children) > MOST:
        return f"; use one of its {len(children)} billable codes, such as {_listed(children)}"
    return f"; use {_listed(children)}"


def _below(header: DiagnosisStanding | None) -> str:
    if header is None or not header.children:
        return ""
    return f"; {header.code} has {_listed(header.children, 'and')}"


def _listed(codes: tuple[str, ...], word: str = "or") -> str:
    shown = codes[:MOST]
    return f"{', '.join(shown[:-1])} {word} {shown[-1]}" if len(shown) > 1 else shown[0]


def _nearest(code: str, book: Codebook) -> DiagnosisStanding | None:
    """The header that the code would hang under."""
    for parent in above(code):
        found = standing(parent, book)
        if found.status in ("header", "billable") and parent != code:
            return found
    return None


def _before(found: DiagnosisStanding, book: Codebook) -> str:
    """The code that was billable in the place of one that is not yet in force."""
    parent = _nearest(found.code, book)
    if parent is None or parent.status != "billable":
        return ""
    day: date | None = parent.until
    return f"; {parent.code} is billable until then" if day == found.since else ""
