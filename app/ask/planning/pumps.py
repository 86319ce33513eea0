"""Is a service to a pump, a catheter or a stimulator lead asked about? Pure."""

import re
from collections.abc import Iterator

from app.ask.planning.drugs import asks_drug
from app.ask.planning.scenario import CODE_ASKED
from app.ask.planning.setting import place_of
from app.ask.subject import call
from app.ask.turn import Call, Reading
from knowledge.codebook import Codebook
from knowledge.service_rows import DeviceRow

TRIAL = re.compile(r"\btrial\b|\btest dose\b|\bscreening\b|\bext(?:ernal)? pump\b|\bpca\b", re.I)
FLUORO = re.compile(r"\bfluoro\w*|\b7700[23]\b|\b76000\b|\bc-?arm\b|\bimaging\b", re.I)
APART = re.compile(
    r"\bbill\w*|\breport\w*|\bcharg\w*|\bon top\b"
    r"|\bseparate\w*|\badd\b|\bextra\b|\bwith\b|\binclud\w*|\bplus\b|\balso\b",
    re.I,
)
FIFTY = re.compile(r"\b(?:modifier|mod)?\s*-?50\b|\bbilateral modifier\b", re.I)
APPROVAL = re.compile(
    r"\bprior[\s-]*auth\w*|\bpre-?auth\w*|\bauthori[sz]ation|\bpre-?cert\w*|\bopd\b.{0,20}\blist",
    re.I,
)
MONEY = re.compile(
    r"\brate\b(?=.{0,20}\b(?:medicare|20\d\d))|\bpay(?:s|ment|ments)?\b|\bfees?\b|\$", re.I
)
GLOBAL = re.compile(r"\bglobal\b", re.I)
UNTUNNELED = re.compile(r"\b(?:not|non|un)[\s-]*tunnel", re.I)
TUNNELED = re.compile(r"\btunnel|\blami(?:nectomy)?\b", re.I)
CATHETER_OF = re.compile(
    r"\bcath(?:eter)?s?\s+(?:for|of|to)\s+(?:an?\s+|the\s+)?(?:\w+\s+)?pump\b", re.I
)
ONE_LEAD = re.compile(r"\b(?:lead|array|electrode|octrode)\b", re.I)
SERVICES = ("refill", "reprogramming", "interrogation")
HAS_PUMP = re.compile(
    r"\b(?:an?|the|his|her|of|of an|patient'?s|existing|previously)\s+implanted\s+"
    r"(?:\w+\s+){0,3}pump\b",
    re.I,
)
REFILLS = {"62369", "62370"}


def device_codes(reading: Reading, book: Codebook) -> tuple[str, ...]:
    held = {r.code for r in book.all_rows["pumps", "device"] if isinstance(r, DeviceRow)}
    return tuple(c for c in reading.codes if c in held)


def asks_pump(reading: Reading, book: Codebook) -> bool:
    """Is a pump, its catheter or a lead what was worked on?"""
    served, text = reading.served, reading.text
    services, acts, named = served.all("service"), _acts(reading), device_codes(reading, book)
    others = [
        c for c in reading.codes if c not in named and re.fullmatch(r"\d{5}|\d{4}T", c)
        and not re.match(r"7[67]", c)
    ]  # fmt: skip
    if others or (MONEY.search(text) and not acts):
        return False
    if acts == ("refill",) and asks_drug(reading, book) and not CODE_ASKED.search(text):
        # the drug that went into the pump, not the service
        return False
    if "63650" in named:
        return _special(reading) is not None or "lead" in acts or served.leads is not None
    if named and acts and "pump" not in services:
        return True
    if named and len(named) == len(reading.codes) and not acts:
        # a bare question about one code is one of what it is, of its units or of its modifiers
        return len(named) > 1 and "compare" not in reading.topics
    if "pump" in services and acts:
        trial = bool(TRIAL.search(text)) and not set(acts) & {"refill", "pump implant"}
        return not trial and not UNTUNNELED.search(text)
    if "catheter implant" in acts or "catheter removal" in acts:
        # a catheter that stays for some days is no implant, tunneled or not
        stays = any(p.technique == "indwelling catheter" for p in reading.procedures)
        # nor is one that came out on the same day, or that is threaded through a needle
        stays = stays or any(
            p.technique == "single injection" or p.levels or p.approach == "caudal"
            for p in reading.procedures
        )
        return bool(TUNNELED.search(text)) and not UNTUNNELED.search(text) and not stays
    if "refill" in acts and "reprogramming" in acts:
        return True
    return "stimulator" in services and ("lead" in acts or _special(reading) is not None)


