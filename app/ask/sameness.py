"""Everyday variants brought to one form before sentences are compared. Pure.

Contractions, counts, limits and a few everyday names of one thing: words of the language, not
facts of coding. None may lose a denial, a condition or a figure.
"""

import re

COUNTED = (
    r"(?:[- ]\w+(?: or \w+)?)? (?:units?|lines?|sides?|levels?|regions?|sessions?|times?"
    r"|injections?|codes?|joints?|procedures?|years?|months?|weeks?|days?|hours?|minutes?"
    r"|encounters?|edits?|per\b)"
)
"""What a count word counts; without it, it only points to something."""
SAME: tuple[tuple[str, str], ...] = (
    (r"[’‘`]", "'"),
    (r"\bcan't\b|\bcannot\b", "can not"),
    (r"\bwon't\b", "will not"),
    (r"n't\b", " not"),
    (r"'(?:re|ve|ll|d)\b", " "),
    (r"\bw/o\b", "without"),
    (r"\bw/ ?", "with "),
    (r"\bit's\b", "it is"),
    (r"\bthat's\b", "that is"),
    (r"\bno matter (?:how|what|which|whether|who|where|when)\b", "whatever"),
    (r"\bnot (?:just|only|merely)\b", "notjust"),
    (r"\bnothing (?:but|other than)\b", "only"),
    (r"\bnot (?:[a-z]+ ){0,8}?(?=unless\b|until\b)", "only "),
    (r"\bno (?:[a-z]+ ){0,3}(?:other|else) than\b", "only"),
    (r"\bwhether or not\b|\bwith or without\b", "whether"),
    (r"^[\w-]+ or not, ", ""),
    (r"\bor not\b", ""),
    (r"\band (?:nothing|no|not) (?:more|else)\b", "only"),
    (r"\bneed(?:s|ed)? not\b", "is not needed to"),
    (
        r"\b(?:does|do|did|will|would) not (?:change|alter|affect|matter to)"
        r" (?:that|this|it|things|anything)\b"
        r"|\bmakes? no difference\b",
        "regardless",
    ),
    (r"\bthe denied (?=that|one|line|claim|level|region|code|service|unit)", "the denial "),
    (r"\b(?:outside|not in|out of) (?:a|the|any) facility\b|\bnon-?facility\b", "nonfacility"),
    (r"\b(?:is|are) (?:another|a different|a separate) (?:matter|story|thing|question): ", " "),
    (
        r"\bleft (?=off|out\b|over|to\b|for|as\b|on\b|blank|behind|alone|untouched|with)",
        "leave ",
    ),
    (r"\bright (?=because|since|here because)", "correct "),
    (r"(?<=\bthe )right (?=code|one|modifier|call|pick|choice|answer|way|place)", "correct "),
    (r"\bright (?=away\b|now\b|there\b|here\b|after\b|before\b|when\b|if\b|unless\b)", ""),
    (
        r"\b(?:have |has |was |is )?(?:taken|took|take|treated|treating|treat|read|counted|taking)"
        r" (?:(?:it|this|that|the code) )?(?:to be|as)\b|\b(?:went|going|gone) with\b",
        "assumed",
    ),
    (r"\bx (?=\$?\d)|\bmultiplied by\b", "times "),
    (r"\b(?:gives|yields|equals|comes to|totals|makes)\b(?= (?:about )?\$)", "="),
    (r" = no\b", " has no"),
    (r" = (?![$\d])", " is "),
    (r"\bpro (?=claim|side|fee|component|service|line|bill)", "professional "),
    (r"\b(?:on |for )?(?:the |a )?single[- ]sided?\b|\bone[- ]sided\b", "unilateral"),
    (r"\bimage[- ]guid(?=ed|ance)", "imaging guid"),
    (
        r"\bwithout (?:fluoroscopy|CT) (?:or|nor|and) (?:without |with )?(?=fluoroscopy|CT)",
        "without fluoroscopy or ",
    ),
    (
        r"\b(?:either way|in short|put plainly|basically)[,:]? ",
        " ",
    ),
    (r"\b(?:cut|cutting|scaled|trimmed) (?:back|short|down)\b", "reduced"),
    (r"\b(?:gets?|got) (?:denied|rejected|bounced|kicked back)\b", "is denied"),
    (r"\bbounces?\b|\bkicks? back\b", "denies"),
    (r"\bPE\b", "practice expense"),
    (r"\bMP\b", "malpractice"),
    (r"\bPOS\b", "place of service"),
    (r"\b(?:live |real-time )?x-?ray (?:guidance|imaging)\b", "fluoroscopy"),
    (r"\bmonitored anesthesia(?: care)?\b", "MAC"),
    (
        r"\b(?:no|not|never)(?: be| go| run| last| take)? (?:more|higher|longer|later|older) than\b"
        r"|\bnot (?:to )?exceed(?:ing)?\b|\bup to\b|\ba maximum of\b|\bcapped at\b"
        r"|\bthe most [^.;]{0,20}?is\b|\bmaximum\b",
        "at most",
    ),
    (r"\b(?:no|not|never) (?:less|fewer|lower|sooner) than\b|\ba minimum of\b", "at least"),
    (r"\bno longer\b|\bnot any ?more\b|\bnot any longer\b", "not now"),
    (r"\bwith no\b|\bwith not any\b|\bin the absence of\b|\bminus\b", "without"),
    (r"\bno (?=(?:fluoroscopy|fluoro|CT|imaging|guidance|ultrasound)\b)", "without "),
    (
        r"\b(billed?|paid|pays|report(?:ed)?|coded|go(?:es)?|stands?|findings?|sent) with it\b",
        r"\1 beside that",
    ),
    (r"\bwithout (?:any|the (?:use|help) of|using|the|a)\b", "without"),
    (r"\bwith (?:the (?:use|help) of|the aid of)\b", "with"),
    (r"\bfluoro(?:scopic(?:ally)?)?\b|\bc-?arm\b", "fluoroscopy"),
    (r"\bct[- ](?:scan|guidance|guided)\b", "CT"),
    (
        r"\b(?:under|using|by|via|through|from) (?:an? |the )?(?:live |real-time )?"
        r"(?=(?:fluoroscopy|CT|imaging|guidance)\b)",
        "with ",
    ),
    (r"(\d)\s*(?:percent|per ?cent)\b", r"\1%"),
    (r"(\d)(?:st|nd|rd|th)\b", r"\1"),
    (r"\bhalf (?:of|the|its)\b|\bby half\b", "50%"),
    (r"\b(?:on its own|standing alone|stand-?alone|taken alone|all alone)\b", "by itself"),
    (rf"\b(?:all |of )?(?:the|these|those|all) (?:two|three|four|five)\b(?!{COUNTED})", "both"),
    (rf"\b(?:the |this |that |either |any |every |no )?one\b(?!{COUNTED})", "that"),
    (r"(?<=\bis )right\b|(?<=\bare )right\b|(?<=\bnever )right\b", "correct"),
    (r"\bone another\b", "each other"),
    (r"\btwice\b", "two times"),
    (r"\bboth sides\b|\btwo-sided\b|\bbilaterally\b", "bilateral"),
    (r"\bmods?\b", "modifier"),
    (r"\bdx\b", "diagnosis"),
    (r"\bprior auth\b|\bpreauthori[sz]ation\b|\bpre-?auth\b", "prior authorization"),
    (r"\b(?:US\s?)?dollars?\b", ""),
)
_SAME = tuple((re.compile(old, re.I), new) for old, new in SAME)


def same(text: str) -> str:
    """The text with everyday variants brought to one form; codes and case stay."""
    for pattern, new in _SAME:
        text = pattern.sub(new, text)
    return text
