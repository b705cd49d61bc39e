"""What a reversal has to know of the ledger: the line, whether it was reversed, and which days were."""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import bindparam, select

from storage.database import Tx
from storage.ledger import Line, line_of
from storage.scope import Scope, within
from storage.sets import among, texts
from storage.tables import ledger_entry

# Every source whose lines take others back. Their source_ref is the number of the line that was taken back, so that
# it is found by the unique index on both; a search by `reverses` would read the whole ledger.
REVERSING: Final = ("reversal", "merge")
_REVERSED_BY: Final = select(ledger_entry.c.seq).where(
    ledger_entry.c.source.in_(REVERSING),
    ledger_entry.c.source_ref == bindparam("ref"),
    ledger_entry.c.reverses == bindparam("seq"),
)


async def line(tx: Tx, scope: Scope, seq: int) -> Line | None:
    statement = select(ledger_entry).where(
        ledger_entry.c.seq == seq, scope.allows(ledger_entry.c.person, ledger_entry.c.unit)
    )
    row = (await tx.execute(statement)).one_or_none()
    return None if row is None else line_of(row)


async def reversed_by(tx: Tx, scope: Scope, seq: int) -> int | None:
    """The number of the line that took it back."""
    statement = within(_REVERSED_BY, scope, ledger_entry.c.person, ledger_entry.c.unit)
    return (await tx.execute(statement, {"ref": str(seq), "seq": seq})).scalar_one_or_none()


async def numbers_of(tx: Tx, scope: Scope, source: str, refs: Iterable[str]) -> Mapping[str, int]:
    """source_ref → number of the line, for those that stand in the ledger."""
    statement = select(ledger_entry.c.source_ref, ledger_entry.c.seq).where(
        among(ledger_entry.c.source_ref, "refs"),
        ledger_entry.c.source == source,
        scope.allows(ledger_entry.c.person, ledger_entry.c.unit),
    )
    rows = await tx.execute(statement, {"refs": texts(refs)})
    return {row.source_ref: row.seq for row in rows}


async def taken_back(tx: Tx, scope: Scope, seqs: Iterable[int]) -> frozenset[int]:
    """Those of the lines that another line took back."""
    statement = select(ledger_entry.c.reverses).where(
        ledger_entry.c.source.in_(REVERSING),
        among(ledger_entry.c.source_ref, "refs"),
        ledger_entry.c.reverses.is_not(None),
        scope.allows(ledger_entry.c.person, ledger_entry.c.unit),
    )
    return frozenset((await tx.execute(statement, {"refs": texts(map(str, seqs))})).scalars())
