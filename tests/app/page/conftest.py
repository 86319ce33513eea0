"""One browser for all page tests; without one they are skipped, and the run says so loudly.

BROWSER_TESTS=required turns every skip of them into a failure: a machine that judges changes
must not be green because it looked at no page.
"""

import json
import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), "")
REQUIRED = os.environ.get("BROWSER_TESTS") == "required"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-features=BackForwardCacheMemoryControls",
]
skipped = []


def lacking(what):
    """Skip, or fail where the browser tests are required."""
    if REQUIRED:
        pytest.fail(f"BROWSER_TESTS=required, but there is no {what} on this machine")
    skipped.append(what)
    pytest.skip(f"no {what} on this machine")


def pytest_terminal_summary(terminalreporter):
    if skipped:
        told = f"{len(skipped)} BROWSER TESTS DID NOT RUN: no {', '.join(sorted(set(skipped)))}"
        terminalreporter.section("the chat page was not looked at", yellow=True)
        terminalreporter.write_line(f"{told}. Install chromium and run again.", yellow=True)


@pytest.fixture(scope="package")
def opened():
    """The browser itself, opened once; closed with this folder: its event loop shuts out others."""
    if not BROWSER:
        yield None
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def browser(opened):
    return opened or lacking("Chromium")


@pytest.fixture
def axe():
    """axe-core, as a package carries it."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        lacking("axe-playwright-python")
    return Axe()


@pytest.fixture
def new_page(browser, address):
    """new_page(path, **context) -> a page that may say nothing and ask nobody but the server."""
    contexts, said, asked = [], [], []

    def make(path="/", base=address, mine=(), refused=(), script="", **context):
        settings = {"viewport": {"width": 1200, "height": 900}, "reduced_motion": "reduce"}
        held = browser.new_context(**(settings | context))
        contexts.append(held)
        if script:
            held.add_init_script(script)
        page = held.new_page()
        page.set_default_timeout(8000)
        # Chromium notes a refused request by itself; the page has told it already
        quiet = ("Failed to load resource", *refused)
        page.on("console", lambda m: m.text.startswith(quiet) or said.append(m.text))
        page.on("pageerror", lambda e: said.append(str(e)))
        own = (address, base, "data:", "blob:", *mine)
        page.on("request", lambda r: r.url.startswith(own) or asked.append(r.url))
        page.goto(base + path)
        return page

    yield make
    for held in contexts:
        held.close()
    assert said == []
    assert asked == []


@pytest.fixture
def page(new_page):
    """The chat page, fresh."""
    return new_page()


def question_box(page):
    return page.locator(".composer textarea").first


def ask(page, question):
    """Type a question, press Enter, wait for the whole answer; the turn."""
    before = page.locator(".turn .held").count()
    question_box(page).fill(question)
    question_box(page).press("Enter")
    page.locator(".turn .held").nth(before).wait_for()
    return page.locator(".turn").last


def answer(**more):
    """An answer object with nothing in it but what is given."""
    held = {
        "id": "00000000-0000-4000-8000-000000000000",
        "thread_id": "t",
        "outcome": "answered",
        "text": "**Yes.**",
        "codes": [],
        "why_not": [],
        "flips": [],
        "assumed": [],
        "missing": [],
        "options": [],
        "citations": [],
        "cautions": [],
        "decisions": [],
        "writer": "quoting",
        "versions": {"app": "0", "tables": "t", "index": "i"},
        "timings_ms": {"total": 1.0},
    }
    return held | more


def streams(page, *events):
    """Answer the page's questions with these events and then end."""
    body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)
    page.route("**/v1/ask/stream", lambda r: r.fulfill(body=body, content_type="text/event-stream"))


def answers(page, **more):
    """Answer the page's questions with this whole answer."""
    whole = answer(**more)
    streams(page, ("sentence", {"text": whole["text"]}), ("answer", whole), ("done", {}))
