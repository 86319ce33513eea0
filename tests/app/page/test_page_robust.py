"""What goes wrong on the way: cut streams, markup, no network, long answers, double clicks."""

import json
import time

from tests.app.page.conftest import answer, answers, ask, question_box, streams

MARKUP = (
    "<script>document.title='hit'</script>",
    "<img src=x onerror=\"document.title='hit'\">",
    "</script><svg onload=document.title='hit'>",
    "{{constructor.constructor('document.title=1')()}}",
    "[x](javascript:document.title='hit')",
    "<iframe srcdoc='<script>top.document.title=1</script>'></iframe>",
    "<a href=\"javascript:document.title='hit'\">press</a>",
    "&lt;b&gt; \u202e gnp.exe ]]>",
)


def test_markup_is_text_wherever_it_stands(page):
    title = page.title()
    for markup in MARKUP:
        answers(page, **holding(markup))
        turn = ask(page, markup)
        turn.locator(".chip").first.click()
        turn.locator(".sources .open").click()
        assert markup[:20] in turn.inner_text()
    page.reload()

    assert page.title() == title
    assert page.locator("lamina-chat").locator("script, img, iframe, svg[onload], b").count() == 0
    assert page.locator("a[href^=javascript]").count() == 0
    assert MARKUP[0] in page.locator("#talks button").inner_text()


def holding(markup):
    """An answer that has it in every part."""
    citation = {
        "mark": 1,
        "kind": "table",
        "document": markup,
        "title": markup,
        "section": [markup],
        "authority": markup,
        "quote": markup,
        "start": None,
        "end": None,
        "passage_key": None,
        "url": "javascript:document.title='hit'",
    }
    code = {"code": markup, "system": "cpt", "role": "bill", "modifiers": [], "label": markup}
    assumed = {"fact": markup, "value": markup, "because": markup, "from": "presumption"}
    return {
        "text": f"**{markup}** [1]\n- {markup} [1]\nThe guide: “{markup}”",
        "outcome": "needs_facts",
        "citations": [citation],
        "cautions": [{"text": f"{markup}!", "source": markup}],
        "codes": [code],
        "why_not": [{"code": markup, "because": markup}],
        "missing": [{"fact": markup, "question": markup, "choices": [markup]}],
        "assumed": [assumed],
    }


def test_a_cut_stream_says_so_and_can_be_asked_again(page):
    streams(page, ("sentence", {"text": "**Half of it.**"}))
    question_box(page).fill("does 62321 need a modifier?")
    question_box(page).press("Enter")
    page.locator(".turn .trouble").wait_for()

    assert "ended before the answer was whole" in page.locator(".turn .trouble").inner_text()
    page.unroute("**/v1/ask/stream")
    page.get_by_role("button", name="Ask again").click()
    page.locator(".held").wait_for()
    assert page.locator(".turn").count() == 1


def test_an_answer_that_came_whole_stands_though_the_end_was_cut(page):
    streams(page, ("answer", answer(text="**Whole.**")))

    assert ask(page, "anything").locator(".verdict").inner_text() == "Whole."


def test_what_stands_at_the_end_is_the_answer(page):
    streams(
        page,
        ("sentence", {"text": "**Wrong draft.**"}),
        ("step", {"name": "restart", "detail": ""}),
        ("sentence", {"text": "**Right.**"}),
        ("answer", answer(text="**Right.**")),
        ("done", {}),
    )
    page.evaluate(
        """() => { window.deltas = [];
        document.addEventListener('lamina-delta', (e) => deltas.push(e.detail.text)); }"""
    )
    turn = ask(page, "anything")

    assert turn.locator(".verdict").inner_text() == "Right."
    assert "Wrong" not in turn.inner_text()
    assert page.evaluate("deltas") == ["**Wrong draft.**", "**Right.**"]


