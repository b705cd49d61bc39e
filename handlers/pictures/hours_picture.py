"""我的学时 as a picture for a phone: how much counts towards what is owed, and by which forms it was earned.

Everything that is drawn is also said in words or digits. Lengths are pixels of a picture 750 wide.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from math import pi
from typing import Final

from handlers.pictures.rendering import png_from, svg_from
from handlers.pictures.typesetting import lines, width

WIDTH: Final = 750
RING_RADIUS: Final = 118
RING_STROKE: Final = 22
BAR_WIDTH: Final = 606
FORM_ROW_HEIGHT: Final = 78
RING_TEXT_WIDTH: Final = 176


@dataclass(frozen=True, slots=True)
class HoursPicture:
    """Hours are exact decimals. `by_form` holds (screen name, 已认定学时) in the order of drawing.

    `owed` 0 means that nothing is required; `missing` is what `counted` still lacks, 0 once it is reached.
    """

    name: str
    unit: str
    year: int
    as_of: date
    group: str
    counted: Decimal
    recorded: Decimal
    owed: Decimal
    by_form: tuple[tuple[str, Decimal], ...]
    pace: str
    missing: Decimal
    trial: bool


def draw(picture: HoursPicture) -> bytes:
    """A PNG, 750 pixels wide and as high as it needs."""
    return png_from(svg_of(picture))


def svg_of(picture: HoursPicture) -> str:
    """The same picture as markup, for a page."""
    return svg_from(
        "hours_picture.svg",
        picture=picture,
        layout=_layout(picture),
        ring=_ring(picture),
        rows=_rows(picture),
        verdict=_verdict(picture),
        bars=_bars(picture.by_form),
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """Lines of text, and the upper edge of each part."""

    name: tuple[str, ...]
    unit: tuple[str, ...]
    group: str
    pace: tuple[str, ...]
    pace_top: int
    forms_top: int
    footer_top: int
    height: int
    header_height: int


def _layout(picture: HoursPicture) -> _Layout:
    name, unit = lines(picture.name, 16, 2), lines(picture.unit, 23, 2)
    pace = lines(picture.pace, 20.5, 4) if picture.pace.strip() else ()
    header = 152 + 54 * len(name) + 40 * len(unit)
    pace_top = header + 28 + 398 + 24
    forms_top = pace_top + ((52 + 44 * len(pace) + 24) if pace else 0)
    footer = forms_top + 108 + (FORM_ROW_HEIGHT * len(picture.by_form) or 66)
    group = lines(picture.group, 16, 1)[0]
    return _Layout(name, unit, group, pace, pace_top, forms_top, footer, footer + 116, header)


@dataclass(frozen=True, slots=True)
class _Ring:
    """`filled` of `around` pixels are drawn; `figure_size` makes the figure fit inside."""

    filled: float
    around: float
    figure: str
    figure_size: float
    caption: str


def _ring(picture: HoursPicture) -> _Ring:
    around = 2 * pi * RING_RADIUS
    figure = two_places(picture.counted)
    size = min(60.0, RING_TEXT_WIDTH / width(figure))
    if picture.owed <= 0:
        return _Ring(0, around, figure, size, "计入学时")
    share = max(Decimal(0), min(Decimal(1), picture.counted / picture.owed))
    filled = float(share) * around
    if picture.missing > 0:  # the round ends must not close a ring that is not full
        filled = min(filled, around - RING_STROKE - 10)
    return _Ring(filled, around, figure, size, f"完成 {_percent(picture)}%")


def _percent(picture: HoursPicture) -> Decimal:
    """One place, rounded down: 100 stands only where it is reached."""
    return (picture.counted * 100 / picture.owed).quantize(Decimal("0.1"), ROUND_DOWN)


def _rows(picture: HoursPicture) -> tuple[tuple[str, str], ...]:
    owed = two_places(picture.owed) if picture.owed > 0 else "—"
    return (
        ("应完成学时", owed),
        ("计入学时", two_places(picture.counted)),
        ("已认定学时", two_places(picture.recorded)),
    )


@dataclass(frozen=True, slots=True)
class _Verdict:
    reached: bool
    words: str


def _verdict(picture: HoursPicture) -> _Verdict:
    if picture.owed <= 0:
        return _Verdict(False, "本年度不作学时要求")
    if picture.missing > 0:
        return _Verdict(False, f"还差 {two_places(picture.missing)} 学时")
    return _Verdict(True, "已达标")


@dataclass(frozen=True, slots=True)
class _Bar:
    label: str
    figure: str
    length: float


def _bars(by_form: Iterable[tuple[str, Decimal]]) -> tuple[_Bar, ...]:
    """The longest bar is the whole width; what is there at all can be seen."""
    forms = tuple(by_form)
    most = max((hours for _, hours in forms), default=Decimal(0))
    return tuple(_Bar(lines(label, 16, 1)[0], two_places(hours), _length(hours, most)) for label, hours in forms)


def _length(hours: Decimal, most: Decimal) -> float:
    return max(12.0, float(hours / most) * BAR_WIDTH) if hours > 0 else 0.0


def two_places(hours: Decimal) -> str:
    return str(hours.quantize(Decimal("0.01"), ROUND_HALF_UP))
