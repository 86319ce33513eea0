"""What keeps a file of claims from being checked at all."""


class BadClaims(ValueError):
    """A file without a claim in it; one line that says what, which, and what to do."""
