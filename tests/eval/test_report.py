"""The report: one file that asks nobody, opens no held-out sample and no markup of an answer."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eval import committed, reporting
from eval.cases import Expect, Gold, Question
from eval.judging import judge
from eval.mutation import Caught, Mutation
from eval.question_sets import Sample
from eval.records import Place, Record, Timing
from eval.reporting.asked import words
from eval.runner import Run
from tests.app.page.conftest import BROWSER, QUIET

HOSTILE = "</script><img src=x onerror=alert(1)><!-- <script> \u2028 & **bold** 'quoted'"
GUIDE = "The guide says that one unit is billed for each region. It says no more."
SMALL = 15 * 1024


def ids(held_out, n):
    """Ids of cases that are held out, or that are not."""
    names = (f"core-made-{k:03}" for k in range(1000))
    of = [i for i in names if sample(i).case.held_out is held_out]
    return of[:n]


def sample(id, question="which code?", **expect):
    expect = expect or {"outcome": ("answered",), "bill": ("62321",), "never": ("62323",)}
    case = Question(
        id=id, name="a made scenario", provenance="made up", questions=(question,),
        tags=("phi",), facts={"approach": "interlaminar"}, expect=Expect(**expect),
    )  # fmt: skip
    return Sample(f"{id}#1", "core", case)


def record(id, text="Bill 62321. [1]", code="62321", **fields):
    cited = {
        "mark": 1, "kind": "passage", "document": "made", "title": "Made guide",
        "section": ["1", "Units"], "authority": "house", "quote": GUIDE[:20], "start": 0, "end": 20,
    }  # fmt: skip
    answer = {
        "outcome": "answered",
        "text": text,
        "codes": [{"code": code, "role": "bill", "units": 1}],
        "citations": [cited],
    }
    return Record(id=f"{id}#1", case=id, set="core", answer=answer, **fields)


OPEN, SHUT = ids(False, 6), ids(True, 2)
GOLD = {"gold": (Gold(quote="one unit is billed", document="made"),), "bill": ("62321",)}


def made(texts=None):
    """Six open samples, of which two are wrong, and two held-out ones, one without an answer."""
    asked = [sample(i) for i in OPEN[:-1]]
    asked += [sample(OPEN[-1], "how many <b>units</b>?", **GOLD)]
    asked += [sample(i, "a secret question") for i in SHUT]
    place = Place(key="abc", document="made", start=0, end=len(GUIDE))
    found = [record(i, **(texts or {}).get(i, {})) for i in OPEN[2:-1]]
    found += [record(OPEN[0], HOSTILE, "62323"), record(OPEN[1], "It depends.", "62320")]
    found += [record(OPEN[-1], found=(place,), facts={"approach": "caudal"}, confidence=0.5)]
    found += [record(SHUT[0], "a secret answer")]
    found += [Record(id=f"{SHUT[1]}#1", case=SHUT[1], set="core", error="a secret error")]
    timings = {f"{i}#1": Timing(id=f"{i}#1", ms={"read": 1.0 + n, "total": 3.0 * (n + 1)})
               for n, i in enumerate(OPEN)}  # fmt: skip
    about = {"target": "engine", "sets": ["core"], "versions": {"app": "1"}, "seed": 0}
    run = Run(Path("made"), about, {r.id: r for r in found}, timings)
    return judge(run, asked, {"made": GUIDE})


@pytest.fixture(scope="module")
def html():
    """The report with all it can hold: baseline, mutants, other systems, an earlier run."""
    judged, before = made(), committed.of(made())
    short = dict(before.short) | {f"{OPEN[0]}#1": (before.short[f"{OPEN[0]}#1"][0], {})}
    before = committed.Committed(versions={"app": "0"}, short=short)
    earlier = Run(Path("old"), {}, {f"{OPEN[0]}#1": record(OPEN[0], "Bill the old code.")}, {})
    mutation = Mutation((Caught("code", 100, 99), Caught("level_swap", 5, 5)), 80, 0)
    figure = {"value": 0.25, "low": 0.1, "high": 0.6, "n": 6, "clusters": 6}
    beside = {"words": {"core": {"right": figure, "recall@1": figure, "recall@3": figure}}}
    return reporting.render(
        judged, before, (), mutation, beside, earlier=earlier, guides={"made": GUIDE}
    )


class Page(HTMLParser):
    """Elements with their attributes, and what stands in script and style."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.raw, self._in = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._in = (tag, dict(attrs)) if tag in ("script", "style") else None

    def handle_data(self, data):
        if self._in:
            self.raw.append((*self._in, data))

    def handle_endtag(self, tag):
        self._in = None

    def text_of(self, tag, **attrs):
        return next(d for t, a, d in self.raw if t == tag and attrs.items() <= a.items())

    @property
    def island(self):
        return json.loads(self.text_of("script", id="data"))

    @property
    def program(self):
        return next(d for t, a, d in self.raw if t == "script" and not a)


