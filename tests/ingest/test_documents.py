"""Files become guides: headings, lists and tables kept, each failure one clear line."""

import os
import shutil
import subprocess
import sys
from datetime import date

import pytest

from ingest.build import Library
from ingest.chunking import cut
from ingest.documents import LONGEST, added, keep, read
from ingest.errors import UnreadableDocument

MARKDOWN = """\
---
title: House Rules for Epidurals
authority: law
---
# Epidurals in This House

## Imaging

Save a fluoroscopy image of every cervical injection.

- front view
- side view

| Site | Views |
|---|---|
| C7-T1 | 2 |
"""

HTML = """\
<!doctype html><html><head><title>Payer page</title><style>p {color: red}</style></head>
<body><nav><a href="/">Home</a></nav><h1>Epidural Policy</h1>
<h2>Limits</h2><p>Four sessions in <b>twelve</b> months.<br>No more.</p>
<ul><li>Record pain scores<ul><li>before</li><li>after</li></ul></li><li>Record relief</li></ul>
<ol><li>First</li><li>Second</li></ol>
<div>Loose words <p>and a paragraph</p></div>
<table><tr><th>Code</th><th>Sessions</th></tr><tr><td>62321</td><td>4 | year</td></tr></table>
<script>alert("no")</script><!-- no --><footer>Contact us</footer></body></html>
"""


@pytest.fixture
def write(tmp_path):
    def put(name, words):
        path = tmp_path / name
        path.write_bytes(words if isinstance(words, bytes) else words.encode())
        return path

    return put


def sections(guide):
    return {p.section for p in cut(guide)}


def texts(guide):
    return [p.text for p in cut(guide)]


def test_markdown_keeps_everything_but_its_front_matter(write):
    guide = read(write("rules.md", MARKDOWN), effective=date(2026, 1, 1))

    assert guide.title == "House Rules for Epidurals"
    assert guide.text.startswith("# Epidurals in This House\n")
    assert "- front view\n- side view" in texts(guide)
    assert "| Site | Views |\n|---|---|\n| C7-T1 | 2 |" in texts(guide)
    assert sections(guide) == {("Imaging",)}
    assert (guide.source, guide.effective) == ("rules.md", date(2026, 1, 1))


def test_no_document_raises_its_own_authority(write):
    """The front matter above says "law"; only whoever adds a guide may say whose word it is."""
    path = write("rules.md", MARKDOWN)

    assert read(path).authority == "house"
    assert read(path, authority="payer").authority == "payer"


def test_text_gets_the_title_as_its_heading(write):
    guide = read(write("Sedation rules.txt", "One rule.\r\n\r\n• first\r\n• second\r\n"))

    assert guide.text == "# Sedation rules\n\nOne rule.\n\n- first\n- second\n"
    assert sections(guide) == {("Sedation rules",)}


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_of_any_usual_encoding_is_read(write, codec):
    assert "“midline”" in read(write("a.txt", "An epidural is “midline”.".encode(codec))).text


def test_html_keeps_headings_lists_and_tables_and_drops_the_rest(write):
    guide = read(write("policy.html", HTML))

    assert guide.title == "Epidural Policy"
    assert sections(guide) == {("Limits",)}
    assert texts(guide) == [
        "Four sessions in twelve months.",
        "No more.",
        "- Record pain scores\n   - before\n   - after\n- Record relief",
        "1. First\n2. Second",
        "Loose words",
        "and a paragraph",
        "| Code | Sessions |\n|---|---|\n| 62321 | 4 / year |",
    ]


