"""What WeCom said has changed in its contacts, until somebody has looked at it.

The rows are nobody's own: who may not read everything reads none of them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update

from storage.database import Tx
from storage.scope import Scope
from storage.tables import contact_change
from training.contact_matching import ChangeKind, ContactChange


@dataclass(frozen=True, slots=True)
class OpenChange:
    number: int
    change: ContactChange


async def add(tx: Tx, channel: str, change: ContactChange, now: datetime) -> None:
    row = insert(contact_change).values(
        channel=channel,
        kind=change.kind,
        account=change.account,
        new_account=change.new_account,
        name=change.name,
        departments=change.departments,
        received_at=now,
    )
    await tx.execute(row)


async def waiting(tx: Tx, scope: Scope) -> list[OpenChange]:
    """In the order received."""
    if not scope.everything:
        return []
    statement = select(contact_change).where(contact_change.c.settled_at.is_(None)).order_by(contact_change.c.id)
    return [
        OpenChange(r.id, ContactChange(ChangeKind(r.kind), r.account, r.new_account, r.name, r.departments))
        for r in await tx.execute(statement)
    ]


async def count_waiting(tx: Tx) -> int:
    statement = select(func.count()).select_from(contact_change).where(contact_change.c.settled_at.is_(None))
    return (await tx.execute(statement)).scalar_one()


async def settle(tx: Tx, numbers: Collection[int], now: datetime) -> None:
    """They have been looked at. The names, which have served, go."""
    if not numbers:
        return
    still = (contact_change.c.id == bindparam("number")) & contact_change.c.settled_at.is_(None)
    statement = update(contact_change).where(still).values(settled_at=now, name="")
    await tx.execute(statement, [{"number": number} for number in numbers])
