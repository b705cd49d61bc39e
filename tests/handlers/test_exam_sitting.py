"""A sitting at the desk: repeated, late and crossing acts, the deadline, two processes, and a crowd."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import event, func, select

from handlers.actions.exam_books import Shelf
from handlers.actions.exam_ending import Ending, Handed
from handlers.message import Incoming, Kind
from storage import exam_marks, people, sittings, tables
from storage.database import Database, open_database
from storage.sittings import Given, Sitting
from tests.databases import on_postgresql
from tests.handlers.city import NEW_YEAR
from tests.handlers.sitting_city import TITLE, multiple, opened, single
from tests.handlers.stage import MONDAY, Clock, Phone, Stage, at
from tests.handlers.wire import heard
from training.exams import ScoreRelease
from training.people import Account, Fact, Field
from training.rules import Rules

TEN = at(MONDAY, "10:00")
END = at(MONDAY, "11:00")
SECOND = timedelta(seconds=1)
LATE = f"《{TITLE}》的时间已到，这次作答没有计入"
FOUR = (single(1), single(2), multiple(1), multiple(2))


@pytest.fixture
async def stage(database: Database) -> Stage:
    """An exam of two singles and two multiples, which R1 began at ten."""
    await opened(database, "R1", "R2", questions=FOUR)
    stage = Stage(database)
    await stage.phone("zhou")("开始")
    return stage


@pytest.fixture
async def other(stage: Stage) -> AsyncIterator[Stage]:
    """Another process on the same database, with the same clock."""
    database = open_database(stage.database.url.render_as_string(hide_password=False))
    yield Stage(database, stage.clock, wire=stage.wire)  # either may send what the other one queued
    await database.close()


def tap(stage: Stage, what: str, sent_at: datetime | None = None, account: str = "zhou") -> Incoming:
    """What zhou's card says is `exam:1:…`."""
    act = stage.act(account, f"exam:{what}", Kind.TAP, response_code=f"code {what} {sent_at}")
    return replace(act, sent_at=sent_at or stage.clock())


async def said(stage: Stage, *acts: Incoming) -> list[str]:
    """The passive replies to acts that the desk finds together; a tap has none when it is refused in words."""
    return ["".join(message.text for message in heard(answer.wire)) for answer in await stage.answers(*acts)]


async def answers(stage: Stage) -> dict[tuple[int, int], Given]:
    async with stage.database.read() as tx:
        return await sittings.standing(tx, [1])


async def chosen(stage: Stage) -> dict[int, str]:
    return {item: given.chosen for (_, item), given in (await answers(stage)).items()}


async def progress(stage: Stage) -> Sitting:
    async with stage.database.read() as tx:
        return (await sittings.by_number(tx, [1]))[1]


async def marks(stage: Stage) -> list[int]:
    """The versions of the first sitting's marks."""
    async with stage.database.read() as tx:
        return [kept.version for kept in (await exam_marks.versions(tx, [1]))[1]]


async def ended(stage: Stage) -> tuple[datetime | None, str]:
    async with stage.database.read() as tx:
        row = (await tx.execute(select(tables.exam_attempt).where(tables.exam_attempt.c.id == 1))).one()
    return row.ended_at, row.ended_by


async def expire_due(stage: Stage) -> list[Handed]:
    async with stage.database.write() as tx:
        return await Ending(Shelf(), Rules()).expire_due(tx, stage.clock())


# Repeated, late and out of order.


async def test_a_delivery_that_comes_again_changes_nothing(stage: Stage) -> None:
    act = tap(stage, "1:2:+A")
    first = await stage.answers(act, act)
    stage.clock.on(seconds=5)
    again = await stage.answers(act)
    assert first[0].wire == first[1].wire == again[0].wire
    assert await chosen(stage) == {2: "A"}
    assert (await progress(stage)).answered == "0010"


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    ("acts", "counts"),
    [
        ((("A", 0), ("B", 1)), "B"),
        ((("B", 1), ("A", 0)), "B"),
        ((("A", 0), ("B", 0)), "B"),  # a tie: the last to arrive
        ((("B", 0), ("A", 0)), "A"),
        ((("C", 2), ("A", 0), ("B", 1)), "C"),
    ],
)
async def test_the_answer_given_last_counts(
    stage: Stage, acts: tuple[tuple[str, int], ...], counts: str, together: bool
) -> None:
    stage.clock.on(seconds=10)
    taps = [tap(stage, f"1:0:{letter}", TEN + seconds * SECOND) for letter, seconds in acts]
    if together:
        told = await said(stage, *taps)
    else:
        told = [one for act in taps for one in await said(stage, act)]
    assert await chosen(stage) == {0: counts}
    assert (await answers(stage))[1, 0].sent_at == TEN + max(seconds for _, seconds in acts) * SECOND
    assert f"\n已保存：第1题 {counts} 10:00:10\n" in told[-1]  # what stands, not what came last
    assert (await progress(stage)).answered == "1000"


