"""Question and what was said before -> Reading. Read this file first.

A follow-up is put into one question that stands by itself: what still holds, in our own
words, then the asker's. It is read as any question is, and the facts that were kept are
those of the earlier turns, value by value.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.ask import measures, patterns
from app.ask.earlier import Dose, Earlier, told
from app.ask.patterns import asks_for_code
from app.ask.planning.scenario import CODE_ASKED
from app.ask.reading import Reader
from app.ask.sides import of_a_reply
from app.ask.subject import DECLINED, EVENTS, OUTSIDE, SITUATIONS
from app.ask.talk import merging
from app.ask.talk.marks import Hearer, Marks
from app.ask.talk.relation import BOUND, asks, own_codes, relation, says, stands_beside
from app.ask.talk.restating import Restater
from app.ask.talk.siblings import siblings
from app.ask.turn import Follows, Question, Reading, Served
from knowledge.codebook import Codebook
from knowledge.facts import SELECTING, Encounter, Procedure
from knowledge.talk_rows import ApartRow, ReplyRow

WHAT_ABOUT = re.compile(r"^\W*(?:\w+\s+)?(?:what|how)\s+about\b", re.I)
""" "And what about ...": a question word that asks nothing of its own."""
AMOUNT = re.compile(r"\b\d+(?:[.,]\d+)?\s*(?:mg|mcg|ml|cc|milligrams?)\b", re.I)
AND_LEVEL = re.compile(r"^\W*and\s+(?:the\s+)?(?:(?:left|right)\s+)?[CTLS]\d", re.I)
""" "And S1": one more level, where "and for S1" asks of another one."""
BARE_MODIFIER = re.compile(
    r"\b(?:with|use|using|add|append|need|needs|take|takes|get|gets|is|a|the)\s+(\d\d|X[EPSU])"
    r"\b(?!\s*(?:%|mg|ml|cc|min\w*|days?|weeks?|months?|years?|units?|levels?|percent))"
)
""" "With 59": two figures that a follow-up calls by their number alone."""
INSTEAD = re.compile(
    r",?\s*\b(?:instead of|rather than|in place of)\s+(?:the\s+)?(?:\d{5}|[A-Z]\d{4})\b", re.I
)
""" "64405 instead of 27096": the code that is no longer meant."""
VISITS = {"24", "25", "57"}
"""Modifiers of a visit."""
OF_EVENTS = ("begun", "not_begun", "diagnostic_stated", "therapeutic", "anesthesia_given")
"""Aspects that sharpen what happened."""
OTHER = {"left": "right", "right": "left"}
SUPPOSED = ("imaging",)
"""Facts taken to be so on a condition that the answer names."""
TOPIC_OF = {"select_code": "code_selection"}
"""The topic of a rule, where it has another name."""
BY_PAIR = ("bundling", "denials", "payment", "diagnosis", "coverage", "prior_authorization")
"""Topics that the codes named settle, when they are asked again."""
FEW = 4
"""Most words of a text that is tried beside what was said although it says nothing itself."""
SERVED = ("sedation", "anesthesia", "pumps")
"""Rules of services whose facts are told apart from those of the injection."""
OF_ONE = ("modifiers", "units", "payment", "compare", "diagnosis", "documentation")
"""Topics asked of one code at a time: another one takes its place."""
BY_CODE = ("payment", "diagnosis", "prior_authorization", "documentation", "coverage", "compare")
"""Topics asked of a code that is known, whatever its facts."""


@dataclass(frozen=True)
class Follower:
    """Reads a question in its conversation."""

    reader: Reader
    hearer: Hearer = field(repr=False)
    words: Restater = field(repr=False)
    book_of: Callable[[date], Codebook] = field(repr=False)

    def read(self, question: Question, earlier: Earlier) -> Reading:
        """The reading of a turn, with what still holds of those before."""
        return self._read(question, earlier).model_copy(update={"question": question})

    def _read(self, question: Question, earlier: Earlier) -> Reading:
        marks = self.hearer.hear(question.text)
        answered = self._answered(question, earlier, marks)
        if answered is not question:
            question, marks = answered, self.hearer.hear(answered.text)
        spoken = any(p.laterality or p.sides for p in earlier.procedures)
        text = of_a_reply(self.hearer.plain(question.text), spoken)
        text = INSTEAD.sub("", text) or question.text
        question = question.model_copy(update={"text": text})
        own = self.reader.read(question, self._book(question))
        if "yes" in marks.said and (more := self._confirmed(own, earlier)):
            question = question.model_copy(update={"text": f"{more}, {question.text}"})
            own = self.reader.read(question, self._book(question))
        own = self._with_modifiers(own)
        how = relation(own, earlier, marks, self._book(question))
        turn = _Turn(self, question, earlier, own, marks)
        if how == "apart":
            return turn.answer_to_pending() or own
        if how in ("thanks", "afresh"):
            return Reading(question=question, topics=(how,))
        return turn.repeated() if how == "repeats" else turn.followed()

    def _book(self, question: Question) -> Codebook:
        return self.book_of(question.encounter.service_date or question.today)

    def _answered(self, question: Question, earlier: Earlier, marks: Marks) -> Question:
        """Yes, no or the number of a choice as the words of the fact they state."""
        text = ""
        said = marks.alone("yes") or marks.alone("no")
        if said and not earlier.pending:
            replies = [r for f in earlier.supposed if (r := self._reply(f, ()))]
            if replies:
                text = replies[0][0 if marks.alone("yes") else 1]
        for asked in earlier.pending or (earlier.offered if marks.choice else ()):
            if marks.choice and marks.choice <= len(asked.choices):
                text = self.words.words(asked.fact, asked.choices[marks.choice - 1])
                break
            reply = self._reply(asked.fact, asked.choices)
            if reply and (marks.alone("yes") or marks.alone("no")):
                text = reply[0] if marks.alone("yes") else reply[1]
                break
        return question.model_copy(update={"text": text}) if text else question

    def _with_modifiers(self, own: Reading) -> Reading:
        """ "With 59?" names a modifier where modifiers and pairs were spoken of."""
        if own.modifiers:
            return own
        known = self._book(own.question).modifier_names
        named = [m[1] for m in BARE_MODIFIER.finditer(own.text) if m[1] in known]
        return own.model_copy(update={"modifiers": tuple(dict.fromkeys(named))})

    def _confirmed(self, own: Reading, earlier: Earlier) -> str:
        """The fact that a yes at the start confirms, where the text does not state it itself."""
        for asked in earlier.pending:
            reply = self._reply(asked.fact, asked.choices)
            if reply and not any(getattr(p, asked.fact, None) for p in own.procedures):
                return reply[0]
        return ""

    def _reply(self, fact: str, choices: tuple[str, ...]) -> tuple[str, str] | None:
        rows = self.book_of(date.max).held("conversation", "reply", ReplyRow)
        for row in rows:
            if row.fact == fact:
                return row.yes, row.no
        if set(choices) == {"yes", "no"}:
            return self.words.words(fact, "yes"), self.words.words(fact, "no")
        return None


@dataclass(frozen=True)
class _Turn:
    """One turn that follows another: what was said, and what is said now."""

    of: Follower
    question: Question
    earlier: Earlier
    own: Reading
    marks: Marks

    def repeated(self) -> Reading:
        """The last question asked again: its answer has the reasons and the sources."""
        kept = merging.procedures(self.earlier.procedures, (), (), self._book)
        return self._again(
            kept,
            shown=() if self.earlier.codes and self.earlier.lead in BY_PAIR else kept.procedures,
            topics=(),
            codes=self.earlier.codes,
            own_words="",
            inherits=True,
        )

    def answer_to_pending(self) -> Reading | None:
        """A text that says something only beside what was said, such as "until Friday"."""
        if says(self.own) or asks(self.own, self.marks) or not self.earlier.procedures:
            return None
        facts = {asked.fact for asked in self.earlier.pending}
        if not facts and len(self.question.text.split()) > FEW:
            return None
        reading = self.followed()
        if not facts:
            return reading if reading.procedures != self.earlier.procedures else None
        told_now = [getattr(p, f, None) for p in reading.procedures for f in facts]
        return reading if any(told_now) else None

    def followed(self) -> Reading:
        """What was said, with what is said now in its place."""
        book, own, marks = self._book, self.own, self.marks
        now = own.procedures
        if own.codes and not own_codes(own, book):
            # "77003 for the fluoro": the word tells what the code is of
            now = tuple(p.model_copy(update={"imaging": None}) for p in now)
        if own.codes and "proposal" in marks.said and not marks.said & {"condition", "correction"}:
            # what is proposed changes no fact of the record
            now = now if not self.earlier.procedures else ()
        if not told(now) and any(p.technique for p in self.earlier.procedures):
            now = self._of_the_catheter() or now
        if "other_side" in marks.said:
            now = self._other_side(now)
        said = marks.said | ({"more"} if AND_LEVEL.match(self.question.text) else set())
        merged = merging.procedures(self.earlier.procedures, now, said, book)
        if "further" in marks.said and not any(p.levels for p in now):
            more = merging.one_more(merged.procedures, book)
            merged = merging.Merged(more, _without(merged.kept, "levels"), merged.changed)
        inherits = not asks(own, marks) or bool(self.earlier.pending and told(own.procedures))
        inherits = inherits or "which_line" in marks.said
        if own.topics[:1] == ("code_selection",) and self.earlier.lead and not own.codes:
            # "which one?" asks for another of what was asked for, where no code is named
            inherits = inherits or not (asks_for_code(own.text) or CODE_ASKED.search(own.text))
        topics: tuple[str, ...] = () if inherits else own.topics
        else_ = self.earlier.lead == "code_selection" and self._asks_else(merged, inherits)
        if inherits and own.diagnoses and self.earlier.lead != "diagnosis":
            topics, inherits = ("diagnosis",), False
        if else_ and own.topics[:1] == ("out_of_scope",) and not says(own):
            # "what time is it?" only sounds as if it spoke of the procedure
            return own
        codes, shown, topic = self._codes(merged, topics)
        if else_ and not topic:
            inherits, shown, topics = False, (), () if own.served.drugs else topics
            codes = () if own.served.drugs else self.earlier.subject or codes
        if topic:
            topics, inherits = (topic,), False
        return self._again(
            merged,
            shown=shown,
            topics=topics,
            codes=codes,
            own_words=self.question.text,
            inherits=inherits,
        )

    def _asks_else(self, merged: merging.Merged, inherits: bool) -> bool:
        """A question that changes no fact of the procedure asks for something else."""
        own, marks = self.own, self.marks
        dosed = any(g.dose or g.volume for g in own.served.drugs)
        if dosed and not own.codes and not asks_for_code(own.text):
            return True
        if not inherits:
            return False
        if {*own.aspects, *own.situations} & {*SITUATIONS, *EVENTS, *OF_EVENTS}:
            return False
        same = not merged.changed and own.encounter == self.question.encounter
        plain = WHAT_ABOUT.sub("", own.text)
        question = patterns.OPENS_WHETHER.search(plain) or patterns.QUESTION_WORD.search(plain)
        moved = {"same", "further", "other_side", "facility", "professional", "today"}
        named = own.codes or own.billed or own.modifiers or own.diagnoses
        return bool(same and question and not named and not marks.said & moved)

    def _of_the_catheter(self) -> tuple[Procedure, ...]:
        """What "and if it stays 2 days" tells of the catheter that was spoken of."""
        text = f"The catheter: {self.question.text}"
        again = self.of.reader.read(self.question.model_copy(update={"text": text}), self._book)
        found = told(again.procedures)
        return found if any(p.technique == "indwelling catheter" for p in found) else ()

    def _other_side(self, now: tuple[Procedure, ...]) -> tuple[Procedure, ...]:
        """The side that was not told before; both, where it comes on top."""
        before = {p.laterality for p in self.earlier.procedures} - {None}
        if len(before) != 1 or any(p.laterality for p in now):
            return now
        side = OTHER.get(str(before.pop()), "bilateral")
        update = {"laterality": "bilateral" if "more" in self.marks.said else side}
        return tuple(p.model_copy(update=update) for p in now)

    @property
    def _book(self) -> Codebook:
        return self.of._book(self.question)

    def _codes(
        self, merged: merging.Merged, topics: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[Procedure, ...] | None, str]:
        """The codes that are meant, the procedures asked of, and a topic that both settle."""
        own, earlier, book = self.own, self.earlier, self._book
        named, all_ = own.codes, merged.procedures
        selected = bool(merged.changed & {*SELECTING, "levels", "kind", "details"})
        beside = named or (own.billed if "?" in own.text else ())
        if (
            beside
            and not own_codes(own, book)
            and earlier.subject
            and not own.diagnoses
            and not (selected and named)
        ):
            return tuple(dict.fromkeys((*earlier.subject, *beside))), (), "bundling"
        if named:
            return self._named(merged, topics)
        if "add_on" in self.marks.said and (more := self._add_ons()):
            return more, (), "modifiers" if own.modifiers else ""
        if set(own.modifiers) & {*book.distinct, *VISITS} and len(earlier.codes) > 1:
            return earlier.codes, (), "bundling"
        if "which_line" in self.marks.said and len(earlier.codes) > 1:
            return earlier.codes, (), "bundling"
        topic = topics[0] if topics else earlier.lead
        if topic == "diagnosis" and told(own.procedures) and not own.diagnoses:
            return (), None, ""
        if not earlier.procedures and earlier.subject:
            one = told(own.procedures)
            if one and any(getattr(one[0], f) for f in (*SELECTING, "levels")):
                moved = siblings(earlier.codes or earlier.subject, one[0], book)
                return (moved, (), "") if moved else ((), all_, "")
            return (earlier.codes if not topics else earlier.subject), all_, ""
        if selected:
            return (), all_, ""
        if topics and topic in BY_CODE and earlier.subject:
            return earlier.subject, (), ""
        if topics and topic != "code_selection":
            return earlier.subject, all_, ""
        return earlier.codes, all_, ""

    def _named(
        self, merged: merging.Merged, topics: tuple[str, ...]
    ) -> tuple[tuple[str, ...], tuple[Procedure, ...] | None, str]:
        """The same, where a code is named that can be asked about by itself."""
        own, earlier = self.own, self.earlier
        if "proposal" in self.marks.said and merged.procedures:
            return own.codes, merged.procedures, "code_selection"
        if "comparing" in self.marks.said and earlier.subject and len(own.codes) == 1:
            return tuple(dict.fromkeys((*earlier.subject[:1], *own.codes))), (), "compare"
        if earlier.lead == "bundling" and len(earlier.codes) > 1 and len(own.codes) == 1:
            return self._other_pair(), (), "bundling"
        if "more" in self.marks.said and earlier.lead not in OF_ONE:
            before = earlier.codes or earlier.subject
            return tuple(dict.fromkeys((*before, *own.codes))), (), ""
        if earlier.procedures and not topics and earlier.lead == "code_selection":
            return own.codes, merged.procedures, "code_selection"
        return own.codes, None, ""

    def _other_pair(self) -> tuple[str, ...]:
        """The pair asked about before, with the code named now for the one most like it."""
        book, code = self._book, self.own.codes[0]
        families = {c: rows[-1].family for c, rows in book.every_code.items()}
        rest = [c for c in self.earlier.codes if families.get(c) != families.get(code)]
        kept = rest if len(rest) < len(self.earlier.codes) else self.earlier.codes
        return (kept[0], code) if kept else (self.earlier.codes[0], code)

    def _add_ons(self) -> tuple[str, ...]:
        """The add-on codes of what "it" means."""
        book = self._book
        rows = [book.codes[c] for c in self.earlier.subject if c in book.codes]
        own = [row.code for row in rows if row.role == "add-on"]
        return tuple(own or dict.fromkeys(row.add_on for row in rows if row.add_on))

    def _again(
        self,
        merged: merging.Merged,
        *,
        shown: tuple[Procedure, ...] | None,
        topics: tuple[str, ...],
        codes: tuple[str, ...],
        own_words: str,
        inherits: bool,
    ) -> Reading:
        """The turn as one question that stands by itself, read anew."""
        earlier, own = self.earlier, self.own
        now = own.encounter
        coded = earlier.lead in ("code_selection", "modifiers", "units")
        if "facility" in self.marks.said and now.claim is None and coded:
            now = now.model_copy(update={"claim": "facility"})
        encounter, kept = merging.encounter(
            earlier.encounter, self.question.encounter, now, self._ended()
        )
        others = self._others(inherits, own_words, topics)
        drugs = () if own.served.drugs or not inherits else earlier.drugs
        if AMOUNT.search(own_words):
            # "10 mg?": another amount of the drug that was spoken of
            drugs = tuple(d.model_copy(update={"dose": None}) for d in drugs)
        asked = (earlier.lead,) if inherits else ()
        if own.served.drugs and not inherits and not topics:
            asked = ("drugs",)
        if asked == ("diagnosis",) and not (others or own.diagnoses):
            asked = ("diagnosis_open",)
        before = self.of.words.question(
            shown or (), [c for c in codes if c not in own.codes], others, drugs, asked
        )
        text = f"{before} {own_words}".strip()[:4000] or self.question.text
        question = self.question.model_copy(update={"text": text, "encounter": encounter})
        again = self.of.reader.read(question, self.of._book(question))
        refused = {*own.topics[:1]} & {*DECLINED}
        asked_anew = own.whether or patterns.QUESTION_WORD.search(own.text)
        alike = again.topics[:1] == own.topics[:1]
        stated = own.codes or own.modifiers or told(own.procedures)
        if own_words and refused and (alike or (asked_anew and not (self._bound and stated))):
            return own
        update = self._carried(again, inherits, topics)
        update |= {
            "differences": own.differences,
            # what is told now beats what was told before, and does not contradict it
            "contradictions": own.contradictions,
            "modifiers": tuple(dict.fromkeys((*again.modifiers, *own.modifiers))),
            "procedures": again.procedures if shown is None else self._read(again, shown),
            "codes": codes or own.codes,
        }
        levels = max((len(p.levels) or p.level_count or 0 for p in merged.procedures), default=0)
        if levels > 2:
            update["measures"] = {"levels": float(levels), **update.get("measures", again.measures)}
        told_codes = tuple(("code", c) for c in codes if c not in own.codes)
        others_told = [("diagnosis", d) for d in again.diagnoses if d not in own.diagnoses]
        others_told += [("modifier", m) for m in again.modifiers if m not in own.modifiers]
        others_told += [("drug", d.drug) for d in drugs]
        codes_told = told_codes[: 0 if merged.kept else 3]
        said = (*merged.kept, *self._told(kept), *codes_told, *others_told)
        update["follows"] = Follows(
            kept=said,
            told=self._still(said),
            procedures=self._read(again, merged.procedures),
            subject=earlier.subject,
            seen=earlier.seen,
        )
        return again.model_copy(update=update)

    def _read(self, again: Reading, held: tuple[Procedure, ...]) -> tuple[Procedure, ...]:
        """The facts that were kept; those told now as they are understood beside them."""
        nothing = not told(self.own.procedures) and not self.marks.said & {"further", "other_side"}
        if nothing and any(p.kind for p in held) and held == self.earlier.procedures:
            more = told(again.procedures)
            if len(more) != 1 or len(held) != 1:
                return held
            details = {**held[0].details, **more[0].details}
            return (held[0].model_copy(update={"details": details}),)
        return _read(again, held)

    @property
    def _bound(self) -> bool:
        """Is the text bound to what was said by more than a pronoun?"""
        return bool(self.marks.said & BOUND)

    def _still(self, said: tuple[tuple[str, str], ...]) -> str:
        """What was kept, in words; the levels tell the region."""
        leveled = any(fact == "levels" for fact, _ in said)
        return ", ".join(
            self.of.words.told(fact, value)
            for fact, value in said
            if not (leveled and fact == "region")
        )

    def _others(self, inherits: bool, own_words: str, topics: tuple[str, ...]) -> tuple[str, ...]:
        """Diagnoses, modifiers and denials that still hold and are not told now."""
        earlier, own = self.earlier, self.own
        found: list[str] = []
        if "first_said" in self.marks.said and len(earlier.seen) > 1:
            found += [earlier.seen[0], earlier.seen[-1]]
        elif "diagnosis" in (earlier.lead, *topics[:1]) and told(own.procedures):
            pass
        elif not own.diagnoses and (inherits or topics[:1] == ("diagnosis",)):
            found += earlier.diagnoses
        more = "more" in self.marks.said
        if inherits and (more or not own.modifiers):
            found += [f"modifier {m}" for m in earlier.modifiers if m not in own.modifiers]
        if inherits and not patterns.denial_codes(own_words):
            found += earlier.denials
        return tuple(found)

    def _ended(self) -> set[str]:
        """Facts of the encounter that what is said now ends."""
        own, ended = self.own, set()
        if own.unknown_payer:
            ended.add("payer")
        if own.encounter.state and not own.encounter.locality:
            ended.add("locality")
        if own.rate or "place" in self.marks.said or own.encounter.place_of_service:
            ended.add("place_of_service")
        if own.rate == "" and "professional" in self.marks.said:
            ended |= {"claim"} if not own.encounter.claim else set()
        if "today" in self.marks.said:
            ended.add("service_date")
        if "patient" in self.marks.said:
            ended |= {"service_date", "payer"}
        return ended

    def _carried(self, again: Reading, inherits: bool, topics: tuple[str, ...]) -> dict[str, Any]:
        """What of the earlier reading holds beside facts: topics, events, what is asked."""
        earlier, own = self.earlier, self.own
        ended = {
            e
            for row in self._book.held("conversation", "apart", ApartRow)
            if row.told in {*own.aspects, *own.situations, *self.marks.said}
            for e in row.ends
        } - {*own.aspects}
        if own.encounter.payer or own.unknown_payer:
            ended |= {"medicare_advantage"} - {*own.aspects}
        situations = tuple(s for s in earlier.situations if s not in ended)
        update: dict[str, Any] = {
            "situations": tuple(dict.fromkeys((*again.situations, *situations))),
            "aspects": tuple(a for a in again.aspects if a not in ended),
            "unknown_payer": own.unknown_payer or self._payer_before(),
            "year": again.year or (earlier.year if inherits else None),
            "rate": own.rate or ("" if "place_of_service" in self._ended() else earlier.rate),
            "inverse": own.inverse,
        }
        if inherits or earlier.lead in SERVED:
            update["served"] = self._served(again)
        if not inherits:
            if topics == ("bundling",):
                line = {"which_line"} & self.marks.said
                more = ("line",) if line else ()
                update["asked"] = tuple(dict.fromkeys((*more, *again.asked)))
            return update | {
                "topics": topics or again.topics,
                "settled": ()
                if topics == ("bundling",)
                else own.settled
                if topics
                else again.settled,
                "guessed": not topics and again.guessed,
                "whether": own.whether,
            }
        lasting = {*SITUATIONS, *EVENTS, *OF_EVENTS}
        elsewhere = own.encounter.payer or own.encounter.state
        before = [a for a in earlier.aspects if not own.aspects or elsewhere or a in lasting]
        aspects = (*again.aspects, *before)
        # a bare "and 62321?" asks what was asked before
        asked = bool(patterns.OPENS_WHETHER.search(own.text)) or (
            earlier.whether
            and earlier.lead != "payment"
            and not patterns.QUESTION_WORD.search(own.text)
        )
        return update | {
            "topics": self._topics_before() or again.topics,
            "settled": ("diagnosis",) if earlier.lead == "diagnosis" else earlier.settled,
            "guessed": earlier.guessed,
            "asked": tuple(dict.fromkeys((*own.asked, *earlier.asked))),
            "aspects": tuple(dict.fromkeys(a for a in aspects if a not in ended)),
            "measures": self._measured(again),
            "whether": asked,
        }

    def _served(self, again: Reading) -> Served:
        """What was told of sedation, anesthesia or a pump, and what is told of it now."""
        earlier, now = self.earlier, again.served
        return now.model_copy(
            update={
                "told": {**earlier.served, **now.told},
                "minutes": now.minutes or earlier.minutes,
                "age": now.age if now.age is not None else earlier.age,
            }
        )

    def _measured(self, again: Reading) -> dict[str, float]:
        """The figures that hold: "and with 40 %?" is the relief that was spoken of."""
        before, text = self.earlier.measures, self.own.text
        now = again.measures
        if "relief_percent" in before and "relief_percent" not in now:
            relieved = measures.measures(f"relief {text}")
            if "relief_percent" not in relieved:
                percent = f"{before['relief_percent']:g}"
                relieved = measures.measures(f"relief of {percent}% for {text}")
            now = {**now, **relieved}
        return {**before, **now}

    def _topics_before(self) -> tuple[str, ...]:
        """The earlier topics, the one that led the answer first."""
        earlier = self.earlier
        first = (earlier.lead,) if earlier.lead == "code_selection" else ()
        if earlier.lead == "utilisation":
            return ("coverage",)
        return tuple(dict.fromkeys((*first, *earlier.topics)))

    def _payer_before(self) -> str:
        return "" if self.own.encounter.payer else self.earlier.unknown_payer

    def _told(self, kept: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        """What was kept of the encounter, without what the request sends again."""
        sent = self.question.encounter
        return tuple((f, v) for f, v in kept if getattr(sent, f) is None)


def _read(reading: Reading, held: tuple[Procedure, ...]) -> tuple[Procedure, ...]:
    """The facts that were kept, with what only their company made understood."""
    again = told(reading.procedures)
    if not held:
        return (Procedure(),)
    if len(again) != 1 or len(held) != 1:
        return held
    one, base = again[0], held[0]
    if base.kind and one.kind == base.kind:
        return (one.model_copy(update={"details": {**base.details, **one.details}}),)
    more = {
        fact: getattr(one, fact)
        for fact in ("technique", "substance", "imaging")
        if getattr(base, fact) is None and getattr(one, fact)
    }
    unclear = tuple(f for f in base.unclear if f not in more)
    return (base.model_copy(update={**more, "unclear": unclear}),)


def _without(kept: tuple[tuple[str, str], ...], fact: str) -> tuple[tuple[str, str], ...]:
    return tuple((f, v) for f, v in kept if f != fact)


def left_by(reading: Reading, earlier: Earlier | None, lines: "Lines") -> Earlier:
    """What this turn leaves to the next; small talk and refusals leave what was there."""
    first = reading.topics[0] if reading.topics else ""
    if first == "afresh":
        return Earlier()
    if first in (*DECLINED, *OUTSIDE):
        return earlier or Earlier()
    follows = reading.follows
    named = reading.codes
    subject = lines.billed or tuple(c for c in named if c not in lines.barred)
    if follows and follows.subject and set(subject) <= {*lines.beside}:
        subject = follows.subject
    main = tuple(c for c in subject if c not in lines.beside)
    seen = (*(follows.seen if follows else ()), *reading.diagnoses)
    return Earlier(
        procedures=_kept_facts(told(follows.procedures if follows else reading.procedures)),
        encounter=_said(reading),
        codes=named,
        subject=main or subject,
        diagnoses=reading.diagnoses,
        seen=tuple(dict.fromkeys(seen)),
        modifiers=reading.modifiers,
        denials=patterns.denial_codes(reading.text)[:3],
        served=reading.served.told,
        minutes=reading.served.minutes,
        age=reading.served.age,
        drugs=tuple(Dose(drug=g.drug, dose=g.dose, unit=g.unit) for g in reading.served.drugs),
        topics=reading.topics,
        lead=lines.lead,
        settled=reading.settled,
        guessed=reading.guessed,
        asked=reading.asked,
        situations=reading.situations,
        aspects=reading.aspects,
        measures=reading.measures,
        unknown_payer=reading.unknown_payer,
        year=reading.year,
        rate=reading.rate,
        whether=reading.whether,
        language=reading.question.language,
        pending=lines.missing,
        offered=lines.missing or (earlier.pending or earlier.offered if earlier else ()),
        supposed=lines.supposed,
    )


def _said(reading: Reading) -> Encounter:
    """The encounter as it was told: what a request sends beside the words it sends again."""
    sent = dict(reading.question.encounter)
    told_ = {f: v for f, v in dict(reading.encounter).items() if v != sent[f]}
    return Encounter(**told_)


def _kept_facts(procedures: tuple[Procedure, ...]) -> tuple[Procedure, ...]:
    """Whose claim it is stands with the encounter, and is not kept twice."""
    return tuple(
        p.model_copy(update={"details": {k: v for k, v in p.details.items() if k != "claim"}})
        for p in procedures
    )


@dataclass(frozen=True)
class Lines:
    """What an answer decided, as far as the next turn needs it."""

    billed: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    missing: tuple[Any, ...] = ()
    supposed: tuple[str, ...] = ()
    lead: str = ""


def lines_of(calls: Any, missing: tuple[Any, ...], book: Codebook) -> Lines:
    """The codes that decisions bill or bar, and those of what only accompanies a procedure."""
    from knowledge.decisions import Decided

    lines = [x for c in calls if isinstance(c.result, Decided) for x in c.result.codes]
    codes = dict.fromkeys(x.code for x in lines)
    tool = calls[0].tool if calls else ""
    decided = [c.result for c in calls if isinstance(c.result, Decided)]
    supposed = (a.fact for r in decided[:1] for a in r.assumed if a.fact in SUPPOSED)
    return Lines(
        billed=tuple(dict.fromkeys(x.code for x in lines if x.role == "bill")),
        barred=tuple(dict.fromkeys(x.code for x in lines if x.role == "do_not_bill")),
        beside=tuple(c for c in codes if stands_beside(c, book)),
        missing=missing,
        supposed=tuple(dict.fromkeys(supposed)),
        lead=TOPIC_OF.get(tool, tool),
    )
