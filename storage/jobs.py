"""Which slots of the clock have run: one row a job and slot, so that a slot fires once in all processes."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.tables import job_run

RAN = "ran"
SKIPPED = "skipped"


async def last_slot(tx: Tx, job: str) -> datetime | None:
    last = select(job_run.c.due_at).where(job_run.c.job == job).order_by(job_run.c.due_at.desc()).limit(1)
    return (await tx.execute(last)).scalar_one_or_none()


async def take(tx: Tx, job: str, due_at: datetime, now: datetime, outcome: str) -> bool:
    """True for the one process whose transaction this slot belongs to."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    row = make(job_run).values(job=job, due_at=due_at, ran_at=now, outcome=outcome)
    return (await tx.execute(row.on_conflict_do_nothing())).rowcount == 1
