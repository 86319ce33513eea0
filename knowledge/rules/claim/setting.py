"""What is known around the lines: whose claim, which payer, where; said or presumed. Pure."""

from collections.abc import Iterable
from datetime import date

from knowledge.claim_rows import CheckRow
from knowledge.codebook import Codebook
from knowledge.decisions import Assumed
from knowledge.facts import Claim as ClaimKind
from knowledge.facts import Frozen
from knowledge.rows import PresumptionRow
from knowledge.rules.claim.values import Claim, ClaimLine


class Setting(Frozen):
    """The claim's circumstances, and which of them nobody said."""

    kind: ClaimKind
    payer: str
    """A payer of payers.toml; "" = one that no row knows."""
    unknown_payer: str = ""
    state: str = ""
    place: str = ""
    authorization: str = ""
    presumed: tuple[str, ...] = ()
    """Facts that were presumed: "claim", "payer", "service_date", "units"."""

    def leans(self, *facts: str) -> tuple[str, ...]:
        """Those of the facts that were presumed."""
        return tuple(fact for fact in facts if fact in self.presumed)


def setting_of(claim: Claim, book: Codebook) -> Setting:
    """The setting of a claim; what is not said is what presumptions.toml says silence means."""
    means = {row.fact: row.value for row in book.presumptions}
    payer = payer_of(claim.payer, book)
    presumed = [
        fact
        for fact, said in (
            ("claim", claim.claim),
            ("payer", claim.payer),
            ("service_date", claim.service_date or all(x.service_date for x in claim.lines)),
            ("units", all(line.units is not None for line in claim.lines)),
        )
        if not said
    ]
    silent: ClaimKind = "facility" if means["claim"] == "facility" else "professional"
    return Setting(
        kind=claim.claim or silent,
        payer=payer if claim.payer else means["payer"],
        unknown_payer=claim.payer or "" if not payer else "",
        state=claim.state or "",
        place=claim.place_of_service or "",
        authorization=claim.authorization or "",
        presumed=tuple(presumed),
    )


def payer_of(name: str | None, book: Codebook) -> str:
    """The payer of payers.toml that goes by this name; "" where none does."""
    said = " ".join((name or "").lower().split())
    return next((row.payer for row in book.payers if said in (row.payer, *row.names)), "")


def day_of(line: ClaimLine, claim: Claim, today: date) -> date:
    """The line's date of service, else the claim's, else today."""
    return line.service_date or claim.service_date or today


def units_of(line: ClaimLine, book: Codebook) -> int:
    """The units of a line; not said is what presumptions.toml says."""
    if line.units is not None:
        return line.units
    return int(presumption("units", book).value)


def presumption(fact: str, book: Codebook) -> PresumptionRow:
    return next(row for row in book.presumptions if row.fact == fact)


def assumed(facts: Iterable[str], book: Codebook) -> tuple[Assumed, ...]:
    """What silence was taken to mean, each with its row."""
    rows = [presumption(fact, book) for fact in facts]
    return tuple(
        Assumed(fact=r.fact, value=r.value, because=r.because, row=f"presumptions/{r.fact}")
        for r in rows
    )


def reaches(row: CheckRow, setting: Setting) -> bool:
    """Does the row hold for this claim, payer, state and place?"""
    if row.claim and row.claim != setting.kind:
        return False
    if row.stated and "claim" in setting.presumed:
        return False
    if row.places and setting.place not in row.places:
        return False
    if setting.place and (row.placeless or setting.place in row.except_places):
        return False
    if row.states and setting.state not in row.states:
        return False
    if row.other_than and ("payer" in setting.presumed or hears(setting.payer, row.other_than)):
        return False
    if row.original and setting.payer != row.payer:
        return False
    return not row.payer or hears(setting.payer, row.payer)


def hears(payer: str, whose: str) -> bool:
    """Is the payer bound by the rule? A Medicare Advantage plan keeps Medicare's policies."""
    return payer == whose or (whose == "medicare" and payer.startswith("medicare"))


def leaning(row: CheckRow, setting: Setting) -> tuple[str, ...]:
    """The presumed facts without which the row would not have been reached."""
    facts = [
        fact
        for fact, used in (("claim", row.claim), ("payer", row.payer or row.other_than))
        if used
    ]
    return setting.leans(*facts)
