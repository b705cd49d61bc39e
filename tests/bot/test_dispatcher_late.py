"""The desk: answers that came too late, and several desks on one database."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.channel import Answer
from handlers.message import Button, Card, Incoming, Kind, Push, Reply, Text
from handlers.routing import Item, Route, Router
from storage import people, tables
from storage.database import Database, Tx
from tests.bot.desk import KEY, crowd, first_line, lines, rows, verified
from tests.databases import on_postgresql
from tests.handlers.city import populate
from tests.handlers.stage import MONDAY, Stage
from tests.handlers.wire import Wire, heard
from training.calendar import DAY
from training.people import Account
from training.rules import Rules


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What is logged; an exception is not drawn for the console, which takes seconds."""
    with capture_logs() as found:
        yield found


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    made = Stage(database)
    await made.phone("lin")("今日一题")
    return made


# ---- late answers ---------------------------------------------------------------------------------------------


class Slow:
    """A desk at work on something that takes until it is let go."""

    def __init__(self, stage: Stage, reply: Reply) -> None:
        self.go = asyncio.Event()

        async def cold(tx: Tx, item: Item, now: datetime) -> Reply:
            await self.go.wait()
            return reply

        self.stage = Stage(stage.database, stage.clock, routes=Router((Route(cold, tap="slow"),), cold))

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.stage.desk.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def let_go(self, answer: asyncio.Future[Answer]) -> None:
        self.go.set()
        await answer
        for _ in range(20):  # the pushes are queued by tasks of their own
            await asyncio.sleep(0.01)
        await self.stage.send_all()


async def test_a_late_answer_in_words_is_pushed_once(stage: Stage) -> None:
    slow = Slow(stage, Reply(Text("好了"), (Push(("zhou",), Text("还有")),)))
    act = slow.stage.act("zhou", "慢")
    async with slow.working():
        answer = slow.stage.desk.submit(act)
        for delivery in range(3):  # three deliveries, none of which waited long enough
            if delivery:
                assert slow.stage.desk.submit(act) is answer
            slow.stage.desk.finish_late(act, answer)
            await asyncio.sleep(0)
        await slow.let_go(answer)
    box = [message.text for message in slow.stage.wire.boxes["zhou"]]
    assert sorted(box) == ["好了", "还有"]


async def test_a_late_card_is_changed_with_the_taps_code(stage: Stage) -> None:
    slow = Slow(stage, Reply(Card(title="好了", buttons=(Button("A", "slow:2"),), closed="已作答")))
    act = slow.stage.act("zhou", "slow:1", Kind.TAP, response_code="tapped")
    async with slow.working():
        answer = slow.stage.desk.submit(act)
        slow.stage.desk.finish_late(act, answer)
        slow.stage.desk.submit(act)
        slow.stage.desk.finish_late(act, answer)
        await slow.let_go(answer)
    [message] = slow.stage.wire.boxes["zhou"]
    assert (message.text, message.updates) == ("好了\n[已作答]", "tapped")


async def test_nothing_is_pushed_while_a_delivery_still_waits(stage: Stage) -> None:
    slow = Slow(stage, Reply(Text("好了")))
    act = slow.stage.act("zhou", "慢")
    async with slow.working():
        answer = slow.stage.desk.submit(act)
        slow.stage.desk.finish_late(act, answer)
        assert slow.stage.desk.submit(act) is answer  # this one gets it as its reply
        await slow.let_go(answer)
    assert "zhou" not in slow.stage.wire.boxes
    assert heard(answer.result().wire)[0].text == "好了"


# ---- several desks on one database ----------------------------------------------------------------------------


async def both(one: Stage, other: Stage) -> None:
    await asyncio.gather(one.desk.drain(), other.desk.drain())


async def year_sums(database: Database) -> dict[str, str]:
    year = tables.person_year.c
    return dict(await rows(database, year.person, year.by_form))


