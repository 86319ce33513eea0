"""Is it covered, how often, and on what conditions? Pure; rows of coverage.toml decide."""

from knowledge.codebook import Codebook
from knowledge.decisions import Decision
from knowledge.rules.statements import PolicyQuestion, policy


def coverage(question: PolicyQuestion, book: Codebook) -> Decision:
    """Medicare's epidural policy, or the named payer's, for the aspect asked about.

    Raises UnknownCode for a code no table has.
    """
    return policy(question, "coverage", "coverage", book)