async def test_a_late_answer_is_told_since_when_the_other_one_stands(stage: Stage) -> None:
    stage.clock.on(seconds=2)
    await said(stage, tap(stage, "1:0:B"))
    stage.clock.on(seconds=3)
    [told] = await said(stage, tap(stage, "1:0:A", TEN))
    assert "\n已保存：第1题 B 10:00:02\n" in told


async def test_letters_are_taken_in_and_out_in_any_order(stage: Stage) -> None:
    stage.clock.on(seconds=10)
    await said(stage, *(tap(stage, f"1:2:+{letter}") for letter in "CAB"))
    assert await chosen(stage) == {2: "ABC"}
    await said(stage, tap(stage, "1:2:+B", TEN))  # it was on its way for ten seconds
    assert await chosen(stage) == {2: "AC"}
    await said(stage, tap(stage, "1:2:+A"), tap(stage, "1:2:+C"))
    assert await chosen(stage) == {2: ""}
    assert (await progress(stage)).answered == "0000"
    [told] = await said(stage, tap(stage, "1:2:+D", TEN + SECOND))
    assert "\n已保存：第3题 D 10:00:10\n" in told


async def test_typed_words_and_taps_in_one_batch(stage: Stage) -> None:
    told = await said(
        stage,
        stage.act("zhou", "A"),
        tap(stage, "1:2:+A"),
        stage.act("zhou", "第2题"),
        *(stage.act("zhou", letter) for letter in "BC"),
    )
    assert await chosen(stage) == {0: "A", 1: "B", 2: "A", 3: "C"}
    assert told[-1].startswith(f"✓ 已保存 第4题 C 10:00:00\n【{TITLE}】已答 4/4")


async def test_a_clock_of_wecom_that_is_ahead_does_no_harm(stage: Stage) -> None:
    """The deadline is the server's, and no answer can stand beyond what comes after it."""
    stage.clock.to(MONDAY, "10:59:59")
    await said(stage, tap(stage, "1:0:A", END + 60 * SECOND))
    await said(stage, tap(stage, "1:0:B", END + 60 * SECOND))
    await said(stage, tap(stage, "1:0:C"))
    assert (await answers(stage))[1, 0] == Given(1, 0, "C", END - SECOND, END - SECOND)


# The deadline.


@pytest.mark.parametrize(
    ("sent", "arrives", "counts"),
    [
        (0, 0.0, True),
        (0, 20.0, True),  # in flight: three deliveries
        (-1, 20.0, True),
        (0, 20.000001, False),
        (1, 1.0, False),
        (1, 20.0, False),
        (1, 3600.0, False),
    ],
)
async def test_the_end_and_the_grace(stage: Stage, sent: int, arrives: float, counts: bool) -> None:
    stage.clock.now = END + timedelta(seconds=arrives)
    act = replace(stage.act("zhou", "A"), sent_at=END + sent * SECOND)
    [told] = await said(stage, act)
    assert told.startswith("✓ 已保存 第1题 A " if counts else LATE)
    assert await chosen(stage) == ({0: "A"} if counts else {})
    over = arrives > 20
    assert await ended(stage) == ((END, "clock") if over else (None, ""))
    assert await marks(stage) == ([1] if over else [])


