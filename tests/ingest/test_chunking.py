"""Any Markdown is cut exactly: no line lost, no line twice, keys made from content."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunking import HEADING, LONGEST_TABLE, cut
from knowledge.passages import Guide, passage_key
from knowledge.tables import load

WORD = st.sampled_from(["epidural", "62321", "C7-T1", "naïve", "“image”", "$5", "a | b"])
WORDS = st.lists(WORD, min_size=1, max_size=5).map(" ".join)
BLOCK = st.one_of(
    st.builds(lambda level, words: f"{'#' * level} {words}", st.integers(1, 6), WORDS),
    WORDS,
    st.lists(WORDS, min_size=1, max_size=4).map("\n".join),
    st.lists(WORDS, min_size=1, max_size=5).map(lambda items: "- " + "\n- ".join(items)),
    st.lists(WORDS, min_size=1, max_size=3).map(lambda items: "1. " + "\n   ".join(items)),
    st.lists(WORDS, min_size=1, max_size=30).map(
        lambda rows: "| a | b |\n|---|---|\n" + "\n".join(f"| {row} | x |" for row in rows)
    ),
    st.just("   \t"),
)
MARKDOWN = st.builds(
    lambda blocks, between: between.join(blocks) + "\n",
    st.lists(BLOCK, max_size=12),
    st.sampled_from(["\n\n", "\n", "\r\n\r\n", "\n \n\n"]),
)


def guide(text, id="g"):
    return Guide(id=id, title="T", authority="house", publisher="us", source="x", text=text)


def lines(text):
    """Start and end of each line that a passage must hold."""
    start = 0
    for line in text.split("\n"):
        if line.strip() and not HEADING.match(line.rstrip("\r")):
            yield start, start + len(line.rstrip("\r"))
        start += len(line) + 1


def is_exact(held):
    passages = cut(held)
    for passage in passages:
        assert passage.text == held.text[passage.start : passage.end]
        assert passage.text.strip()
        assert passage.key == passage_key(held.id, passage.section, passage.text)
    assert all(a.end <= b.start for a, b in zip(passages, passages[1:], strict=False))
    assert len({p.key for p in passages}) == len(passages)
    return passages


def places(passages, start, end):
    return [p for p in passages if p.start <= start and end <= p.end]


def test_every_line_of_a_guide_of_ours_is_in_exactly_one_passage():
    for held in load().guides:
        passages = is_exact(held)
        for start, end in lines(held.text):
            assert len(places(passages, start, end)) == 1, held.text[start:end]


@settings(max_examples=200, deadline=None)
@given(MARKDOWN)
def test_so_it_is_with_any_markdown(text):
    passages = is_exact(guide(text))
    for start, end in lines(text):
        found = places(passages, start, end)
        # words repeated within one section stand for their first place
        assert len(found) == 1 or (not found and any(text[start:end] in p.text for p in passages))


@settings(max_examples=50, deadline=None)
@given(MARKDOWN)
def test_any_text_at_all_is_cut_the_same_way_twice(text):
    assert cut(guide(text)) == cut(guide(text))


def test_a_key_follows_the_content_not_the_place():
    words = "# T\n\n## A\n\nFirst.\n\nSecond.\n"
    before = {p.text: p.key for p in cut(guide(words))}

    moved = {p.text: p.key for p in cut(guide(words.replace("First.", "Zeroth.\n\nFirst.")))}
    edited = {p.text: p.key for p in cut(guide(words.replace("First.", "First!")))}
    other = {p.text: p.key for p in cut(guide(words.replace("## A", "## B")))}

    assert before.items() <= moved.items()
    assert edited["Second."] == before["Second."]
    assert edited["First!"] not in before.values()
    assert not set(other.values()) & set(before.values())
    assert not {p.key for p in cut(guide(words, id="h"))} & set(before.values())


def test_a_long_table_is_cut_into_row_groups_under_one_heading():
    rows = [f"| {n} | words |" for n in range(LONGEST_TABLE * 2 + 1)]
    text = "# T\n\n## Codes\n\n| n | is |\n|---|---|\n" + "\n".join(rows) + "\n"

    passages = is_exact(guide(text))

    assert [p.section for p in passages] == [("Codes",)] * 3
    assert passages[0].text.startswith("| n | is |\n|---|---|\n| 0 | words |")
    assert [row for p in passages for row in p.text.split("\n")[-LONGEST_TABLE:]] == rows


def test_a_table_at_the_limit_stays_whole():
    rows = "\n".join(f"| {n} |" for n in range(LONGEST_TABLE))

    assert len(cut(guide(f"| n |\n|---|\n{rows}\n"))) == 1
