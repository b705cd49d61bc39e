"""The sum behind a person's hours in a year: what is owed, recorded, counted and missing, and every line."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from handlers.actions.numbers import known_number
from handlers.actions.summaries import standing_day
from handlers.actions.unit_trees import tree_on
from storage import ledger, people, years
from storage.database import Database, Tx
from storage.ledger import Line
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.composition import OnlineGroup, online_part
from training.hours import Standing
from training.requirements import Owed, owed, policy_on
from training.rules import Rules
from training.summaries import Cut, Figures, Recorded, amount_of, figures, recorded
from training.summary_roll import Place, place_on
from training.years import YearAct, YearEvent

MOST_LINES: Final = 100_000  # far more than anybody can have in a year


@dataclass(frozen=True, slots=True)
class Explained:
    """`day`: the one on which `place` holds; `reversed_by`: number of a line → of the one that took it back.

    `exact` is what is owed before it is rounded up to `step`. `closed`: when the year was closed and not reopened.
    """

    place: Place
    unit: str
    year: int
    as_of: date
    known_at: datetime
    owes: Owed
    exact: Fraction
    step: Decimal
    recorded: Recorded
    figures: Figures
    online: OnlineGroup
    lines: tuple[Line, ...]
    reversed_by: dict[int, int]
    closed: YearEvent | None = None


async def explained(
    database: Database, rules: Rules, asked: str, year: int, cut: Cut, now: datetime
) -> Explained | None:
    """None when nobody has this 人员编号 or account. What is owed is for the whole year, as far as recorded."""
    as_of = cut.as_of or day_of(now)
    day = standing_day(year, as_of)
    async with database.read() as tx:
        number = await _number_of(tx, asked)
        if number is None:
            return None
        facts = (await people.facts_of(tx, EVERYTHING, [number])).get(number, [])
        periods = (await people.periods_of(tx, EVERYTHING, [number])).get(number, [])
        found = await ledger.lines_of(tx, EVERYTHING, number, year, at_most=MOST_LINES)
        tree = await tree_on(tx, day, cut.known_at)
        event = (await years.last_events(tx, cut.known_at)).get(year)
    lines = tuple(line for line in reversed(found) if cut.keeps(line.entry))
    owes = owed(facts, periods, year, *rules.policies, known_at=cut.known_at)
    place = place_on(number, facts, periods, day, year, rules.statuses_on(day), cut.known_at)
    sums = recorded(amount_of(line.entry) for line in lines)
    amounts = figures(owes, sums, rules.hours)
    return Explained(
        place=place,
        unit=tree.names.get(place.unit, place.unit),
        year=year,
        as_of=as_of,
        known_at=min(cut.known_at or now, now),
        owes=owes,
        exact=sum((month.share for month in owes.months), Fraction()),
        step=policy_on(rules.policies, date(year, 12, 31)).step,
        recorded=sums,
        figures=amounts,
        online=online_part(Standing(amounts.owed, sums.by_form), rules.hours),
        lines=lines,
        reversed_by={line.entry.reverses: line.seq for line in lines if line.entry.reverses is not None},
        closed=event if event is not None and event.kind is YearAct.CLOSED else None,
    )


async def _number_of(tx: Tx, asked: str) -> str | None:
    """By 人员编号, then by account on any channel. Source: domain, lists are matched in this order."""
    number = await known_number(tx, asked)
    if await people.facts_of(tx, EVERYTHING, [number]):
        return number
    wanted = asked.strip().casefold()
    for number, accounts in (await people.account_rows(tx, EVERYTHING)).items():
        if any(account.account == wanted for account in accounts):
            return number
    return None
