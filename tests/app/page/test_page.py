"""The chat page in a real browser: verdict first, sources opened, choices, details, history."""

import pytest

from tests.app.client import send
from tests.app.page.conftest import answer, ask, question_box, streams

CESI = "what is the CESI code?"


def test_the_verdict_comes_first_and_a_source_opens_in_its_place(page):
    turn = ask(page, "bilateral cervical epidural, modifier 50?")

    assert turn.locator(".verdict").inner_text().startswith("No: never append")
    opener = turn.locator(".sources .open", has_text="›").first
    opener.click()
    turn.locator(".sources mark").wait_for()
    marked = turn.locator(".sources mark").inner_text()
    assert marked in turn.locator(".sources .passage").inner_text()
    assert opener.get_attribute("aria-expanded") == "true"


def test_a_chip_opens_its_source_below_the_sentence(page):
    turn = ask(page, "can I bill 77003 with 62321?")
    chip = turn.locator(".chip").last
    chip.click()

    card = turn.locator(".card")
    assert card.evaluate("card => card.getRootNode().activeElement === card")
    card.locator("mark").wait_for()
    assert card.locator("mark").inner_text() in turn.locator("blockquote").inner_text()
    card.press("Escape")
    assert turn.locator(".card").count() == 0
    assert chip.evaluate("chip => chip.getRootNode().activeElement === chip")


def test_the_issue_of_imaging_beside_an_epidural(page):
    turn = ask(page, "can I bill 77003 with 62321?")

    assert turn.locator(".verdict").inner_text().startswith("No: 77003 is not billed with 62321")
    assert "Do not bill" in turn.locator(".codes").first.inner_text()
    turn.locator(".verdict .chip").first.click()
    link = turn.locator(".card a")
    assert link.get_attribute("href").startswith("https://")
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_an_example_is_asked_by_a_click(page):
    page.locator(".try").first.click()

    page.locator(".held").wait_for()
    assert page.locator(".start").first.is_hidden()
    assert page.locator(".panel > [role=status]").inner_text().startswith("Answer: It dep")


def test_choices_one_after_the_other_leave_one_code_to_bill(page):
    sent = []
    page.on("request", lambda r: r.url.endswith("/stream") and sent.append(r.post_data_json))
    ask(page, CESI).locator(".choice", has_text="interlaminar").click()
    page.locator(".held").nth(1).wait_for()
    page.locator(".turn").nth(1).locator(".choice", has_text="fluoroscopy or CT").click()
    page.locator(".held").nth(2).wait_for()

    last = page.locator(".turn").last
    assert ", interlaminar" in last.locator(".asked").inner_text()
    assert "62321" in last.locator(".codecard.bill .code").inner_text()
    assert "thread_id" not in sent[0]
    assert sent[1]["thread_id"] == sent[2]["thread_id"] != ""
    assert last.locator(".asked").evaluate("one => one.getRootNode().activeElement === one")


def test_details_are_sent_along_and_stay(page):
    page.locator("[name=service_date]").fill("2016-03-01")
    page.locator("[name=state]").fill("oh")
    page.locator("[name=place_of_service]").select_option("11")
    page.locator("[name=claim]").select_option("professional")
    with page.expect_request("**/v1/ask/stream") as sent:
        turn = ask(page, "code for a cervical interlaminar with fluoro?")

    asked = sent.value.post_data_json
    assert (asked["service_date"], asked["state"]) == ("2016-03-01", "OH")
    assert (asked["place_of_service"], asked["claim"]) == ("11", "professional")
    assert "62310" in turn.locator(".codecard.bill .code").inner_text()
    assert "2016-03-01" in turn.locator(".sent").inner_text()
    page.locator("[name=service_date]").fill("2026-03-01")
    page.locator(".again").click()
    page.locator(".held").nth(1).wait_for()
    assert "62321" in page.locator(".turn").last.locator(".codecard.bill .code").inner_text()


def test_what_was_assumed_is_corrected_by_one_tap(page):
    ask(page, "code for a cervical interlaminar epidural with fluoro?")
    page.locator(".taken .assumed", has_text="single injection").click()
    page.locator(".held").nth(1).wait_for()

    last = page.locator(".turn").last
    assert "62325" in last.locator(".codecard.bill .code").inner_text()


def test_feedback_is_sent_with_its_reasons(page):
    turn = ask(page, "does 62321 need a modifier?")
    with page.expect_response("**/v1/feedback"):
        turn.get_by_label("Not helpful").click()
    turn.get_by_label("Wrong code").check()
    turn.get_by_label("Comment").fill("Nobody's name.")
    with page.expect_response("**/v1/feedback") as reply:
        turn.get_by_role("button", name="Send").click()

    assert reply.value.status == 204
    assert reply.value.request.post_data_json["reasons"] == ["wrong_code"]
    turn.get_by_text("Thank you, noted.").wait_for()
    with page.expect_response("**/v1/feedback") as reply:
        turn.get_by_label("Helpful", exact=True).click()
    assert reply.value.request.post_data_json["verdict"] == "up"


