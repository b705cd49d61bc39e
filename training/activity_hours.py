"""What 办结 of an activity would post, as a batch that a second person confirms."""

from decimal import Decimal

import msgspec


class Earns(msgspec.Struct, frozen=True):
    """One person and year; `hours` as they would have been posted when it was concluded."""

    person: str
    name: str
    year: int
    hours: Decimal


class ActivityHours(msgspec.Struct, frozen=True, tag="activity", omit_defaults=True):
    """活动认定学时: `sessions` in words, with the real lengths. `late`: some of it is of a closed year and 补录.
    `posted`: how much was, once it is."""

    number: int
    title: str
    sessions: str
    people: tuple[Earns, ...]
    late: bool = False
    posted: Decimal | None = None

    @property
    def persons(self) -> int:
        return len({one.person for one in self.people})

    @property
    def hours(self) -> Decimal:
        return sum((one.hours for one in self.people), Decimal("0.00"))

    @property
    def years(self) -> frozenset[int]:
        return frozenset(one.year for one in self.people)
