"""Read knowledge/tables and knowledge/guides. The only file here that touches the disk.

Files are reached through importlib.resources, so that an installed wheel works
as a checkout does. A row that does not fit its class stops the start.
"""

import csv
import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from pydantic import ValidationError

from knowledge import (
    claim_rows,
    guide_rows,
    kinds,
    language_rows,
    modifier_rows,
    payment_rows,
    policy_rows,
    privacy_rows,
    rows,
    service_rows,
    talk_rows,
    word_rows,
)
from knowledge.codebook import Codebook, Lines
from knowledge.errors import BrokenTable, UnknownSource
from knowledge.passages import Guide, Passage

KINDS: Mapping[str, Mapping[str, type[rows.Row]]] = {
    "codes": {"code": rows.CodeRow},
    "facts": {"fact": rows.FactRow},
    "presumptions": {"presumption": rows.PresumptionRow},
    "impossible": {"impossible": rows.ImpossibleRow},
    "levels": {"level": rows.LevelRow},
    "kinds": {
        "kind": kinds.KindRow,
        "choice": kinds.ChoiceRow,
        "fact": rows.FactRow,
        "presumption": kinds.KindPresumptionRow,
        "joint": kinds.JointRow,
        "part": kinds.PartRow,
    },
    "modifiers": {
        "name": modifier_rows.ModifierName,
        "verdict": modifier_rows.ModifierRow,
        "together": modifier_rows.TogetherRow,
        "indicator": modifier_rows.IndicatorRow,
    },
    "bundling": {
        "bundling": modifier_rows.BundlingRow,
        "line": modifier_rows.PairModifierRow,
        "rule": modifier_rows.BundlingRow,
    },
    "units": {"units": rows.StatementRow},
    "coverage": {"coverage": rows.StatementRow},
    "utilisation": {"limit": policy_rows.SessionLimitRow},
    "areas": {"area": policy_rows.AreaRow},
    "documentation": {"element": policy_rows.DocumentationRow},
    "diagnosis": {
        "diagnosis": policy_rows.DiagnosisRow,
        "rule": rows.StatementRow,
        "condition": policy_rows.ConditionRow,
    },
    "prior_authorization": {"authorization": rows.StatementRow},
    "payment": {
        "payment": rows.StatementRow,
        "percent": payment_rows.PercentRow,
        "global": rows.StatementRow,
    },
    "payers": {"payer": policy_rows.PayerRow},
    "hospital_rates": {"rate": payment_rows.HospitalRateRow, "status": rows.StatementRow},
    "compare": {"compare": rows.StatementRow},
    "denials": {"denial": rows.StatementRow},
    "factors": {"factor": payment_rows.FactorRow},
    "places": {"place": rows.StatementRow},
    "errata": {"erratum": guide_rows.ErratumRow},
    "horizons": {
        "horizon": rows.StatementRow,
        "release": rows.StatementRow,
        "icd10cm": rows.StatementRow,
    },
    "lexicon": {"word": word_rows.LexiconRow},
    "asked": {"asked": guide_rows.AskedRow},
    "sentences": {"asked": guide_rows.SentenceRow},
    "topics": {"example": word_rows.TopicExampleRow},
    "limits": {"limit": word_rows.LimitRow, "sign": word_rows.SignRow, "signs": word_rows.SignsRow},
    "aspects": {"aspect": word_rows.AspectRow},
    "claim": {
        "note": rows.StatementRow,
        "visit": claim_rows.VisitRow,
        "needs_all": claim_rows.NeedsAllRow,
        "barred": claim_rows.BarredRow,
        "two_lines": claim_rows.TwoLinesRow,
        "limit": claim_rows.LimitRow,
        "fit": claim_rows.FitRow,
        "line": claim_rows.LineRow,
    },
    "scope": {"scope": rows.StatementRow},
    "drugs": {
        "drug": service_rows.DrugRow,
        "code": service_rows.DrugCodeRow,
        "remark": rows.StatementRow,
    },
    "sedation": {
        "sedation": service_rows.SedationRow,
        "time": service_rows.MinutesRow,
        "remark": rows.StatementRow,
    },
    "anesthesia": {
        "anesthesia": service_rows.AnesthesiaRow,
        "provider": service_rows.ProviderRow,
        "remark": rows.StatementRow,
    },
    "pumps": {
        "device": service_rows.DeviceRow,
        "fact": rows.FactRow,
        "remark": rows.StatementRow,
    },
    "imaging": {"count": rows.StatementRow, "remark": rows.StatementRow},
    "notes": {"word": word_rows.LexiconRow, "element": word_rows.NoteElementRow},
    "spanish": {
        "language": language_rows.LanguageRow,
        "gloss": language_rows.GlossRow,
        "say": language_rows.SayRow,
    },
    "conversation": {
        "mark": word_rows.LexiconRow,
        "say": talk_rows.RestatedRow,
        "reply": talk_rows.ReplyRow,
        "again": talk_rows.AskedAgainRow,
        "apart": talk_rows.ApartRow,
        "only": talk_rows.OnlyRow,
        "becomes": talk_rows.BecomesRow,
    },
    "privacy": {"kind": privacy_rows.IdentifierRow, "words": privacy_rows.WordListRow},
}
"""Every TOML table file, and the row class of each of its array tables."""

