"""Let a chat model rest after failures in a row. The clock is passed in."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

IN_A_ROW = 3
REST = 60.0
"""Seconds."""


@dataclass
class Breaker:
    """Open while the model rests; one success forgets every failure before it."""

    clock: Callable[[], float]
    """Seconds that never go back."""
    failures: int = 0
    rests_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def resting(self) -> bool:
        return self.clock() < self.rests_until

    def failed(self) -> None:
        with self._lock:
            self.failures += 1
            if self.failures >= IN_A_ROW:
                # the first try after the rest decides alone: one more failure is a new rest
                self.failures = IN_A_ROW - 1
                self.rests_until = self.clock() + REST

    def worked(self) -> None:
        with self._lock:
            self.failures = 0
