"""The verdict, what is missing and the outcome in Spanish, before the English answer. Pure.

Sentences come from spanish.toml; slots are filled from the decision alone, and the grounding
check reads each as its English gloss. Reasons, codes and quotations stay as they are.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.ask import guide
from app.ask.headline import parts
from app.ask.turn import Call, Draft, Sentence
from knowledge.decisions import CodeLine, Decided, NotCovered, Undecided

MARKS = re.compile(r"(?:\s*\[\d+\])+$")
MONEY = re.compile(r"\$\d[\d,]*\.\d\d")
COUNTED = re.compile(r"\b(\d{5}|\d{4}T) x (\d{1,3})\b")
LEADS = (("yes", r"yes\b"), ("no", r"(?:no|not|never)\b"), ("depends", r"(?:it depends|only)\b"))
MOST = 3
"""Decisions told in Spanish."""


@dataclass(frozen=True)
class Spanish:
    """What is said in Spanish, by id."""

    say: Mapping[str, str] = field(repr=False)

    def told(self, draft: Draft) -> Draft:
        """The draft with its Spanish sentences first, or with the line on languages."""
        language = draft.evidence.reading.question.language
        if language == "en":
            return draft
        if language != "es":
            return draft.model_copy(update={"sentences": self._with_line(draft)})
        said = list(dict.fromkeys(self._sentences(draft)))
        marks = MARKS.search(draft.sentences[0].text) if draft.sentences else None
        first = Sentence(
            text=f"**{said[0]}**{marks.group() if marks else ''}", after="\n", language="es"
        )
        others = [Sentence(text=text, after="\n", language="es") for text in said[1:]]
        if draft.evidence.reading.question.style == "brief":
            return draft.model_copy(update={"sentences": (first.model_copy(update={"after": ""}),)})
        rest = [s.model_copy(update={"text": s.text.replace("**", "")}) for s in draft.sentences]
        return draft.model_copy(update={"sentences": (first, *others, *rest)})

    def _with_line(self, draft: Draft) -> tuple[Sentence, ...]:
        """The answer with the line on languages: first where nothing could be read."""
        line = Sentence(text=self.say["languages"], after="\n")
        if draft.evidence.calls:
            *others, last = draft.sentences
            line = line.model_copy(update={"after": ""})
            return (*others, last.model_copy(update={"after": "\n"}), line)
        return (line, *draft.sentences)

    def _sentences(self, draft: Draft) -> Iterator[str]:
        evidence = draft.evidence
        topic = evidence.reading.topics[0] if evidence.reading.topics else ""
        lead = evidence.leading
        own = {"declined": topic, "not_covered": "outside" if topic == "out_of_scope" else ""}
        name = "greeting" if topic == "greeting" else own.get(draft.outcome, "")
        if f"scope.{name}" in self.say:
            yield self.say[f"scope.{name}"]
            return
        if draft.outcome == "not_covered" or (lead is None and draft.outcome != "answered"):
            yield self.say["not_covered" if lead else "scope.nothing"]
        elif guide.leads(evidence) or lead is None:
            yield self.say["guide"]
        else:
            yield from self._of(lead, draft, leading=True)
            others = [c for c in evidence.calls if c is not lead][: MOST - 1]
            for call in others:
                yield from self._of(call, draft, leading=False)
        yield self.say["rest"]

    def _of(self, call: Call, draft: Draft, leading: bool) -> Iterator[str]:
        """What one decision says; one that has no sentence of its own is told by its lead."""
        result = call.result
        if isinstance(result, Undecided) and leading:
            yield from self._missing(result)
        elif isinstance(result, Decided):
            found = list(self._decided(call, result, draft, leading))
            if found:
                yield from found
            elif leading:
                yield self._by_lead(draft)
        elif isinstance(result, NotCovered) and leading:
            yield self.say["not_covered"]

    def _missing(self, result: Undecided) -> Iterator[str]:
        names = [self.say.get(f"fact.{m.fact}", "") for m in result.missing]
        if all(names) and result.candidates:
            yield self._fill("missing", facts=_and(names), codes=_or(result.candidates))
        else:
            yield self.say["missing.none"]
        asked = [self.say.get(f"question.{m.fact}", "") for m in result.missing]
        if any(asked):
            yield from filter(None, asked)
            yield self.say["ask"]

    def _decided(self, call: Call, result: Decided, draft: Draft, leading: bool) -> Iterator[str]:
        row = f"row.{result.steps[0].row}" if result.steps else ""
        if row in self.say and leading:
            yield self.say[row]
        elif codes := [_counted(x) for x in result.codes if x.role == "bill"]:
            if leading or call.tool == "select_code":
                given = any(a.fact == "imaging" for a in result.assumed)
                name = "select_code.provided" if given else "select_code.bill"
                yield self._fill(name, codes=_and(codes))
        elif call.tool == "modifiers":
            yield from self._modifiers(call, result, draft, leading)
        elif call.tool == "bundling":
            refused = next((x.code for x in result.codes if x.role == "do_not_bill"), "")
            pair = {call.arguments.get("code", ""), call.arguments.get("beside", "")} - {refused}
            if refused and len(pair) == 1 and _lead(draft) == "no":
                yield self._fill("bundling.no", code=refused, beside=pair.pop())
        elif call.tool == "units":
            counted = dict.fromkeys(COUNTED.findall(parts(result.verdict)[0]))
            if counted:
                yield self._fill("units", lines=_and([f"{code} x {n}" for code, n in counted]))
        elif call.tool == "payment":
            amounts = list(dict.fromkeys(MONEY.findall(parts(result.verdict)[0])))
            code = str(call.arguments.get("code", ""))
            if amounts and code in parts(result.verdict)[0]:
                yield self._fill("payment", amounts=_and(amounts), code=code)
        elif call.tool == "documentation" and " the note must show " in result.verdict:
            ids = [step.row.removeprefix("documentation/") for step in result.steps[:7]]
            names = [self.say.get(f"element.{id}", "") for id in ids]
            if all(names):
                code = call.arguments.get("code", "")
                name = "documentation" if code else "documentation.all"
                yield self._fill(name, code=str(code), elements=_and(names))

    def _modifiers(self, call: Call, result: Decided, draft: Draft, leading: bool) -> Iterator[str]:
        """The modifier asked about, on the one code it is asked of."""
        asked = call.arguments.get("modifier", "")
        code = str(call.arguments.get("code", ""))
        for line in result.codes:
            for m in line.modifiers:
                if m.code == asked and line.code == code:
                    agrees = {"append": "yes", "do_not_append": "no"}.get(m.verdict) == _lead(draft)
                    plain = "" if m.verdict == "depends" or (agrees and leading) else ".plain"
                    yield self._fill(f"modifiers.{m.verdict}{plain}", modifier=m.code, code=code)
                    return

    def _by_lead(self, draft: Draft) -> str:
        return self.say[_lead(draft) or "plain"]

    def _fill(self, id: str, **slots: str) -> str:
        return self.say[id].format(**slots)


def _counted(line: CodeLine) -> str:
    return f"{line.code} x {line.units}" if (line.units or 1) > 1 else line.code


def _lead(draft: Draft) -> str:
    """How the English verdict begins."""
    text = draft.sentences[0].text.lstrip("*- ").lower() if draft.sentences else ""
    return next((name for name, words in LEADS if re.match(words, text)), "")


def _and(words: list[str]) -> str:
    return " y ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _or(words: tuple[str, ...]) -> str:
    return " o ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