def test_a_conversation_comes_back_and_is_deleted(page, address):
    first = ask(page, CESI).get_attribute("data-answer")
    shown = page.locator(".turn .answer").inner_text()
    page.reload()
    page.locator(".held").wait_for()

    assert page.locator(".turn .answer").inner_text() == shown
    assert page.locator("#talks button").inner_text() == CESI
    page.locator("#fresh").click()
    assert page.locator(".turn").count() == 0
    page.locator("#talks button").click()
    page.locator(".held").wait_for()
    with page.expect_response("**/v1/threads/*") as deleted:
        page.locator("#forget").click()
    assert deleted.value.status == 204
    assert page.locator("#talks button, .turn").count() == 0
    page.goto(f"{address}/#answer={first}")
    page.get_by_text("no longer kept").wait_for()


def test_an_answer_has_a_link_that_anybody_here_may_open(page, new_page):
    turn = ask(page, CESI)
    shown = turn.locator(".answer").inner_text()
    other = new_page(f"/#answer={turn.get_attribute('data-answer')}")
    other.locator(".held").wait_for()

    assert other.locator(".turn .answer").inner_text() == shown
    other.locator(".choice", has_text="interlaminar").click()
    other.locator(".held").nth(1).wait_for()
    assert "interlaminar" in other.locator(".asked").last.inner_text()


def test_it_is_copied_as_text_and_as_citation(new_page):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    turn = ask(page, "can I bill 77003 with 62321?")
    found = []
    for name in ("Copy text", "Copy citation", "Copy link"):
        turn.get_by_role("button", name=name).click()
        turn.get_by_role("button", name="Copied").nth(len(found)).wait_for()
        found.append(page.evaluate("navigator.clipboard.readText()"))

    id = turn.get_attribute("data-answer")
    assert "No: 77003 is not billed" in found[0] and "**" not in found[0]
    assert id in found[1] and "NCCI" in found[1] and "https://" in found[1]
    assert found[2].endswith(f"/#answer={id}")


def test_printing_shows_the_answer_alone(page):
    ask(page, CESI)
    page.emulate_media(media="print")

    assert page.locator(".verdict").is_visible()
    for gone in (".bar", ".composer", ".foot", "#history", ".strip"):
        assert page.locator(gone).first.is_hidden()


def test_the_theme_is_chosen_and_kept(page):
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.locator("#theme").click()
    page.locator("#theme").click()

    assert page.locator("#theme").inner_text() == "Theme: dark"
    assert page.evaluate(paper) != light
    page.reload()
    assert page.locator("#theme").inner_text() == "Theme: dark"


def test_a_streamed_and_a_fetched_answer_are_drawn_alike(page):
    whole = answer(
        text="**Bill 62321.** [1]\n- Because of [1].\nNote: careful.",
        codes=[
            {
                "code": "62321",
                "system": "cpt",
                "role": "bill",
                "units": 1,
                "label": "Our own words",
                "modifiers": [{"code": "59", "verdict": "do_not_append", "because": "no reason"}],
                "steps": [{"because": "It was so.", "source": "s"}],
            }
        ],
        why_not=[{"code": "62320", "because": "imaging is documented"}],
        flips=[{"fact": "approach", "to": "transforaminal", "code": None}],
    )
    streams(page, ("answer", whole), ("done", {}))
    page.route("**/v1/answers/*", lambda route: route.fulfill(json=whole))
    streamed = ask(page, "anything").locator(".answer").inner_text()
    page.reload()
    page.locator(".held").wait_for()

    assert page.locator(".turn .answer").inner_text() == streamed
    for part in ("62321", "59", "do not append", "imaging is documented", "no code held", "Why"):
        assert part in streamed.replace("Do not a", "do not a").replace("Imaging", "imaging")


def test_the_box_says_what_is_too_long_and_cuts_nothing(page):
    question_box(page).fill("x" * 4100)
    question_box(page).press("Enter")

    assert "too long by 100" in page.locator(".composer .trouble").inner_text()
    assert page.locator(".turn").count() == 0
    assert len(question_box(page).input_value()) == 4100


def test_a_problem_is_one_clear_line(page):
    page.locator("[name=state]").fill("X")
    question_box(page).fill("does 62321 need a modifier?")
    question_box(page).press("Enter")

    page.locator(".turn .trouble").wait_for()
    assert "state" in page.locator(".turn .trouble").inner_text()


@pytest.mark.parametrize("question", ["can I bill 77003 with 62321?", CESI])
def test_it_shows_the_verdict_codes_and_sources_that_http_gives(page, address, question):
    """The doors of tests/app/slash/test_contract.py, and this one: one answer."""
    by_http = send(f"{address}/v1/ask", {"question": question}).json

    turn = ask(page, question)

    verdict = by_http["text"].partition("\n")[0].replace("**", "").partition(" [")[0]
    assert turn.locator(".verdict").inner_text().startswith(verdict)
    shown = turn.locator(".codes").all_inner_texts()
    for code in by_http["codes"]:
        if code["role"] != "mentioned":
            assert any(code["code"] in text for text in shown)
    for citation in by_http["citations"]:
        assert citation["title"] in turn.locator(".sources").inner_text()
