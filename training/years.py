"""考核年度: when a year may be closed and reopened, and what a closed one refuses.

A year is closed after it has ended, when nothing that brings hours into it waits for a decision: no batch, no
培训活动 that took place, no 申报. A claim that was returned waits for its claimant as long as one waits for a
decision; then it stops nobody any more. What is posted into a closed year is 补录 and stands in its own column.
The last event of a year holds.
Source: domain, Ledger (the year).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from training.calendar import day_of, start_of
from training.chains import Head
from training.errors import BatchOvertaken, Refusal


class YearAct(StrEnum):
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class YearEvent:
    """`by` confirmed it; `head` is where the ledger ended then."""

    year: int
    kind: YearAct
    at: datetime
    by: str
    batch: int
    head: Head

    @property
    def day(self) -> date:
        return day_of(self.at)


@dataclass(eq=False)
class YearRefusal(Refusal):
    """A year cannot be closed or reopened; each kind below says why."""

    year: int


@dataclass(eq=False)
class YearNotOver(YearRefusal):
    """It can be closed from 1 January of the next one."""


@dataclass(eq=False)
class YearClosed(YearRefusal):
    """It was closed on that day."""

    day: date


@dataclass(eq=False)
class YearOpen(YearRefusal):
    """It was never closed, or reopened since."""


@dataclass(eq=False)
class HoursWaiting(YearRefusal):
    """These batches would bring hours into it and are not decided yet."""

    batches: tuple[int, ...]


@dataclass(eq=False)
class ActivitiesWaiting(YearRefusal):
    """These activities had a day in it, and are neither posted nor cancelled."""

    activities: tuple[int, ...]


@dataclass(eq=False)
class ClaimsWaiting(YearRefusal):
    """So many claims with a day in it are not decided, and so many were returned lately."""

    submitted: int
    returned: int


@dataclass(eq=False)
class ClosedMeanwhile(BatchOvertaken):
    """The year was closed after the batch was proposed, which does not say that it is 补录."""

    year: int
    day: date


def ends_at(year: int) -> datetime:
    """When the year is over: nothing of it can be answered any more."""
    return start_of(date(year + 1, 1, 1))


def begins_at(year: int) -> datetime:
    return start_of(date(year, 1, 1))


def closed_days(last: Mapping[int, YearEvent]) -> dict[int, date]:
    """Closed years → the days on which they were closed, from the last event of each year."""
    return {year: event.day for year, event in last.items() if event.kind is YearAct.CLOSED}


def demand_closable(year: int, closed: Mapping[int, date], waiting: Iterable[int], now: datetime) -> None:
    """`waiting`: the open batches with hours of the year. Raises: YearNotOver, YearClosed, HoursWaiting."""
    if now < ends_at(year):
        raise YearNotOver(year)
    if year in closed:
        raise YearClosed(year, closed[year])
    if batches := tuple(sorted(waiting)):
        raise HoursWaiting(year, batches)


def demand_settled(year: int, activities: Iterable[int], submitted: int, returned: int) -> None:
    """Nothing of the year is on its way into the ledger. Raises: ActivitiesWaiting, ClaimsWaiting."""
    if found := tuple(sorted(activities)):
        raise ActivitiesWaiting(year, found)
    if submitted or returned:
        raise ClaimsWaiting(year, submitted, returned)


def demand_closed(year: int, closed: Mapping[int, date]) -> None:
    """Only a closed year can be reopened. Raises: YearOpen."""
    if year not in closed:
        raise YearOpen(year)
