"""The figures of units for a year, each without those below it: of some in a transaction, or of the whole city."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from handlers.actions import ledgers, summaries
from handlers.actions.summaries import Row, Wanted
from handlers.actions.unit_trees import UnitTree
from storage import ledger, year_end
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.rules import Rules
from training.summaries import Cut
from training.year_end import UnitFigures, YearSnapshot, figures_of
from training.years import ends_at


async def of_units(
    tx: Tx, rules: Rules, year: int, tree: UnitTree, units: frozenset[str], now: datetime
) -> Mapping[str, UnitFigures]:
    """As they are now. `tree`: that of the day on which people are counted."""
    head = await ledger.head(tx)
    day = summaries.standing_day(year, day_of(now))
    wanted = Wanted(year, day, Cut(), tree, units, head.seq)
    numbers = await year_end.once_in(tx, EVERYTHING, units)
    return by_unit(await summaries.rows_among(tx, rules, wanted, numbers))


async def of_city(
    database: Database, rules: Rules, year: int, now: datetime
) -> tuple[Mapping[str, UnitFigures], UnitTree]:
    """As they are now, in short reads, with the tree."""
    day, cut = summaries.standing_day(year, day_of(now)), Cut()
    tree, head = await summaries.unit_tree(database, day, cut), await ledgers.head(database)
    made = await summaries.summary(database, rules, Wanted(year, day, cut, tree, None, head.seq))
    return by_unit(made.rows), tree


async def at_the_end(database: Database, rules: Rules, year: int) -> YearSnapshot:
    """As the year stood when it ended, whenever that is asked for."""
    moment = ends_at(year)
    day, cut = summaries.standing_day(year, day_of(moment)), Cut(None, moment)
    tree, head = await summaries.unit_tree(database, day, cut), await ledgers.head_at(database, moment)
    made = await summaries.summary(database, rules, Wanted(year, day, cut, tree, None, head.seq))
    return YearSnapshot(year, moment, head.seq, head.hash, by_unit(made.rows))


def by_unit(rows: Iterable[Row]) -> Mapping[str, UnitFigures]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.place.unit, []).append(row)
    return {unit: figures_of(row.figures for row in several) for unit, several in found.items()}
