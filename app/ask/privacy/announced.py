"""What stands before or behind a name, as patterns over the words of privacy.toml. Pure."""

import re
from functools import cache

from app.ask.privacy.words import either, listed

AGED = r"\d{1,3}[ -]?(?:yo|y/o|yrs?|years?|y\.o\.)|age[ds]?[ \t]{1,2}\d{1,3}"
OF_A_PERSON = r"\d{3}-\d{2}-\d{4}|\d{1,2}[/-]\d{1,2}[/-]19\d{2}"
"""A Social Security number, or a date of long ago."""
ALONE = r"(?<![\w-])"
SPACE = r"[ \t]{0,2}"


@cache
def titles() -> re.Pattern[str]:
    """ "Dr. ", "Mrs " and their like."""
    return re.compile(
        rf"(?<![\w#-])(?:{either(listed('titles'))})\b(?:\.?(?=[ \t]{{1,3}}[A-Za-z])|\.(?=[A-Z]))",
        re.I,
    )


@cache
def labels() -> re.Pattern[str]:
    """A label with a colon, such as "Surgeon:", and "patient's name is"."""
    return re.compile(
        rf"{ALONE}(?:{either(listed('name_labels'))})(?:\(s\))?{SPACE}[:=#][ \t]{{0,9}}(?=[A-Za-z])"
        rf"|{ALONE}(?:patient|pt|patient's|pt's)[ \t]name[ \t]{{1,2}}(?:is[ \t]{{1,2}})?(?=[A-Z])",
        re.I,
    )


@cache
def before() -> re.Pattern[str]:
    """ "patient", "signed by", "wife" before a capital; a closing above one."""
    return re.compile(
        rf"{ALONE}(?i:{either(listed('before_names'))}),?[ \t]{{1,2}}(?=[A-Z])"
        rf"|{ALONE}(?i:{either(listed('closings'))})[,.!]?{SPACE}\n{{1,2}}[ \t-]{{0,2}}(?=[A-Z])"
    )


@cache
def small() -> re.Pattern[str]:
    """A name in small letters between "patient" and what follows a name."""
    word = r"[a-z'-]{2,24}"
    return re.compile(
        rf"{ALONE}(?i:patient|pt|member|client)[ \t]{{1,2}}"
        rf"(?P<names>{word}(?:[ \t]{word}){{0,2}}){SPACE}[,(]?{SPACE}"
        rf"(?i:{either(listed('after_names'))})(?!\w)"
    )


@cache
def after() -> re.Pattern[str]:
    """Capitalised words before a date of birth, a record number, an age, a credential."""
    cased = r"[A-Z][A-Za-z'.-]{0,24}"
    names = rf"(?P<names>{cased}(?:,?[ \t]{{1,2}}(?:{cased}|[a-z]{{2,3}}(?=[ \t]))){{1,4}})"
    told = rf"(?i:{either(listed('after_names'))}|{AGED}|{OF_A_PERSON})(?!\w)"
    credential = rf"[ \t]{{0,3}},{SPACE}(?i:{either(listed('credentials'))}|DO)(?!\w)"
    return re.compile(
        rf"(?<![\w'.-]){names}"
        rf"(?:{SPACE}[,(/-]{{0,2}}[ \t\n]{{0,2}}(?:an?[ \t])?{told}|{credential})"
    )
