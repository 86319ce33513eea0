"""Names of people, known by what stands around them: titles, labels, kin, signatures. Pure.

No list of names is kept. A word is taken for a name where its context says so and it is
none of the words of our field, which the tables and guides hold.
"""

import re
from collections.abc import Iterator

from app.ask.privacy import announced
from app.ask.privacy.words import field_words, lexicon_words, listed, never_names

NAME = r"(?:[A-Z]\.|[A-Za-z][A-Za-z'-]{0,30})"
TOKEN = re.compile(rf"[ \t]{{0,2}}({NAME})(?![\w@])")
LAST = re.compile(rf",[ \t]{{0,2}}({NAME})(?![\w@])")
SHORT = 4
"""Letters of a word in capitals that may be an abbreviation."""
MOST = 5
"""Words of one name."""
NEAR = 40
"""Characters around a word that tell whether all is written in capitals."""
POSSESSIVE = re.compile(r"'s?$")
ENDED = re.compile(r"[ \t]{2}|[ \t]*(?:[,;(\n]|$)")


def found(text: str) -> Iterator[tuple[str, int, int]]:
    """Every name in a context that tells it is one, and its other mentions."""
    spans = set(_in_context(text))
    spans |= set(_again(text, spans))
    for start, end in spans:
        yield "name", start, end


def _in_context(text: str) -> Iterator[tuple[int, int]]:
    walks = [
        *((m.end(), _weight(m)) for m in announced.titles().finditer(text)),
        *((m.end(), "label") for m in announced.labels().finditer(text)),
        *((m.end(), "near") for m in announced.before().finditer(text)),
    ]
    for at, said in walks:
        if span := _walk(text, at, said):
            yield span
    for m in announced.after().finditer(text):
        if span := _back(text, m.start("names"), m.end("names")):
            yield span
    for m in announced.small().finditer(text):
        if all(_is_foreign(w) and not _is_verb(w) for w in m["names"].split()):
            yield m.span("names")


def _weight(title: re.Match[str]) -> str:
    """ "The doctor scanned", "PA Medicaid": a long title says less than "Dr." does."""
    return "near" if title.group().lower() in listed("long_titles") else "title"


# --- one name ------------------------------------------------------------------------


def _walk(text: str, at: int, said: str) -> tuple[int, int] | None:
    """The words of a name that begins here, as "First Last" or "Last, First"."""
    start, end, words = 0, 0, 0
    pending = False
    while words < MOST:
        m = TOKEN.match(text, at)
        if m is None and words == 1 and said != "title":
            m = LAST.match(text, at)
            if m and not _is_foreign(_bare(m[1])):
                m = None
        if m is None:
            break
        begun = bool(words or pending)
        if _bare(m[1]) in listed("particles") and (words or said != "near"):
            # "de la Cruz": it belongs to the name only when a name follows
            start, pending = (start if begun else m.start(1)), True
        elif _is_name(text, m, said, first=not begun):
            start = start if begun else m.start(1)
            end, words, pending = m.end(1), words + 1, False
        else:
            break
        at = m.end()
    name = text[start:end]
    if not re.search("[A-Za-z]{2}", name):
        return None
    if words == 1 and said != "title" and name.isupper() and len(name) <= SHORT:
        # "Patient: LBP": rather an abbreviation
        return None
    return start, end - len(_tail(name))


def _is_name(text: str, m: re.Match[str], said: str, first: bool) -> bool:
    """Is this word one of a name, after a title, a label or a word such as "patient"?"""
    word, plain = m[1], _bare(m[1])
    if len(plain) == 1:
        # an initial, not "patient A" or the pronoun
        return word[0].isupper() and (not first or word.endswith(".")) and plain != "i"
    if plain in never_names():
        return False
    if not word[0].isupper():
        return said != "near" and first and _is_foreign(plain) and not _is_verb(plain)
    if _is_foreign(plain):
        return True
    if _shouted(text, m.start(1), m.end(1)):
        return _last_in_capitals(text, m, said, first)
    if first and said == "title":
        return True
    # a word of ours that is a name as well, such as Young or Washington, among others of one
    usual = word.isupper() or any(part in lexicon_words() for part in plain.split("-"))
    return not usual and (not first or said == "label" or _before_a_name(text, m.end()))


def _last_in_capitals(text: str, m: re.Match[str], said: str, first: bool) -> bool:
    """In a text of capitals, does a word of ours end a name, or begin "LAST, FIRST"?"""
    if said == "near" or _bare(m[1]) in lexicon_words():
        return False
    behind = LAST.match(text, m.end())
    if first:
        return behind is not None and _is_foreign(_bare(behind[1]))
    return bool(ENDED.match(text, m.end()))


def _before_a_name(text: str, at: int) -> bool:
    m = TOKEN.match(text, at)
    return bool(m and m[1][0].isupper() and _is_foreign(_bare(m[1])))


def _bare(word: str) -> str:
    return POSSESSIVE.sub("", word.rstrip(".")).lower()


def _tail(name: str) -> str:
    found = POSSESSIVE.search(name)
    return found.group() if found else ""


def _is_verb(plain: str) -> bool:
    """Is it rather what the doctor did, as in "the dr scanned" or "dr mixes"?"""
    stems = (plain.removesuffix("s"), plain.removesuffix("es"), plain)
    return plain.endswith(("ed", "ing")) or any(stem in field_words() for stem in stems)


def _is_foreign(plain: str) -> bool:
    """Is it no word of our field, nor several of them joined by dashes?"""
    return any(len(part) > 1 and part not in field_words() for part in plain.split("-"))


def _shouted(text: str, start: int, end: int) -> bool:
    """Is it one word among others that are all in capitals, so that capitals tell nothing?"""
    if not text[start:end].isupper():
        return False
    around = text[max(0, start - NEAR) : start] + text[end : end + NEAR]
    letters = [c for c in around if c.isalpha()]
    return sum(c.isupper() for c in letters) * 2 > len(letters)


def _back(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The name at the end of a run of capitalised words; one of them is no word of ours."""
    first, foreign = end, False
    for m in reversed(list(re.finditer(NAME, text[start:end]))):
        plain = _bare(m.group())
        if len(plain) > 1 and plain not in listed("particles"):
            if plain in never_names() or (not _is_foreign(plain) and plain in lexicon_words()):
                break
            foreign = foreign or _is_foreign(plain)
        first = start + m.start()
    return (first, end) if foreign else None


# --- the same person again -----------------------------------------------------------


def _again(text: str, spans: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Other mentions of the words of a name that are no words of our field."""
    words = {
        w
        for start, end in spans
        for w in re.findall(r"[A-Za-z][A-Za-z'-]{2,30}", text[start:end])
        if w[0].isupper() and w.lower() not in field_words() and w.lower() not in never_names()
    }
    if not words:
        return
    names = {w.lower() for w in words}
    for m in re.finditer(r"(?<![\w'-])[A-Z][A-Za-z'-]{2,30}(?![\w@])", text):
        if POSSESSIVE.sub("", m.group()).lower() in names:
            yield m.start(), m.end() - len(_tail(m.group()))
