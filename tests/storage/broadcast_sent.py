"""A broadcast that was sent, as its rows stand: parts with what became of them, and answers."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, update

from storage import broadcasts, outbox, tables
from storage.database import Tx
from storage.outbox import State as Sending
from tests.storage.rows import NOW, draft
from training.broadcasts import Kind, Settings, State

HOUR = timedelta(hours=1)
QUIZ, NOTICE = Settings(Kind.QUIZ), Settings(Kind.NOTICE, text="甲")


async def broadcast(tx: Tx, settings: Settings = QUIZ, state: State = State.OPEN, **columns: Any) -> int:
    number = await broadcasts.add(
        tx, settings, state=state, sender="p1", via="chat", now=NOW, send_at=NOW, closes_at=NOW + 48 * HOUR
    )
    here = tables.broadcast.c.number == number
    await tx.execute(update(tables.broadcast).where(here).values(**{"queued_at": NOW, **columns}))
    return number


async def part(tx: Tx, number: int, part: int, units: Mapping[str, int], *texts: str, **columns: Any) -> list[int]:
    """Two messages, of which the last one became what `columns` say; a message may be several requests."""
    lane = broadcasts.lane_of(number, part)
    for message, bodies in enumerate((["first"], list(texts) or ["last"])):
        ref = broadcasts.ref_of(number, part, message)
        await outbox.add(tx, "wecom", ref, [draft(b) for b in bodies], lane=lane, mass=True, now=NOW)
    await broadcasts.add_part(tx, number, part, ref, units)
    sent = {"state": Sending.SENT, "finished_at": NOW, "msgid": f"m{part}"}
    first = tables.outbox.c.lane == lane
    await tx.execute(update(tables.outbox).where(first).values(**sent))
    last = (tables.outbox.c.ref == ref) & (tables.outbox.c.part == max(len(texts) - 1, 0))
    ended = update(tables.outbox).where(last).values(**columns).returning(tables.outbox.c.id)
    return list((await tx.execute(ended)).scalars())


async def answered(tx: Tx, number: int, person: str, unit: str, *right: bool) -> None:
    worth = {"answered_at": NOW, "earned_hundredths": 0, "posted_hundredths": 0, "question": "q1", "chosen": "A"}
    for item, correct in enumerate(right):
        given = {"broadcast": number, "item": item, "person": person, "unit": unit, "correct": correct}
        await tx.execute(insert(tables.quiz_answer).values(**given, **worth))
