"""Withhold a sentence its evidence does not back, and say that one was withheld."""

import structlog

from app.ask.grounding import Checker
from app.ask.turn import Draft

log = structlog.get_logger("lamina.chain")


def withheld(draft: Draft, checker: Checker) -> Draft:
    """The draft without such sentences, and with a caution that does not repeat them."""
    problems = checker.problems(draft)
    if not problems:
        return draft
    for problem in problems:
        log.error("sentence withheld", why=problem.why, writer=draft.writer)
    bad = {p.sentence for p in problems}
    kept = tuple(s for n, s in enumerate(draft.sentences) if n not in bad)
    caution = ("A sentence was withheld: its evidence did not back it.", "")
    return draft.model_copy(update={"sentences": kept, "cautions": (*draft.cautions, caution)})
