"""Answer -> plain text for a terminal. Pure."""

import re

from app.interfaces.wire import Answer


def plain_text(answer: Answer) -> str:
    """The answer's text without Markdown emphasis, its cautions and its sources."""
    lines = [answer.text.replace("**", "")]
    shown = [c.text for c in answer.cautions if c.text not in answer.text]
    if shown:
        lines += ["", *[f"Careful: {text}" for text in shown[:4]]]
    if answer.citations:
        lines += ["", "Sources"]
        for c in answer.citations:
            where = " > ".join(c.section)
            quote = re.sub(r"\s+", " ", c.quote)
            lines.append(f'  [{c.mark}] {c.title} ({c.authority}), {where}: "{quote}"')
    return "\n".join(lines)
