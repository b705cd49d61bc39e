"""What of an activity stands in the ledger."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from sqlalchemy import select

from storage import reversals
from storage.database import Tx
from storage.ledger_rows import ACTIVITY
from storage.scope import Scope
from storage.sets import among, texts
from storage.tables import ledger_entry


async def hours_of(
    tx: Tx, scope: Scope, number: int, persons: Iterable[str], years: Iterable[int]
) -> Mapping[str, Decimal]:
    """人员编号 → 学时 of the lines of these people that nobody took back; `years` of assessment."""
    statement = select(ledger_entry.c.seq, ledger_entry.c.person, ledger_entry.c.hours).where(
        among(ledger_entry.c.person, "persons"),
        ledger_entry.c.year.in_(sorted(set(years))),
        ledger_entry.c.source == ACTIVITY,
        ledger_entry.c.source_ref.startswith(f"{number}:", autoescape=True),
        scope.allows(ledger_entry.c.person, ledger_entry.c.unit),
    )
    lines = (await tx.execute(statement, {"persons": texts(persons)})).all()
    back = await reversals.taken_back(tx, scope, [seq for seq, _, _ in lines])
    found: dict[str, Decimal] = {}
    for seq, person, hours in lines:
        if seq not in back:
            found[person] = found.get(person, Decimal("0.00")) + hours
    return found
