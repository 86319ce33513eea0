"""How long an acknowledgement may wait for its answer. Pure but for the clock it is given.

An answer that is ready within 1.5 seconds goes into the acknowledgement. While answers take
longer than that, waiting only makes everybody wait, so only half a second is spent on it.
"""

from collections.abc import Callable

PATIENT, HASTY = 1.5, 0.5
"""Seconds."""


class Pace:
    """What the answers of late tell of the next one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._running: dict[str, float] = {}
        self._last: float | None = None
        """Seconds the last answer took; None = there was none yet."""

    def begin(self, job: str) -> None:
        self._running[job] = self._clock()

    def end(self, job: str) -> None:
        began = self._running.pop(job, None)
        if began is not None:
            self._last = self._clock() - began

    def patience(self) -> float:
        """Seconds to wait for an answer that is about to be asked for."""
        now = self._clock()
        if any(now - began > PATIENT for began in self._running.values()):
            return HASTY
        if self._last is None:
            return HASTY if self._running else PATIENT
        return PATIENT if self._last <= PATIENT else HASTY