async def test_a_touch_after_the_end_ends_it_once(stage: Stage) -> None:
    await said(stage, tap(stage, "1:0:A"))
    stage.clock.to(MONDAY, "11:00:21")
    told = await said(stage, stage.act("zhou", "B"), stage.act("zhou", "C"))
    assert [one.startswith(LATE) for one in told] == [True, True]
    assert await ended(stage) == (END, "clock")
    assert await chosen(stage) == {0: "A"}
    assert await expire_due(stage) == []
    zhou = stage.phone("zhou")
    assert (await zhou.key("exam:1:0:B")).endswith(f"《{TITLE}》您已交卷或已到时，不能再作答。回复“成绩”查看情况。")
    await zhou("考试")
    assert await marks(stage) == [1]


async def test_a_touch_with_scores_at_once_posts_the_hours(database: Database) -> None:
    """The whole end fits into the transaction of the desk."""
    await opened(database, questions=(single(1),), release_score=ScoreRelease.AT_ONCE)
    stage = Stage(database)
    zhou = stage.phone("zhou")
    await zhou("开始")
    await zhou("A")
    stage.clock.to(MONDAY, "12:00")
    assert (await zhou("A")).startswith(LATE)
    assert await zhou("考试") == f"“{TITLE}”成绩：100 分（满分 100），优秀"
    assert "计入学时：2.00 / 50.00" in await zhou("我的学时")


async def test_the_clock_ends_what_nobody_touches(stage: Stage) -> None:
    await stage.phone("chen")("开始")
    stage.clock.to(MONDAY, "11:00:20")
    assert await expire_due(stage) == []
    stage.clock.on(microseconds=1)
    done = await expire_due(stage)
    assert [(one.sitting.person, one.by, one.told) for one in done] == [
        ("R1", "clock", False),
        ("R2", "clock", False),
    ]
    assert await expire_due(stage) == []
    assert await ended(stage) == (END, "clock")
    assert await marks(stage) == [1]