def test_nothing_is_fetched_from_anywhere(html):
    page = Page(html)

    for tag, attrs in page.elements:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base")
        assert not {"src", "srcset", "action", "style"} & set(attrs)
        assert attrs.get("href", "#").startswith("#")
    assert not re.search(r"@import|url\(", page.text_of("style"))
    policy = next(a["content"] for t, a in page.elements if "http-equiv" in a)
    assert policy.startswith("default-src 'none'; ")
    for text in (page.program, page.text_of("style")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert len(page.program.encode()) <= SMALL
    assert "innerHTML" not in page.program


def test_held_out_samples_leave_no_trace_but_their_figures(html):
    for id in SHUT:
        assert id not in html
    assert "secret" not in html
    assert "2 samples more kept apart and never opened" in html
    assert "2 are held out" in " ".join(re.sub("<[^>]+>", "", html).split())


def test_an_answer_cannot_break_out_of_the_data(html):
    page = Page(html)
    samples = {s["i"]: s for s in page.island["samples"]}

    assert set(samples) == {f"{i}#1" for i in OPEN}
    lines = samples[f"{OPEN[0]}#1"]["a"][0]["l"]
    assert "\n".join(page.island["texts"][n] for n in lines) == HOSTILE
    assert html.count("</script>") == 2
    assert "onerror=alert(1)>" not in html


def test_what_was_lost_is_told_with_what_fails(html):
    told = html[html.index('id="changes"') : html.index('id="sets"')]

    assert "Lost: 1, right before and not now" in told
    assert f"#id={OPEN[0]}%231" in told
    assert "Bill exactly: wanted 62321, billed 62323" in told


def test_every_plot_has_its_table(html):
    for figure in re.findall(r"<figure.*?</figure>", html, re.S):
        assert figure.count('role="img"') == figure.count("<table>") == 1
    assert html.count("<figure") == 4


def test_without_a_baseline_and_without_findings_it_says_so():
    text = reporting.render(made(), None, guides={})

    assert "There is no accepted baseline to compare with" in text
    assert 'id="changes"' not in text
    assert "No drafts were changed for this run." in text


def test_a_run_that_answered_nothing_has_a_report():
    id = OPEN[0]
    run = Run(
        Path("made"),
        {"target": "engine", "sets": ["core"]},
        {f"{id}#1": Record(id=f"{id}#1", case=id, set="core", not_built=True)},
        {},
    )
    text = reporting.render(judge(run, [sample(id)], {}), None, guides={})

    assert "Nothing could be judged" in text
    assert "not timed" in text


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("anti.?inflam|NSAID", "“anti inflam” or “NSAID”"),
        ("level", "“level”"),
        (r"\bPT\b|chiro", r"pattern \bPT\b|chiro"),
    ],
)
def test_a_pattern_is_told_in_words_where_it_is_no_more(pattern, told):
    assert words(pattern) == told


@pytest.fixture(scope="module")
def browser():
    if not BROWSER:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser, html, tmp_path):
    """visit(hash, ...) -> page; it must say nothing on the console and fetch nothing."""
    file = tmp_path / "report.html"
    file.write_text(html, "utf-8")
    said, asked, contexts = [], [], []

    def go(place="", width=1000, scheme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("console", lambda m: said.append(m.text))
        page.on("pageerror", lambda e: said.append(str(e)))
        page.on("request", lambda r: asked.append(r.url))
        page.goto(f"{file.as_uri()}{place}")
        page.wait_for_selector("#list li")
        return page

    yield go
    for context in contexts:
        context.close()
    assert said == []
    assert {url.partition("#")[0] for url in asked} == {file.as_uri()}


def count(page):
    return page.locator("#count").inner_text()


def test_filters_and_search_narrow_the_list(visit):
    from playwright.sync_api import expect

    page = visit()
    assert count(page) == "6 samples"

    page.select_option("#f-grade", "I")
    assert count(page).startswith(f"{page.locator('#list > li').count()} of 6")
    assert "grade=I" in page.url
    page.locator("#clear").click()
    page.fill("#q", "how many UNITS")
    page.locator("#count", has_text="1 of 6 samples").wait_for()
    page.locator(".confusion .wrong a").first.click()
    # the count said the same before; the address changes the list a moment after the click
    expect(page.locator("#f-wanted")).to_have_value("62321")
    assert page.locator("#f-wanted").input_value() == "62321"
    assert page.locator("#q").input_value() == ""
    assert page.evaluate("document.activeElement.id") == "samples-h"


def test_an_address_opens_its_sample_and_markup_in_it_is_text(visit):
    page = visit(f"#id={OPEN[0]}%231")
    opened = page.locator("#list details[open]").first

    assert opened.locator("summary .id").first.inner_text() == f"{OPEN[0]}#1"
    answer = opened.locator(".answer").last.inner_text()
    assert "</script><img src=x onerror=alert(1)>" in answer
    assert page.locator("#samples img, #samples script").count() == 0
    assert opened.locator("del").first.inner_text() == "Bill"
    opened.get_by_text("Ask it again").click()
    assert """"question":"which code?\"""" in opened.locator("pre").inner_text()


def test_the_answer_that_holds_gold_words_shows_them(visit):
    page = visit(f"#id={OPEN[-1]}%231")
    opened = page.locator("#list details[open]").first
    opened.get_by_text("Passages found").click()

    assert opened.locator("mark").inner_text() == "one unit is billed"
    assert "Not read as stated: approach" in opened.inner_text()


def test_a_held_out_sample_has_no_address(visit):
    page = visit(f"#id={SHUT[0]}%231")

    assert page.locator("#list details[open]").count() == 0


def test_both_colour_schemes_and_the_switch(visit):
    shade = "getComputedStyle(document.body).backgroundColor"
    light, dark = visit(), visit(scheme="dark")

    assert light.evaluate(shade) != dark.evaluate(shade)
    dark.locator("#theme").click()
    assert light.evaluate(shade) == dark.evaluate(shade)


def test_it_fits_a_narrow_screen_and_prints_without_the_list(visit):
    page = visit(f"#id={OPEN[0]}%231", width=360)

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.emulate_media(media="print")
    assert page.locator("#list").is_hidden()
    assert page.get_by_text("The samples are not printed.").is_visible()
