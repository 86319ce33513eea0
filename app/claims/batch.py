"""Check the claims of a file, those of one day together, in the order of the file. Pure.

The tables of a day are looked up once; a file whose claims jump between many days would
otherwise build them again and again.
"""

from collections.abc import Callable
from datetime import date

from app.claims.reading import Claims, Read
from app.claims.writing import Done
from app.interfaces.claim_wire import result
from knowledge.rules.claim import DayBooks, check

Progress = Callable[[int, int], None]


def check_all(
    claims: Claims,
    days: DayBooks,
    today: date,
    versions: dict[str, str],
    progress: Progress = lambda done, of: None,
) -> list[Done]:
    """Every claim of the file, checked, in the file's order."""
    of, count = claims.lines, 0
    broken = {row.claim for row in claims.bad if row.claim}
    found: dict[int, Done] = {}
    for at in sorted(range(len(claims.claims)), key=lambda n: _day(claims.claims[n], today)):
        read = claims.claims[at]
        told = result(check(read.request.asked(), days, today), versions)
        if read.id in broken and told.verdict == "clean":
            # what the row that was not read would have said is unknown
            told.verdict = "cannot_tell"
        found[at] = Done(read, told)
        count += len(read.rows)
        progress(count, of)
    return [found[at] for at in range(len(claims.claims))]


def _day(read: Read, today: date) -> date:
    first = read.request.lines[0].service_date or read.request.service_date
    return first or today
