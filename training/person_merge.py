"""并档: two 人员编号 turned out to be one human being; what it means that the first goes and the second stays.

The number that goes was never a person of its own. So it stands nowhere and owes nothing on any day, its live
ledger lines become the other's (`training.merge_moves`), and whatever the two records disagree about stays as the
other's record has it. Source: domain, Who owes what (hours stay with the person).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from training.calendar import day_of
from training.people import StatusPeriod
from training.roll import KnownPerson
from training.statuses import MERGED, MERGED_INTO, merged_into, standing_periods
from training.wishes import Wishes


class Why(StrEnum):
    SAME = "same"
    UNKNOWN = "unknown"
    MERGED = "merged"


@dataclass(eq=False)
class CannotMergePerson(Exception):
    """`number` is the one that stands in the way; of MERGED `into` is the number that it became."""

    number: str
    why: Why
    into: str = ""


def demand_mergeable(person: KnownPerson, into: KnownPerson) -> None:
    """Two different numbers on record, neither of which went before. Raises: CannotMergePerson."""
    if person.number == into.number:
        raise CannotMergePerson(person.number, Why.SAME)
    for one in (person, into):
        if not one.facts:
            raise CannotMergePerson(one.number, Why.UNKNOWN)
        became = merged_into(one.periods)
        if became is not None:
            raise CannotMergePerson(one.number, Why.MERGED, became)


def off_the_roll(person: KnownPerson, into: str, now: datetime) -> tuple[StatusPeriod, ...]:
    """The periods that take the number off the roll on every day, as known from `now` on.

    From the first day on record and not only from 1 January of this year: the hours of all years go, so nothing may
    be owed in any, and a duplicate has no year in which it was right to count it. Reports made earlier stay as they
    were, by what was known then. Because the latest start wins, the status stands once more on the first day of
    every other period; those stay on record beneath it.
    """
    first = min(date(day_of(now).year, 1, 1), *(fact.valid_from for fact in person.facts))
    starts = {first, *(period.starts for period in standing_periods(person.periods))}
    return tuple(
        StatusPeriod(person.number, MERGED.name, day, None, now, f"{MERGED_INTO} {into}") for day in sorted(starts)
    )


def wishes_of_both(goes: Wishes, stays: Wishes) -> Wishes:
    """A switch that was moved under either number stays moved, so that nobody who muted something is written to."""
    usual = Wishes()
    held: dict[str, bool] = {}
    for name in Wishes.__struct_fields__:
        mine, theirs = getattr(stays, name), getattr(goes, name)
        held[name] = theirs if mine == getattr(usual, name) else mine
    return Wishes(**held)
