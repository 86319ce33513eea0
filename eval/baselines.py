"""The yardsticks: systems a good answer must beat, and two that show where errors arise.

Each answers in the shape of the public answer object, so all are judged alike. The two
oracles are given what the case states: the gold words, or the facts.
"""

import random
import re
import time
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from eval.cases import Feature, Question
from eval.errors import BadTarget
from eval.question_sets import Sample
from eval.records import Place, Record, Timing
from eval.scoring.retrieval import locate
from eval.targets.engine import Engine, place, source_digest
from knowledge.decisions import Decided, NotCovered, Undecided
from knowledge.facts import Procedure
from knowledge.passages import Passage

FAMILY = ("62320", "62321", "62322", "62323", "64479", "64483")
TOP = 10

KEYWORDS = (
    (r"transforaminal|\btfesi\b|foram|snrb|nerve root", r"cervic|thorac|\b[ct]\d", "64479"),
    (r"transforaminal|\btfesi\b|foram|snrb|nerve root", r"", "64483"),
    (r"", r"(?:cervic|thorac|cesi|\b[ct]\d).*(?:without|no) ", "62320"),
    (r"", r"cervic|thorac|cesi|\b[ct]\d", "62321"),
    (r"", r"(?:lumb|caudal|lesi|\b[ls]\d).*(?:without|no) ", "62322"),
    (r"", r"lumb|caudal|sacr|lesi|\b[ls]\d", "62323"),
)
"""What a table of key words would say: the first row whose two patterns both match."""


def empty(outcome: str, text: str, **fields: Any) -> dict[str, Any]:
    """An answer object with nothing but a text."""
    lists = ("codes", "why_not", "flips", "assumed", "missing", "options", "citations")
    return (
        {"outcome": outcome, "text": text}
        | {name: [] for name in (*lists, "cautions", "decisions")}
        | fields
    )


def passage_answer(passage: Passage) -> dict[str, Any]:
    """A passage as the whole answer, cited word for word, its codes mentioned."""
    codes = dict.fromkeys(re.findall(r"\b\d{5}\b", passage.text))
    cited = {
        "mark": 1, "kind": "passage", "document": passage.document, "title": passage.title,
        "section": list(passage.section), "authority": passage.authority, "quote": passage.text,
        "start": passage.start, "end": passage.end, "passage_key": passage.key, "url": "",
    }  # fmt: skip
    return empty(
        "answered",
        f"{passage.text} [1]",
        codes=[{"code": c, "system": "cpt", "role": "mentioned"} for c in codes],
        citations=[cited],
    )


class Baseline:
    """One yardstick; it opens the engine only if it needs its parts."""

    features: frozenset[Feature] = frozenset()

    def __init__(self, name: str, home: Path, seed: int) -> None:
        self.name, self.seed = name, seed
        self.engine = Engine(home)
        self._answer = BASELINES[name]

    @cached_property
    def versions(self) -> Mapping[str, str]:
        return {"baseline": self.name, "source": source_digest()}

    def ask(self, sample: Sample) -> tuple[Record, Timing]:
        base = Record(id=sample.id, case=sample.case.id, set=sample.set)
        if not isinstance(sample.case, Question):
            return base.model_copy(update={"not_built": True}), Timing(id=sample.id, ms={})
        began = time.perf_counter()
        answer, found = self._answer(self, sample)
        ms = {"total": round((time.perf_counter() - began) * 1000, 3)}
        record = base.model_copy(update={"answer": answer, "found": found})
        if answer is None:
            record = record.model_copy(update={"error": "the case states nothing to go by"})
        return record, Timing(id=sample.id, ms=ms)

    @property
    def passages(self) -> tuple[Passage, ...]:
        return tuple(self.engine.assistant.index.passages)

    def random(self, sample: Sample) -> random.Random:
        """The same draw for the same sample and seed, in whatever order they come."""
        return random.Random(f"{self.seed} {sample.id}")

    @cached_property
    def plain_store(self) -> Any:
        """LangChain's Chroma store over the passages, nothing else, as a tutorial builds it."""
        from langchain_chroma import Chroma

        from eval.speed.plain import Plain

        texts = [p.text for p in self.passages]
        return Chroma.from_texts(
            texts, Plain(), ids=[p.key for p in self.passages], collection_name="yardstick"
        )

    def close(self) -> None:
        self.engine.close()


Answered = tuple[dict[str, Any] | None, tuple[Place, ...] | None]


def _ranked(baseline: Baseline, keys: list[str]) -> Answered:
    """The top passage as the answer, the first ten as what was found."""
    if not keys:
        return empty("not_covered", "Nothing was found."), ()
    index = baseline.engine.assistant.index
    passages = [index.passage(key) for key in keys[:TOP]]
    return passage_answer(passages[0]), tuple(map(place, passages))


