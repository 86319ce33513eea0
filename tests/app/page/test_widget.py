"""The widget on pages of others: bound and foreign origins, hostile style, two at once, keys."""

import gzip
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.interfaces.http import create
from app.settings import Settings
from tests.app.client import send

KEY = "pk_clinic_0001"
ASK = "can I bill 77003 with 62321?"


@pytest.fixture(scope="module")
def elsewhere():
    """Another site: elsewhere.pages[path] = body; its origin is elsewhere.origin."""
    pages = {}

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            body, policy = pages.get(self.path, ("", ""))
            self.send_response(200 if body else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            if policy:
                self.send_header("content-security-policy", policy)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.pages = pages
    server.origin = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()


@pytest.fixture(scope="module")
def site(assistant, home, serve, elsewhere):
    """A server whose one key is bound to that site."""
    settings = Settings(home=home, site_keys=f"{KEY}={elsewhere.origin}", _env_file=None)
    app = create(lambda: assistant, settings)
    base = serve(app)
    assert app.state.engine.settled.wait(10)
    return base


@pytest.fixture
def embedded(new_page, elsewhere, site):
    """embedded(head, body) -> that page of the other site, under a strict policy."""

    def make(head="", body="", key=KEY, path="/page", refused=(), **context):
        script = f'<script src="{site}/widget.js" data-site-key="{key}" async></script>'
        policy = f"default-src 'none'; script-src {site}; connect-src {site}"
        elsewhere.pages[path] = (
            f"<!doctype html><html lang=en><title>x</title>{head}{script}<body>{body}",
            policy,
        )
        return new_page(path, base=elsewhere.origin, mine=(site,), refused=refused, **context)

    return make


def test_it_is_one_small_file_without_what_a_policy_forbids(site):
    script = send(f"{site}/widget.js").body
    text = script.decode()

    assert len(gzip.compress(script, 9)) <= 25 * 1024
    for forbidden in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "eval(",
        "new Function",
        "document.write",
    ):
        assert forbidden not in text
    assert not re.search(r"^\s*(import|export)\b", text, re.MULTILINE)
    assert not re.search(r"https?://(?!www\.w3\.org|HOST)", text)


def test_a_launcher_on_a_foreign_page_answers(embedded, site):
    asked = []
    page = embedded()
    page.on("request", lambda r: asked.append(r.url))
    chat = page.locator("lamina-chat")
    chat.locator(".launcher").click()
    chat.locator("textarea").first.fill(ASK)
    chat.locator("textarea").first.press("Enter")
    chat.locator(".held").wait_for()
    chat.locator(".chip").last.click()
    chat.locator(".card mark").wait_for()
    with page.expect_response("**/v1/feedback") as reply:
        chat.get_by_label("Helpful", exact=True).click()

    assert "77003 is not billed" in chat.locator(".verdict").inner_text()
    assert reply.value.status == 204
    assert chat.get_by_role("button", name="Copy link").count() == 0
    id = chat.locator(".turn").get_attribute("data-answer")
    assert send(f"{site}/v1/answers/{id}").status == 404
    page.reload()
    page.locator("lamina-chat .launcher").click()
    page.locator("lamina-chat .held").wait_for()


def test_a_site_that_is_not_bound_is_refused(embedded, elsewhere, site):
    page = embedded(key="pk_nobody_0003", refused=("Access to fetch",))
    chat = page.locator("lamina-chat")
    chat.locator(".launcher").click()
    chat.locator("textarea").first.fill(ASK)
    chat.locator("textarea").first.press("Enter")

    chat.locator(".turn .trouble").wait_for()
    assert chat.locator(".held").count() == 0


def test_the_style_of_the_page_stays_outside(new_page):
    page = new_page("/demo")
    chat = page.locator("lamina-chat").first
    look = """one => { const s = getComputedStyle(one);
      return [s.backgroundColor, s.fontSize, s.textTransform, s.letterSpacing]; }"""

    ground, size, case, spacing = chat.locator(".send").evaluate(look)
    assert ground != "rgb(255, 105, 180)"
    assert (size, case, spacing) == ("16px", "none", "normal")
    assert chat.bounding_box()["height"] > 300
    assert page.locator("h1").evaluate("one => getComputedStyle(one).fontSize") == "30px"


