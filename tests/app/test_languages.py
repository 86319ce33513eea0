"""Spanish gets the same decisions as English; other languages get what could be read."""

import pytest

from eval.privacy.measure import questions
from tests.scenarios import cases


def decided(answer):
    """What an answer rests on, whatever words it is told in."""
    lines = [c.model_dump() for c in answer.codes if c.role != "mentioned"]
    told = [(d.tool, d.arguments, d.result) for d in answer.decisions]
    return answer.outcome, told, lines


@pytest.mark.parametrize("case", cases("scenarios/spanish"), ids=lambda c: c["question"])
def test_a_question_in_spanish_is_answered_like_the_same_in_english(ask, case):
    spanish, english = ask(case["question"]), ask(case["english"])

    assert decided(spanish) == decided(english)
    assert spanish.text.startswith(f"**{case['says']}")
    assert not any("withheld" in c.text for c in spanish.cautions)


def test_the_reasons_stay_as_they_are(ask):
    spanish = ask("¿Puedo facturar 77003 junto con 62323?")
    english = ask("Can I bill 77003 with 62323?")

    reasons = english.text.replace("**", "").splitlines()
    assert [line for line in reasons if line not in spanish.text] == []
    assert spanish.citations == english.citations


def test_a_brief_answer_is_the_spanish_verdict(ask):
    brief = ask("¿Puedo facturar 77003 junto con 62323?", style="brief")

    assert brief.text == "**No: no facture 77003 con 62323.** [1]"


@pytest.mark.parametrize(
    ("question", "tool"),
    [
        ("Quel code pour 62323 avec 77003 le même jour ?", "bundling"),
        ("62323 和 77003 可以一起收费吗？", "bundling"),
        ("Qual é a diferença, posso cobrar 77003 com 62321?", "bundling"),
    ],
)
def test_another_language_is_told_which_ones_work(ask, question, tool):
    answer = ask(question)

    assert "I read English and Spanish." in answer.text.splitlines()[-1]
    assert tool in [d.tool for d in answer.decisions]
    assert answer.text.startswith("**No: 77003 is not billed")


def test_a_question_of_which_nothing_is_read_says_so_first(ask):
    answer = ask("今天天气怎么样？")

    assert answer.outcome == "not_covered"
    assert answer.text.startswith("I read English and Spanish.")


def test_the_spanish_question_is_kept_in_its_own_words(ask, home):
    import sqlite3

    id = ask("¿Necesita modificador 50 el 62323 de la Sra. Quiroga?").id

    kept = sqlite3.connect(home / "journal.sqlite3")
    row = kept.execute("select question from answers where id = ?", [id]).fetchone()
    kept.close()
    assert row == ("¿Necesita modificador 50 el 62323 de la Sra. [NAME_1]?",)


def test_a_conversation_stays_in_spanish(ask):
    turns = [
        ("¿Qué código facturo por una epidural lumbar con fluoroscopia?", "**Falta un dato"),
        ("interlaminar", "**Facture 62323.**"),
        ("¿y para cervical?", "**Facture 62321.**"),
        ("¿y sin fluoroscopia?", "**Facture 62320.**"),
        ("and for lumbar?", "**Bill 62322"),
    ]
    thread = None
    for question, begins in turns:
        answer = ask(question, thread_id=thread)
        thread = answer.thread_id
        assert answer.text.startswith(begins), (question, answer.text[:200])


def test_english_questions_are_read_as_english(assistant):
    languages = assistant.steps.languages
    found = [q for q in questions() if languages.of(q) != "en"]

    # the sets hold a few questions in other languages on purpose
    assert len(found) <= 5, found


@pytest.mark.parametrize(
    ("spanish", "wrong"),
    [
        ("**Facture 62323.** [1]", "**Facture 62321.** [1]"),
        ("**Facture 62323.** [1]", "**No facture 62323.** [1]"),
        ("**Facture 62323.** [1]", "**Facture 62323 x 3.** [1]"),
    ],
)
def test_a_wrong_spanish_sentence_is_not_backed(assistant, draft_of, spanish, wrong):
    draft = draft_of("¿Qué código uso para una epidural interlaminar L4-5 con fluoroscopia?")
    first = draft.sentences[0]
    assert first.text == spanish
    changed = first.model_copy(update={"text": wrong})

    problems = assistant.steps.checker.problems(
        draft.model_copy(update={"sentences": (changed, *draft.sentences[1:])})
    )

    assert [p.sentence for p in problems] == [0]
