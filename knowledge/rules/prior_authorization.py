"""Is approval needed beforehand, and with what proof? Pure; its table decides."""

from knowledge.codebook import Codebook
from knowledge.decisions import Decided, Decision
from knowledge.rules.statements import PolicyQuestion, policy


def prior_authorization(question: PolicyQuestion, book: Codebook) -> Decision:
    """Whether the payer wants approval for the code in this state on this day.

    Raises UnknownCode for a code no table has.
    """
    decision = policy(question, "prior_authorization", "authorization", book)
    if question.payer or question.aspects or not isinstance(decision, Decided):
        return decision
    # nobody said which payer: Medicare leads, and the commercial habit stands beside it
    other = question.model_copy(update={"payer": "commercial", "aspects": ("required",)})
    commercial = policy(other, "prior_authorization", "authorization", book)
    steps = (*decision.steps[:2], *commercial.steps[:1], *decision.steps[2:])
    return decision.model_copy(update={"steps": steps})
