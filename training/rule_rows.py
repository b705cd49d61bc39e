"""One [[table]] of a rule file: its values by key, each read as what the key takes or refused with its place.

A key that is not there keeps the value of the row before, which the caller gives as the default.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeVar

from training.hours import hundredths
from training.rule_errors import (
    Kind,
    MissingKey,
    Negative,
    NotPositive,
    OutOfRange,
    Place,
    SameDay,
    UnknownKey,
    UnknownWord,
    WrongValue,
)

_Word = TypeVar("_Word", bound=StrEnum)

FROM: Final = "from"
NO_LIMIT: Final = "不限"
_AMOUNT: Final = re.compile(r"\d{1,4}(\.\d{1,2})?")
_FACTOR: Final = re.compile(r"\d{1,3}(\.\d{1,2}|/[1-9]\d{0,2})?")
_NEGATIVE: Final = re.compile(r"-\d.*")


@dataclass(frozen=True, slots=True)
class Row:
    place: Place
    values: Mapping[str, object]

    @property
    def starts(self) -> date:
        """施行日期; without one the row has always been in force. Raises: WrongValue."""
        return self.day(FROM) or date.min

    def has(self, key: str) -> bool:
        return key in self.values

    def bounded(self, key: str) -> bool:
        """It is there, and not taken away by 不限."""
        return key in self.values and self.values[key] != NO_LIMIT

    def day(self, key: str) -> date | None:
        value = self.values.get(key)
        if value is not None and type(value) is not date:  # a moment is a date too, but no day
            raise WrongValue(self.place, key, Kind.DAY)
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise WrongValue(self.place, key, Kind.FLAG)
        return value

    def whole(self, key: str, default: int, lowest: int, highest: int) -> int:
        """Raises: WrongValue, OutOfRange."""
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise WrongValue(self.place, key, Kind.WHOLE)
        if not lowest <= value <= highest:
            raise OutOfRange(self.place, key, lowest, highest)
        return value

    def text(self, key: str, default: str = "") -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str):
            raise WrongValue(self.place, key, Kind.TEXT)
        return value.strip()

    def needed(self, key: str) -> str:
        """A text that must be there. Raises: MissingKey, WrongValue."""
        said = self.text(key)
        if not said:
            raise MissingKey(self.place, key)
        return said

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        value = self.values.get(key)
        if value is None:
            return default
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise WrongValue(self.place, key, Kind.TEXTS)
        return tuple(one.strip() for one in value)

    def choice(self, key: str, default: _Word) -> _Word:
        """One of the words of a closed set. Raises: WrongValue, UnknownWord."""
        said, kind = self.text(key, str(default)), type(default)
        if said not in list(kind):
            raise UnknownWord(self.place, key, said, tuple(kind))
        return kind(said)

    def decimal(self, key: str, default: Decimal, *, positive: bool = False) -> Decimal:
        """学时. Raises: WrongValue, Negative, NotPositive."""
        if key not in self.values:
            return default
        amount = Decimal(self._number(key, Kind.AMOUNT, _AMOUNT))
        if positive and not amount:
            raise NotPositive(self.place, key)
        return amount

    def amount(self, key: str, default: int) -> int:
        """学时, in hundredths. Raises: WrongValue, Negative."""
        return hundredths(self.decimal(key, Decimal())) if key in self.values else default

    def limit(self, key: str, default: int | None) -> int | None:
        """学时 in hundredths, or no limit. Raises: WrongValue, Negative."""
        if key not in self.values:
            return default
        if self.values[key] == NO_LIMIT:
            return None
        return hundredths(Decimal(self._number(key, Kind.LIMIT, _AMOUNT)))

    def factor(self, key: str, default: Fraction) -> Fraction:
        """`2`, `1.5` or `1/7`. Raises: WrongValue, Negative."""
        return Fraction(self._number(key, Kind.FACTOR, _FACTOR)) if key in self.values else default

    def times(self, key: str) -> Decimal | None:
        """A whole number above zero, as a text. Raises: WrongValue, Negative, NotPositive."""
        if key not in self.values:
            return None
        amount = Decimal(self._number(key, Kind.TIMES, re.compile(r"\d{1,3}")))
        if not amount:
            raise NotPositive(self.place, key)
        return amount

    def _number(self, key: str, kind: Kind, shape: re.Pattern[str]) -> str:
        value = self.values[key]
        if not isinstance(value, str):
            raise WrongValue(self.place, key, kind)
        if _NEGATIVE.fullmatch(value.strip()):
            raise Negative(self.place, key)
        if not shape.fullmatch(value.strip()) or not value.isascii():
            raise WrongValue(self.place, key, kind)
        return value.strip()


def rows_of(values: Mapping[str, object], table: str, keys: Sequence[str]) -> list[Row]:
    """Every [[table]] of the file, in its order. Raises: WrongValue, UnknownKey."""
    found = values.get(table, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise WrongValue(Place(), table, Kind.TABLE)
    rows = [Row(Place(table, number), one) for number, one in enumerate(found, 1)]
    for row in rows:
        demand_known(row, keys)
    return rows


def demand_known(row: Row, keys: Sequence[str]) -> None:
    """Raises: UnknownKey."""
    for key in row.values:
        if key not in keys:
            raise UnknownKey(row.place, key, tuple(keys))


def in_order(rows: Iterable[Row], what: str = "") -> list[Row]:
    """By 施行日期. `what` is one thing, of which one row begins on a day. Raises: WrongValue, SameDay."""
    seen: dict[date, Row] = {}
    for row in rows:
        if row.starts in seen:
            day = None if row.starts == date.min else row.starts
            raise SameDay(row.place, what, day, seen[row.starts].place.number)
        seen[row.starts] = row
    return [seen[day] for day in sorted(seen)]


def by_name(rows: Iterable[Row], key: str, fold: Callable[[str], str] = str) -> dict[str, list[Row]]:
    """The rows of each thing that the key names, after folding. Raises: MissingKey, WrongValue."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(fold(row.needed(key)), []).append(row)
    return found
