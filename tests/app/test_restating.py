"""What was said is said again in words that are read back as the same facts."""

from datetime import date
from itertools import product

import pytest

from app.ask.talk import merging
from app.ask.turn import Question
from knowledge.facts import Procedure
from knowledge.talk_rows import RestatedRow
from knowledge.word_rows import LexiconRow

TODAY = date(2026, 11, 23)
APPROACHES = ("interlaminar", "transforaminal", "caudal", "intrathecal")
PLACES = ({"region": "cervical"}, {"region": "lumbar"}, {"levels": ("C5-6",)},
          {"levels": ("L4-5", "L5-S1")}, {"region": "thoracic", "level_count": 2})  # fmt: skip
IMAGING = (None, "fluoroscopy", "CT", "ultrasound", "none", "fluoroscopy or CT")
MORE = ({}, {"laterality": "left"}, {"laterality": "bilateral"},
        {"technique": "indwelling catheter"})  # fmt: skip


def facts(procedure):
    """What is compared: all that was said."""
    keep = ("kind", "approach", "region", "imaging", "levels", "level_count", "laterality")
    return {f: getattr(procedure, f) for f in keep if getattr(procedure, f)}


@pytest.mark.parametrize("approach", APPROACHES)
def test_an_epidural_is_read_back(approach, assistant):
    wrong = []
    for place, imaging, more in product(PLACES, IMAGING, MORE):
        if approach == "caudal":
            # it enters at the sacrum, wherever it is meant to go
            place = {}
        said = Procedure(approach=approach, imaging=imaging, **place, **more)
        text = assistant.steps.follower.words.procedure(said)
        read = assistant.steps.reader.read(
            Question(text=f"{text}. Which code is billed?", today=TODAY),
            assistant.tables.on(TODAY),
        )
        again = [facts(p) for p in read.procedures]
        if again != [facts(said)]:
            wrong.append((text, again))
    assert not wrong


def rows(assistant, kind, cls):
    return [r for r in assistant.tables.of("conversation", kind) if isinstance(r, cls)]


def test_every_kind_is_read_back(assistant):
    book = assistant.tables.on(TODAY)
    wrong = []
    for row in rows(assistant, "say", RestatedRow):
        if row.fact == "kind":
            text = f"{row.words} with fluoroscopy. Which code is billed?"
            read = assistant.steps.reader.read(Question(text=text, today=TODAY), book)
            if read.procedures[0].kind != row.value:
                wrong.append((row.words, read.procedures[0].kind))
    assert not wrong


def test_every_kind_and_value_has_its_words(assistant):
    book = assistant.tables.on(TODAY)
    held = {(r.fact, r.value) for r in rows(assistant, "say", RestatedRow)}
    wanted = {("kind", k) for k in book.kinds if k != "disc biologic"}
    wanted |= {(fact, v) for fact, row in book.facts.items() for v in (*row.values, *row.aliases)}

    assert wanted - held <= {("region", "cervical or thoracic"), ("region", "lumbar or sacral")}


def test_no_word_marks_two_things_that_exclude_each_other(assistant):
    marks = {}
    for row in rows(assistant, "mark", LexiconRow):
        for word in row.words:
            marks.setdefault(word, set()).add(row.value)
    for pair in ({"yes", "no"}, {"new", "same"}, {"thanks", "why"}, {"professional", "facility"}):
        assert not [w for w, said in marks.items() if pair <= said - {"filler"}]


def test_a_changed_region_drops_levels_and_a_changed_family_everything(assistant):
    book = assistant.tables.on(TODAY)
    before = Procedure(
        approach="transforaminal", levels=("C5-6",), imaging="fluoroscopy", laterality="left"
    )

    region = merging.procedures([before], [Procedure(region="lumbar")], (), book)
    family = merging.procedures([before], [Procedure(kind="facet injection")], (), book)
    approach = merging.procedures([before], [Procedure(approach="caudal")], (), book)

    assert region.procedures == (before.model_copy(update={"levels": (), "region": "lumbar"}),)
    assert dict(region.kept) == {
        "approach": "transforaminal", "imaging": "fluoroscopy", "laterality": "left",
    }  # fmt: skip
    assert family.procedures == (Procedure(kind="facet injection"),)
    assert not family.kept
    assert approach.procedures == (Procedure(approach="caudal", imaging="fluoroscopy"),)


@pytest.mark.parametrize("fact", ["approach", "region", "imaging", "technique", "laterality"])
def test_a_fact_told_now_is_never_kept_as_it_was(fact, assistant):
    book = assistant.tables.on(TODAY)
    values = {
        "approach": APPROACHES,
        "region": ("cervical", "thoracic", "lumbar", "sacral"),
        "imaging": IMAGING[1:],
        "technique": ("single injection", "indwelling catheter"),
        "laterality": ("left", "right", "bilateral"),
    }[fact]
    for old, new in product(values, values):
        before, now = Procedure(**{fact: old}), Procedure(**{fact: new})
        merged = merging.procedures([before], [now], (), book)
        assert getattr(merged.procedures[0], fact) == new
        assert ((fact, old) in merged.kept) == (old == new)
