"""What the city does about an exam, on a database and without a terminal, and what then stands there."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import insert, select

from handlers.actions import exam_releasing, exam_setting
from handlers.actions.exam_releasing import Moved
from storage import exams, tables
from storage.database import Database
from storage.scope import EVERYTHING
from tests.handlers.exam_city import NOW
from training.exams import Exam, Excuse, Move

BY = "cli:test"


async def exam(city: Database, number: int) -> Exam:
    async with city.read() as tx:
        found = await exams.one(tx, number)
    assert found is not None
    return found


async def by_hand(city: Database, number: int, move: Move, now: datetime) -> Moved:
    act: Callable[..., Awaitable[Moved]] = {
        Move.OPEN: exam_releasing.open_by_hand,
        Move.CLOSE: exam_releasing.close_by_hand,
        Move.RELEASE: exam_releasing.release,
    }[move]
    async with city.write() as tx:
        return await act(tx, number, now, by=BY)


async def let_off(
    city: Database,
    number: int,
    person: str,
    why: Excuse = Excuse.DEFERRED,
    paper: str = "文1",
    now: datetime = NOW,
) -> None:
    async with city.write() as tx:
        await exam_setting.excuse(tx, number, person, why, paper, by=BY, now=now)


async def sat(city: Database, number: int, person: str) -> None:
    """Begun, and not ended."""
    sitting = {"exam": number, "person": person, "number": 1, "mode": "chat", "ended_by": "", "evidence": ""}
    clock = {"started_at": NOW, "deadline_at": NOW, "full_marks": 600}
    async with city.write() as tx:
        await tx.execute(insert(tables.exam_attempt).values(**sitting, **clock))


async def excuses(city: Database, number: int) -> dict[str, tuple[Excuse, str]]:
    async with city.read() as tx:
        return {one.person: (one.excuse, one.document) for one in await exams.sitters(tx, EVERYTHING, number)}


async def last_acts(city: Database, count: int) -> list[tuple[str, str, str, str]]:
    """(what, subject, before, after) of the audit log, the latest first."""
    log = tables.audit_log.c
    async with city.read() as tx:
        statement = select(log.what, log.subject, log.before, log.after).order_by(log.seq.desc()).limit(count)
        return [(what, subject, before, after) for what, subject, before, after in await tx.execute(statement)]
