"""投诉建议: answered once, seen by whom it belongs to."""

from datetime import timedelta

from storage import feedback
from storage.database import Database
from storage.feedback import Feedback
from storage.scope import EVERYTHING, own
from tests.storage.rows import NOW

LATER = NOW + timedelta(hours=1)


async def test_is_numbered_and_answered_once(database: Database) -> None:
    async with database.write() as tx:
        assert [await feedback.add(tx, "p1", text, NOW) for text in ("甲", "乙")] == [1, 2]
        assert await feedback.answer(tx, 1, "好", by="p9", now=LATER)
        assert not await feedback.answer(tx, 1, "不", by="p8", now=LATER)
        assert not await feedback.answer(tx, 3, "?", by="p8", now=LATER)
        assert await feedback.one(tx, EVERYTHING, 1) == Feedback(1, "p1", "甲", NOW, "好", LATER)
        assert [one.number for one in await feedback.waiting(tx, EVERYTHING)] == [2]


async def test_belongs_to_whom_it_came_from(database: Database) -> None:
    async with database.write() as tx:
        for person in ("p1", "p2", "p1"):
            await feedback.add(tx, person, "…", NOW)
        assert await feedback.one(tx, own("p2"), 1) is None
        assert [one.number for one in await feedback.waiting(tx, own("p1"))] == [1, 3]
        assert [one.number for one in await feedback.waiting(tx, EVERYTHING, at_most=2)] == [1, 2]
