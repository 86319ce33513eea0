"""What does Medicare pay the hospital for the code? Pure; hospital_rates.toml decides."""

from datetime import date

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, Decision, NotCovered
from knowledge.payment_rows import HospitalRateRow
from knowledge.rows import StatementRow
from knowledge.rules.reasons import horizon, said, step


def hospital_rate(code: str, on: date, book: Codebook) -> Decision:
    """The national OPPS rate of the release held, or that none is held for the year."""
    every = book.all_rows["hospital_rates", "rate"]
    rows = [r for r in every if isinstance(r, HospitalRateRow) and r.code == code]
    held = [r for r in rows if r.holds(on)]
    if not held:
        years = " and ".join(sorted({str(r.effective.year) for r in rows if r.effective}))
        only = f"; only {years} is" if years else ""
        return NotCovered(
            verdict=f"No hospital outpatient (OPPS) rate is held for {code} in {on.year}{only}.",
            cautions=horizon(book),
        )
    row = held[0]
    meant = {r.id: r for r in book.held("hospital_rates", "status", StatementRow)}.get(row.status)
    if row.status == "N":
        verdict = (
            f"No: {code} is packaged under OPPS (status {row.status}), so the hospital gets "
            "nothing extra for it."
        )
    elif row.dollars is None:
        verdict = f"No: OPPS {on.year} gives {code} no rate of its own, status {row.status}."
    else:
        verdict = (
            f"Medicare {on.year}, national OPPS: the hospital is paid ${row.dollars:.2f} for "
            f"{code}, status {row.status}."
        )
    told = f"{code} stands in the OPPS release of April {on.year} with status {row.status}" + (
        f" and ${row.dollars:.2f}." if row.dollars else " and no rate of its own."
    )
    return Decided(
        verdict=verdict,
        codes=(CodeLine(code=code, role="mentioned"),),
        steps=(
            step("hospital_rates", code, row, told),
            *([said("hospital_rates", meant)] if meant else []),
        ),
        cautions=horizon(book),
    )
