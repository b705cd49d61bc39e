"""Broadcasts as rows: the moves that exist, marks that only one moves, and who was written to."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from storage import broadcasts
from storage.broadcasts import Pending, Variant, Waiting
from storage.database import Database, Tx
from storage.scope import EVERYTHING, Scope
from tests.storage.rows import NOW
from training.broadcasts import MOVES, Broadcast, Kind, Left, Settings, State

NOTICE = Settings(Kind.NOTICE, text="正文")
HOUR = timedelta(hours=1)


async def add(tx: Tx, state: State = State.DRAFT, sender: str = "p1") -> Broadcast:
    number = await broadcasts.add(tx, NOTICE, state=state, sender=sender, via="chat", now=NOW)
    found = await broadcasts.one(tx, number)
    assert found is not None
    return found


async def test_as_it_was_ordered(database: Database) -> None:
    async with database.write() as tx:
        settings = replace(NOTICE, media="m" * 64, at=NOW + HOUR)
        number = await broadcasts.add(
            tx, settings, state=State.PLANNED, sender="", via="cli", now=NOW, digest="d" * 64, send_at=NOW + HOUR
        )
        expected = Broadcast(number, State.PLANNED, settings, 0, "", NOW, NOW + HOUR)
        assert await broadcasts.one(tx, number, lock=True) == expected == await broadcasts.by_digest(tx, "d" * 64)
        assert await broadcasts.one(tx, number + 1) is None


async def test_lists(database: Database) -> None:
    async with database.write() as tx:
        first, draft, other = await add(tx, State.OPEN), await add(tx), await add(tx, State.CLOSED, "p2")
        newer = await add(tx)
        assert await broadcasts.latest(tx) == [other, first]
        assert await broadcasts.latest(tx, sender="p1") == [first]
        assert await broadcasts.latest(tx, at_most=1) == [other]
        assert await broadcasts.draft_of(tx, "p1") == newer != draft
        assert await broadcasts.draft_of(tx, "p2") is None


@pytest.mark.parametrize("before", State)
async def test_the_moves_that_exist(database: Database, before: State) -> None:
    for after in State:
        async with database.write() as tx:
            found = await add(tx, before)
            if after not in MOVES[before]:
                with pytest.raises(ValueError, match="never goes"):
                    await broadcasts.move(tx, found, after)
                continue
            assert await broadcasts.move(tx, found, after, settings=replace(NOTICE, text="新"), closes_at=NOW)
            assert not await broadcasts.move(tx, found, after), "somebody was first"
            moved = await broadcasts.one(tx, found.number)
            assert moved == replace(found, state=after, settings=replace(NOTICE, text="新"), closes_at=NOW)


async def test_only_a_draft_is_changed(database: Database) -> None:
    async with database.write() as tx:
        draft, planned = await add(tx), await add(tx, State.PLANNED)
        assert await broadcasts.change(tx, draft.number, replace(NOTICE, text="新"))
        assert not await broadcasts.change(tx, planned.number, replace(NOTICE, text="新"))


async def test_what_is_due(database: Database) -> None:
    async with database.write() as tx:
        for state in State:
            for send_at in (NOW, NOW + HOUR):
                await broadcasts.add(tx, NOTICE, state=state, sender="", via="cli", now=NOW, send_at=send_at)
        due = [(one.state, one.send_at) for one in await broadcasts.due(tx, NOW)]
    planned, repeating, sending = State.PLANNED, State.REPEATING, State.SENDING
    assert due == [(planned, NOW), (repeating, NOW), (sending, NOW), (sending, NOW + HOUR)]


async def test_the_mark_moves_once(database: Database) -> None:
    waiting = [Waiting("zhang", "p1", "sfj"), Waiting("zhang2", "p1", None)]
    pending = Pending(3, [Variant("wecom", True, NOW, waiting), Variant("zwt", False, None, [])])
    async with database.write() as tx:
        found = await add(tx, State.SENDING)
        assert await broadcasts.progress(tx, found.number) == ("", Pending())
        assert await broadcasts.advance(tx, found.number, "", "p1", pending, queued_at=None)
        assert not await broadcasts.advance(tx, found.number, "", "p1", pending, queued_at=None)
        assert await broadcasts.progress(tx, found.number) == ("p1", pending)
        assert await broadcasts.advance(tx, found.number, "p1", "p2", Pending(4), queued_at=NOW)
        assert await broadcasts.progress(tx, found.number) is None
        ended = await broadcasts.one(tx, found.number)
        assert ended is not None and ended.state is State.OPEN


async def test_a_slot_of_a_series_once(database: Database) -> None:
    async with database.write() as tx:
        numbers = [
            await broadcasts.add(
                tx, NOTICE, state=State.PLANNED, sender="", via="clock", now=NOW, series=series, slot=slot
            )
            for series, slot in ((7, NOW), (7, NOW), (7, NOW + HOUR), (8, NOW), (0, None), (0, None))
        ]
    assert [bool(number) for number in numbers] == [True, False, True, True, True, True]


async def test_who_was_written_to(database: Database) -> None:
    async with database.write() as tx:
        await broadcasts.add_receivers(
            tx, 5, [("p1", "sfj", Left.NOT), ("p2", "czj", Left.NOT), ("p3", "sfj", Left.MUTED)]
        )
        everybody = ["p1", "p2", "p3", "p4"]
        assert await broadcasts.received(tx, EVERYTHING, 5, everybody) == {"p1": "sfj", "p2": "czj"}
        assert await broadcasts.received(tx, Scope(units=frozenset({"czj"})), 5, everybody) == {"p2": "czj"}
        assert await broadcasts.received(tx, EVERYTHING, 6, everybody) == {}


def test_refs() -> None:
    assert broadcasts.ref_of(12, 3, 0) == "broadcast-12-3-0"
    assert broadcasts.lane_of(12, 3) == "broadcast-12-3"
