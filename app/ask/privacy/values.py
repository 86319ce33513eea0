"""What was taken out of a text: by kind and place, never the words themselves. Pure."""

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Found:
    """One identifier, where it stood."""

    kind: str
    """A kind of privacy.toml, such as "name" or "ssn"."""
    start: int
    """Offsets in the text as it was sent."""
    end: int
    placeholder: str
    """What stands in its stead, such as "[NAME_1]"."""


@dataclass(frozen=True)
class Redacted:
    """A text that names nobody any more, as far as the recognisers see."""

    text: str
    found: tuple[Found, ...] = ()
    """In the order of the text; none overlap."""
    kinds: tuple[str, ...] = ()
    """The kinds found, each once, as a warning names them: "date of birth"."""
    _starts: tuple[int, ...] = field(default=(), repr=False)
    """Where each placeholder begins in `text`."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The offsets, in the text as it was sent, of a stretch of the redacted text.

        A stretch that touches a placeholder takes in all that the placeholder stands for.
        """
        first, last = self._place(start, False), self._place(max(start, end - 1), True)
        return first, max(first, last if end > start else first)

    def _place(self, at: int, after: bool) -> int:
        """The offset of one character; with `after`, the offset behind it."""
        n = bisect_right(self._starts, at) - 1
        if n < 0:
            return at + after
        found = self.found[n]
        beyond = at - self._starts[n] - len(found.placeholder)
        if beyond < 0:
            return found.end if after else found.start
        return found.end + beyond + after
