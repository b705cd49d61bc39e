"""The desk: one writer for everybody, repeats and batches."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, event
from structlog.testing import capture_logs

from handlers.message import Kind
from question_bank.questions import Question
from storage import tables
from storage.database import Database
from tests.bot.desk import KEY, crowd, first_line, lines, rows, verified
from tests.handlers.city import JUDGE, MULTIPLE, SINGLE, populate
from tests.handlers.stage import BREAK, MONDAY, Stage
from tests.handlers.wire import heard
from training.calendar import DAY


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


# ---- repeats --------------------------------------------------------------------------------------------------


async def test_a_repeat_gets_the_same_reply_and_counts_once(stage: Stage) -> None:
    act = stage.act("zhou", KEY + "B", Kind.TAP, response_code="one")
    [first] = await stage.answers(act)
    stage.clock.on(minutes=3)
    [again] = await stage.answers(act)
    # Delivered anew with another code, as WeCom may: still the same act.
    [other] = await stage.answers(replace(act, response_code="two", sent_at=stage.clock()))
    assert first.wire == again.wire == other.wire != b""
    assert first_line(first) == "✓ 回答正确"
    assert (first.reply is not None, again.reply, other.reply) == (True, None, None)
    assert await lines(stage.database) == [("R1", MONDAY)]


async def test_repeats_at_the_same_time_await_the_same_answer(stage: Stage) -> None:
    act = stage.act("zhou", KEY + "B", Kind.TAP)
    one, two, three = await stage.answers(act, act, replace(act, response_code="x"))
    assert one is two is three
    assert await lines(stage.database) == [("R1", MONDAY)]


async def test_a_repeat_after_a_restart_gets_the_same_reply(stage: Stage) -> None:
    acts = [stage.act("zhou", KEY + "B", Kind.TAP), stage.act("chen", "我的学时"), stage.act("zhou", "帮助")]
    acts += [stage.act("stranger", "帮助"), stage.act("chen", "B"), stage.act("wu", KEY + "B", Kind.TAP)]
    before = [answer.wire for answer in await stage.answers(*acts)]
    stage.clock.on(hours=23)
    restarted = Stage(stage.database, stage.clock)
    after = await restarted.answers(*acts)
    assert [answer.wire for answer in after] == before
    assert [answer.reply for answer in after] == [None] * len(acts)
    assert len(await lines(stage.database)) == 1
    sent_before = len(stage.wire.sent)
    await stage.send_all()
    await restarted.send_all()
    assert len(stage.wire.sent) > sent_before  # what was queued with the answers
    assert restarted.wire.sent == []  # and a repeat queues nothing again


async def test_a_complaint_repeated_is_one_complaint(stage: Stage) -> None:
    act = stage.act("zhou", "投诉建议 食堂")
    for _ in range(3):
        await stage.answers(act)
    assert await rows(stage.database, tables.feedback.c.text) == [("食堂",)]
    assert (await stage.phone("admin").read()).count("【投诉建议") == 1


# ---- batches --------------------------------------------------------------------------------------------------


@asynccontextmanager
async def begun(database: Database) -> AsyncIterator[list[str]]:
    """How many transactions are begun inside: on SQLite as its library sees them, in whatever thread."""
    found: list[str] = []

    def traced(statement: str) -> None:
        if statement.startswith("BEGIN"):
            found.append("begin")

    def listen(connection: Connection) -> None:
        found.append("begin")

    if database.is_sqlite:
        async with database.writer.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.set_trace_callback(traced)
        yield found
        await driver.set_trace_callback(None)
        return
    engine = database.writer.sync_engine
    event.listen(engine, "begin", listen)
    try:
        yield found
    finally:
        event.remove(engine, "begin", listen)


async def test_sixty_four_people_are_one_transaction(stage: Stage) -> None:
    names = await crowd(stage.database, 64)
    acts = [stage.act(name, KEY + "ABCD"[n % 4], Kind.TAP) for n, name in enumerate(names)]
    async with begun(stage.database) as transactions:
        answers = await stage.answers(*acts)
    assert transactions == ["begin"]
    assert [first_line(a) for a in answers] == ["✗ 回答错误", "✓ 回答正确", "✗ 回答错误", "✗ 回答错误"] * 16
    assert len(await lines(stage.database)) == 64
    assert await verified(stage.database)


async def test_two_acts_of_one_person_in_a_batch_see_each_other(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("连续 开")
    stage.clock.to(MONDAY + DAY)
    await stage.phone("lin")("今日一题")
    keys = (KEY + "B", KEY + "A", f"daily:{MONDAY + DAY}:staff:B")
    answers = await stage.answers(*(stage.act("zhou", key, Kind.TAP) for key in keys))
    said = [heard(answer.wire)[0].text for answer in answers]
    assert said[0].startswith("✓ 回答正确\n")
    assert "\n本题学时：+0.10（补做）\n计入学时：0.10 / 50.00\n[" in said[0]
    assert said[1].startswith("此题您已作答（回答正确），以首次为准\n")
    assert "\n本题学时：+0.10\n计入学时：0.20 / 50.00\n连续答题：2 个工作日\n" in said[2]
    assert await lines(stage.database) == [("R1", MONDAY), ("R1", MONDAY + DAY)]


async def test_what_is_the_same_for_all_of_a_batch_is_sent_once(database: Database) -> None:
    await populate(database, replace_explanation(SINGLE), JUDGE, MULTIPLE, told=False)
    stage = Stage(database)
    names = await crowd(database, 3)
    await stage.phone("lin")("今日一题")
    await stage.send_all()
    stage.wire.sent.clear()
    await stage.answers(*(stage.act(name, KEY + "B", Kind.TAP) for name in names))
    await stage.send_all()
    assert [draft.receivers for draft, _ in stage.wire.sent] == [tuple(names)] * 2
    for name in names:
        explained, notice = (await stage.phone(name).read()).split(BREAK)
        assert explained.startswith("【11月23日 每日一题解析】\n正确答案：B\nB. 法律\n解析：由法律设定。由")
        assert notice.startswith("【个人信息说明】")


def replace_explanation(question: Question) -> Question:
    return Question(
        id=question.id,
        kind=question.kind,
        stem=question.stem,
        options=question.options,
        answer=question.answer,
        explanation="由法律设定。" * 40,
        audience=question.audience,
    )
