"""Every sample that may be opened, as the JSON that the page reads. Pure.

Texts that many samples share (sentences, citations, passages, cases) are held once and
named by their number, which keeps a report of some thousand samples small.
"""

import json
from collections.abc import Hashable, Mapping
from typing import Any, Generic, TypeVar

from markupsafe import Markup

from eval.judging import Judged
from eval.question_sets import Sample
from eval.records import Place, Record
from eval.reporting import asked, words
from eval.runner import Run
from eval.scoreboard import GRADES
from eval.scoring.retrieval import locate, overlaps
from eval.scoring.score import Score
from eval.scoring.summary import primary

Key = TypeVar("Key", bound=Hashable)
Plain = dict[str, Any]


class Once(Generic[Key]):
    """Values in the order in which they were first met."""

    def __init__(self) -> None:
        self._places: dict[Key, int] = {}

    def __call__(self, value: Key) -> int:
        return self._places.setdefault(value, len(self._places))

    @property
    def held(self) -> list[Key]:
        return list(self._places)


class Island:
    """The samples of a run, packed."""

    def __init__(self, guides: Mapping[str, str]) -> None:
        self.guides = guides
        self.texts = Once[str]()
        self.citations = Once[tuple[str, ...]]()
        self.passages = Once[Place]()
        self.cases: list[Plain] = []
        self._numbers = Once[str]()

    def sample(self, sample: Sample, score: Score, record: Record) -> Plain:
        """One sample; what is empty is left out."""
        turns = record.turns or ((record.answer,) if record.answer else ())
        told = {
            "i": score.id,
            "t": score.set,
            "c": self._case(sample),
            "q": sample.text,
            "g": score.grade,
            "s": score.stage,
            "x": 1 if score.critical else None,
            "k": [
                [
                    c.name,
                    {True: 1, False: 0, None: -1}[c.holds],
                    self.texts(asked.told(c, sample.case)),
                ]
                for c in score.checks
            ],
            "a": [self._answer(turn) for turn in turns],
            "r": [[k.replace("_", " "), v] for k, v in (record.facts or {}).items()],
            "u": [k.replace("_", " ") for k, read in score.facts_read.items() if not read],
            "f": [self.passages(place) for place in record.found or ()],
            "h": self._hits(sample, record),
            "p": None if record.confidence is None else round(record.confidence, 3),
            "e": record.error,
        }
        if score.wanted is not None and score.billed is not None and score.grade not in "XB":
            told |= {"w": primary(score.wanted), "b": primary(score.billed)}
        return _filled(told)

    def earlier(self, record: Record) -> Plain:
        """What was answered before: outcome, codes billed, words."""
        turns = record.turns or ((record.answer,) if record.answer else ())
        return _filled({"a": [self._answer(t, brief=True) for t in turns], "e": record.error})

    def _case(self, sample: Sample) -> int:
        case = sample.case
        number = self._numbers(case.id)
        if number == len(self.cases):
            told = {
                "id": case.id,
                "name": case.name,
                "severity": case.severity,
                "provenance": case.provenance,
                "confidence": "" if case.confidence == "high" else case.confidence,
                "needs": case.needs,
                "tags": case.tags,
                "note": case.note,
                "context": asked.context(case),
                "expected": asked.expected(case),
                "gold": asked.gold(case),
                "says": asked.says(case),
                "send": asked.send(case),
            }
            self.cases.append(_filled(told))
        return number

    def _answer(self, answer: Mapping[str, Any], brief: bool = False) -> Plain:
        text = answer.get("text")
        if text is None:
            # a note or a claim has no text of its own
            text = json.dumps(answer, indent=1, ensure_ascii=False)
        codes = [
            [c.get("role", ""), c.get("code", ""), c.get("units") or 1]
            for c in answer.get("codes") or ()
            if c.get("role") != "mentioned"
        ]
        told = {
            "o": str(answer.get("outcome", "")).replace("_", " "),
            "l": [self.texts(line) for line in text.split("\n")],
            "u": codes,
        }
        if not brief:
            told["z"] = [[c["mark"], self._citation(c)] for c in answer.get("citations") or ()]
            told["d"] = [self.texts(_rule(d)) for d in answer.get("decisions") or ()]
        return _filled(told)

    def _citation(self, citation: Mapping[str, Any]) -> int:
        section = " › ".join(map(str, citation.get("section") or ()))
        held = (citation.get("title", ""), section, citation.get("authority", ""))
        return self.citations((*map(str, held), str(citation.get("quote", ""))))

    def _hits(self, sample: Sample, record: Record) -> list[int]:
        """Which of the passages found hold words of the gold."""
        expect = getattr(sample.case, "expect", None)
        gold = expect.gold if expect is not None else ()
        spans = [(g, at) for g in gold if (at := locate(g, self.guides))]
        found = record.found or ()
        return [n for n, p in enumerate(found) if any(overlaps(p, g, at) for g, at in spans)]

    def passage(self, place: Place) -> list[str]:
        return [
            place.document,
            place.key,
            self.guides.get(place.document, "")[place.start : place.end],
        ]


def _rule(decision: Mapping[str, Any]) -> str:
    """The rule that was asked, with what, and what it said."""
    arguments = {k: v for k, v in (decision.get("arguments") or {}).items() if v not in (None, "")}
    said = (decision.get("result") or {}).get("verdict", "")
    return f"{decision.get('tool', '')}({words.plain(arguments)}): {said}"


def _filled(told: Plain) -> Plain:
    return {k: v for k, v in told.items() if v not in (None, "", [], {}, ())}


def pack(
    judged: Judged, changed: Mapping[str, str], guides: Mapping[str, str], earlier: Run | None
) -> Plain:
    """All that the page needs of the samples; held-out ones are no part of it."""
    island = Island(guides)
    samples = []
    for score in judged.open_scores:
        told = island.sample(judged.samples[score.id], score, judged.run.records[score.id])
        if score.id in changed:
            told["m"] = changed[score.id]
            if earlier is not None and score.id in earlier.records:
                told["y"] = island.earlier(earlier.records[score.id])
        samples.append(told)
    return {
        "samples": samples,
        "cases": island.cases,
        "texts": island.texts.held,
        "citations": island.citations.held,
        "passages": [island.passage(place) for place in island.passages.held],
        "words": {
            "grades": GRADES,
            "marks": words.GRADE_MARKS,
            "sets": {name: words.title(name) for name in judged.figures},
            "changes": words.CHANGES,
            "held": words.HELD,
        },
    }


def script_safe(content: Any) -> Markup:
    """JSON that cannot end the element it stands in, whatever an answer holds."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)
