"""Put the page together: one file, no request, its own script and style named by their digests."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from eval import gate, statistics
from eval.committed import Committed
from eval.gate import Finding
from eval.judging import Judged
from eval.mutation import Mutation
from eval.reporting import beside as besides
from eval.reporting import changes, curves, data, sections, words
from eval.reporting.cards import cards
from eval.reporting.deltas import deltas, sizes
from eval.reporting.verdict import verdict
from eval.runner import Run
from eval.scoreboard import GRADES
from eval.scoring.summary import METRICS


def render(
    judged: Judged,
    before: Committed | None,
    findings: Sequence[Finding] = (),
    mutation: Mutation | None = None,
    beside: Mapping[str, Any] | None = None,
    earlier: Run | None = None,
    guides: Mapping[str, str] | None = None,
) -> str:
    """One HTML document.

    Without findings the gate is asked here. `beside` are yardsticks as measured, `earlier` is
    the run that the baseline was made from, to show its answers beside those that changed
    sides, `guides` are the texts that passages lie in; without them the library's.
    """
    gates = gate.rules()
    found = list(findings) or gate.gate(judged, before, gates, mutation)
    compared = gate.compare(judged, before) if before is not None else []
    yardsticks = beside or (before.baselines if before else {})
    texts = _library() if guides is None else guides
    island = data.pack(judged, changes.sides(compared), texts, earlier)
    script, style = _text("report.js"), _text("report.css")
    return _environment().get_template("template.html").render(
        policy=policy(script, style),
        script=Markup(script),
        style=Markup(style),
        island=data.script_safe(island),
        about=judged.run.about,
        version=judged.run.about.get("versions", {}).get("app", ""),
        versions=_versions(judged, before),
        verdict=verdict(judged, before, sorted(found, key=lambda f: f.passed), compared, gates),
        baseline=before is not None,
        deltas=deltas(compared, gates),
        sizes=list(sizes(judged)),
        changes=changes.changes(judged, compared),
        first=changes.FIRST,
        earlier=earlier is not None,
        cards=list(cards(judged, gates)),
        confusion=sections.confusion(judged),
        waterfall=sections.waterfall(judged),
        facts=sections.facts(judged),
        slices=sections.slices(judged),
        plots=[
            *curves.confidence(judged), *curves.search(judged, yardsticks), *curves.latency(judged)
        ],
        mutants=besides.mutants(mutation, before, gates),
        sides=besides.sides(judged, yardsticks),
        sides_committed=not beside,
        quality=list(sections.quality(judged)),
        metrics=METRICS.values(),
        grades=GRADES,
        shapes=words.GRADE_MARKS,
        drawn={"resamples": statistics.RESAMPLES, "seed": statistics.SEED},
        total=len(judged.open_scores),
        held_out=len(judged.scores) - len(judged.open_scores),
    )  # fmt: skip


def policy(script: str, style: str) -> str:
    """The content security policy: this script, this style, and nothing else at all."""
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        f"base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _text(name: str) -> str:
    return files("eval.reporting").joinpath(name).read_text("utf-8")


def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _library() -> dict[str, str]:
    from knowledge.tables import load

    return {guide.id: guide.text for guide in load().guides}


def _versions(judged: Judged, before: Committed | None) -> list[tuple[str, str, str]]:
    """Name, version now, version of the baseline where it differs."""
    about = judged.run.about
    now = {str(k): str(v) for k, v in about.get("versions", {}).items()}
    held = before.versions if before else {}
    told = [(k, v, held.get(k, "") if held.get(k) != v else "") for k, v in now.items()]
    return [*told, *((k, str(about[k]), "") for k in ("asked", "seed", "python") if k in about)]