async def test_handing_in_within_the_grace_ends_at_the_deadline(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("交卷")
    stage.clock.to(MONDAY, "11:00:10")
    assert "已交卷：共 4 题" in await zhou.key("exam_end:1")
    assert await ended(stage) == (END, "person")


async def test_handing_in_after_the_grace_is_the_clocks(stage: Stage) -> None:
    stage.clock.to(MONDAY, "11:00:30")
    assert "考试时间到，已自动交卷，已答的题都计入：共 4 题" in await stage.phone("zhou").key("exam_end:1")
    assert await ended(stage) == (END, "clock")


# Two processes.


async def test_two_starts_at_once_make_one_sitting(stage: Stage, other: Stage) -> None:
    await asyncio.gather(*(one.answers(one.act("chen", "开始")) for one in (stage, other)))
    await stage.send_all()
    assert [card.text.partition("\n")[0] for card in stage.wire.boxes["chen"]] == ["1/4 单选题"] * 2
    async with stage.database.read() as tx:
        here = tables.exam_attempt.c.person == "R2"
        count = select(func.count()).select_from(tables.exam_attempt).where(here)
        assert (await tx.execute(count)).scalar_one() == 1


async def test_two_hand_in_at_once(stage: Stage, other: Stage) -> None:
    acts = [
        (one, one.act("zhou", "exam_end:1", Kind.TAP, response_code=f"code {n}"))
        for n, one in enumerate((stage, other))
    ]
    told = await asyncio.gather(*(said(one, act) for one, act in acts))
    assert sorted("已交卷：共 4 题" in one[0] for one in told) == [False, True]
    await stage.send_all()
    assert stage.wire.boxes["zhou"][-1].text.startswith(f"《{TITLE}》您已交卷或已到时")
    assert await marks(stage) == [1]


async def test_handing_in_and_expiry_at_once(stage: Stage, other: Stage) -> None:
    stage.clock.to(MONDAY, "11:00:30")
    told, done, touched = await asyncio.gather(
        stage.phone("zhou").key("exam_end:1"), expire_due(other), other.phone("zhou")("A")
    )
    assert ("已自动交卷" in told) + len(done) <= 1
    assert touched.startswith((LATE, "《", "现在没有"))
    assert await ended(stage) == (END, "clock")
    assert await marks(stage) == [1]


@pytest.mark.parametrize("attempt", range(5))
async def test_what_is_acknowledged_is_marked(stage: Stage, other: Stage, attempt: int) -> None:
    """An answer and the end at once from two processes: saved and counted, or refused."""
    told, _ = await asyncio.gather(said(stage, tap(stage, "1:0:A")), other.phone("zhou").key("exam_end:1"))
    async with stage.database.read() as tx:
        [kept] = (await exam_marks.versions(tx, [1]))[1]
    saved = "已保存：第1题 A" in told[0]
    assert await chosen(stage) == ({0: "A"} if saved else {})
    assert (kept.marks.earned[0] > 0) is saved


async def test_a_process_that_dies_loses_nothing_it_acknowledged(stage: Stage, other: Stage) -> None:
    """Nothing of a sitting is in memory: another process goes on where the first one was."""
    zhou = stage.phone("zhou")
    await zhou("A")
    await zhou("标记")
    phone: Phone = other.phone("zhou")
    assert (await phone("B")).startswith("✓ 已保存 第2题 B 10:00:00\n【3/4 多选题】")
    assert (await phone("答题卡")).endswith(
        "\n未答 2 题：3、4\n已标记 1 题：2\n回复“第3题”继续作答，“交卷”结束考试。"
    )
    assert (await zhou("第2题")).startswith("【2/4 单选题 ★】")


# A crowd.


async def crowd(database: Database, size: int) -> Stage:
    """So many people, each at the first question."""
    numbers = [f"C{n:03}" for n in range(size)]
    await opened(database, *numbers, questions=FOUR)
    held = {Field.UNIT: "11", Field.CATEGORY: "staff"}
    facts = [
        Fact(number, field, value, NEW_YEAR, at(NEW_YEAR))
        for number in numbers
        for field, value in {Field.NAME: number, **held}.items()
    ]
    accounts = [Account(f"account{number}".lower(), number, NEW_YEAR) for number in numbers]
    async with database.write() as tx:
        await people.add(tx, facts, [], accounts, by="test", now=at(NEW_YEAR), today=MONDAY)
    stage = Stage(database, Clock(at(MONDAY, "9:00")))
    await stage.answers(*(stage.act(one.account, "开始") for one in accounts))
    stage.clock.to(MONDAY, "9:01")
    return stage


def taps(stage: Stage, who: range, item: int, letter: str) -> list[Incoming]:
    return [tap(stage, f"{n + 1}:{item}:{letter}", account=f"accountc{n:03}") for n in who]


async def test_two_hundred_people_answer_at_once(database: Database) -> None:
    stage = await crowd(database, 200)
    told = await said(stage, *taps(stage, range(200), 0, "A"))
    assert all("\n已保存：第1题 A 09:01:00\n" in one for one in told)
    async with database.read() as tx:
        stands = await sittings.standing(tx, range(1, 201))
        at_second = await sittings.by_number(tx, range(1, 201))
    assert {key: given.chosen for key, given in stands.items()} == {(n, 0): "A" for n in range(1, 201)}
    assert {(one.at, one.answered) for one in at_second.values()} == {(1, "1000")}


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def see(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(database.writer.sync_engine, "before_cursor_execute", see)
    yield seen
    event.remove(database.writer.sync_engine, "before_cursor_execute", see)


@on_postgresql  # elsewhere the desk's statements do not pass the engine
@pytest.mark.parametrize("letter", ["A", "B", "+A", ">"])
async def test_statements_do_not_grow_with_the_batch(database: Database, letter: str) -> None:
    """First answers, changed ones, letters of a multiple choice, steps."""
    stage = await crowd(database, 40)
    item = 2 if letter == "+A" else 0
    if letter == "B":
        await said(stage, *taps(stage, range(40), item, "A"))
    used = []
    for who in (range(1), range(1, 40)):
        with counted(database) as seen:
            await said(stage, *taps(stage, who, item, letter))
        used.append(len(seen))
    assert used[0] == used[1] <= 12, used


@on_postgresql
async def test_nor_do_typed_ones_of_people_who_sit_nothing(database: Database) -> None:
    stage = await crowd(database, 40)
    async with database.write() as tx:
        await tx.execute(tables.focus.delete())
    used = []
    for size in (2, 40):
        with counted(database) as seen:
            told = await said(stage, *(stage.act(f"accountc{n:03}", "答题卡") for n in range(size)))
        assert all(one.startswith(f"【{TITLE}】已答 0/4") for one in told)
        used.append(len([one for one in seen if "INTO focus" not in one]))
    assert used[0] == used[1] <= 12, used
