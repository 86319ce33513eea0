"""What every table row must keep: a source, a date looked at, words of our own, known names."""

import ast
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

import knowledge
from knowledge.language_rows import SayRow
from knowledge.modifier_rows import IndicatorRow
from knowledge.rows import CodeRow, Row, StatementRow
from knowledge.tables import KINDS, load
from knowledge.word_rows import LexiconRow

TODAY = date(2026, 11, 25)
PACKAGE = Path(knowledge.__file__).parent
DESCRIPTORS = Path(__file__).parent / "descriptor_shingles.txt"


def every_row() -> Iterator[tuple[str, str, Row]]:
    """Each row with its table and a name to find it by."""
    for file, kinds in KINDS.items():
        for kind in kinds:
            for number, row in enumerate(load().of(file, kind), 1):
                name = getattr(row, "id", "") or getattr(row, "code", "") or str(number)
                yield file, f"{file}.toml {kind} {name}", row


def texts(value: object) -> Iterator[str]:
    """Every string inside a row, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (*texts(key), *texts(inner))
    elif isinstance(value, (tuple, list)):
        for inner in value:
            yield from texts(inner)


def listed(wrong: list[str]) -> None:
    assert not wrong, f"{len(wrong)} rows:\n" + "\n".join(wrong[:40])


# --- provenance ---------------------------------------------------------------


def test_every_row_has_a_source_that_exists():
    known = load().sources
    listed([name for _, name, row in every_row() if not row.source or set(row.source) - set(known)])


def test_every_source_has_a_publisher_and_a_tier():
    listed([s.id for s in load().sources.values() if not (s.title and s.publisher and s.tier)])


def test_source_ids_are_unique():
    raw = (PACKAGE / "tables" / "sources.toml").read_text("utf-8")
    ids = re.findall(r'^id *= *"([^"]+)"', raw, re.M)
    assert [i for i, n in Counter(ids).items() if n > 1] == []


def test_every_row_was_looked_at_within_a_year():
    """The list of rows nobody looked at: compare each with its source, then set `checked`."""
    oldest = TODAY - timedelta(days=365)
    listed([f"{n} ({r.checked})" for _, n, r in every_row() if not oldest <= r.checked <= TODAY])


def test_every_row_has_a_confidence_in_the_file():
    for file in KINDS:
        raw = (PACKAGE / "tables" / f"{file}.toml").read_text("utf-8")
        blocks = re.split(r"^\[\[", raw, flags=re.M)[1:]
        without = [b.splitlines()[1] for b in blocks if not re.search(r"^confidence *=", b, re.M)]
        assert without == [], file


def test_no_row_ends_before_it_begins():
    wrong = []
    for _, name, row in every_row():
        begin = row.effective or row.attested
        if begin and row.ended and begin >= row.ended:
            wrong.append(f"{name}: {begin} to {row.ended}")
        if row.effective and row.attested and row.attested < row.effective:
            wrong.append(f"{name}: attested {row.attested} before it began")
    listed(wrong)


def test_ids_are_unique_in_each_table():
    for file, kinds in KINDS.items():
        ids = [row.id for kind in kinds for row in load().of(file, kind) if hasattr(row, "id")]
        assert [i for i, n in Counter(ids).items() if n > 1] == [], file


def test_no_two_rows_of_one_code_hold_on_the_same_day():
    rows = [row for row in load().of("codes", "code") if isinstance(row, CodeRow)]
    changes = {r.effective for r in rows} | {r.ended for r in rows} | {TODAY}
    for day in filter(None, changes):
        held = Counter(row.code for row in rows if row.holds(day))
        assert [c for c, n in held.items() if n > 1] == [], day


# --- words --------------------------------------------------------------------


def test_rows_are_plain_ascii():
    """Only what is said in Spanish has accents."""
    rows = [(n, r) for _, n, r in every_row() if not isinstance(r, SayRow)]
    listed([n for n, r in rows if not all(t.isascii() for t in texts(r.model_dump()))])


def test_every_code_has_a_label_and_a_family():
    for row in load().of("codes", "code"):
        assert isinstance(row, CodeRow)
        assert row.label.strip() and row.family.strip(), row.code
        assert not row.label.endswith("."), f"{row.code}: a label is no sentence"


def test_every_say_is_a_complete_sentence():
    wrong = []
    for _, name, row in every_row():
        if isinstance(row, StatementRow) and not re.match(r'["A-Z0-9{].*[.!?]"?$', row.say):
            wrong.append(f"{name}: {row.say}")
    listed(wrong)


OF_CLAIMS = {
    "beside", "modifier", "place", "state", "diagnosis", "meaning", "payer", "regions", "levels",
    "most", "least", "count", "since", "region", "days", "date", "relief",
}  # fmt: skip


OF_SPANISH = {"codes", "facts", "modifier", "beside", "lines", "amounts", "elements"}


def test_placeholders_are_those_the_rules_fill():
    wrong = []
    for file, name, row in every_row():
        allowed = {"code", "beside"} if file == "bundling" else {"code"}
        allowed |= {"modifier"} if isinstance(row, IndicatorRow) else set()
        allowed |= OF_CLAIMS if file == "claim" else set()
        allowed |= OF_SPANISH if file == "spanish" else set()
        found = {p for t in texts(row.model_dump()) for p in re.findall(r"\{(\w*)\}", t)}
        if found - allowed:
            wrong.append(f"{name}: {found - allowed}")
    listed(wrong)


@pytest.mark.skipif(not DESCRIPTORS.exists(), reason="no list of descriptor hashes")
def test_no_row_repeats_eight_words_of_a_cpt_descriptor():
    """CPT descriptors are the AMA's; only hashes of their 8-word runs are kept to compare with."""
    known = {x for x in DESCRIPTORS.read_text("ascii").split("\n") if x and x[0] != "#"}
    assert len(known) > 100
    wrong = []
    for _, name, row in every_row():
        for text in texts(row.model_dump()):
            words = re.findall(r"[a-z0-9]+", text.lower())
            runs = (" ".join(words[i : i + 8]) for i in range(len(words) - 7))
            wrong += [
                f"{name}: {run}"
                for run in runs
                if hashlib.sha256(run.encode()).hexdigest()[:12] in known
            ]
    listed(wrong)


