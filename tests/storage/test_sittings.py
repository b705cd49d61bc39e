"""Sittings: which answer counts, what is locked, what has run out."""

import asyncio
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy.exc import IntegrityError

from storage import sittings
from storage.database import Database, Tx
from storage.scope import EVERYTHING, own
from storage.sittings import BY_CLOCK, BY_PERSON, CHAT, Given, Sitting
from tests.databases import on_postgresql
from tests.storage.rows import NOW

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
TICK = timedelta(microseconds=1)


async def begun(
    tx: Tx, person: str = "p1", *, exam: int = 1, number: int = 1, started_at: datetime = NOW
) -> Sitting:
    """Of a paper with three items, for an hour."""
    clock = (started_at, started_at + HOUR, None)
    fresh = Sitting(0, exam, person, number, *clock, "staff", "[[0,-1,5,0],[1,-1,0,0],[2,0,0,1]]", 0, "000", "000")
    return await sittings.start(tx, fresh, mode=CHAT, full_marks=10_000, seed="种子")


def given(chosen: str, seconds: float = 0, *, attempt: int = 1, item: int = 0, later: float = 0) -> Given:
    sent_at = NOW + seconds * SECOND
    return Given(attempt, item, chosen, sent_at, sent_at + later * SECOND)


async def test_a_sitting_is_kept_and_found(database: Database) -> None:
    async with database.write() as tx:
        first, second = await begun(tx), await begun(tx, "p2")
    assert (first.attempt, second.attempt) == (1, 2)
    async with database.read() as tx:
        assert await sittings.by_number(tx, [2, 1, 1, 99, -1]) == {1: first, 2: second}
        assert await sittings.by_number(tx, []) == {}
        assert await sittings.open_of(tx, own("p1"), "p1") == first
        assert await sittings.open_of(tx, EVERYTHING, "p3") is None


async def test_only_in_the_scope(database: Database) -> None:
    async with database.write() as tx:
        await begun(tx)
        assert await sittings.open_of(tx, own("p2"), "p1") is None
        assert await sittings.open_attempts(tx, own("p2"), ["p1"]) == {}
        assert await sittings.sat(tx, own("p2"), 1, "p1") == []
        assert await sittings.sat(tx, own("p1"), 1, "p1") == [1]


async def test_the_same_attempt_begins_once(database: Database) -> None:
    async with database.write() as tx:
        await begun(tx)
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await begun(tx)


async def test_open_attempts_of_many(database: Database) -> None:
    async with database.write() as tx:
        for person in ("p1", "p2", "p3"):
            await begun(tx, person)
        assert await sittings.end(tx, 2, NOW, BY_PERSON)
        assert await sittings.open_attempts(tx, EVERYTHING, ["p1", "p2", "p3", "p9", "p1"]) == {"p1": 1, "p3": 3}
        assert await sittings.open_attempts(tx, EVERYTHING, []) == {}
        await begun(tx, "p1", exam=2)
        assert await sittings.open_attempts(tx, EVERYTHING, ["p1"]) == {"p1": 4}  # the later one


async def test_until_when_many_sit(database: Database) -> None:
    async with database.write() as tx:
        for number, person in enumerate(("p1", "p2", "p3")):
            await begun(tx, person, started_at=NOW + number * SECOND)
        assert await sittings.end(tx, 2, NOW, BY_PERSON)
        found = {"p1": NOW + HOUR, "p3": NOW + HOUR + 2 * SECOND}
        assert await sittings.until(tx, EVERYTHING, ["p1", "p2", "p3", "p9", "p1"]) == found
        assert await sittings.until(tx, own("p2"), ["p1"]) == {} == await sittings.until(tx, EVERYTHING, [])
        await begun(tx, "p1", exam=2, started_at=NOW + SECOND)
        assert await sittings.until(tx, EVERYTHING, ["p1"]) == {"p1": NOW + HOUR + SECOND}  # the later one


@pytest.mark.parametrize(
    ("kept", "counts"),
    [
        ([given("A"), given("B", 1)], "B"),
        ([given("B", 1), given("A")], "B"),  # came later, was given earlier
        ([given("A"), given("B")], "B"),  # a tie: the last to arrive
        ([given("B", 1), given("A", 1 - 1e-6)], "B"),
        ([given("B", 1), given("A"), given("C", 0.5)], "B"),
        ([given("A"), given("", 1)], ""),  # all letters taken out
    ],
)
async def test_the_answer_given_last_is_kept(database: Database, kept: list[Given], counts: str) -> None:
    async with database.write() as tx:
        await begun(tx)
    for one in kept:
        async with database.write() as tx:
            await sittings.keep_answers(tx, [one])
    async with database.read() as tx:
        stands = await sittings.standing(tx, [1])
        assert stands == {(1, 0): next(one for one in kept if one.chosen == counts)}
        assert await sittings.answers(tx, [1]) == {1: {0: counts}}


