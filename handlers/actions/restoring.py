"""A restore as an act on the restored audit log: who did it, from which backup, and the head of the ledger then."""

from datetime import datetime
from typing import Final

from handlers.actions import audits
from storage import audit, ledger
from storage.audit import Act
from storage.database import Database
from training.chains import Broken, HeadLost

WHAT: Final = "restore"


async def record(database: Database, backup: str, *, by: str, now: datetime) -> bool:
    """False when the log does not hold as it was dumped: then it is left as it is, for `audit verify` to name."""
    if isinstance(await audits.verify(database), Broken):
        return False
    try:
        async with database.write() as tx:
            head = await ledger.head(tx)
            await audit.record(tx, Act(by, "cli", WHAT, backup, after=f"ledger {head.seq} {head.hash}"), now)
    except HeadLost:  # of a ledger without lines, which was dumped without it
        return False
    return True
