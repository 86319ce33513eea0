"""The tabs of notes and claims: what comes out, where it was read, what can be taken away."""

import csv
import io

import pytest

NOTE = """PROCEDURE: Right L4-5 transforaminal epidural steroid injection \U0001f489
DX: M54.16
Needle to the right L4-5 foramen under fluoroscopy. Dexamethasone 5 mg.
"""


def coded(page, note):
    page.locator("#tab-note").click()
    page.locator("#note textarea").fill(note)
    page.get_by_role("button", name="Code this note").click()
    page.locator("#note .banner").wait_for()


def test_a_note_becomes_lines_with_the_words_that_prove_them(page):
    coded(page, NOTE)

    assert page.locator("#note .codecard .code").all_inner_texts() == ["64483"]
    assert "RT" in page.locator("#note .codecard").inner_text()
    # behind a letter that counts twice in the browser the marks still fit
    marked = "".join(page.locator(".read mark").all_inner_texts())
    assert "fluoroscopy" in marked and "DX: M54.16" in marked
    page.locator(".proofs .link", has_text="fluoroscopy").first.click()
    assert "fluoroscopy" in page.locator(".read mark.lit").first.inner_text()
    assert page.locator(".state.missing").count() > 0
    assert page.locator(".queries li").count() > 0
    assert page.locator("#note .read").inner_text().strip() == NOTE.strip()


def test_the_lines_of_a_note_are_checked_next(page):
    coded(page, NOTE)
    page.get_by_role("button", name="Check these lines").click()

    assert page.locator("#claim [name=code]").input_value() == "64483"
    assert page.locator("#claim [name=modifiers]").input_value() == "RT"
    page.locator("#claim button[type=submit]").click()
    page.locator("#claim .banner").wait_for()


def test_a_note_that_says_two_things_shows_both(page):
    note = NOTE.replace("Needle to the right", "Needle to the left")
    coded(page, note)

    assert page.locator(".contra").count() > 0
    assert page.locator(".read mark.conflict").count() >= 2


def test_a_note_of_thirty_pages_is_told_and_not_cut(page):
    page.locator("#tab-note").click()
    page.locator("#note textarea").fill("The needle was advanced. " * 4000)
    page.get_by_role("button", name="Code this note").click()

    assert "nothing was sent" in page.locator("#note .trouble").inner_text()
    assert "80000 characters too many" in page.locator("#note .count").inner_text()


def test_claim_lines_are_pasted_checked_and_downloaded(page):
    page.locator("#tab-claim").click()
    page.locator("#claim summary").click()
    page.locator("#claim .pastebox textarea").fill(
        "claim_id,CPT,Mod 1,units,DX1\n=1,62321,,1,M54.12\n"
        "=1,77003,59,1,M54.12\n2,62323,,1,M54.16\n"
    )
    page.get_by_role("button", name="Fill the grid").click()
    page.locator("#claim [role=status]", has_text="3 lines read").wait_for(state="attached")
    page.locator("#claim button[type=submit]").click()
    page.locator("#claim .banner").wait_for()

    assert page.locator("#claim td.state").all_inner_texts()[:2] == ["Clean", "Fix"]
    assert "Leave 77003 off" in page.locator("#claim .finding.error").inner_text()
    with page.expect_download() as file:
        page.get_by_role("button", name="Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(file.value.path().read_text())))
    assert {row["claim_id"] for row in rows} == {"'=1", "2"}
    assert [row["code"] for row in rows if row["severity"] == "error"] == ["77003"]


def test_a_wrong_cell_is_one_clear_line(page):
    page.locator("#tab-claim").click()
    page.locator("#claim [name=code]").first.fill("62321")
    page.locator("#claim [name=units]").first.fill("many")
    page.locator("#claim button[type=submit]").click()

    told = page.locator("#claim .trouble")
    told.get_by_text("units").wait_for()
    assert "many" in told.inner_text()


@pytest.mark.parametrize("tab", ["note", "claim"])
def test_a_tab_has_an_address(new_page, tab):
    page = new_page(f"/#{tab}")

    assert page.locator(f"#{tab} h2").is_visible()
    assert page.locator(f"#tab-{tab}").get_attribute("aria-selected") == "true"
