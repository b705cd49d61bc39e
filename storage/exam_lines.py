"""What became of the ledger lines of an exam: taken back because its marks changed, or moved by a 并档."""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import exists, select

from storage.database import Tx
from storage.scope import Scope
from storage.sets import among, texts
from storage.tables import exam_attempt, exam_mark, ledger_entry

_REVERSAL: Final = "reversal"
_MERGE: Final = "merge"


async def taken_back_by_marks(tx: Tx, scope: Scope, exam: int, seqs: Iterable[int]) -> frozenset[int]:
    """Those of the lines that were taken back because marks changed, and not on somebody's word.

    Such a reversal was recorded at the moment of new marks of the same person, in one transaction with them.
    """
    marked = exists().where(
        exam_attempt.c.exam == exam,
        exam_attempt.c.person == ledger_entry.c.person,
        exam_mark.c.attempt == exam_attempt.c.id,
        exam_mark.c.batch.is_not(None),
        exam_mark.c.marked_at == ledger_entry.c.recorded_at,
    )
    statement = select(ledger_entry.c.reverses).where(
        ledger_entry.c.source == _REVERSAL,
        among(ledger_entry.c.source_ref, "refs"),
        ledger_entry.c.reverses.is_not(None),
        scope.allows(ledger_entry.c.person, ledger_entry.c.unit),
        marked,
    )
    return frozenset((await tx.execute(statement, {"refs": texts(map(str, seqs))})).scalars())


async def moved_to(tx: Tx, scope: Scope, seqs: Iterable[int]) -> Mapping[int, int]:
    """Line → the line by which a 并档 posted it again for the one who stays, for those that it moved."""
    found = {}
    for seq in seqs:
        mine = (ledger_entry.c.source == _MERGE) & ledger_entry.c.source_ref.startswith(f"{seq}:", autoescape=True)
        statement = select(ledger_entry.c.seq).where(
            mine, ledger_entry.c.reverses.is_(None), scope.allows(ledger_entry.c.person, ledger_entry.c.unit)
        )
        again = (await tx.execute(statement)).scalar_one_or_none()
        if again is not None:
            found[seq] = again
    return found