async def test_many_answers_in_one_statement(database: Database) -> None:
    async with database.write() as tx:
        await begun(tx)
        await begun(tx, "p2")
        await sittings.keep_answers(
            tx, [given("B", attempt=2, item=2), given('["其他；\\n"]', item=1), given("AB", later=9)]
        )
        await sittings.keep_answers(tx, [])
        assert await sittings.answers(tx, [1, 2, 3]) == {1: {0: "AB", 1: '["其他；\\n"]'}, 2: {2: "B"}, 3: {}}
        assert (await sittings.standing(tx, [1]))[1, 0].received_at == NOW + 9 * SECOND
        assert await sittings.standing(tx, []) == {} == await sittings.answers(tx, [])


async def test_progress(database: Database) -> None:
    async with database.write() as tx:
        first, second = await begun(tx), await begun(tx, "p2")
        moved = [replace(second, at=-1, answered="111", flagged="010"), replace(first, at=2, answered="100")]
        await sittings.keep_progress(tx, moved)
        assert await sittings.by_number(tx, [1, 2]) == {1: moved[1], 2: moved[0]}


async def test_an_end_is_set_once(database: Database) -> None:
    async with database.write() as tx:
        await begun(tx)
        assert await sittings.still_open(tx, 1) == 1
        assert await sittings.end(tx, 1, NOW + HOUR, BY_CLOCK)
        assert not await sittings.end(tx, 1, NOW + 2 * HOUR, BY_PERSON)
        assert not await sittings.end(tx, 99, NOW, BY_PERSON)
        assert (await sittings.by_number(tx, [1]))[1].ended_at == NOW + HOUR
        assert await sittings.still_open(tx, 1) == 0
        assert await sittings.open_of(tx, EVERYTHING, "p1") is None


async def test_what_has_run_out(database: Database) -> None:
    async with database.write() as tx:
        for n in range(1, 5):
            await begun(tx, f"p{n}", started_at=NOW - n * SECOND)  # the deadlines fall with the number
        assert await sittings.end(tx, 2, NOW, BY_PERSON)
        end = NOW + HOUR
        assert await sittings.expired(tx, end - 4 * SECOND, at_most=9) == []
        assert await sittings.expired(tx, end - 4 * SECOND + TICK, at_most=9) == [4]
        assert await sittings.expired(tx, end, at_most=9) == [4, 3, 1]
        assert await sittings.expired(tx, end, at_most=2) == [4, 3]


async def test_a_window_closed_by_hand_shortens_what_is_open(database: Database) -> None:
    async with database.write() as tx:
        for person, exam in (("p1", 1), ("p2", 1), ("p3", 2)):
            await begun(tx, person, exam=exam)
        await begun(tx, "p4", started_at=NOW - HOUR)
        assert await sittings.end(tx, 2, NOW, BY_PERSON)
        await sittings.shorten(tx, 1, NOW + 60 * SECOND)
        found = await sittings.by_number(tx, [1, 2, 3, 4])
    ends = [found[n].deadline_at for n in (1, 2, 3, 4)]
    assert ends == [NOW + 60 * SECOND, NOW + HOUR, NOW + HOUR, NOW]


@on_postgresql  # on SQLite one transaction writes at a time
async def test_who_waited_for_a_lock_sees_what_was_decided(database: Database) -> None:
    """An answer that waits while the sitting is handed in must not find it open."""
    async with database.write() as tx:
        await begun(tx)

    async def look() -> Sitting:
        async with database.write() as tx:
            return (await sittings.by_number(tx, [1], lock=True))[1]

    async with database.write() as tx:
        await sittings.by_number(tx, [1], lock=True)
        waiting = asyncio.create_task(look())
        await asyncio.sleep(0.2)
        assert not waiting.done()
        assert await sittings.end(tx, 1, NOW + SECOND, BY_PERSON)
        await sittings.shorten(tx, 1, NOW)
    found = await waiting
    assert found.ended_at == NOW + SECOND


@on_postgresql
async def test_locks_are_taken_in_one_order(database: Database) -> None:
    async with database.write() as tx:
        await begun(tx)
        await begun(tx, "p2")

    async def both(numbers: list[int]) -> int:
        async with database.write() as tx:
            return len(await sittings.by_number(tx, numbers, lock=True))

    assert await asyncio.gather(*(both(numbers) for numbers in [[1, 2], [2, 1]] * 5)) == [2] * 10


async def test_the_pace_of_a_sitting(database: Database) -> None:
    async with database.write() as tx:
        await begun(tx)
        await begun(tx, "p2")
        await sittings.keep_answers(tx, [given("A", 5, item=0), given("B", 9, item=1), given("C", 7, item=2)])
    async with database.read() as tx:
        found = await sittings.paces(tx, [1, 2])
    assert found == {1: sittings.Pace(3, NOW + 5 * SECOND, NOW + 9 * SECOND)}
