"""Quizzes in the database: what is asked, of whom, and the answers that count."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from question_bank.duplicates import fold_key
from storage import broadcasts, merges, quizzes, tables
from storage.database import Database, Tx, open_database
from storage.scope import EVERYTHING, own
from tests.storage.rows import NOW, question
from training.broadcasts import Answered, Asked, Kind, Settings, State
from training.quizzes import WRITTEN, Quiz

HOUR = timedelta(hours=1)
CLOSES = NOW + 24 * HOUR
YEAR = (NOW - 300 * 24 * HOUR, NOW + 30 * 24 * HOUR)


async def add(tx: Tx, *bank: str, kind: Kind = Kind.QUIZ, **columns: Any) -> int:
    """A quiz with a question for each of these ids of the bank; `` is one written for it."""
    held = {"send_at": NOW, "closes_at": CLOSES, **columns}
    state = held.pop("state", State.OPEN)
    settings = Settings(kind, "测", credit=20)
    number = await broadcasts.add(tx, settings, state=state, sender="p9", via="chat", now=NOW, **held)
    await broadcasts.keep_questions(tx, number, [(one, 1, question(n)) for n, one in enumerate(bank, 1)])
    return number


async def receive(tx: Tx, number: int, **left: str) -> None:
    """Person → why left out, or empty."""
    rows = [{"broadcast": number, "person": p, "unit": f"u-{p}", "left_out": why} for p, why in left.items()]
    await tx.execute(insert(tables.broadcast_receiver), rows)


def answer(number: int, item: int, person: str, **changed: Any) -> Answered:
    return replace(Answered(number, item, person, "u", "A", True, NOW, 20, 20), **changed)


async def test_a_quiz_is_read_with_its_questions_in_order(database: Database) -> None:
    async with database.write() as tx:
        number = await add(tx, "q1", "")
        await add(tx)  # a notice has none
        await add(tx, "q1", send_at=None)
        assert await quizzes.by_number(tx, []) == {}
        found = await quizzes.by_number(tx, [1, 2, 3, 4, number])
    asked = tuple(Asked(number, n, 2, "测", CLOSES, question(n + 1), 20) for n in range(2))
    written = WRITTEN + fold_key(question(2))
    assert found == {number: Quiz(number, State.OPEN, NOW, CLOSES, 20, asked, ("q1", written))}


async def test_only_who_was_written_to_was_asked(database: Database) -> None:
    async with database.write() as tx:
        one, two = await add(tx, "q1"), await add(tx, "q1")
        await receive(tx, one, p1="", p2="muted")
        await receive(tx, two, p2="")
        found = await quizzes.units(tx, EVERYTHING, [one, two], ["p1", "p2", "p3"])
        assert found == {(one, "p1"): "u-p1", (two, "p2"): "u-p2"}
        assert await quizzes.units(tx, own("p1"), [one, two], ["p1", "p2"]) == {(one, "p1"): "u-p1"}
        assert await quizzes.units(tx, EVERYTHING, [], []) == {}


async def test_answers_come_back_as_they_went_in(database: Database) -> None:
    async with database.write() as tx:
        first = answer(1, 0, "p1", chosen="ABC", correct=False, earned=20, posted=5)
        await quizzes.record(tx, [(first, "q1"), (answer(1, 1, "p1"), ""), (answer(2, 0, "p2"), "q1")])
        await quizzes.record(tx, [])
    async with database.read() as tx:
        assert await quizzes.answers(tx, EVERYTHING, [1], ["p1", "p2"]) == {
            (1, 0, "p1"): first,
            (1, 1, "p1"): answer(1, 1, "p1"),
        }
        assert await quizzes.answers(tx, own("p2"), [1, 2], ["p1", "p2"]) == {(2, 0, "p2"): answer(2, 0, "p2")}
        assert [q for _, q in await quizzes.all_of(tx, EVERYTHING, ["p1", "p2"])] == ["q1", "", "q1"]
        assert await quizzes.how_many(tx, own("p1"), "p1") == 2
        assert await quizzes.how_many(tx, own("p2"), "p1") == 0


async def test_an_answer_goes_in_once(database: Database) -> None:
    async with database.write() as tx:
        await quizzes.record(tx, [(answer(1, 0, "p1"), "q1")])
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await quizzes.record(tx, [(answer(1, 1, "p1"), "q1"), (answer(1, 0, "p1", chosen="B"), "q1")])
    async with database.read() as tx:
        assert await quizzes.answers(tx, EVERYTHING, [1], ["p1"]) == {(1, 0, "p1"): answer(1, 0, "p1")}


async def test_processes_record_the_same_answers_once(database: Database) -> None:
    """On PostgreSQL they really meet; on SQLite one waits for the other."""
    processes = [open_database(database.url.render_as_string(hide_password=False)) for _ in range(3)]

    async def write(one: Database) -> bool:
        try:
            async with one.write() as tx:
                await quizzes.record(tx, [(answer(1, 0, f"p{n}"), "q1") for n in range(50)])
        except IntegrityError:
            return False
        return True

    went_in = await asyncio.gather(*map(write, processes))
    for process in processes:
        await process.close()
    assert sorted(went_in) == [False, False, True]


@pytest.mark.parametrize(
    ("changed", "asked", "found"),
    [
        ({}, "q1", True),
        ({"earned": 0, "posted": 0}, "q1", False),
        ({"posted": 0}, "q1", True),
        ({"answered_at": YEAR[0]}, "q1", True),
        ({"answered_at": YEAR[0] - timedelta(microseconds=1)}, "q1", False),
        ({"answered_at": YEAR[1] - timedelta(microseconds=1)}, "q1", True),
        ({"answered_at": YEAR[1]}, "q1", False),
        ({}, "q2", False),
        ({}, "", False),
    ],
)
async def test_what_earned_hours_in_the_year(
    database: Database, changed: dict[str, Any], asked: str, *, found: bool
) -> None:
    async with database.write() as tx:
        await quizzes.record(tx, [(answer(1, 0, "p1", **changed), "q1"), (answer(1, 1, "p1"), "")])
        credited = await quizzes.credited(tx, EVERYTHING, ["p1", "p2"], [asked, ""], YEAR)
    assert credited == ({("p1", asked)} if found else set())


async def test_those_that_run_for_somebody(database: Database) -> None:
    async with database.write() as tx:
        running = [await add(tx, "q1", send_at=NOW - n * HOUR) for n in (2, 1)]
        running.append(await add(tx, "q1", state=State.SENDING, send_at=NOW - 3 * HOUR))
        others = [
            await add(tx, "q1", state=State.CLOSED),
            await add(tx, "q1", closes_at=NOW),
            await add(tx, "q1", state=State.PLANNED),
            await add(tx, "q1", send_at=NOW + HOUR),
            await add(tx, kind=Kind.NOTICE),
        ]
        for number in (*running, *others):
            await receive(tx, number, p1="", p2="status")
        two, one, three = running
        assert await quizzes.open_for(tx, own("p1"), "p1", NOW) == [one, two, three]
        assert await quizzes.open_for(tx, own("p1"), "p1", NOW, at_most=1) == [one]
        assert await quizzes.open_for(tx, own("p2"), "p2", NOW) == []
        assert await quizzes.open_for(tx, own("p2"), "p1", NOW) == []


# ---- a number that becomes another ----------------------------------------------------------------------------


async def receivers(tx: Tx, number: int) -> dict[str, str]:
    found = tables.broadcast_receiver.c
    rows = await tx.execute(
        tables.broadcast_receiver.select().where(found.broadcast == number).order_by(found.person)
    )
    return {row.person: row.left_out for row in rows}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"p1": ""}, {"p2": ""}),
        ({"p1": "muted"}, {"p2": "muted"}),
        ({"p1": "", "p2": ""}, {"p1": "", "p2": ""}),
        ({"p1": "", "p2": "no_account"}, {"p2": ""}),
        ({"p1": "muted", "p2": ""}, {"p1": "muted", "p2": ""}),
        ({"p1": "muted", "p2": "budget"}, {"p1": "muted", "p2": "budget"}),
        ({"p2": ""}, {"p2": ""}),
        ({"p3": ""}, {"p3": ""}),
    ],
)
async def test_receivers_go_along(database: Database, before: dict[str, str], after: dict[str, str]) -> None:
    async with database.write() as tx:
        number, other = await add(tx, "q1"), await add(tx, "q1")
        await receive(tx, number, **before)
        await receive(tx, other, p2="muted")
        await merges.hand_over_quizzes(tx, "p1", "p2", [])
        assert await receivers(tx, number) == after
        assert await receivers(tx, other) == {"p2": "muted"}


async def test_answers_and_what_was_sent_go_along(database: Database) -> None:
    async with database.write() as tx:
        number = await add(tx, "q1", "q2")
        await tx.execute(update(tables.broadcast).values(sender="p1"))
        await quizzes.record(tx, [(answer(number, n, "p1"), f"q{n}") for n in (0, 1)])
        await merges.hand_over_quizzes(tx, "p1", "p2", [answer(number, 1, "p2", earned=20, posted=7)])
        found = await quizzes.answers(tx, EVERYTHING, [number], ["p1", "p2"])
        assert found == {
            (number, 0, "p1"): answer(number, 0, "p1"),
            (number, 1, "p2"): answer(number, 1, "p2", posted=7),
        }
        known = await broadcasts.one(tx, number)
        assert known is not None
        assert known.sender == "p2"
