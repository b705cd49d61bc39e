"""Which slots of the clock have run: one row a job and slot, so that a slot fires once in all processes.

A slot with work that does not fit into its transaction is `begun`, under a lease, until that work is done; when its
process dies, another one finds the lease passed and does the work again.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Update, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.tables import job_run

RAN = "ran"
SKIPPED = "skipped"
BEGUN = "begun"
GIVEN_UP = "given_up"  # begun, and not done within its grace
LEASE: Final = timedelta(seconds=15)


async def last_slot(tx: Tx, job: str) -> datetime | None:
    last = select(job_run.c.due_at).where(job_run.c.job == job).order_by(job_run.c.due_at.desc()).limit(1)
    return (await tx.execute(last)).scalar_one_or_none()


async def take(tx: Tx, job: str, due_at: datetime, now: datetime, outcome: str) -> bool:
    """True for the one process whose transaction this slot belongs to; one that is only begun is leased to it."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    until = now + LEASE if outcome == BEGUN else None
    row = make(job_run).values(job=job, due_at=due_at, ran_at=now, outcome=outcome, lease_until=until)
    return (await tx.execute(row.on_conflict_do_nothing())).rowcount == 1


async def left_behind(tx: Tx, job: str, since: datetime, now: datetime) -> datetime | None:
    """The oldest slot from `since` on that was begun and whose lease has passed."""
    run = job_run.c
    mine = (run.job == job, run.due_at >= since, run.outcome == BEGUN, run.lease_until <= now)
    return (await tx.execute(select(run.due_at).where(*mine).order_by(run.due_at).limit(1))).scalar_one_or_none()


async def take_again(tx: Tx, job: str, due_at: datetime, now: datetime) -> bool:
    """True for the one process that goes on with a slot that was left behind."""
    again = _begun(job, due_at).where(job_run.c.lease_until <= now)
    return (await tx.execute(again.values(lease_until=now + LEASE))).rowcount == 1


async def still_at_it(tx: Tx, job: str, due_at: datetime, now: datetime) -> None:
    await tx.execute(_begun(job, due_at).values(lease_until=now + LEASE))


async def finish(tx: Tx, job: str, due_at: datetime, outcome: str) -> bool:
    """False when it had been finished: two may have been at it, if one of them was frozen meanwhile."""
    return (await tx.execute(_begun(job, due_at).values(outcome=outcome, lease_until=None))).rowcount == 1


def _begun(job: str, due_at: datetime) -> Update:
    run = job_run.c
    return update(job_run).where(run.job == job, run.due_at == due_at, run.outcome == BEGUN)
