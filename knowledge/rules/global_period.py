"""How many days of care does the fee of a code cover? Pure; mpfs.csv and payment.toml decide."""

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, NotCovered
from knowledge.payment_rows import FactorRow
from knowledge.rows import StatementRow
from knowledge.rules.fees import Line, release
from knowledge.rules.reasons import horizon, said, step


def global_period(line: Line, factor: FactorRow, book: Codebook) -> Decided | NotCovered:
    """The global days of the release in force, and what they mean."""
    days = line["global_days"]
    days = days.zfill(3) if days.isdigit() else days
    told = f"{line['code']} has global period {days} in {line['release']}."
    one = step("mpfs", f"{line['code']}/{line['release']}", release(line, factor), told)
    rows = {row.id: row for row in book.held("payment", "global", StatementRow)}
    if days not in rows:
        return NotCovered(verdict=told, steps=(one,), cautions=horizon(book))
    return Decided(
        verdict=f"{told} {rows[days].say}",
        codes=(CodeLine(code=line["code"], role="mentioned"),),
        steps=(one, said("payment", rows[days], line["code"])),
        cautions=horizon(book),
    )
