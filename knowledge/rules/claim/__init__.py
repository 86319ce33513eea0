"""May these lines be sent? One file for each kind of check; check.py runs them all. Pure."""

from knowledge.rules.claim.check import check
from knowledge.rules.claim.day_book import DayBooks
from knowledge.rules.claim.values import Checked, Claim, ClaimLine, Finding, PriorSession

__all__ = ["Checked", "Claim", "ClaimLine", "DayBooks", "Finding", "PriorSession", "check"]
