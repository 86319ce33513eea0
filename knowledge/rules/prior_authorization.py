"""Is approval needed beforehand, and with what proof? Pure; its table decides."""

from knowledge.codebook import Codebook
from knowledge.decisions import Decision
from knowledge.rules.statements import PolicyQuestion, policy


def prior_authorization(question: PolicyQuestion, book: Codebook) -> Decision:
    """Whether the payer wants approval for the code in this state on this day.

    Raises UnknownCode for a code no table has.
    """
    return policy(question, "prior_authorization", "authorization", book)
