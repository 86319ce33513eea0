"""Line plots as inline SVG, each with the table that says the same. Pure.

Lines differ in dash and marker, not only in colour; text is the page's own.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

WIDE, HIGH = 440, 270
LEFT, RIGHT, TOP, BOTTOM = 68, 26, 12, 44
MARKERS = (
    "M{x} {y}m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
    "M{x} {y}m-4 -4h8v8h-8z",
    "M{x} {y}m0 -5l5 9h-10z",
    "M{x} {y}m0 -5l5 5l-5 5l-5 -5z",
    "M{x} {y}m-5 -4h10l-5 9z",
    "M{x} {y}m-4 -4l8 8m0 -8l-8 8",
    "M{x} {y}m-5 0h10m-5 -5v10",
)

Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """One curve; `dots` marks its points, else only the line is drawn."""

    name: str
    points: Sequence[Point]
    dots: bool = False
    main: bool = False
    steps: bool = False
    """Drawn as stairs: the value holds until the next point."""


@dataclass(frozen=True)
class Axis:
    """What an axis shows, from where to where, and where its marks stand."""

    label: str
    low: float
    high: float
    marks: Sequence[float]
    written: Callable[[float], str] = "{:g}".format
    log: bool = False

    def at(self, value: float) -> float:
        """Where a value stands between 0 and 1."""
        value = min(self.high, max(self.low, value))
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Plot:
    """A plot and its table twin."""

    id: str
    title: str
    reads: str
    """How to read it, in one or two sentences."""
    svg: Markup
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass
class _Canvas:
    x: Axis
    y: Axis
    parts: list[Markup] = field(default_factory=list)

    def put(self, form: str, *values: object, **named: object) -> None:
        self.parts.append(Markup(form).format(*values, **named))

    def place(self, point: Point) -> Point:
        across = LEFT + (WIDE - LEFT - RIGHT) * self.x.at(point[0])
        up = HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * self.y.at(point[1])
        return round(across, 1), round(up, 1)


def draw(
    id: str, title: str, lines: Sequence[Line], x: Axis, y: Axis, rule: bool = False
) -> Markup:
    """The curves with axes and legend; `rule` adds the diagonal that perfect values follow."""
    canvas = _Canvas(x, y)
    _axes(canvas)
    if rule:
        start, end = canvas.place((x.low, y.low)), canvas.place((x.high, y.high))
        canvas.put('<path class="ideal" d="M{} {}L{} {}"/>', *start, *end)
    for n, line in enumerate(lines):
        _line(canvas, line, n)
    legend = _legend(canvas, lines) if len(lines) > 1 else 0
    return Markup(
        '<svg class="plot" viewBox="0 0 {} {}" role="img" aria-labelledby="{id}-t">'
        '<title id="{id}-t">{}</title>{}</svg>'
    ).format(WIDE, HIGH + legend, title, Markup().join(canvas.parts), id=id)


def _axes(canvas: _Canvas) -> None:
    x, y = canvas.x, canvas.y
    bottom = HIGH - BOTTOM
    for mark in y.marks:
        at = canvas.place((x.low, mark))[1]
        canvas.put('<path class="grid" d="M{} {}H{}"/>', LEFT, at, WIDE - RIGHT)
        canvas.put(
            '<text x="{}" y="{}" text-anchor="end">{}</text>', LEFT - 6, at + 4, y.written(mark)
        )
    for mark in x.marks:
        at = canvas.place((mark, y.low))[0]
        canvas.put('<path class="axis" d="M{} {}v4"/>', at, bottom)
        canvas.put(
            '<text x="{}" y="{}" text-anchor="middle">{}</text>', at, bottom + 17, x.written(mark)
        )
    canvas.put('<path class="axis" d="M{} {}V{}H{}"/>', LEFT, TOP, bottom, WIDE - RIGHT)
    middle = (LEFT + WIDE - RIGHT) / 2
    canvas.put(
        '<text class="name" x="{}" y="{}" text-anchor="middle">{}</text>',
        middle, HIGH - 7, x.label,
    )  # fmt: skip
    centre = (TOP + bottom) / 2
    canvas.put(
        '<text class="name" transform="translate({} {}) rotate(-90)" text-anchor="middle">{}'
        "</text>", 14, centre, y.label,
    )  # fmt: skip


def _line(canvas: _Canvas, line: Line, n: int) -> None:
    kind = "main" if line.main else f"l{n % 6}"
    places = [canvas.place(p) for p in line.points]
    if len(places) > 1:
        path = f"M{places[0][0]} {places[0][1]}"
        for x, y in places[1:]:
            path += f"H{x}V{y}" if line.steps else f"L{x} {y}"
        canvas.put('<path class="line {}" d="{}"/>', kind, path)
    if line.dots or len(places) == 1:
        for place in places:
            canvas.put('<path class="dot {}" d="{}"/>', kind, _marker(n, place))


def _marker(n: int, place: Point) -> str:
    return MARKERS[n % len(MARKERS)].format(x=place[0], y=place[1])


def _legend(canvas: _Canvas, lines: Sequence[Line]) -> int:
    """Two columns below the plot; its height."""
    for n, line in enumerate(lines):
        x, y = 30 + (n % 2) * 210, HIGH + 14 + (n // 2) * 20
        kind = "main" if line.main else f"l{n % 6}"
        if len(line.points) > 1:
            canvas.put('<path class="line {}" d="M{} {}h26"/>', kind, x, y)
        if line.dots or len(line.points) == 1:
            canvas.put('<path class="dot {}" d="{}"/>', kind, _marker(n, (x + 13, y)))
        canvas.put('<text x="{}" y="{}">{}</text>', x + 34, y + 4, line.name)
    return 8 + 20 * math.ceil(len(lines) / 2)