def _random(baseline: Baseline, sample: Sample) -> Answered:
    """Passages by chance, and one code of the family by chance."""
    draw = baseline.random(sample)
    keys = [p.key for p in baseline.passages]
    answer, found = _ranked(baseline, draw.sample(keys, min(TOP, len(keys))))
    code = draw.choice(FAMILY)
    return (answer or {}) | {
        "codes": [{"code": code, "system": "cpt", "role": "bill", "units": 1}],
        "text": f"Bill {code}.",
    }, found


def _search(which: str) -> "Answering":
    """One of the engine's own rankings, or all of them joined, without rules or reading."""

    def answer(baseline: Baseline, sample: Sample) -> Answered:
        from app.ask.retrieval import WEIGHTS, join
        from app.interfaces.wire import AskRequest

        assistant = baseline.engine.assistant
        reading = assistant.steps.read(assistant.question(AskRequest(question=sample.text)))
        gatherer = assistant.steps.gatherer
        nearest = [key for key, _ in assistant.index.nearest(gatherer.embed(sample.text))]
        lists = gatherer.retriever.ranked(reading, nearest)
        if which != "joined":
            return _ranked(baseline, lists[which])
        scores = join(lists, WEIGHTS)
        return _ranked(baseline, sorted(scores, key=lambda key: (-scores[key], key)))

    return answer


def _plain(baseline: Baseline, sample: Sample) -> Answered:
    """What LangChain and Chroma find by meaning; the top passage is the answer."""
    found = baseline.plain_store.similarity_search(sample.text, k=TOP)
    by_text = {p.text: p.key for p in baseline.passages}
    return _ranked(baseline, [by_text[d.page_content] for d in found])


def _keywords(baseline: Baseline, sample: Sample) -> Answered:
    """A table of key words picks a code; nothing is searched."""
    text = sample.text.lower()
    for approach, region, code in KEYWORDS:
        if re.search(approach, text) and re.search(region, text):
            line = {"code": code, "system": "cpt", "role": "bill", "units": 1}
            return empty("answered", f"Bill {code}.", codes=[line]), None
    return empty("not_covered", "No key word is known."), None


def _abstain(baseline: Baseline, sample: Sample) -> Answered:
    """Never answers."""
    return empty("not_covered", "Not covered."), None


def _oracle_retrieval(baseline: Baseline, sample: Sample) -> Answered:
    """Given the gold words, says them: what perfect search alone would reach."""
    assert isinstance(sample.case, Question)
    guides = {g.id: g.text for g in baseline.engine.assistant.held}
    keys = []
    for gold in sorted(sample.case.expect.gold, key=lambda g: -g.grade):
        at = locate(gold, guides)
        keys += [p.key for p in baseline.passages if at and p.start <= at[0] < p.end]
    return _ranked(baseline, list(dict.fromkeys(keys))) if keys else (None, None)


def _oracle_facts(baseline: Baseline, sample: Sample) -> Answered:
    """Given the facts every wording states, asks the rule: what perfect reading would reach."""
    from knowledge.rules.select_code import select_code

    assert isinstance(sample.case, Question)
    case = sample.case
    known = {k: v for k, v in case.facts.items() if k in Procedure.model_fields}
    if not known:
        return None, None
    assistant = baseline.engine.assistant
    stated = case.facts.get("service_date")
    on = date.fromisoformat(stated) if stated else case.context.service_date
    book = assistant.tables.on(on or assistant.today())
    values: dict[str, Any] = dict(known)
    if "levels" in known:
        values["levels"] = tuple(x.strip() for x in known["levels"].split(","))
    decision = select_code(Procedure(**values), book)
    return decided(decision), None


def decided(decision: Decided | Undecided | NotCovered) -> dict[str, Any]:
    """A rule's decision as an answer object."""
    if isinstance(decision, Decided):
        codes = [
            {"code": x.code, "system": "cpt", "role": x.role, "units": x.units}
            for x in decision.codes
        ]
        return empty("answered", decision.verdict, codes=codes)
    if isinstance(decision, Undecided):
        codes = [{"code": c, "system": "cpt", "role": "candidate"} for c in decision.candidates]
        missing = [m.model_dump(mode="json") for m in decision.missing]
        return empty("needs_facts", decision.verdict, codes=codes, missing=missing)
    return empty("not_covered", decision.verdict)


Answering = Callable[[Baseline, Sample], Answered]

BASELINES: dict[str, Answering] = {
    "random": _random,
    "words": _search("words"),
    "meaning": _search("meaning"),
    "joined": _search("joined"),
    "plain-langchain-chroma": _plain,
    "keywords": _keywords,
    "always-abstain": _abstain,
    "oracle-retrieval": _oracle_retrieval,
    "oracle-facts": _oracle_facts,
}


def open_baseline(name: str, home: Path, seed: int) -> Baseline:
    """A yardstick by its name. Raises BadTarget."""
    if name not in BASELINES:
        raise BadTarget(f"No baseline {name}: it is one of {', '.join(BASELINES)}.")
    return Baseline(name, home, seed)
