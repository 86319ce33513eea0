"""What a question can be about, and which rule serves it. Pure.

The one list of rules: planner, LangChain tools, HTTP and tests read it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from knowledge.codebook import Codebook
from knowledge.decisions import Decision
from knowledge.facts import Frozen, Procedure
from knowledge.rules.anesthesia import AnesthesiaQuestion, anesthesia
from knowledge.rules.bundling import PairQuestion, bundling
from knowledge.rules.claim import Claim
from knowledge.rules.claim.decision import claim
from knowledge.rules.compare import CompareQuestion, compare
from knowledge.rules.coverage import coverage
from knowledge.rules.denials import DenialQuestion, denials
from knowledge.rules.diagnosis import DiagnosisQuestion, diagnosis
from knowledge.rules.documentation import DocumentationQuestion, documentation
from knowledge.rules.drugs import DrugQuestion, drugs
from knowledge.rules.imaging import ImagingQuestion, imaging
from knowledge.rules.modifiers import ModifierQuestion, modifiers
from knowledge.rules.payment import PaymentQuestion, payment
from knowledge.rules.prior_authorization import prior_authorization
from knowledge.rules.pumps import PumpQuestion, pumps
from knowledge.rules.sedation import SedationQuestion, sedation
from knowledge.rules.select_code import select_code
from knowledge.rules.statements import PolicyQuestion
from knowledge.rules.units import UnitsQuestion, units
from knowledge.rules.utilisation import SessionsQuestion, utilisation


@dataclass(frozen=True)
class Rule:
    """A deterministic function and what it takes."""

    name: str
    takes: type[Frozen]
    decide: Callable[[Any, Codebook], Decision]

    @property
    def summary(self) -> str:
        """The first line of the rule's own docstring."""
        return (self.decide.__doc__ or "").strip().splitlines()[0]


RULES = {
    rule.name: rule
    for rule in (
        Rule("select_code", Procedure, select_code),
        Rule("modifiers", ModifierQuestion, modifiers),
        Rule("bundling", PairQuestion, bundling),
        Rule("units", UnitsQuestion, units),
        Rule("documentation", DocumentationQuestion, documentation),
        Rule("diagnosis", DiagnosisQuestion, diagnosis),
        Rule("prior_authorization", PolicyQuestion, prior_authorization),
        Rule("payment", PaymentQuestion, payment),
        Rule("coverage", PolicyQuestion, coverage),
        Rule("utilisation", SessionsQuestion, utilisation),
        Rule("denials", DenialQuestion, denials),
        Rule("compare", CompareQuestion, compare),
        Rule("drugs", DrugQuestion, drugs),
        Rule("sedation", SedationQuestion, sedation),
        Rule("anesthesia", AnesthesiaQuestion, anesthesia),
        Rule("pumps", PumpQuestion, pumps),
        Rule("imaging", ImagingQuestion, imaging),
        Rule("claim", Claim, claim),
    )
}
"""Every rule by name; the name is also that of its table and its scenarios."""
