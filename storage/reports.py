"""Reports that somebody asked for in chat: waiting → working → done | failed.

Whoever works on a job holds a lease, and the number of its try as a fence: a process that was stopped in the middle
cannot end what another one took over. `unit` is empty for everything that the person may see when it is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, cast, insert, literal, or_, select, update

from storage import media
from storage.database import Tx
from storage.outbox import State as Sending
from storage.scope import Scope
from storage.tables import outbox, report_job

LEASE: Final = timedelta(seconds=60)
_REF: Final = "report-"


class State(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """`tries` counts the one in hand."""

    number: int
    person: str
    channel: str
    account: str
    kind: str
    year: int
    unit: str
    tries: int

    @property
    def ref(self) -> str:
        """Of the one message in the outbox that answers it: the file, or why there is none."""
        return f"{_REF}{self.number}"


_JOBS: Final = select(
    report_job.c.id,
    report_job.c.person,
    report_job.c.channel,
    report_job.c.account,
    report_job.c.kind,
    report_job.c.year,
    report_job.c.unit,
    report_job.c.tries,
)


async def add(
    tx: Tx, *, person: str, channel: str, account: str, kind: str, year: int, unit: str, now: datetime
) -> int:
    """Returns the number."""
    row = insert(report_job).values(
        person=person,
        channel=channel,
        account=account,
        kind=kind,
        year=year,
        unit=unit,
        asked_at=now,
        state=State.WAITING,
        tries=0,
        problem="",
    )
    number: int = (await tx.execute(row.returning(report_job.c.id))).scalar_one()
    return number


async def under_way(tx: Tx, scope: Scope) -> list[Job]:
    """What is not ended yet, the oldest first."""
    open_ = report_job.c.state.in_([State.WAITING, State.WORKING])
    statement = _JOBS.where(open_, scope.allows(report_job.c.person)).order_by(report_job.c.id)
    return [_job(row) for row in await tx.execute(statement)]


def _job(row: Sequence[Any]) -> Job:
    return Job(*row)


def _free(now: datetime) -> ColumnElement[bool]:
    """Waiting, or left behind by a process that is gone."""
    left = and_(report_job.c.state == State.WORKING, report_job.c.lease_until < now)
    return or_(report_job.c.state == State.WAITING, left)


async def is_due(tx: Tx, now: datetime) -> bool:
    return (await tx.execute(select(report_job.c.id).where(_free(now)).limit(1))).first() is not None


async def take(tx: Tx, now: datetime) -> Job | None:
    """The oldest that is free, with a lease; nobody else gets it until that runs out."""
    free = select(report_job.c.id).where(_free(now)).order_by(report_job.c.id).limit(1)
    number = (await tx.execute(free.with_for_update(skip_locked=True))).scalar_one_or_none()
    if number is None:
        return None
    taken = update(report_job).where(report_job.c.id == number)
    await tx.execute(taken.values(state=State.WORKING, tries=report_job.c.tries + 1, lease_until=now + LEASE))
    return _job((await tx.execute(_JOBS.where(report_job.c.id == number))).one())


def _held(job: Job) -> ColumnElement[bool]:
    mine = and_(report_job.c.state == State.WORKING, report_job.c.tries == job.tries)
    return and_(report_job.c.id == job.number, mine)


async def renew(tx: Tx, job: Job, until: datetime) -> bool:
    """Hold it until then; False when somebody else has it."""
    return (await tx.execute(update(report_job).where(_held(job)).values(lease_until=until))).rowcount == 1


async def done(tx: Tx, job: Job, now: datetime) -> bool:
    """False when somebody else has it; then nothing may be sent."""
    return await _ended(tx, job, State.DONE, "", now)


async def failed(tx: Tx, job: Job, problem: str, now: datetime) -> bool:
    """As `done`. `problem` is a word for the engineer, never a text with names."""
    return await _ended(tx, job, State.FAILED, problem, now)


async def _ended(tx: Tx, job: Job, state: State, problem: str, now: datetime) -> bool:
    values = {"state": state, "problem": problem, "finished_at": now, "lease_until": None}
    return (await tx.execute(update(report_job).where(_held(job)).values(values))).rowcount == 1


async def release(tx: Tx, now: datetime) -> None:
    """Give up every lease: for the start of the only process that works on them."""
    held = report_job.c.state == State.WORKING
    await tx.execute(update(report_job).where(held).values(lease_until=now - LEASE))


@dataclass(frozen=True, slots=True)
class Sent:
    """A finished report whose file has left the outbox one way or the other; `arrived` as far as is known."""

    job: Job
    arrived: bool


async def sent(tx: Tx) -> list[Sent]:
    """Files that need not be kept any longer."""
    ended = outbox.c.state.in_([Sending.SENT, Sending.REFUSED, Sending.UNKNOWN])
    ref = literal(_REF).concat(cast(report_job.c.id, String))
    statement = (
        _JOBS.add_columns(outbox.c.state, outbox.c.invalid)
        .join(outbox, outbox.c.ref == ref)
        .where(report_job.c.state == State.DONE)
        .where(ended, outbox.c.media != "")
        .order_by(report_job.c.id)
    )
    rows = (await tx.execute(statement)).all()
    return [Sent(_job(row[:-2]), row[-2] == Sending.SENT and not row[-1]) for row in rows]


async def drop_file(tx: Tx, job: Job) -> bool:
    """What was sent is not kept; False when somebody else dropped it."""
    kept = and_(outbox.c.ref == job.ref, outbox.c.media != "")
    digests = list((await tx.execute(select(outbox.c.media).where(kept))).scalars())
    dropped = (await tx.execute(update(outbox).where(kept).values(media=""))).rowcount > 0
    await media.forget(tx, digests)
    return dropped
