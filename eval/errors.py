"""Every way the harness can fail: what, which, and what to do next."""


class EvalError(Exception):
    """A failure that is told in one line."""


class BadSet(EvalError):
    """A question set that cannot be read."""


class BadRun(EvalError):
    """A run folder that is missing, damaged, or of other versions than these."""


class BadTarget(EvalError):
    """A target that cannot be asked."""
