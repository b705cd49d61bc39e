"""What the clock sends says at what hours it may go, and until when it is worth anything."""

from datetime import datetime

import pytest
from sqlalchemy import select

from storage import tables, wishes
from storage.database import Database
from tests.handlers.city import populate
from tests.handlers.pushing import job, push
from tests.handlers.stage import MONDAY, Stage
from training.calendar import DAY, closes_at, start_of
from training.wishes import Wishes


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    made = Stage(database)
    made.clock.to(MONDAY, "9:07")
    return made


async def limits(stage: Stage, begins: str) -> set[tuple[bool, datetime | None]]:
    box = tables.outbox.c
    async with stage.database.read() as tx:
        rows = await tx.execute(select(box.waking, box.not_after).where(box.ref.startswith(begins)))
        return {(waking, ends) for waking, ends in rows}


@pytest.mark.parametrize("by_hand", [False, True])
async def test_a_question_waits_for_people_to_be_awake_and_ends_with_its_week(
    stage: Stage, *, by_hand: bool
) -> None:
    await push(stage, by_hand=by_hand)
    assert await limits(stage, "daily-") == {(not by_hand, closes_at(MONDAY))}


async def test_a_reminder_is_of_its_day(stage: Stage) -> None:
    """On the next one, what it says may be wrong."""
    async with stage.database.write() as tx:
        await wishes.keep(tx, "R1", Wishes(mute_reminders=False))
    await job(stage, "daily_push")
    stage.clock.to(MONDAY, "16:37")
    await job(stage, "remind")
    assert await limits(stage, "remind-") == {(True, start_of(MONDAY + DAY))}
