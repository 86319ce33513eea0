"""Draft -> Answer: the wire's object, every code of the text in `codes`. Pure."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from app.ask.grounding import CODES, QUOTE
from app.ask.turn import Call, Cited, Draft
from app.interfaces import wire
from knowledge.codebook import Codebook
from knowledge.decisions import CodeLine, Decided, ModifierVerdict, Undecided
from knowledge.rules.diagnosis_codes import find
from knowledge.tables import Tables

RANK = ("bill", "do_not_bill", "candidate", "compare", "mentioned")


def answer(
    draft: Draft,
    tables: Tables,
    *,
    id: str,
    thread_id: str,
    versions: dict[str, str],
    passages: dict[str, Any],
) -> wire.Answer:
    """The whole response but its timings."""
    book = tables.on(draft.evidence.reading.on)
    calls = draft.evidence.calls
    lead = draft.evidence.leading.result if draft.evidence.leading else None
    decided = lead if isinstance(lead, Decided) else None
    undecided = lead if isinstance(lead, Undecided) and draft.outcome == "needs_facts" else None
    return wire.Answer(
        id=id,
        thread_id=thread_id,
        outcome=draft.outcome,
        text=draft.text,
        codes=list(_codes(draft, book)),
        why_not=[wire.WhyNotOut(**w.model_dump()) for w in (decided.why_not if decided else ())],
        flips=[wire.FlipOut(**f.model_dump()) for f in (decided.flips if decided else ())],
        assumed=[
            wire.AssumedOut(fact=a.fact, value=a.value, because=a.because)
            for a in (
                *draft.evidence.assumed,
                *(a for r in (decided, undecided) if r for a in r.assumed),
            )
        ]
        + _kept(draft),
        missing=[
            wire.MissingOut(fact=m.fact, question=m.question, choices=list(m.choices))
            for m in (undecided.missing if undecided else ())
        ],
        options=[
            wire.OptionOut(given=o.given, codes=list(o.codes))
            for o in (undecided.options if undecided else ())
        ],
        citations=[_citation(n, cited, tables, passages) for n, cited in enumerate(draft.cited, 1)],
        cautions=[
            *(wire.CautionOut(text=t, source=s) for t, s in draft.cautions),
            *wire.taken_out(draft.evidence.reading.question.identifiers),
        ],
        decisions=[
            wire.DecisionOut(
                tool=c.tool, arguments=c.arguments, result=c.result.model_dump(mode="json")
            )
            for c in calls
        ],
        writer=draft.writer,
        versions=versions,
        timings_ms={},
    )


def _kept(draft: Draft) -> list[wire.AssumedOut]:
    """What was said in earlier turns and still holds."""
    follows = draft.evidence.reading.follows
    because = "it was said earlier in this conversation"
    return [
        wire.AssumedOut(fact=fact, value=value, because=because, from_="earlier_turn")
        for fact, value in (follows.kept if follows else ())
    ]


def _citation(
    mark: int, cited: Cited, tables: Tables, passages: dict[str, Any]
) -> wire.CitationOut:
    if cited.kind == "passage":
        passage = passages[cited.passage_key or ""]
        return wire.CitationOut(
            mark=mark,
            kind="passage",
            document=passage.document,
            title=passage.title,
            section=list(passage.section),
            authority=passage.authority,
            quote=cited.quote,
            start=cited.start,
            end=cited.end,
            passage_key=cited.passage_key,
            url=f"/v1/passages/{cited.passage_key}",
        )
    table, _, row = cited.row.partition("/")
    source = tables.sources.get(cited.sources[0]) if cited.sources else None
    title = source.title if source else table
    if source and source.release and source.release not in title:
        title = f"{title} ({source.release})"
    return wire.CitationOut(
        mark=mark,
        kind="table",
        document=source.id if source else table,
        title=f"{source.publisher}: {title}" if source else title,
        section=[table, row],
        authority=source.tier if source else "house",
        quote=cited.quote,
        start=None,
        end=None,
        passage_key=None,
        url=source.url if source else "",
    )


def _codes(draft: Draft, book: Codebook) -> Iterator[wire.CodeOut]:
    """Codes of the decisions by their strongest role, then all others the text names."""
    lines: dict[str, CodeLine] = {}
    calls = draft.evidence.calls
    for line in _lines(calls, draft):
        known = lines.get(line.code)
        if known is None:
            lines[line.code] = line
            continue
        role = min(known.role, line.role, key=RANK.index)
        lines[line.code] = CodeLine(
            code=line.code,
            role=role,
            units=known.units or line.units,
            modifiers=_merged(known, line),
        )
    for code in _only_one(calls):
        if code in lines and lines[code].role == "bill":
            lines[code] = lines[code].model_copy(update={"role": "candidate"})
    text = QUOTE.sub("", draft.text)
    for found in CODES.finditer(text):
        lines.setdefault(found.group(), CodeLine(code=found.group(), role="mentioned"))
    for line in lines.values():
        yield _code(line, calls, book)


def _merged(known: CodeLine, line: CodeLine) -> tuple[ModifierVerdict, ...]:
    """The modifiers of both, each by its first verdict."""
    first = {m.code: m for m in reversed((*known.modifiers, *line.modifiers))}
    return tuple({m.code: first[m.code] for m in (*known.modifiers, *line.modifiers)}.values())


def _only_one(calls: Iterable[Call]) -> set[str]:
    """Codes that may not stand beside another one of the same answer."""
    return {
        code
        for call in calls
        if call.tool == "bundling"
        and "yes" not in call.result.verdict[:14].lower()
        and not any(line.role == "do_not_bill" for line in _told(call))
        for code in (call.arguments.get("code", ""), call.arguments.get("beside", ""))
    }


def _told(call: Call) -> tuple[CodeLine, ...]:
    return call.result.codes if isinstance(call.result, Decided) else ()


def _lines(calls: Iterable[Call], draft: Draft) -> Iterator[CodeLine]:
    for call in calls:
        result = call.result
        for code in call.against:
            yield CodeLine(code=code, role="do_not_bill")
        if isinstance(result, Decided):
            for line in result.codes:
                # a refusal never puts a code on a claim
                refused = draft.outcome in ("declined", "not_covered") and line.role == "bill"
                yield line.model_copy(update={"role": "mentioned"}) if refused else line
        elif isinstance(result, Undecided):
            role = "candidate" if draft.outcome == "needs_facts" else "mentioned"
            for code in result.candidates:
                yield CodeLine(code=code, role=role)


def _code(line: CodeLine, calls: Iterable[Call], book: Codebook) -> wire.CodeOut:
    system, label = _kind(line.code, book)
    steps = [
        wire.StepOut(because=s.because, source=s.sources[0] if s.sources else "")
        for call in calls
        for s in call.result.steps
        if line.code in s.because
    ]
    return wire.CodeOut(
        code=line.code,
        system=system,
        role=line.role,
        units=line.units,
        label=label,
        modifiers=[wire.ModifierOut(**m.model_dump()) for m in line.modifiers],
        steps=list({s.because: s for s in steps}.values())[:4],
    )


def _kind(code: str, book: Codebook) -> tuple[Any, str]:
    if code in book.every_code:
        row = book.code(code)
        return row.system, row.label
    if "." in code or (re.match(r"[A-Z]\d\d", code) and find(code, book)):
        held = find(code, book)
        return "icd10cm", held.meaning if held and held.code == code else ""
    return ("cpt" if re.fullmatch(r"\d{5}|\d{4}[TFU]", code) else "hcpcs"), ""
