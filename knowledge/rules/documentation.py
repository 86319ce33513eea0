"""What must the note show for this code? Pure; rows of documentation.toml decide."""

from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, Decision, NotCovered
from knowledge.facts import Frozen
from knowledge.policy_rows import DocumentationRow
from knowledge.rules.reasons import (
    concerning,
    history,
    horizon,
    lowered,
    said,
    usual_code,
    verdict_of,
)
from knowledge.rules.statements import ENOUGH, joint, measured, telling
from knowledge.rules.wording import best, stems


class DocumentationQuestion(Frozen):
    """A code whose note is being written or audited."""

    code: str | None = None
    """None: any epidural injection."""
    aspects: tuple[str, ...] = ()
    """What the question singles out, such as "contrast" or "images"."""
    payer: str = ""
    measures: dict[str, float] = {}
    """Figures stated, as in PolicyQuestion."""
    words: str = ""
    """What was asked, as in PolicyQuestion."""


def documentation(question: DocumentationQuestion, book: Codebook) -> Decision:
    """Every element the note must show, the most audited first.

    Raises UnknownCode for a code no table has.
    """
    code = book.code(question.code) if question.code else None
    name = code.code if code else "an epidural injection"
    asked = code or usual_code(book)
    rows = book.held("documentation", "element", DocumentationRow)
    ranked = sorted(rows, key=lambda row: row.rank)
    aspects = (*question.aspects, *joint(ranked, question.aspects))
    single = concerning(ranked, asked, aspects, question.payer) if aspects else ()
    every = concerning(ranked, asked, (), question.payer)
    words = stems(question.words)
    single = single or best(words, ranked, every, ENOUGH)
    found = telling(single, ranked, aspects, question.payer) or tuple(
        sorted(every, key=lambda row: row.rank)
    )
    elements = [row for row in found if isinstance(row, DocumentationRow)]
    if not elements:
        return NotCovered(
            verdict=f"The documentation tables hold nothing on {name}.",
            cautions=(*(history(code, book) if code else ()), *horizon(book)),
        )
    lead = elements[0] if single else None
    if lead:
        verdict = verdict_of(lead, name)
        judged = measured(lead, question.measures)
        verdict = f"{judged.capitalize()}: {verdict}" if judged else verdict
    else:
        names = [lowered(row.element) for row in elements[:7]]
        verdict = f"For {name} the note must show {', '.join(names[:-1])} and {names[-1]}."
    return Decided(
        verdict=verdict,
        answer=lead.answer if lead else "",
        turns=lead.turns if lead else (),
        codes=(CodeLine(code=code.code, role="mentioned"),) if code else (),
        steps=tuple(said("documentation", row, name) for row in elements),
        cautions=(*(history(code, book) if code else ()), *horizon(book)),
    )