# --- names known elsewhere ----------------------------------------------------

FROM_RULES = {
    "side", "facility",  # modifiers: laterality and claim of the question
    "levels", "two_levels", "three_levels", "sides",  # units: level count and laterality
    "required",  # prior authorization: the commercial habit beside Medicare's answer
    "fit", "excludes",  # diagnosis: which rule to say
    "office",  # payment: the rate of a place of service
    "pairs", "units",  # horizons: what a release is of
    "professional", # modifiers: the claim asked about
    "column", "line",  # bundling: what is asked of a pair
    "in_global", "fifty", "both_sides_one_level",  # read off the facts together
}  # fmt: skip
"""Aspects that a rule names by itself, so that no word need state them."""

PLANNED = {
    "same_site", "separate_site", "code_deleted", "other_side",
    "more_units", "together", "order", "tables_differ",
}  # fmt: skip
"""Situations that the planner or a rule reads by itself, so that no row need name them."""

UNSAID = {
    "same_day_procedure", "root", "diagnosis", "documentation", "prior_auth",
}  # fmt: skip
"""Aspects that no word of the lexicon states: their rows are found only beside another aspect."""


BY_FACTS = {"notice_open", "one_region", "two_approaches", "medicare_stated", "cpt_convention"}
"""Aspects that the facts of a question amount to, without a word of their own."""
BY_RULE = {"contractor_asked", "lcd_number", "opps", "rvu", "since", "global_days"}
"""Aspects that a rule answers from other tables than those of statements."""


def stated_aspects() -> set[str]:
    rows = [row for row in load().of("lexicon", "word") if isinstance(row, LexiconRow)]
    return {r.value for r in rows if r.states in ("aspect", "situation")} | {
        r.also["aspect"] for r in rows if "aspect" in r.also
    }


def used_aspects() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for _, name, row in every_row():
        if isinstance(row, StatementRow) and not name.startswith("denials.toml"):
            for aspect in (*(part for a in row.aspects for part in a.split("+")), *row.when):
                found.setdefault(aspect, []).append(name)
    return found


def test_every_aspect_is_stated_by_a_word_or_known_to_be_unsaid():
    unsaid = {a: n for a, n in used_aspects().items() if a not in stated_aspects() | FROM_RULES}
    new = {a: n for a, n in unsaid.items() if a not in UNSAID | BY_FACTS}
    assert not new, f"no word of lexicon.toml states these: {new}"


def test_the_list_of_unsaid_aspects_only_shrinks():
    assert sorted(UNSAID & stated_aspects()) == [], "stated by now: take them off the list"
    assert sorted(UNSAID - set(used_aspects())) == [], "used by no row: take them off the list"


def test_every_aspect_a_word_states_is_used_by_a_row():
    lost = stated_aspects() - set(used_aspects()) - BY_RULE - PLANNED
    assert not lost, f"words state these, and no row answers to them: {sorted(lost)}"


def test_every_row_but_three_can_be_asked_for():
    """These six are heard only where no aspect is asked about and their rank allows it."""
    sayable = stated_aspects() | FROM_RULES
    assert [
        name
        for _, name, row in every_row()
        if isinstance(row, StatementRow)
        and row.aspects
        and not name.startswith("denials.toml")
        and not (sayable | BY_FACTS)
        & {*(part for a in row.aspects for part in a.split("+")), *row.when}
    ] == [
        "coverage.toml coverage documentation",
        "coverage.toml coverage diagnosis-region",
        "coverage.toml coverage diagnosis-list",
    ]


