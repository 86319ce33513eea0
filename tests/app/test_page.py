"""The chat page in a real browser: verdict first, passages opened, choices, no stray request."""

import json
import shutil

import pytest

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

pytestmark = pytest.mark.skipif(not BROWSER, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def page(browser, address):
    """A fresh page; it must say nothing on the console and ask nobody else."""
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(8000)
    said, asked = [], []
    # Chromium itself notes a refused request there; the page has told it already
    refused = "Failed to load resource: the server responded with a status of 422"
    opened.on("console", lambda m: m.text.startswith(refused) or said.append(m.text))
    opened.on("pageerror", lambda e: said.append(str(e)))
    opened.on("request", lambda r: asked.append(r.url))
    opened.goto(f"{address}/")
    yield opened
    context.close()
    assert said == []
    assert [u for u in asked if not u.startswith((address, "data:"))] == []


def ask(page, question):
    page.fill("#question", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(".turn:last-of-type .tools")
    return page.locator(".turn").last


def test_the_verdict_comes_first_and_a_source_opens_in_its_place(page):
    turn = ask(page, "bilateral cervical epidural, modifier 50?")

    assert turn.locator(".answer > *").first.inner_text().startswith("No: never append")
    turn.locator(".open").first.click()
    marked = turn.locator("mark").inner_text()
    assert marked in turn.locator(".passage").inner_text()
    assert page.locator("#spoken").inner_text().startswith("Answer: No: never append")


def test_an_example_is_asked_by_a_click(page):
    page.locator("#examples button").first.click()

    page.wait_for_selector(".verdict")
    assert page.locator("#start").is_hidden()


def test_a_choice_leads_to_the_code(page):
    turn = ask(page, "what is the CESI code?")
    turn.locator(".choice", has_text="interlaminar").click()
    page.wait_for_selector(".turn:nth-of-type(2) .tools")

    assert "62320 or 62321" in page.locator(".turn").last.locator(".verdict").inner_text()


def test_markup_in_a_question_is_text(page):
    turn = ask(page, "<script>alert(1)</script> does 62321 need a modifier? <b>now</b>")

    assert "<script>alert(1)</script>" in turn.locator(".asked").inner_text()
    assert page.locator("#talk script, #talk b b").count() == 0


def test_a_problem_is_one_clear_line(page):
    page.locator("summary").click()
    page.fill("input[name=state]", "X")
    page.fill("#question", "does 62321 need a modifier?")
    page.keyboard.press("Enter")

    page.wait_for_selector(".trouble")
    assert "state" in page.locator(".trouble").inner_text()


def test_it_fits_a_narrow_screen(page):
    page.set_viewport_size({"width": 320, "height": 700})
    ask(page, "can I bill 77003 with 62321?")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def streams(page, *events):
    """Answer the page's questions with these events and then end."""
    body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)
    page.route("**/v1/ask/stream", lambda r: r.fulfill(body=body, content_type="text/event-stream"))


def test_the_issue_of_imaging_beside_an_epidural(page):
    turn = ask(page, "can I bill 77003 with 62321?")

    assert turn.locator(".answer").inner_text().startswith("No: 77003 is not billed with 62321")
    assert "do not bill" in turn.locator(".codes").first.inner_text()
    turn.locator(".mark").first.click()
    row = turn.locator(".sources > li").first
    assert row.evaluate("row => row === document.activeElement")
    assert "77003 is not billed with 62321" in row.locator("q").inner_text()
    link = row.locator("a")
    assert link.get_attribute("href").startswith("https://")
    assert "noopener" in link.get_attribute("rel")


def test_choices_one_after_the_other_leave_one_code_to_bill(page):
    ask(page, "what is the CESI code?").locator(".choice", has_text="interlaminar").click()
    page.wait_for_selector(".turn:nth-of-type(2) .tools")
    page.locator(".turn").nth(1).locator(".choice", has_text="fluoroscopy or CT").click()
    page.wait_for_selector(".turn:nth-of-type(3) .tools")

    last = page.locator(".turn").last
    assert ", interlaminar" in last.locator(".asked").inner_text()
    assert "62321" in last.locator("li:has(.role.bill)").inner_text()


def test_markup_in_an_answer_is_text(page):
    markup = "<script>document.title='hit'</script><img src=x onerror=alert(1)>"
    streams(page, ("sentence", {"text": f"**{markup}**"}), ("error", {"detail": markup}))
    page.fill("#question", "anything")
    page.keyboard.press("Enter")

    page.wait_for_selector(".trouble")
    assert page.locator(".trouble").inner_text() == markup
    assert page.locator("#talk script, #talk img").count() == 0


def test_a_cut_stream_says_so_and_can_be_asked_again(page):
    streams(page, ("sentence", {"text": "**Half of it.**"}))
    page.fill("#question", "does 62321 need a modifier?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".trouble")

    assert "ended before the answer was whole" in page.locator(".trouble").inner_text()
    page.unroute("**/v1/ask/stream")
    page.get_by_role("button", name="Ask again").click()
    page.wait_for_selector(".tools")


def test_a_double_click_sends_once(page):
    sent = []
    page.on("request", lambda r: sent.append(r.url) if r.url.endswith("/stream") else None)
    page.fill("#question", "does 62321 need a modifier?")
    page.locator("#send").dblclick()

    page.wait_for_selector(".tools")
    assert len(sent) == 1


def test_events_split_anywhere_are_put_together(page):
    """One byte at a time: two-byte letters and CRLF included."""
    found = page.evaluate(
        """async (text) => {
          const body = new ReadableStream({ start(way) {
            for (const byte of new TextEncoder().encode(text)) way.enqueue(new Uint8Array([byte]));
            way.close();
          } });
          const seen = [];
          for await (const one of events(new Response(body))) seen.push(one);
          return seen;
        }""",
        'event: step\r\ndata: {"name":"é"}\r\n\r\nevent: done\ndata: {}\n\n',
    )

    assert found == [{"name": "step", "data": {"name": "é"}}, {"name": "done", "data": {}}]
