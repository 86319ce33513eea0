"""A run in other tools' formats, so that their viewers and metrics can be used on it.

Held-out samples are left out of every one of them.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as XML

from eval.cases import Question
from eval.judging import Judged
from eval.scoring.retrieval import locate, overlaps
from eval.scoring.score import Score

Guides = Mapping[str, str]


def jsonl(judged: Judged, out: Path, guides: Guides) -> None:
    """One object a sample: asked, expected, answered, grade and what fails."""
    _write_lines(out, _plain(judged))


def _plain(judged: Judged) -> Iterator[dict[str, Any]]:
    for s in judged.open_scores:
        sample, record = judged.samples[s.id], judged.run.records[s.id]
        expect = getattr(sample.case, "expect", None)
        yield {
            "id": s.id,
            "question": sample.text,
            "expect": expect.model_dump(mode="json", exclude_defaults=True) if expect else None,
            "answer": record.answer or list(record.turns),
            "grade": s.grade,
            "failed": [[c.name, c.why] for c in s.failed],
        }


def ragas(judged: Judged, out: Path, guides: Guides) -> None:
    """ragas' single-turn samples: the passages found beside the gold words."""
    lines = []
    for s in judged.open_scores:
        sample, record = judged.samples[s.id], judged.run.records[s.id]
        if not isinstance(sample.case, Question) or record.answer is None:
            continue
        found = record.found or ()
        lines.append(
            {
                "user_input": sample.text,
                "response": record.answer.get("text", ""),
                "retrieved_contexts": [guides[p.document][p.start : p.end] for p in found],
                "retrieved_context_ids": [p.key for p in found],
                "reference_contexts": [g.quote for g in sample.case.expect.gold],
                "reference": sample.case.note or sample.case.name,
            }
        )
    _write_lines(out, iter(lines))


def trec(judged: Judged, out: Path, guides: Guides) -> None:
    """`run.trec` and `qrels.trec` for trec_eval and ir-measures, in a folder."""
    ranked, relevant = [], []
    for s in judged.open_scores:
        sample, record = judged.samples[s.id], judged.run.records[s.id]
        if not isinstance(sample.case, Question) or record.found is None:
            continue
        spans = [(g, at) for g in sample.case.expect.gold if (at := locate(g, guides))]
        for rank, place in enumerate(record.found, 1):
            ranked.append(f"{s.id} Q0 {place.key} {rank} {1 / rank:.6f} lamina")
            grade = max((g.grade for g, at in spans if overlaps(place, g, at)), default=0)
            if spans:
                relevant.append(f"{s.id} 0 {place.key} {grade}")
    out.mkdir(parents=True, exist_ok=True)
    (out / "run.trec").write_text("".join(f"{line}\n" for line in ranked), "utf-8")
    (out / "qrels.trec").write_text("".join(f"{line}\n" for line in relevant), "utf-8")


def junit(judged: Judged, out: Path, guides: Guides) -> None:
    """One test a sample, for a build server; not built and not scored are skipped."""
    root = XML.Element("testsuites")
    for name in judged.figures:
        own = [s for s in judged.open_scores if s.set == name]
        failed = [s for s in own if s.grade in "PIN"]
        skipped = [s for s in own if s.grade in "XB"]
        counts = {"tests": len(own), "failures": len(failed), "skipped": len(skipped)}
        told = {"name": name} | {k: str(v) for k, v in counts.items()}
        suite = XML.SubElement(root, "testsuite", told)
        for s in own:
            _test(suite, s)
    XML.ElementTree(root).write(out, "utf-8", xml_declaration=True)


def _test(suite: XML.Element, score: Score) -> None:
    test = XML.SubElement(suite, "testcase", name=score.id, classname=score.set)
    if score.grade in "XB":
        XML.SubElement(test, "skipped", message="not built" if score.grade == "B" else "no score")
    elif score.grade != "C":
        told = "; ".join(f"{c.name}: {c.why}" for c in score.failed)
        XML.SubElement(test, "failure", message=_printable(told))


def _printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(c if c.isprintable() else " " for c in text)


def _write_lines(out: Path, entries: Iterator[dict[str, Any]]) -> None:
    with out.open("w", encoding="utf-8") as file:
        for entry in entries:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")


FORMATS: dict[str, Callable[[Judged, Path, Guides], None]] = {
    "jsonl": jsonl,
    "ragas": ragas,
    "trec": trec,
    "junit": junit,
}
