"""The text behind the command -> what it asks for. Pure.

A word is a sub-command only where it cannot be the beginning of a question.
"""

import re
from datetime import date

from app.interfaces.slash.acts import Act, Ask, New, Publish, Rate, Reason, Show, Sources, Tell

LONGEST = 4000
ALONE: dict[str, Act] = {
    "": Tell(topic="help"),
    "help": Tell(topic="help"),
    "?": Tell(topic="help"),
    "note": Tell(topic="note"),
    "version": Tell(topic="version"),
    "public": Tell(topic="public"),
    "on": Tell(topic="on"),
    "feedback": Tell(topic="feedback"),
    "new": New(),
    "more": Show(page=2),
    "sources": Sources(),
    "publish": Publish(),
}
"""Words that are a command when nothing follows them."""
NOTE = re.compile(r"note\s*(:|\n)", re.I)
"""A pasted note: it is not taken here."""
DAY = re.compile(r"on\s+(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/\d{4})(?=[\s,:;]|$)[\s,:;]*", re.I)
MORE = re.compile(r"(more|sources)\s+(\d{1,2})", re.I)
FEEDBACK = re.compile(r"feedback[\s:]+", re.I)
GOOD = re.compile(r"(helpful|up|yes|good|right|correct)\b[\s.,:;!-]*", re.I)
BAD = re.compile(r"(not helpful|unhelpful|down|no|bad|wrong)\b[\s.,:;!-]*", re.I)
REASONS: dict[str, Reason] = {
    "wrong code": "wrong_code",
    "bad citation": "bad_citation",
    "incomplete": "incomplete",
    "off topic": "off_topic",
    "other": "other",
}


def parse(text: str) -> Act:
    """What the text asks for."""
    text = text.strip()
    alone = ALONE.get(text.lower())
    if alone is not None:
        return alone
    if "\x00" in text:
        return Tell(topic="unreadable")
    if NOTE.match(text):
        return Tell(topic="note")
    if said := FEEDBACK.match(text):
        return _feedback(text[said.end() :])
    if turned := MORE.fullmatch(text):
        page = max(1, int(turned[2]))
        return Show(page=page) if turned[1].lower() == "more" else Sources(page=page)
    return _question(text)


def _question(text: str) -> Act:
    """Leading `public` and `on <date>`, in either order, then the question."""
    public, day = False, None
    while True:
        if not public and re.match(r"public\s", text, re.I):
            public, text = True, text[6:].lstrip()
        elif day is None and (dated := DAY.match(text)):
            day = _day(dated[1])
            if day is None:
                return Tell(topic="no_day")
            text = text[dated.end() :]
        else:
            break
    if not text:
        return Tell(topic="on" if day else "public")
    if len(text) > LONGEST:
        return Tell(topic="long")
    return Ask(question=text, service_date=day, public=public)


def _day(written: str) -> date | None:
    """The date, if there is such a day."""
    if "-" in written:
        year, month, day = map(int, written.split("-"))
    else:
        month, day, year = map(int, written.split("/"))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _feedback(text: str) -> Act:
    """A verdict, a reason and a comment, each as far as it is said."""
    if good := GOOD.match(text):
        return Rate(verdict="up", comment=text[good.end() :][:2000].strip())
    plain = re.sub(r"[\s_-]+", " ", text.lower())
    for words, reason in REASONS.items():
        if re.match(rf"{words}\b", plain):
            rest = re.sub(r"^[\s.,:;!-]+", "", text[len(words) :])
            return Rate(verdict="down", reasons=(reason,), comment=rest[:2000].strip())
    bad = BAD.match(text)
    rest = text[bad.end() if bad else 0 :]
    return Rate(verdict="down", comment=rest[:2000].strip())
