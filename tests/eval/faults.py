"""Faults planted in the engine, each in the one step where it would arise."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from app.ask.chain import Steps
from eval.targets.engine import Engine
from knowledge.decisions import Undecided
from knowledge.facts import Encounter


def same(value):
    return value


@dataclass(frozen=True)
class Fault:
    """One mistake: what it does to the value that a step hands on."""

    name: str
    question: Callable = same
    reading: Callable = same
    evidence: Callable = same
    draft: Callable = same
    answer: Callable = same

    @property
    def late(self):
        """Is the fault in the finished answer alone, all steps before it being sound?"""
        return {self.question, self.reading, self.evidence, self.draft} == {same}


class Memory(dict):
    """What a sound step made of a value; the same value is not worked out for each fault anew."""

    def of(self, step, value):
        key = (step.__qualname__, value.model_dump_json())
        if key not in self:
            self[key] = step(value)
        return self[key]


@dataclass(frozen=True)
class FaultySteps(Steps):
    """The steps, with a fault behind each."""

    fault: Fault = Fault("none")
    memory: Memory = field(default_factory=Memory)

    def read(self, question):
        return self.fault.reading(self.memory.of(super().read, self.fault.question(question)))

    def gather(self, reading):
        return self.fault.evidence(self.memory.of(super().gather, reading))

    def write(self, evidence):
        return self.fault.draft(super().write(evidence))


class FaultyEngine(Engine):
    """The engine with a fault in it; nothing else is changed."""

    def __init__(self, assistant, fault, memory):
        fields = vars(assistant.steps) | {"fault": fault, "memory": memory}
        super().__init__(None, replace(assistant, steps=FaultySteps(**fields)))
        self.fault, self.memory = fault, memory

    def ask(self, sample):
        record, timing = super().ask(sample)
        return self.retold(record), timing

    def retold(self, record):
        """The record as the fault has it, where the fault is in the finished answer."""
        if record.answer is None:
            return record
        return record.model_copy(update={"answer": self.fault.answer(record.answer)})

    def _searched(self, reading):
        return self.memory.of(super()._searched, reading)


def _update(**fields):
    return lambda value: value.model_copy(update=fields)


def _procedures(**fields):
    """Facts of every procedure, read as something else."""
    return lambda reading: reading.model_copy(
        update={"procedures": tuple(p.model_copy(update=fields) for p in reading.procedures)}
    )


def _swap(one, other):
    """Two codes taken for each other in all that the answer says."""

    def answer(found):
        text = re.sub(rf"{one}|{other}", lambda m: other if m[0] == one else one, found["text"])
        codes = [{**c, "code": {one: other, other: one}.get(c["code"], c["code"])}
                 for c in found["codes"]]  # fmt: skip
        return {**found, "text": text, "codes": codes}

    return answer


def _codes(change):
    return lambda found: {**found, "codes": [change(c) for c in found["codes"]]}


def _bills_candidates(found):
    """Never asks: the first candidate is billed."""
    codes, taken = [], False
    for code in found["codes"]:
        take = code["role"] == "candidate" and not taken
        codes.append({**code, "role": "bill"} if take else code)
        taken = taken or take
    return {**found, "outcome": "answered", "codes": codes, "missing": []}


def _other_marks(found):
    """Every mark stands for the next citation."""
    quotes = [c["quote"] for c in found["citations"]]
    turned = [{**c, "quote": q} for c, q in
              zip(found["citations"], quotes[1:] + quotes[:1], strict=True)]  # fmt: skip
    return {**found, "citations": turned}


def _loose_quotes(found):
    """Quotes retold, one word left out."""
    cited = [{**c, "quote": c["quote"].replace(" the ", " ", 1).replace(" is ", " was ", 1)}
             for c in found["citations"]]  # fmt: skip
    return {**found, "citations": cited}


def _contrary(found):
    """Yes for no and no for yes."""
    turned = {"Yes": "No", "No": "Yes", "Never": "Always", "Only": "Always"}
    text = re.sub(r"^(\W*)(Yes|No|Never|Only)\b", lambda m: m[1] + turned[m[2]], found["text"])
    return {**found, "text": text}


def _headless(draft):
    """The verdict is left out."""
    return draft.model_copy(update={"sentences": draft.sentences[1:] or draft.sentences})


def _first_option(evidence):
    """What is undecided is no longer asked about."""
    calls = tuple(c for c in evidence.calls if not isinstance(c.result, Undecided))
    return evidence.model_copy(update={"calls": calls})


def _worse_passages(evidence):
    """The three nearest passages, and what could be quoted of them, are not found."""
    lost = {f.passage.key for f in evidence.found[:3]}
    quotable = [
        q for q in evidence.quotable if lost.isdisjoint(i.passage.key for i in (q, *q.items))
    ]
    update = {"found": evidence.found[3:], "quotable": tuple(quotable), "errata": ()}
    return evidence.model_copy(update=update)


def _cents(found):
    """Amounts a dollar too high."""
    raised = re.sub(r"\$(\d+)\.", lambda m: f"${int(m[1]) + 1}.", found["text"])
    return {**found, "text": raised}


FAULTS = (
    Fault("62320 and 62321 swapped", answer=_swap("62320", "62321")),
    Fault("62321 and 62323 swapped", answer=_swap("62321", "62323")),
    Fault("64479 and 64483 swapped", answer=_swap("64479", "64483")),
    Fault("bills what it should ask about", answer=_bills_candidates),
    Fault("bills what it tells not to bill", answer=_codes(
        lambda c: {**c, "role": "bill"} if c["role"] == "do_not_bill" else c)),
    Fault("always refuses", answer=lambda found: {**found, "outcome": "not_covered", "codes": []}),
    Fault("always answered", answer=lambda found: {**found, "outcome": "answered"}),
    Fault("every unit doubled", answer=_codes(lambda c: {**c, "units": 2 * (c["units"] or 1)})),
    Fault("modifiers the wrong way round", answer=_codes(lambda c: {**c, "modifiers": [
        {**m, "verdict": {"append": "do_not_append", "do_not_append": "append"}.get(
            m["verdict"], m["verdict"])} for m in c["modifiers"]]})),
    Fault("marks that stand for another source", answer=_other_marks),
    Fault("quotes that are retold", answer=_loose_quotes),
    Fault("yes for no", answer=_contrary),
    Fault("amounts a dollar off", answer=_cents),
    Fault("the verdict left out", draft=_headless),
    Fault("only the verdict", draft=lambda d: d.model_copy(
        update={"sentences": d.sentences[:1]})),
    Fault("the best passages dropped", evidence=_worse_passages),
    Fault("the rules not called", evidence=_update(calls=())),
    Fault("undecided passed over", evidence=_first_option),
    Fault("imaging taken for granted", reading=_procedures(imaging="fluoroscopy")),
    Fault("every region the neck", reading=_procedures(region="cervical", levels=())),
    Fault("every approach interlaminar", reading=_procedures(approach="interlaminar")),
    Fault("levels not counted", reading=_procedures(levels=(), level_count=None)),
    Fault("sides not read", reading=_procedures(laterality=None)),
    Fault("the date of service ignored", question=lambda q: q.model_copy(
        update={"text": re.sub(r"\b(?:19|20)\d\d\b", "", q.text), "encounter": Encounter(),
                "today": date(2026, 11, 24)})),
    Fault("codes not read", reading=_update(codes=(), diagnoses=())),
    Fault("modifiers not read", reading=_update(modifiers=())),
)  # fmt: skip
