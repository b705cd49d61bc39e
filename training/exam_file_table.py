"""One table of a file, such as that of an exam: its values by key, each read as what the key takes.

Nothing is raised: what is wrong is noted in `found` and the default stands in for it, so that one reading finds
every problem. Whether a value may be relied on says `sound`. Numbers are exact, points become hundredths.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, TypeVar

from training.calendar import CITY
from training.cell_words import folded
from training.exam_file_errors import (
    MissingKey,
    NotOneLine,
    NotPositive,
    OutOfRange,
    Problem,
    TooFine,
    TooLong,
    UnknownKey,
    UnknownWord,
    Wanted,
    WrongValue,
)
from training.rule_errors import Place

_Word = TypeVar("_Word", bound=StrEnum)
_Default = TypeVar("_Default")
_Found = TypeVar("_Found")

EARLIEST_YEAR: Final = 2000
LATEST_YEAR: Final = 2100
MOST_POINTS: Final = 1000
TABLES: Final[Mapping[str, tuple[str, ...]]] = {  # the top of the file has no name
    "": (
        *("title", "year", "opens_at", "closes_at", "duration_minutes", "pass_score", "good_score"),
        *("excellent_score", "release_score", "release_answers", "grading", "attempts", "attempts_keep", "seed"),
        *("audience", "sections"),
    ),
    "audience": ("units", "below", "groups", "persons"),
    "sections": ("kind", "count", "points", "topics", "difficulty", "group"),
}
_HUNDREDTH: Final = Decimal("0.01")
_MOMENT: Final = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]*(?<=[日 T])(\d{1,2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?"
)


@dataclass(frozen=True, slots=True)
class Block:
    """`keys`: those that the table takes; `tables`: those of all tables of the file."""

    place: Place
    values: Mapping[str, object]
    keys: tuple[str, ...]
    found: list[Problem]
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: TABLES)

    def under(self, place: Place, values: Mapping[str, object]) -> "Block":
        """Another table of the same file."""
        return replace(self, place=place, values=values, keys=self.tables[place.table])

    def sound(self, *keys: str) -> bool:
        """None of these keys has a problem."""
        return not any(problem.place == self.place and problem.key in keys for problem in self.found)

    def check_keys(self) -> None:
        """None but its own; a key of another table most often only stands too far down."""
        for key in self.values:
            if key not in self.keys:
                table = next((name for name, keys in self.tables.items() if key in keys), None)
                self.found.append(UnknownKey(self.place, key, likeliest(key, self.keys), table, self.keys))

    def demand(self, *keys: str) -> None:
        for key in keys:
            if key not in self.values:
                self.found.append(MissingKey(self.place, key))

    def text(self, key: str) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str):
            return self._wrong(key, Wanted.TEXT, "")
        return value.strip()

    def line(self, key: str, most: int) -> str:
        """A text of one line, of at most so many characters."""
        said = self.text(key)
        if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in said):
            self.found.append(NotOneLine(self.place, key))
        elif len(said) > most:
            self.found.append(TooLong(self.place, key, len(said), most))
        return said

    def texts(self, key: str) -> tuple[str, ...]:
        """Each once; one text alone will do."""
        value = self.values.get(key, [])
        several = [value] if isinstance(value, str) else value
        if not isinstance(several, list) or not all(isinstance(one, str) and one.strip() for one in several):
            return self._wrong(key, Wanted.TEXTS, ())
        return tuple(dict.fromkeys(one.strip() for one in several))

    def flag(self, key: str, default: bool) -> bool:
        value = self.values.get(key, default)
        return value if isinstance(value, bool) else self._wrong(key, Wanted.FLAG, default)

    def whole(self, key: str, default: int, lowest: int, highest: int) -> int:
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            return self._wrong(key, Wanted.WHOLE, default)
        return self._within(key, value, lowest, highest)

    def wholes(self, key: str, lowest: int, highest: int) -> tuple[int, ...]:
        """Sorted, each once; one number alone will do."""
        value = self.values.get(key, [])
        several = value if isinstance(value, list) else [value]
        numbers = [one for one in several if isinstance(one, int) and not isinstance(one, bool)]
        if len(numbers) < len(several):
            return self._wrong(key, Wanted.WHOLES, ())
        self._within(key, next((one for one in numbers if not lowest <= one <= highest), lowest), lowest, highest)
        return tuple(sorted(set(numbers)))

    def _within(self, key: str, value: int, lowest: int, highest: int) -> int:
        if not lowest <= value <= highest:
            self.found.append(OutOfRange(self.place, key, lowest, highest))
        return value

    def points(self, key: str, default: int) -> int:
        """In hundredths."""
        value = self.values.get(key)
        if value is None:
            return default
        if not isinstance(value, int | Decimal) or isinstance(value, bool) or not Decimal(value).is_finite():
            return self._wrong(key, Wanted.NUMBER, default)
        amount = Decimal(value)
        if amount <= 0:
            self.found.append(NotPositive(self.place, key))
        elif amount > MOST_POINTS:
            self.found.append(OutOfRange(self.place, key, 0, MOST_POINTS))
        elif amount != amount.quantize(_HUNDREDTH):
            self.found.append(TooFine(self.place, key))
        else:
            return int(amount * 100)
        return default

    def moment(self, key: str) -> datetime | None:
        """In UTC; one that names no zone is Beijing time. `24:00` is the end of the day."""
        value = self.values.get(key)
        if value is None:
            return None
        said = moment_from(value) if isinstance(value, str) else value
        if not isinstance(said, datetime) or not EARLIEST_YEAR <= said.year <= LATEST_YEAR:
            return self._wrong(key, Wanted.MOMENT, None)
        return (said if said.tzinfo else said.replace(tzinfo=CITY)).astimezone(UTC)

    def choice(self, key: str, kind: type[_Word], also: Mapping[str, _Word] | None = None) -> _Word | None:
        """A word of a closed set, or one that means the same in `also`; None when there is none."""
        said = self.text(key)
        return self.word(key, said, kind, also) if said else None

    def word(self, key: str, said: str, kind: type[_Word], also: Mapping[str, _Word] | None = None) -> _Word | None:
        wanted = folded(said)
        known = {str(one): one for one in kind} | dict(also or {})
        meant = known.get(wanted) or known.get(wanted.removesuffix("题"))
        if meant is None:
            words = tuple(str(one) for one in kind)
            self.found.append(UnknownWord(self.place, key, said, likeliest(wanted, words), words))
        return meant

    def words(self, key: str, kind: type[_Word], also: Mapping[str, _Word] | None = None) -> tuple[_Word, ...]:
        """Several words of a closed set, each once."""
        return each(self.word(key, said, kind, also) for said in self.texts(key))

    def _wrong(self, key: str, wanted: Wanted, default: _Default) -> _Default:
        self.found.append(WrongValue(self.place, key, wanted))
        return default


def each(found: Iterable[_Found | None]) -> tuple[_Found, ...]:
    """Those that were found, each once."""
    return tuple(dict.fromkeys(one for one in found if one is not None))


def likeliest(word: str, known: tuple[str, ...] | frozenset[str]) -> str:
    """The word that was probably meant, or nothing."""
    return next(iter(get_close_matches(word.casefold().replace("-", "_"), sorted(known), 1)), "")


def moment_from(text: str) -> datetime | None:
    """`2026-11-23 09:00`, also with `/`, `.`, 年月日, seconds and an offset; naive when it names none."""
    parts = _MOMENT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if parts is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in parts.groups()[:6])
    midnight = (hour, minute, second) == (24, 0, 0)
    try:
        zone = datetime.fromisoformat(f"2000-01-01T00:00{parts[7]}").tzinfo if parts[7] else None
        said = datetime(year, month, day, 0 if midnight else hour, minute, second, tzinfo=zone)
        return said + timedelta(days=1) if midnight else said
    except (ValueError, OverflowError):
        return None
