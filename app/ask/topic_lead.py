"""A lead such as "Ultrasound only: 62320" names what is spoken of and claims nothing. Pure."""

import re

LEAD = re.compile(r"(^|; |[.] )([^:;.]{1,60}): (?=\S)")
VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|can|may|might|must|should|will|would"
    r"|takes?|goes|go|gets?|needs?|stays?|stands?|covers?|pays?|bills?|bars?|belongs?|means?|says?"
    r"|counts?|includes?|allows?|requires?|depends|applies|replaces|gives|makes|puts?|adds?|yes|no"
    r"|leave|drop|skip|omit|use|append|add|bill|code|report|keep|attach|send|charge|document"
    r"|don't|never|not|only when|only if)\b",
    re.I,
)


def joined(text: str) -> str:
    """The text with each lead that has no verb joined to what is said of it."""
    return LEAD.sub(lambda m: m.group() if VERB.search(m[2]) else f"{m[1]}{m[2]} ", text)
