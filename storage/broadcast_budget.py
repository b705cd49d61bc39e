"""Counting the pushes of a broadcast, and who has had enough of them in the meantime.

Two processes that resolve two broadcasts both find somebody with one push left. Who counts first has the row until
the commit, and whoever comes second sees by the sum that there was none left.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select, update

from storage import broadcast_audience
from storage.database import Tx
from storage.sets import among, texts
from storage.tables import push_week


async def count(tx: Tx, persons: Iterable[str], week: date, budget: int | None) -> frozenset[str]:
    """One more of the week for each; whoever is beyond the budget by that is returned, and not counted.

    `budget` None: nobody can be beyond it.
    """
    wanted = list(persons)
    await broadcast_audience.count_pushes(tx, wanted, week)
    if budget is None or not wanted:
        return frozenset()
    beyond = (push_week.c.week == week) & (push_week.c.pushes > budget) & among(push_week.c.person, "persons")
    values = {"persons": texts(wanted)}
    over = frozenset((await tx.execute(select(push_week.c.person).where(beyond), values)).scalars())
    if over:
        less = update(push_week).where(beyond).values(pushes=push_week.c.pushes - 1)
        await tx.execute(less, {"persons": texts(sorted(over))})
    return over
