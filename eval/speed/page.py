"""What the chat page and the widget cost a browser, and how a stranger gets to a code by keyboard.

Needs Chromium and the tools of `make test`. Run as `python -m eval.speed.page`. Times are those
of this machine and its load; sizes and counts are the same everywhere.
"""

import gzip
import shutil
import statistics
import subprocess
import sys
import urllib.request
from typing import Any

QUESTION = "cervical epidural with fluoro, Medicare, office"
CHOICE = "interlaminar"
DEEP_CHAT_KIB = 108
"""The gzipped bundle of deep-chat 2.4.2, the nearest of its kind, as published."""
ROUNDS = 5
WATCH = """() => {
  const chat = document.querySelector("lamina-chat");
  window.seen = {};
  document.addEventListener("lamina-question", () => {
    window.seen = { asked: performance.now() };
  });
  for (const name of ["delta", "answer"]) {
    document.addEventListener(`lamina-${name}`, () => { window.seen[name] ??= performance.now(); });
  }
}"""
FOCUSED = """() => {
  let at = document.activeElement;
  while (at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  return at.textContent;
}"""


def main() -> None:
    """Start a server, look, print."""
    command = [sys.executable, "-m", "app", "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        base = server.stdout.readline().split()[-1]
        for line in _figures(base):
            print(line)
    finally:
        server.terminate()


def _figures(base: str) -> list[str]:
    from playwright.sync_api import sync_playwright

    with urllib.request.urlopen(f"{base}/widget.js") as reply:
        widget = gzip.compress(reply.read(), 9)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        loaded: list[Any] = []
        page.on("response", lambda reply: loaded.append(reply))
        page.goto(base, wait_until="load")
        requests = len(loaded)
        bytes_sent = sum(one.request.sizes()["responseBodySize"] for one in loaded)
        rounds = [_asked(page, base) for _ in range(ROUNDS)]
        steps, code = _by_keyboard(page, base)
        browser.close()
    first, whole = (statistics.median(one) for one in zip(*rounds, strict=True))
    return [
        f"widget: {len(widget) / 1024:.1f} KiB gzipped, 1 request (deep-chat {DEEP_CHAT_KIB} KiB)",
        f"page: {requests} requests, {bytes_sent / 1024:.1f} KiB sent, none to another host",
        f"first sentence {first:.0f} ms after Enter, whole answer {whole:.0f} ms ({ROUNDS} rounds)",
        f"{QUESTION!r}, from the empty page to {code}: {steps} keys beside the typing",
    ]


def _asked(page: Any, base: str) -> tuple[float, float]:
    """Milliseconds from Enter to the first checked sentence, and to the answer."""
    page.goto(base)
    page.evaluate("sessionStorage.clear()")
    page.goto(base)
    page.evaluate(WATCH)
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.locator(".held").wait_for()
    seen = page.evaluate("window.seen")
    return seen["delta"] - seen["asked"], seen["answer"] - seen["asked"]


def _by_keyboard(page: Any, base: str) -> tuple[int, str]:
    """Keys pressed beside the typing, until a code to bill stands there."""
    page.evaluate("sessionStorage.clear()")
    page.goto(base)
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.locator(".held").wait_for()
    keys = ["Shift+Tab", "Enter", "Tab"]
    for key in keys:
        page.keyboard.press(key)
    while page.evaluate(FOCUSED) != CHOICE:
        page.keyboard.press("Tab")
        keys.append("Tab")
    page.keyboard.press("Enter")
    page.locator(".held").nth(1).wait_for()
    return len(keys) + 2, page.locator(".turn").last.locator(".codecard.bill .code").inner_text()


if __name__ == "__main__":
    main()