def test_two_widgets_on_a_page_do_not_mix(new_page):
    page = new_page("/demo")
    first, second = page.locator("lamina-chat").first, page.locator("lamina-chat").last
    first.locator("textarea").first.fill(ASK)
    first.locator("textarea").first.press("Enter")
    second.locator(".launcher").click()
    second.locator("textarea").first.fill("does 62321 need a modifier?")
    second.locator("textarea").first.press("Enter")
    first.locator(".held").wait_for()
    second.locator(".held").wait_for()

    assert first.locator(".asked").all_inner_texts() == [ASK]
    assert second.locator(".asked").all_inner_texts() == ["does 62321 need a modifier?"]


def test_what_is_called_before_the_script_is_there_is_done_after(embedded, elsewhere, site):
    page = embedded(body="<p>text</p>")
    page.evaluate(
        """async (src) => {
          window.seen = [];
          for (const name of ["open", "question", "answer", "citation", "close"]) {
            document.addEventListener(`lamina-${name}`, (e) => seen.push(name));
          }
          window.lamina.push(["open"]);
          window.lamina.push((chat) => chat.ask("can I bill 77003 with 62321?"));
        }"""
    )
    page.locator("lamina-chat .held").wait_for()
    page.locator("lamina-chat .chip").first.click()
    page.evaluate("window.lamina.push(['close'])")

    assert page.evaluate("seen") == ["open", "question", "answer", "citation", "close"]
    text = page.locator("lamina-chat").evaluate("one => one.exportTranscript()")
    assert "77003 is not billed" in text


def test_an_element_by_hand_takes_the_key_of_the_script(embedded):
    page = embedded(
        body="<lamina-chat mode=inline title='By hand' show-feedback=false show-trace persist=none"
        " suggestions='[\"can I bill 77003 with 62321?\"]'></lamina-chat>"
    )
    chat = page.locator("lamina-chat")
    chat.locator(".example").click()
    chat.locator(".held").wait_for()

    assert chat.count() == 1
    assert chat.locator("h2").first.inner_text() == "By hand"
    assert chat.locator(".thumb").count() == 0
    assert "bundling" in chat.locator(".trace").text_content()
    page.reload()
    chat.locator("textarea").first.wait_for()
    assert chat.locator(".turn").count() == 0


def test_escape_closes_it_and_focus_goes_back(embedded):
    page = embedded()
    page.locator("lamina-chat .launcher").press("Enter")
    focused = (
        "one => one.shadowRoot.activeElement.className || one.shadowRoot.activeElement.tagName"
    )
    chat = page.locator("lamina-chat")
    assert chat.evaluate(focused) == "TEXTAREA"
    assert chat.locator(".launcher").get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")

    assert chat.evaluate(focused) == "launcher"
    assert chat.locator(".launcher").get_attribute("aria-expanded") == "false"


def test_on_a_phone_it_is_the_whole_screen_and_holds_the_focus(embedded):
    page = embedded(body="<a href='#x'>behind</a>", viewport={"width": 375, "height": 700})
    chat = page.locator("lamina-chat")
    chat.locator(".launcher").click()

    box = chat.locator(".panel").bounding_box()
    assert (box["x"], box["width"], box["height"]) == (0, 375, 700)
    assert chat.locator(".panel").get_attribute("aria-modal") == "true"
    assert page.locator("a").evaluate("one => one.inert")
    for _ in range(15):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") == "LAMINA-CHAT"
    page.keyboard.press("Escape")
    assert not page.locator("a").evaluate("one => one.inert")


RATIO = """one => {
  const s = getComputedStyle(one);
  const light = (text) => { const [r, g, b] = text.match(/[\\d.]+/g).map((v) => {
    const p = v / 255; return p <= 0.04045 ? p / 12.92 : ((p + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const [a, b] = [light(s.color), light(s.backgroundColor)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_any_accent_can_be_read(new_page, theme):
    chat = new_page("/demo", color_scheme=theme).locator("lamina-chat").first
    for accent in ("#ffee00", "#1d4ed8", "#000000", "#fff", "#808080"):
        chat.evaluate("(one, accent) => one.setAttribute('accent', accent)", accent)
        assert chat.locator(".send").evaluate(RATIO) >= 4.5, accent
