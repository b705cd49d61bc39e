"""What the sheets of an exam's report put into their cells alike."""

from decimal import Decimal
from fractions import Fraction

from handlers.sheets.cells import Cell
from training.hours import decimal
from training.marking import half_up
from training.people import Category
from training.roster_columns import CATEGORY_NAMES, MARK_NAME


def points_cell(hundredths: int | None) -> Cell:
    """A number of points: whole, or with its places; nothing where there is no score."""
    if hundredths is None:
        return None
    return hundredths // 100 if hundredths % 100 == 0 else decimal(hundredths)


def two_places(number: Fraction | Decimal | None) -> Cell:
    """Half up; nothing where it is not defined."""
    return None if number is None else Decimal(half_up(Fraction(number) * 100)).scaleb(-2)


def category_cell(category: Category, *, mark: bool) -> str:
    """As a roster spells it: `工作人员；行政执法人员`."""
    return f"{CATEGORY_NAMES[category]}；{MARK_NAME}" if mark else CATEGORY_NAMES[category]