NEIGHBORS = {
    "01937", "01938", "01939", "01940", "01941", "01942", "01967", "01968", "01991", "01992",
    "01936", "G0260", "01996", "0232T",
    "20552", "20553", "27096", "62263", "62264", "62267", "62270", "62272",
    "62284", "62287", "62302", "62303", "62304", "62305", "62328", "62329", "62330", "62331",
    "63650", "64405", "64451", "64454", "64490", "64491", "64492", "64493", "64494", "64495",
    "64624", "64625", "64628", "64629", "64633", "64634", "64635", "64636", "64640", "72240",
    "72270", "76800", "76998", "78630", "0777T", "96372", "96374", "96375",
    "99151", "99152", "99153", "99155", "99156", "99157",
    "99202", "99203", "99204", "99205", "99211", "99212", "99213", "99214", "99215", "G0463",
    "G2211", "J0665", "J0702", "J1010", "J1040", "J1100", "J3301", "Q9966",
}  # fmt: skip
"""Codes a sentence may name although codes.toml does not hold them."""

CODE = re.compile(r"(?<![\w.$-])(\d{5}|\d{4}T|[ACEGHJKLQS]\d{4})(?![\w.])")


def test_every_code_in_a_sentence_is_known():
    known = {row.code for row in load().of("codes", "code") if isinstance(row, CodeRow)}
    wrong = []
    for file, name, row in every_row():
        if file in ("topics", "asked", "lexicon"):
            continue  # askers' words, not ours
        fields = ("say", "short", "note", "label", "means", "right_when", "wrong_when", "caution")
        told = " ".join(str(getattr(row, field, "")) for field in fields)
        if strange := set(CODE.findall(told)) - known - NEIGHBORS:
            wrong.append(f"{name}: {sorted(strange)}")
    listed(wrong)


def test_codes_and_families_that_rows_apply_to_exist():
    rows = [row for row in load().of("codes", "code") if isinstance(row, CodeRow)]
    codes, families = {r.code for r in rows}, {r.family for r in rows}
    wrong = []
    for file, name, row in every_row():
        if isinstance(row, StatementRow) and file != "horizons":
            beside = NEIGHBORS if file == "modifiers" else set()
            strange = (set(row.codes) - codes - beside) | (set(row.families) - families)
            strange |= set(getattr(row, "beside_families", ())) - families
            strange |= set(getattr(row, "beside_codes", ())) - codes - NEIGHBORS
            if strange:
                wrong.append(f"{name}: {sorted(strange)}")
    for row in rows:
        strange = set(row.replaced_by) - codes
        strange |= {row.add_on} - codes - {""}
        strange |= set(row.add_on_to) - codes if row.code != "77003" else set()
        if strange:
            wrong.append(f"codes.toml {row.code}: {sorted(strange)}")
    listed(wrong)


def test_payers_that_rows_name_exist():
    known = {row.payer for row in load().of("payers", "payer")} | {""}  # type: ignore[attr-defined]
    listed([n for _, n, r in every_row() if getattr(r, "payer", "") not in known])


def test_add_ons_and_their_first_codes_name_each_other():
    rows = {row.code: row for row in load().of("codes", "code") if isinstance(row, CodeRow)}
    for row in rows.values():
        if row.add_on:
            assert row.code in rows[row.add_on].add_on_to, row.code
            assert rows[row.add_on].role == "add-on", row.add_on


# --- the package --------------------------------------------------------------

FILES = sorted(PACKAGE.rglob("*.py"))
RULE_FILES = sorted((PACKAGE / "rules").glob("*.py"))


def imports(file: Path) -> set[str]:
    """The top-level modules a file imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file.name}: a relative import"
            found.add(node.module or "")
    return {name.split(".")[0] for name in found}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.relative_to(PACKAGE).as_posix())
def test_knowledge_imports_only_the_standard_library_and_pydantic(file):
    strange = imports(file) - set(sys.stdlib_module_names) - {"knowledge", "pydantic"}
    assert not strange


@pytest.mark.parametrize("file", RULE_FILES, ids=lambda f: f.name)
def test_rules_have_no_clock_no_disk_and_no_dice(file):
    """A rule sees its question and a codebook, nothing else."""
    assert not imports(file) & {
        "io", "logging", "os", "pathlib", "random", "secrets", "shutil", "socket", "subprocess",
        "sys", "tempfile", "time", "urllib", "uuid",
    }  # fmt: skip
    tree = ast.parse(file.read_text("utf-8"))
    names = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call)
              and isinstance(n.func, ast.Name)}  # fmt: skip
    assert not names & {"now", "today", "utcnow", "read_text", "read_bytes", "environ"}
    assert not called & {"open", "print", "input", "load", "eval", "exec"}


@pytest.mark.parametrize("file", RULE_FILES, ids=lambda f: f.name)
def test_rules_hold_no_dates_of_their_own(file):
    """A date that decides something is a row's; only the end of a year asked for is built here."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "date"
        ):
            assert not isinstance(node.args[0], ast.Constant), f"line {node.lineno}"