def test_an_error_in_the_stream_is_shown_as_text(page):
    streams(page, ("error", {"detail": MARKUP[0]}))
    question_box(page).fill("anything")
    question_box(page).press("Enter")
    page.locator(".turn .trouble").wait_for()

    assert page.locator(".turn .trouble").inner_text() == MARKUP[0]


def test_a_double_click_sends_once(page):
    sent = []
    page.on("request", lambda r: sent.append(r.url) if r.url.endswith("/stream") else None)
    question_box(page).fill("does 62321 need a modifier?")
    page.locator(".send").dblclick()

    page.locator(".held").wait_for()
    assert len(sent) == 1


def test_it_is_stopped_and_asked_again(page):
    page.route("**/v1/ask/stream", lambda route: None)
    question_box(page).fill("does 62321 need a modifier?")
    question_box(page).press("Enter")
    page.locator(".send", has_text="Stop").wait_for()
    time.sleep(0.65)  # a click sooner would be the second half of a double click
    page.locator(".send").click()
    page.locator(".turn .trouble", has_text="Stopped.").wait_for()
    page.unroute("**/v1/ask/stream")
    page.get_by_role("button", name="Ask again").click()

    page.locator(".held").wait_for()
    assert page.locator(".send").inner_text() == "Ask"


def test_without_a_network_it_says_so_and_goes_on_later(page):
    page.context.set_offline(True)
    question_box(page).fill("does 62321 need a modifier?")
    question_box(page).press("Enter")
    page.locator(".turn .trouble", has_text="cannot be reached").wait_for()
    page.context.set_offline(False)
    page.get_by_role("button", name="Ask again").click()

    page.locator(".held").wait_for()


def test_a_thousand_lines_are_shown_and_the_verdict_alone_is_spoken(page):
    text = "**Long.**\n" + "\n".join(f"- line {n} of 62321" for n in range(1000))
    pieces = [("sentence", {"text": line + "\n"}) for line in text.split("\n")]
    streams(page, *pieces, ("answer", answer(text=text)), ("done", {}))
    turn = ask(page, "anything")

    assert turn.locator(".words li").count() == 1000
    assert page.locator(".panel > [role=status]").inner_text().startswith("Answer: Long. The whole")


def test_without_storage_it_works_as_long_as_the_page_stands(new_page):
    refuses = "{ get() { throw new DOMException('no', 'SecurityError'); } }"
    page = new_page(
        script="for (const name of ['sessionStorage', 'localStorage']) "
        f"Object.defineProperty(window, name, {refuses});"
    )
    ask(page, "does 62321 need a modifier?")
    page.locator("#theme").click()

    assert page.locator("#talks button").count() == 1


def test_going_away_and_back_keeps_the_conversation(page, address):
    ask(page, "does 62321 need a modifier?")
    page.goto(f"{address}/demo")
    page.go_back()

    page.locator(".held").wait_for()
    assert page.locator(".asked").inner_text() == "does 62321 need a modifier?"


def test_events_split_anywhere_are_put_together(page):
    """One byte at a time, and cut at every place: long letters and CRLF included."""
    text = 'event: step\r\ndata: {"name":"é\U0001f489"}\r\n\r\n: ping\n\nevent: done\ndata: {}\n\n'
    found = page.evaluate(
        """async (text) => {
          const { events } = customElements.get("lamina-chat").kit;
          const bytes = new TextEncoder().encode(text);
          const read = async (parts) => {
            const body = new ReadableStream({ start(way) {
              for (const part of parts) way.enqueue(part);
              way.close();
            } });
            const seen = [];
            for await (const one of events(new Response(body))) seen.push(one);
            return JSON.stringify(seen);
          };
          const all = new Set([await read([...bytes].map((one) => new Uint8Array([one])))]);
          for (let at = 0; at <= bytes.length; at += 1) {
            all.add(await read([bytes.slice(0, at), bytes.slice(at)]));
          }
          return [...all];
        }""",
        text,
    )

    (same,) = found
    assert json.loads(same) == [
        {"name": "step", "data": {"name": "é\U0001f489"}},
        {"name": "done", "data": {}},
    ]
