"""The parts of an answer as short Markdown lines, the same for every platform. Pure."""

import re
from collections.abc import Iterator

from app.interfaces.wire import Answer, CitationOut, CodeOut

ROLES = {
    "bill": "bill",
    "candidate": "possible",
    "do_not_bill": "do not bill",
    "compare": "compared",
    "mentioned": "named",
}
VERDICTS = {"append": "append", "depends": "it depends for", "do_not_append": "do not append"}
MOST_CODES = 8
REASONS = {
    "wrong_code": "Wrong code",
    "bad_citation": "Bad citation",
    "incomplete": "Incomplete",
    "off_topic": "Off topic",
    "other": "Something else",
}
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\U000e0000-\U000e007f]"
)
"""Signs nobody sees, which can turn text around or hide words in it."""


def calm(text: str) -> str:
    """The text without hidden signs."""
    return HIDDEN.sub("", text)


def verdict(answer: Answer) -> tuple[str, str]:
    """The first line, which leads, and the rest."""
    first, _, rest = answer.text.partition("\n")
    return first, rest.strip("\n")


def headline(answer: Answer) -> str:
    """The verdict in one plain line, for a notification."""
    return calm(re.sub(r"\*\*|\s*\[\d+\]", "", verdict(answer)[0])).strip()[:280]


def code_lines(answer: Answer) -> Iterator[str]:
    """One line for each code, the ones to act on first."""
    ranked = sorted(answer.codes, key=lambda c: list(ROLES).index(c.role))
    yield from map(_code_line, ranked[:MOST_CODES])
    if len(ranked) > MOST_CODES:
        yield f"and {len(ranked) - MOST_CODES} more, named in the text"


def _code_line(code: CodeOut) -> str:
    role = ROLES[code.role] + (f" x {code.units}" if code.units else "")
    told = [f"**{code.code}** ({role})" + (f": {code.label}" if code.label else "")]
    for kind, words in VERDICTS.items():
        named = [m.code for m in code.modifiers if m.verdict == kind]
        if named:
            told.append(f"{words} {', '.join(named)}")
    return "; ".join(told)


def cautions(answer: Answer) -> list[str]:
    """Cautions that the text does not already say."""
    return [c.text for c in answer.cautions if c.text not in answer.text][:4]


def source(citation: CitationOut, longest: int = 280) -> tuple[str, str]:
    """What is said of one source around its title: what stands before, what behind."""
    quote = " ".join(citation.quote.split())
    if len(quote) > longest:
        quote = quote[: longest - 1].rstrip() + "…"
    where = " > ".join(citation.section)
    return f"[{citation.mark}] ", f" ({citation.authority}), {where}: “{quote}”"


def address(citation: CitationOut) -> str:
    """The source's public address, or nothing: a passage has none outside this server."""
    return citation.url if re.fullmatch(r"https?://[^\s<>|\"()]{3,500}", citation.url) else ""


def taken_out(kinds: tuple[str, ...]) -> str:
    """The warning that patient data stood in the message."""
    return (
        f"**Your message held what looks like patient data: {', '.join(kinds)}.** It was taken "
        "out before anything was kept, and the rest was answered. Please leave such details out."
    )


def footer(answer: Answer) -> str:
    """What the answer rests on, and what it is not."""
    held = answer.versions
    return (
        f"Lamina {held.get('app', '')}, tables {held.get('tables', '')}, "
        f"index {held.get('index', '')}. No advice on a specific claim; no patient data here."
    )