def pumps(reading: Reading, book: Codebook) -> Iterator[Call]:
    special = _special(reading)
    acts = _acts(reading)
    if "63650" in reading.codes and "lead" not in acts:
        acts = (*acts, "lead")
    yield call(
        "pumps",
        book,
        codes=device_codes(reading, book),
        acts=acts,
        facts=_facts(reading),
        leads=reading.served.leads or (1 if ONE_LEAD.search(reading.text) else None),
        place_of_service=place_of(reading),
        asked=(special,) if special else (),
    )


IMPLANTED = ("pump implant", "catheter implant", "pump removal", "catheter removal", "lead")


def _acts(reading: Reading) -> tuple[str, ...]:
    """What was done, without what is said not to have been."""
    told = reading.served.all("pump_act")
    acts = [a for a in told if not a.startswith("no ") and f"no {a}" not in told]
    if CATHETER_OF.search(reading.text) and "pump" not in CATHETER_OF.sub("", reading.text):
        acts = [a for a in acts if a not in ("pump implant", "pump removal")]
    if set(acts) & set(SERVICES) and HAS_PUMP.search(reading.text):
        # the pump that is in, not one that was put in
        acts = [a for a in acts if a != "pump implant"]
    if set(acts) & {"pump implant", "pump removal"}:
        # a pump that is programmed as it goes in is not a service of its own
        acts = [a for a in acts if a in IMPLANTED]
    services = reading.served.all("service")
    if "stimulator" not in services and "63650" not in reading.codes:
        acts = [a for a in acts if a != "lead" or "pump" not in services]
    elif "pump" not in services:
        acts = [a for a in acts if a == "lead"]
    if not acts and "no refill" in told and "no reprogramming" in told:
        acts = ["interrogation"]
    return tuple(acts)


def _facts(reading: Reading) -> dict[str, str]:
    """The facts told, the clearer of two that contradict each other left out."""
    found: dict[str, list[str]] = {}
    for told in reading.served.all("pump_fact"):
        name, _, value = told.partition("=")
        found.setdefault(name, []).append(value)
    facts = {name: values[0] for name, values in found.items() if len(set(values)) == 1}
    if "laminectomy" in found and len(set(found["laminectomy"])) > 1:
        facts["laminectomy"] = "no"
    if "device" in found and "non-programmable pump" in found["device"]:
        facts["device"] = "non-programmable pump"
    if "no reprogramming" in reading.served.all("pump_act"):
        facts["reprogrammed"] = "no"
    elif REFILLS & set(reading.codes):
        # both refill codes take it, and the question is which of them
        facts["reprogrammed"] = "yes"
    return facts


def _special(reading: Reading) -> str | None:
    """What is asked of a lead besides its code."""
    text = reading.text
    if FIFTY.search(text) or "50" in reading.modifiers:
        return "fifty"
    if APPROVAL.search(text) and "lead" in _leads_told(reading):
        return "authorization"
    if GLOBAL.search(text) and "63650" in reading.codes:
        return "global"
    devices = {c for c in reading.codes if re.match(r"6235|6236[0-2]|63650", c)}
    if devices and {"77003", "77002", "76000"} & set(reading.codes):
        return "fluoroscopy"
    image = FLUORO.search(text)
    if (
        image
        and APART.search(text)
        and reading.whether
        and not re.search(r"\bcodes?\b", text, re.I)
    ):
        return "fluoroscopy"
    return None


def _leads_told(reading: Reading) -> tuple[str, ...]:
    stimulator = "63650" in reading.codes or "stimulator" in reading.served.all("service")
    return ("lead",) if stimulator else ()