@on_postgresql
async def test_two_desks_answer_one_person_once(stage: Stage) -> None:
    names = await crowd(stage.database, 12)
    other = Stage(stage.database, stage.clock)
    waiting = []
    for name in names:
        waiting.append(stage.desk.submit(stage.act(name, KEY + "B", Kind.TAP)))
        waiting.append(other.desk.submit(other.act(name, KEY + "A", Kind.TAP)))
    await both(stage, other)
    said = [first_line(answer.result()) for answer in waiting]
    for mine, theirs in zip(said[::2], said[1::2], strict=True):
        verdict = {"✓ 回答正确": "回答正确", "✗ 回答错误": "回答错误"}
        first, second = (mine, theirs) if mine in verdict else (theirs, mine)
        assert second == f"此题您已作答（{verdict[first]}），以首次为准"
    assert [person for person, _ in await lines(stage.database)] == [f"N{name}" for name in names]
    assert set((await year_sums(stage.database)).values()) == {'{"daily":10}'}
    assert await verified(stage.database)


@on_postgresql
async def test_two_desks_one_act_at_a_time(stage: Stage) -> None:
    """Batches of one: whoever is overtaken reads again and does not apologise."""
    names = await crowd(stage.database, 8)
    other = Stage(stage.database, stage.clock)
    for name in names:
        mine = stage.desk.submit(stage.act(name, KEY + "B", Kind.TAP))
        theirs = other.desk.submit(other.act(name, KEY + "B", Kind.TAP))
        await both(stage, other)
        assert sorted(first_line(a.result()) for a in (mine, theirs)) == [
            "✓ 回答正确",
            "此题您已作答（回答正确），以首次为准",
        ]
    assert len(await lines(stage.database)) == 8


@on_postgresql
async def test_two_desks_with_two_questions_of_one_person_add_up(stage: Stage) -> None:
    """The first lines of a year: there is no row yet that could be locked."""
    names = await crowd(stage.database, 12)
    stage.clock.to(MONDAY + DAY)
    await stage.phone("lin")("今日一题")
    other = Stage(stage.database, stage.clock)
    for name in names:
        stage.desk.submit(stage.act(name, KEY + "B", Kind.TAP))
        other.desk.submit(other.act(name, f"daily:{MONDAY + DAY}:staff:B", Kind.TAP))
        if name in names[:6]:
            await both(stage, other)  # one at a time, then six together
    await both(stage, other)
    assert len(await lines(stage.database)) == 24
    assert set((await year_sums(stage.database)).values()) == {'{"daily":20}'}
    assert await verified(stage.database)


@on_postgresql
async def test_one_act_delivered_to_two_desks_is_one_act(stage: Stage) -> None:
    other = Stage(stage.database, stage.clock)
    acts: list[Incoming] = [stage.act(name, KEY + "B", Kind.TAP) for name in await crowd(stage.database, 6)]
    acts += [stage.act("zhou", "投诉建议 食堂"), stage.act("chen", "帮助")]
    mine, theirs = [stage.desk.submit(act) for act in acts], [other.desk.submit(act) for act in acts]
    await both(stage, other)
    assert [a.result().wire for a in mine] == [a.result().wire for a in theirs]
    assert len(await lines(stage.database)) == 6
    assert await rows(stage.database, tables.feedback.c.text) == [("食堂",)]


async def test_desks_on_one_database_share_what_was_seen(stage: Stage) -> None:
    other = Stage(stage.database, stage.clock, Rules(), Wire())
    act = stage.act("zhou", KEY + "B", Kind.TAP)
    [first], [again] = await stage.answers(act), await other.answers(act)
    assert first.wire == again.wire


async def test_an_account_that_changes_hands_speaks_for_the_new_person(stage: Stage) -> None:
    """Nothing about people is kept in memory: what another process wrote holds for the next act."""
    assert (await stage.phone("newcomer")("帮助")).startswith("您还不在学法名册中")
    async with stage.database.write() as tx:
        account = Account("newcomer", "R2", MONDAY)
        await people.add(tx, [], [], [account], by="test", now=stage.clock(), today=MONDAY)
    assert "姓名：陈静" in await stage.phone("newcomer")("我的数据")