CSV_TABLES = ("mpfs", "gpci", "ncci_pairs", "unit_limits", "add_ons", "icd10cm")

R = TypeVar("R", bound=rows.Row)


class Tables:
    """All rows of all dates, as read from one folder of table files."""

    def __init__(self, folder: Traversable, guides: Traversable) -> None:
        self._folder, self._guides = folder, guides
        self.sources = {s.id: s for s in self._sources()}
        self._rows = {
            (file, kind): self._read(file, kind, cls)
            for file, kinds in KINDS.items()
            for kind, cls in kinds.items()
        }

    def of(self, file: str, kind: str) -> tuple[rows.Row, ...]:
        """All rows of one kind, of every date, in the order of the file."""
        return self._rows[file, kind]

    def errata_of(self, passage: Passage) -> tuple[guide_rows.ErratumRow, ...]:
        """The errata whose quoted words stand in this passage, of every date."""
        return tuple(
            row
            for row in self.of("errata", "erratum")
            if isinstance(row, guide_rows.ErratumRow)
            and row.document == passage.document
            and row.quote in passage.text
        )

    def every_row(self) -> Iterator[tuple[str, rows.Row]]:
        """Each row with the name of the file it stands in."""
        for (file, _), found in self._rows.items():
            for row in found:
                yield file, row

    @lru_cache(maxsize=64)  # noqa: B019 - one Tables lives as long as the process
    def on(self, service_date: date) -> Codebook:
        """The tables as they stood on one day."""
        return Codebook(
            on=service_date,
            sources=self.sources,
            all_rows=self._rows,
            large=self.large,
            indexed=self.indexed,
        )

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits that change with any table file."""
        digest = hashlib.sha256()
        for name in sorted([f"{n}.toml" for n in ("sources", *KINDS)]):
            digest.update(self._bytes(name))
        for name in CSV_TABLES:
            digest.update(self._bytes(f"{name}.csv"))
        return digest.hexdigest()[:12]

    @cache  # noqa: B019 - one Tables lives as long as the process
    def large(self, name: str) -> tuple[Mapping[str, str], ...]:
        """The raw lines of one public CSV table, read when first asked for."""
        text = self._folder.joinpath(f"{name}.csv").read_text("utf-8")
        return tuple(csv.DictReader(text.splitlines()))

    @cache  # noqa: B019 - one Tables lives as long as the process
    def indexed(self, name: str, *columns: str) -> Mapping[tuple[str, ...], Lines]:
        """The lines of a public CSV table by the values of some columns, in the file's order."""
        found: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
        for line in self.large(name):
            found.setdefault(tuple(line[column] for column in columns), []).append(line)
        return {key: tuple(lines) for key, lines in found.items()}

    @cached_property
    def guides(self) -> tuple[Guide, ...]:
        """The library's own guides, in the order of their ids."""
        found = [f for f in self._guides.iterdir() if f.name.endswith(".md")]
        return tuple(read_guide(f.read_text("utf-8"), f.name) for f in sorted(found, key=str))

    def _bytes(self, name: str) -> bytes:
        return self._folder.joinpath(name).read_bytes()

    def _toml(self, file: str) -> dict[str, Any]:
        try:
            return tomllib.loads(self._bytes(f"{file}.toml").decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
            raise BrokenTable(f"{file}.toml", "(file)", str(why)) from why

    def _sources(self) -> list[rows.Source]:
        return [rows.Source(**raw) for raw in self._toml("sources")["source"]]

    def _read(self, file: str, kind: str, cls: type[R]) -> tuple[R, ...]:
        found = []
        for number, raw in enumerate(self._toml(file).get(kind, ()), 1):
            name = f"{kind} {number}"
            try:
                row = cls(**raw)
            except ValidationError as why:
                raise BrokenTable(f"{file}.toml", name, _first(why)) from why
            for source in row.source:
                if source not in self.sources:
                    raise UnknownSource(source, f"{file}.toml {name}")
            found.append(row)
        return tuple(found)


def _first(why: ValidationError) -> str:
    error = why.errors()[0]
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"


def read_guide(document: str, file: str) -> Guide:
    """A guide from Markdown with front matter: `---`, `key: value` lines, `---`, body."""
    head, mark, body = document.removeprefix("---\n").partition("\n---\n")
    if not document.startswith("---\n") or not mark:
        raise BrokenTable(file, "front matter", "no lines between two --- lines at the top")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    try:
        return Guide(**fields, text=body.lstrip("\n"))
    except ValidationError as why:
        raise BrokenTable(file, "front matter", _first(why)) from why


@cache
def load() -> Tables:
    """The tables that ship with the package."""
    package = files("knowledge")
    return Tables(package / "tables", package / "guides")
