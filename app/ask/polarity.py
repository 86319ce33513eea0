"""What does a yes to the question mean: that a thing may be billed, is included, or is refused?

By the first verb of the clause that asks. Pure.
"""

import re

INCLUDES = (
    r"(?:includ\w+|incl|part of|inherent\w*|built[\s-]?in(?:to)?|bundle[sd]?|bundling|integral"
    r"|packaged|come[s]? with|inside|baked in|incidental|rolled in(?:to)?|cover(?:s|ed by) the"
    r"|lumped in|covered (?:in|by)|folded in(?:to)?)"
)
REFUSES = r"(?:den(?:y|ied|ies)|exclud\w+|prohibit\w*|barred|forbidden|wrong|incorrect|off limits)"
ALLOWS = (
    r"(?:separate\w*|un-?bundl\w+|bill(?!ing\b)\w*|charg\w+|report\w*|code[ds]?(?= )|both|allow\w*"
    r"|ok|okay|pay\w*|paid|append|add|extra|get|go|goes|use|put)"
)
FIRST = re.compile(
    rf"\b(?:(?P<include>{INCLUDES})|(?P<refuse>{REFUSES})|(?P<allow>{ALLOWS}))(?!\w)", re.I
)
EITHER = re.compile(rf"\bor\b[^?]*\b(?:{INCLUDES}|{REFUSES}|{ALLOWS}|not)\b", re.I)
""" "Bundled or separate?" has no yes."""
CLAUSE = re.compile(r"(?<=[.?!;])\s+|\n")
WEAK = re.compile(r"^\W*(?:right|correct|true|yes|ok|confirm\w*|agreed?|thanks|pls|please)\b", re.I)


def predicate(text: str) -> str:
    """ "allow", "include" or "refuse": what the last clause with such a verb asks; or nothing."""
    for clause in reversed(CLAUSE.split(text)):
        if not clause.strip() or WEAK.match(clause):
            continue
        found = FIRST.search(clause)
        if found and EITHER.search(clause, found.end()):
            return ""
        if found:
            return found.lastgroup or ""
    return ""
