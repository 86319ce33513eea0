"""Every message stays within the platforms' limits, whole, and pings nobody."""

import random
import re

import pytest

from app.interfaces.slash import mattermost, slack_blocks
from app.interfaces.slash.acts import ACT
from app.interfaces.slash.mattermost import Mattermost
from app.interfaces.slash.replies import Cited, Notice, Shown
from app.interfaces.wire import CautionOut, CodeOut, ModifierOut
from app.settings import Settings
from tests.app.slash.doubles import answer_of, citation, missing
from tests.app.slash.fake import elements
from tests.app.slash.limits import check, said, texts

NASTY = (
    "<!channel> <!here> <@U012AB3CD> <#C123|general> <https://evil.example|https://cms.gov> "
    "<!subteam^S1> @channel @here @everyone &lt;!channel&gt; <!date^1^{x}|y> "
    "![p](https://evil.example/p.png) [cms](https://evil.example) \u202egnp.exe\u200b \x07 "
    "~strike~ `code` *bold* _it_ | > quote"
)
ROLES = ("bill", "candidate", "do_not_bill", "compare", "mentioned")


def every_page(reply_of):
    """Every page of a reply, found by pressing its button until the first one comes back."""
    pages, page = [], 1
    while True:
        message = slack_blocks.payload(reply_of(page))
        check(message)
        pages.append(message)
        turn = [e for e in elements(message) if '"page":' in e["value" if "value" in e else "type"]]
        if not turn:
            return pages
        page = ACT.validate_json(turn[0]["value"]).page
        if page <= len(pages):
            return pages


def test_nothing_can_be_smuggled_in():
    answer = answer_of(
        f"**{NASTY}** [1]\n- {NASTY}",
        citations=[citation(1, title=NASTY, quote=NASTY, section=[NASTY], url="javascript:x")],
        cautions=[CautionOut(text=NASTY, source="s")],
        codes=[CodeOut(code="62321", system="cpt", role="bill", label=NASTY)],
        missing=[missing(3).model_copy(update={"question": NASTY, "choices": [NASTY[:80], "b"]})],
    )
    for reply in (
        Shown(answer, question=NASTY, public=True, kinds=(NASTY,), because=NASTY),
        Cited(answer),
        Notice(NASTY, ("name",)),
    ):
        message = slack_blocks.payload(reply)
        check(message)
        assert "\u202e" not in said(message)
        post = Mattermost(Settings(_env_file=None), lambda: 0.0).payload(reply)["text"]
        assert "@channel" not in post and "![" not in post and "\u202e" not in post


def test_only_sources_are_links():
    assert "<https://www.cms.gov/a?b=1&amp;c=2|A source>" in "".join(
        texts(slack_blocks.payload(Shown(answer_of())))
    )
    for url in ("javascript:alert(1)", "https://a.example/|x", "https://a.example/>", "/v1/x"):
        message = slack_blocks.payload(Cited(answer_of(citations=[citation(1, url=url)])))
        check(message)
        assert "<" not in "".join(texts(message))


@pytest.mark.parametrize("words", [300, 6000])
@pytest.mark.parametrize("sign", ["word", "&", "“é”", "\U0001f489", "<", "x" * 3100])
def test_a_long_answer_is_paged_and_whole(words, sign):
    text = "**It depends.** [1]\n" + "\n".join(
        f"- line{n} " + " ".join([sign] * (12 if len(sign) < 9 else 1))
        for n in range(words // (12 if len(sign) < 9 else 100))
    )
    answer = answer_of(
        text,
        citations=[citation(n, quote=f"quote{n} " + "&" * 900) for n in range(1, 30)],
        missing=[missing(3), missing(9).model_copy(update={"fact": "region"})],
        codes=[
            CodeOut(
                code=f"6{n:04}",
                system="cpt",
                role=ROLES[n % 5],
                label="label " * 20,
                modifiers=[ModifierOut(code="59", verdict="depends", because="b")],
            )
            for n in range(40)
        ],
    )
    pages = every_page(lambda page: Shown(answer, page=page, question="q" * 4000, kinds=("name",)))
    told = "\n".join(map(said, pages))
    for n in range(text.count("- line")):
        assert re.search(rf"line{n}\b", told)
    cited = "\n".join(map(said, every_page(lambda page: Cited(answer, page=page))))
    assert all(f"quote{n} " in cited for n in range(1, 30))


def test_five_sources_at_most_stand_under_an_answer():
    answer = answer_of(citations=[citation(n) for n in range(1, 12)])

    told = said(slack_blocks.payload(Shown(answer)))

    assert "[5] " in told
    assert "[6] " not in told


def test_many_choices_are_a_list():
    few = slack_blocks.payload(Shown(answer_of(missing=[missing(5)])))
    many = slack_blocks.payload(Shown(answer_of(missing=[missing(40)])))

    assert [e["type"] for e in elements(few, "choose")] == ["button"] * 5
    assert [e["type"] for e in elements(many, "choose")] == ["static_select"]
    act = ACT.validate_json(elements(few, "choose")[1]["value"])
    assert (act.fact, act.value, len(act.thread)) == ("approach", "value 1", 36)


def test_any_answer_fits():
    """Answers of any length, each part drawn anew."""
    draw = random.Random(7)
    signs = ["a", " ", "\n", "&", "<", ">", "*", "**", "`", "é", "\U0001f489", "[1]", "- ", "# "]
    for _ in range(40):
        text = "x" + "".join(draw.choices(signs, k=draw.randrange(20000)))
        answer = answer_of(
            text,
            citations=[
                citation(n, quote="".join(draw.choices(signs, k=draw.randrange(4000))))
                for n in range(draw.randrange(12))
            ],
            missing=[missing(draw.randrange(1, 15)) for _ in range(draw.randrange(2))],
            codes=[
                CodeOut(code="62321", system="cpt", role=draw.choice(ROLES), label=text[:300])
                for _ in range(draw.randrange(12))
            ],
        )
        every_page(lambda page, answer=answer: Shown(answer, page=page))
        for page in range(1, 4):
            post = Mattermost(Settings(_env_file=None), lambda: 0.0).payload(
                Shown(answer, page=page)
            )
            assert len(post["text"]) <= mattermost.MESSAGE
