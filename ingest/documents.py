"""Turn a file into a guide, and keep the guides that a site added.

formats.py says what a file holds; here it gets its title, authority and id. Added
guides live under LAMINA_HOME/guides as Markdown with front matter.
"""

import hashlib
import re
from datetime import date
from pathlib import Path

from ingest.errors import UnreadableDocument
from ingest.formats import LIST_ITEM, READERS
from knowledge.passages import Authority, Guide
from knowledge.tables import read_guide

LARGEST = 50_000_000
"""Bytes of a file that is still read."""

LONGEST = 150
"""Words kept in one paragraph or list: a passage longer than that is embedded in part."""

SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"“(])")


def read(
    path: Path,
    *,
    title: str | None = None,
    authority: Authority = "house",
    effective: date | None = None,
) -> Guide:
    """The guide in a file. Raises UnreadableDocument with what is the matter.

    Its authority is the caller's word alone: no document raises its own.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(sorted(kind.removeprefix(".") for kind in READERS))
        raise UnreadableDocument(path, f"its kind is not one of {kinds}")
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableDocument(path, f"it is larger than {LARGEST // 1_000_000} MB")
        found = reader(path)
    except UnreadableDocument:
        raise
    except OSError as why:
        raise UnreadableDocument(path, (why.strerror or type(why).__name__).lower()) from why
    except Exception as why:  # each library has its own errors for a broken file
        kind = path.suffix.lstrip(".").upper()
        raise UnreadableDocument(path, f"it is not a whole {kind} file") from why
    body = _shortened(_tidy(found.body))
    if not re.search(r"\w", body):
        raise UnreadableDocument(path, "there is no text in it (a scan must be recognised first)")
    name = _name(title or "") or _name(found.title) or _name(path.stem)
    return _guide(name, body, _name(path.name), authority, effective)


def _name(text: str) -> str:
    """On one line, as front matter needs it."""
    return " ".join(_tidy(text).split())


def _guide(title: str, body: str, file: str, authority: Authority, effective: date | None) -> Guide:
    text = body if re.match(r"#\s", body) else f"# {title}\n\n{body}"
    digest = hashlib.sha256("\x1f".join((title, authority, text)).encode()).hexdigest()[:8]
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-")
    return Guide(
        id=f"{slug or 'guide'}-{digest}",
        title=title,
        authority=authority,
        publisher="added by this site",
        source=file,
        effective=effective,
        text=text,
    )


def keep(home: Path, guide: Guide) -> bool:
    """Store an added guide; False when it is there already and nothing was written.

    The same words under another title, authority or date take the place of the first.
    """
    from ingest.build import home_folder

    others = {g.id: g for g in added(home) if _words(g) == _words(guide)}
    if _only_renamed(others.get(guide.id), guide):
        return False
    folder = home_folder(home) / "guides"
    folder.mkdir(exist_ok=True, mode=0o700)
    target = folder / f"{guide.id}.md"
    partial = target.with_suffix(".part")
    partial.write_text(_stored(guide), "utf-8", newline="\n")
    partial.replace(target)
    for id in others.keys() - {guide.id}:
        (folder / f"{id}.md").unlink(missing_ok=True)
    return True


def added(home: Path) -> list[Guide]:
    """The guides a site added, in the order of their ids. Raises BrokenTable."""
    files = sorted((home / "guides").glob("*.md"))
    return [read_guide(file.read_text("utf-8", errors="replace"), file.name) for file in files]


def _words(guide: Guide) -> str:
    """The body without its title, which may have been given another one."""
    return re.sub(r"\A#\s.*\n", "", guide.text).strip()


def _only_renamed(old: Guide | None, new: Guide) -> bool:
    """Is it the guide that is held, be it from a file of another name?"""
    return old is not None and old.model_copy(update={"source": new.source}) == new


def _stored(guide: Guide) -> str:
    fields = guide.model_dump(mode="json", exclude={"text"}, exclude_none=True)
    head = "\n".join(f"{name}: {value}" for name, value in fields.items())
    return f"---\n{head}\n---\n\n{guide.text}"


def _tidy(text: str) -> str:
    """No control characters, soft hyphens or trailing blanks; one blank line at most."""
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\xad\u200b\ufeff]", "", text).replace("\xa0", " ")
    text = re.sub(r"[\x85\u2028\u2029]", "\n", text)
    text = "".join(c for c in text if not "\ud800" <= c <= "\udfff")
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _shortened(text: str) -> str:
    """Paragraphs and lists over LONGEST words, broken at a sentence or an item."""
    return "\n\n".join(_pieces(block) for block in text.strip().split("\n\n")) + "\n"


def _pieces(block: str) -> str:
    if len(block.split()) <= LONGEST or block.lstrip().startswith("|"):
        return block
    listed = LIST_ITEM.match(block.lstrip())
    parts = re.split(r"\n(?=\S)", block) if listed else SENTENCE_END.split(block)
    groups: list[list[str]] = [[]]
    for part in parts:
        if groups[-1] and len(" ".join([*groups[-1], part]).split()) > LONGEST:
            groups.append([])
        groups[-1].append(part)
    return "\n\n".join(("\n" if listed else " ").join(group) for group in groups)
