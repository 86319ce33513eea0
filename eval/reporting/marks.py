"""The small drawings that stand in a table's cell, beside the figures they draw. Pure.

Hidden from screen readers: the cells beside them say the same. No style attributes, since
the page forbids them; colours come from the classes of report.css.
"""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from eval.statistics import Interval

WIDE, HIGH = 180, 20


def whisker(
    interval: Interval,
    *,
    low: float = 0.0,
    high: float = 1.0,
    ticks: Sequence[tuple[float, str]] = (),
    good: bool | None = None,
) -> Markup:
    """A dot with its interval on a scale from low to high; ticks are (place, class)."""
    width = high - low or 1.0

    def x(value: float) -> float:
        return round(5 + (WIDE - 10) * min(1.0, max(0.0, (value - low) / width)), 1)

    middle = HIGH / 2
    tone = "" if good is None else " good" if good else " bad"
    parts = [Markup('<path class="scale" d="M5 {0}H{1}"/>').format(middle, WIDE - 5)]
    for at, kind in ticks:
        parts.append(Markup('<path class="tick {}" d="M{} 2V{}"/>').format(kind, x(at), HIGH - 2))
    ends = (x(interval.low), x(interval.high))
    parts.append(Markup('<path class="range{}" d="M{} {m}H{}"/>').format(tone, *ends, m=middle))
    for end in ends:
        parts.append(
            Markup('<path class="end{}" d="M{} {}v8"/>').format(tone, end, round(middle - 4, 1))
        )
    parts.append(
        Markup('<circle class="dot{}" cx="{}" cy="{}" r="4"/>').format(
            tone, x(interval.value), middle
        )
    )
    return _drawing(parts, "mark whisker", WIDE, HIGH)


def bar(start: float, end: float, kind: str) -> Markup:
    """A stretch from start to end of a line of length 1."""
    first, last = sorted((start, end))
    wide = max(1.0, round(WIDE * (last - first), 1))
    parts = [Markup('<path class="scale" d="M0 {}H{}"/>').format(HIGH - 1, WIDE)]
    if last > first:
        at = min(round(WIDE * first, 1), WIDE - 1)
        parts.append(
            Markup('<rect class="fill {}" x="{}" y="3" width="{}" height="14"/>').format(
                kind, at, wide
            )
        )
    return _drawing(parts, "mark bar", WIDE, HIGH)


def stack(parts: Mapping[str, int]) -> Markup:
    """Parts of a whole side by side, each in the class of its name."""
    total, at = sum(parts.values()) or 1, 0.0
    made = []
    for kind, n in parts.items():
        wide = 400 * n / total
        # a gap of one between neighbours keeps them apart without colour
        made.append(
            Markup('<rect class="fill g{}" x="{}" y="0" width="{}" height="12"/>').format(
                kind, round(at, 1), round(max(0.5, wide - 1), 1)
            )
        )
        at += wide
    return _drawing(made, "mark stack", 400, 12, stretch=True)


def _drawing(
    parts: Sequence[Markup], kind: str, wide: int, high: int, stretch: bool = False
) -> Markup:
    fit = Markup(' preserveAspectRatio="none"') if stretch else Markup()
    return Markup('<svg class="{}" viewBox="0 0 {} {}"{} aria-hidden="true">{}</svg>').format(
        kind, wide, high, fit, Markup().join(parts)
    )