def test_word_keeps_headings_lists_and_tables(tmp_path):
    from docx import Document

    document = Document()
    document.add_heading("Audit Memo", 0)
    document.add_heading("Findings", 1)
    document.add_paragraph("Three notes lacked the level.")
    document.add_paragraph("note one", style="List Bullet")
    document.add_paragraph("note two", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, words in zip(table._cells, ["Code", "Notes", "62323", "3"], strict=True):
        cell.text = words
    document.save(str(tmp_path / "memo.docx"))

    guide = read(tmp_path / "memo.docx", title="Memo of May")

    assert guide.title == "Memo of May"
    assert guide.text == (
        "# Audit Memo\n\n# Findings\n\nThree notes lacked the level.\n\n- note one\n- note two\n\n"
        "| Code | Notes |\n|---|---|\n| 62323 | 3 |\n"
    )


def test_pdf_keeps_paragraphs_lists_and_headings_by_size(tmp_path):
    pages = [
        [(18, 740, "Epidural Policy"), (10, 712, "A session is one day, whatever the"),
         (10, 700, "number of levels."), (10, 670, "A second paragraph stands apart.")],
        [(14, 740, "Limits"), (10, 720, "- four sessions a year"), (10, 708, "- one region a day")],
    ]  # fmt: skip
    (tmp_path / "policy.pdf").write_bytes(pdf(pages))

    guide = read(tmp_path / "policy.pdf", title="Policy")

    assert guide.text == (
        "# Epidural Policy\n\nA session is one day, whatever the number of levels.\n\n"
        "A second paragraph stands apart.\n\n## Limits\n\n"
        "- four sessions a year\n- one region a day\n"
    )


def test_running_heads_and_page_numbers_are_dropped(tmp_path):
    words = ["Alpha rule.", "Beta rule.", "Gamma rule."]
    pages = [
        [(10, 760, "Payer manual 2026"), (10, 700, text), (10, 40, f"Page {number} of 3")]
        for number, text in enumerate(words, 1)
    ]
    (tmp_path / "manual.pdf").write_bytes(pdf(pages))

    found = read(tmp_path / "manual.pdf").text

    assert all(text in found for text in words)
    assert "Payer manual" not in found
    assert "Page" not in found


def pdf(pages):
    """A small PDF: for each page its lines as (size, height on the page, words)."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects += ["<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        drawn = "".join(
            f"BT /F1 {s} Tf 1 0 0 1 72 {y} Tm ({words}) Tj ET\n" for s, y, words in lines
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}endstream")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects)} 0 R >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    out += "".join(f"{place:010} 00000 n \n" for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return out.encode("ascii")


def test_long_paragraphs_and_lists_are_cut_at_sentences_and_items(write):
    sentence = "The payer limits epidural sessions to four in any twelve months of care. "
    guide = read(write("long.txt", sentence * 40 + "\n\n" + "- one more item of a list\n" * 60))

    assert max(len(text.split()) for text in texts(guide)) <= LONGEST
    assert all(text.endswith(("care.", "list")) for text in texts(guide))
    assert " ".join(guide.text.split()).count(sentence.strip()) == 40


@pytest.mark.parametrize(
    ("name", "words", "why"),
    [
        ("old.doc", "text", "its kind is not one of"),
        ("nothing", "text", "its kind is not one of"),
        ("empty.md", "", "there is no text in it"),
        ("blank.html", "<html><script>var x = 1</script></html>", "there is no text in it"),
        ("bytes.txt", b"\x00\x01\x02\xff", "it is not a text file"),
        ("broken.pdf", "%PDF-1.4 and no more", "it is not a whole PDF file"),
        ("broken.docx", b"PK\x03\x04 and no more", "it is not a whole DOCX file"),
        ("scan.pdf", pdf([[]]), "a scan must be recognised first"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(write, name, words, why):
    with pytest.raises(UnreadableDocument, match=why) as raised:
        read(write(name, words))

    assert str(raised.value).startswith(f"{name} cannot be added: ")
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_one_clear_line(tmp_path):
    with pytest.raises(UnreadableDocument, match="no such file"):
        read(tmp_path / "gone.md")


def test_what_is_kept_comes_back_as_it_was(write, tmp_path):
    guide = read(write("rules.md", MARKDOWN), title="A: b -- c", effective=date(2026, 1, 1))

    assert keep(tmp_path / "home", guide)
    assert added(tmp_path / "home") == [guide]
    assert (tmp_path / "home").stat().st_mode & 0o077 == 0


def test_the_same_words_twice_write_nothing(write, tmp_path):
    home = tmp_path / "home"
    keep(home, read(write("rules.md", MARKDOWN)))
    (stored,) = (home / "guides").iterdir()
    before = stored.stat()

    assert not keep(home, read(write("rules.md", MARKDOWN)))
    assert not keep(home, read(write("copy.md", MARKDOWN)))
    assert [(home / "guides" / stored.name).stat()] == [before]


def test_the_same_words_under_another_title_take_its_place(write, tmp_path):
    home, path = tmp_path / "home", write("rules.md", MARKDOWN)
    keep(home, read(path))

    assert keep(home, read(path, title="Other", authority="payer"))
    assert [(g.title, g.authority) for g in added(home)] == [("Other", "payer")]


def test_a_library_holds_ours_and_those_added(write, tmp_path):
    from app.settings import Settings
    from app.wiring import library
    from knowledge.tables import load

    home = tmp_path / "home"
    guide = read(write("rules.md", MARKDOWN))
    keep(home, guide)

    shelf = library(Settings(home=home, _env_file=None), load())

    assert isinstance(shelf, Library)
    assert list(shelf.guides) == [*load().guides, guide]


def test_the_command_line_adds_a_guide_once_and_lists_it(home, assistant, write, tmp_path):
    """On a copy of the session's home, so that no other test sees the guide."""
    # not the journal: SQLite's locks on it end when this process closes a file of it
    shutil.copytree(home, tmp_path / "home", ignore=shutil.ignore_patterns("journal*"))
    path = write("rules.md", MARKDOWN)

    def lamina(*words):
        return subprocess.run(
            [sys.executable, "-m", "app", *words],
            capture_output=True,
            text=True,
            env={**os.environ, "LAMINA_HOME": str(tmp_path / "home")},
        )

    first = lamina("ingest", "add", str(path), "--authority", "payer")
    again = lamina("ingest", "add", str(path), "--authority", "payer")
    bad = lamina("ingest", "add", str(path), str(tmp_path / "gone.pdf"))
    listed = lamina("guides")

    assert first.returncode == 0, first.stderr
    assert "added" in first.stdout
    assert "6 texts embedded" in first.stdout
    assert "held already" in again.stdout
    assert "nothing to do" in again.stdout
    assert bad.returncode == 2
    assert bad.stderr == "lamina: gone.pdf cannot be added: no such file or directory.\n"
    assert "House Rules for Epidurals  (payer, 3 passages, checked never)" in listed.stdout
    assert len(list((tmp_path / "home" / "guides").iterdir())) == 1
