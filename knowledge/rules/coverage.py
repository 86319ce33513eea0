"""Is it covered, how often, and on what conditions? Pure; rows of coverage.toml decide."""

from knowledge.codebook import Codebook
from knowledge.decisions import Decided, Decision
from knowledge.policy_rows import AreaRow
from knowledge.rules.reasons import horizon, step
from knowledge.rules.statements import PolicyQuestion, policy


def coverage(question: PolicyQuestion, book: Codebook) -> Decision:
    """Medicare's epidural policy, or the named payer's, for the aspect asked about.

    Raises UnknownCode for a code no table has.
    """
    if "lcd_number" in question.aspects and question.payer in ("", "medicare"):
        return _policy_of(question.state, question.contractor, book)
    return policy(question, "coverage", "coverage", book)


def _policy_of(state: str, contractor: str, book: Codebook) -> Decision:
    """The contractor of a state and the numbers of its policy; without a state, all of them."""
    areas = book.held("areas", "area", AreaRow)
    mine = [row for row in areas if state in row.states]
    theirs = [row for row in areas if contractor and row.mac.lower().startswith(contractor)]
    chosen = mine or theirs or areas
    told = [
        step(
            "areas",
            row.jurisdiction,
            row,
            f"{row.mac} ({row.jurisdiction}: {', '.join(row.states)}): LCD {row.lcd}, "
            f"article {row.article}.",
        )
        for row in chosen
    ]
    if mine:
        row = mine[0]
        verdict = (
            f"In {state} it is LCD {row.lcd} with article {row.article}, "
            f"of {row.mac} ({row.jurisdiction})."
        )
    elif theirs:
        numbers_ = dict.fromkeys((row.lcd, row.article) for row in theirs)
        listed = " and ".join(f"LCD {lcd} with article {article}" for lcd, article in numbers_)
        verdict = f"{theirs[0].mac}: {listed}."
    else:
        numbers = dict.fromkeys(f"{row.mac} {row.lcd}" for row in areas)
        verdict = f"It depends on the state of the service: {', '.join(numbers)}."
    return Decided(verdict=verdict, steps=tuple(told), cautions=horizon(book))
