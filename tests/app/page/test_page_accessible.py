"""The page for everybody: axe in every state and theme, keyboard alone, narrow, right to left."""

import pytest

from tests.app.page.conftest import answers, ask, question_box

QUESTION = "cervical epidural with fluoro, Medicare, office"
NOTE = "Use an example note"


def states(page):
    """The page led through its states; the name of each."""
    yield "empty"
    turn = ask(page, QUESTION)
    yield "needs facts"
    turn.locator(".choice", has_text="interlaminar").click()
    page.locator(".held").nth(1).wait_for()
    yield "verdict"
    last = page.locator(".turn").last
    last.locator("summary").first.click()
    last.locator(".chip").last.click()
    last.locator(".card mark").wait_for()
    last.get_by_label("Not helpful").click()
    yield "source and reasons open"
    ask(page, "what does a knee replacement pay?")
    yield "not covered"
    page.locator("#tab-note").click()
    yield "note"
    page.get_by_role("button", name=NOTE).click()
    page.get_by_role("button", name="Code this note").click()
    page.locator("#note .banner").wait_for()
    yield "coded note"
    page.locator("#tab-claim").click()
    page.get_by_role("button", name="Use an example claim").click()
    page.locator("#claim button[type=submit]").click()
    page.locator("#claim .banner").wait_for()
    yield "checked claim"
    page.locator("#tab-ask").click()
    page.route("**/v1/ask/stream", lambda route: route.abort())
    question_box(page).fill("62321?")
    question_box(page).press("Enter")
    page.locator(".turn .trouble").wait_for()
    yield "trouble"


def told(axe, page):
    page.wait_for_load_state()
    found = axe.run(page, options={"resultTypes": ["violations"]})
    return [
        (one["id"], node["html"][:160], node["failureSummary"])
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page(new_page, axe, theme):
    page = new_page(color_scheme=theme, bypass_csp=True, refused=("Failed to load",))

    for state in states(page):
        assert told(axe, page) == [], state


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_widget(new_page, axe, theme):
    page = new_page("/demo", color_scheme=theme, bypass_csp=True)
    chat = page.locator("lamina-chat").last
    chat.locator(".launcher").click()
    assert told(axe, page) == []
    chat.locator("textarea").first.fill("can I bill 77003 with 62321?")
    chat.locator("textarea").first.press("Enter")
    chat.locator(".held").wait_for()
    chat.locator(".chip").first.click()
    assert told(axe, page) == []


def test_by_the_keyboard_from_the_empty_page_to_the_code(page):
    """What is pressed: the question, Enter, back to the answer, on to the choice, Enter."""
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.locator(".held").wait_for()
    focused = """() => { let at = document.activeElement;
      while (at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
      return at.textContent; }"""
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(focused) == "To the newest answer"
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == QUESTION
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "interlaminar"
    page.keyboard.press("Enter")
    page.locator(".held").nth(1).wait_for()

    assert page.locator(".turn").last.locator(".codecard.bill .code").inner_text() == "62321"
    assert page.evaluate(focused).endswith("office, interlaminar approach")


def test_the_tabs_are_walked_by_arrows(page):
    page.locator("#tab-ask").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#note").is_visible()
    page.keyboard.press("End")
    assert page.locator("#claim").is_visible()
    page.keyboard.press("ArrowRight")
    assert page.locator("#ask").is_visible()
    assert page.locator("[role=tab][tabindex='-1']").count() == 2


def test_a_finished_answer_is_announced_once(page):
    page.locator(".panel > [role=status]").evaluate(
        """region => { window.spoken = [];
        new MutationObserver(() => spoken.push(region.textContent)).observe(region,
          { childList: true, characterData: true, subtree: true }); }"""
    )
    turn = ask(page, "can I bill 77003 with 62321?")

    said = page.evaluate("spoken")
    assert [one[:12] for one in said] == ["Looking it u", "Answer: No: "]
    assert turn.locator(".answer").get_attribute("aria-busy") is None


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_it_fits_a_narrow_screen_in_both_directions(new_page, direction):
    page = new_page(viewport={"width": 320, "height": 700})
    page.evaluate("direction => { document.documentElement.dir = direction; }", direction)
    wide = "document.documentElement.scrollWidth"

    for state in states(page):
        assert page.evaluate(wide) <= 320, state


def test_what_is_pressed_is_large_enough(page):
    turn = ask(page, "can I bill 77003 with 62321?")
    turn.locator(".chip").first.click()
    small = page.evaluate(
        """() => { const found = [];
        for (const root of [document, document.querySelector("lamina-chat").shadowRoot]) {
          for (const one of root.querySelectorAll("button:not(.jump), select, input, summary")) {
            const box = one.getBoundingClientRect();
            if (box.width && (box.width < 24 || box.height < 24)) found.push(one.outerHTML);
          }
        }
        return found; }"""
    )

    assert small == []


def test_colours_may_be_forced_and_movement_refused(new_page):
    page = new_page(forced_colors="active")
    answers(page, text="**Yes.**")
    page.route("**/v1/ask/stream", lambda route: None)
    question_box(page).fill("62321?")
    question_box(page).press("Enter")
    page.locator(".step").wait_for()

    style = "(one, part) => getComputedStyle(one, '::before').animationName"
    assert page.locator(".step").evaluate(style) == "none"
    border = page.locator(".send").evaluate("one => getComputedStyle(one).borderTopWidth")
    assert border == "1px"
