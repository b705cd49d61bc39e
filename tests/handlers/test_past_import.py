"""A file of past hours from the row to the ledger: split, cut, warned of, taken back and imported again."""

import asyncio
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event

from handlers.actions import batches, merging, reversing
from handlers.actions.past_plan import Planned, planned
from handlers.texts import past_hours as texts
from question_bank.formats.table import read_table
from storage import calendar, ledger, tables, wishes
from storage.batches import Batch
from storage.database import Database
from storage.scope import EVERYTHING
from tests.bot.desk import rows, verified
from tests.handlers.city import add_person, populate
from tests.handlers.past import Books, past
from tests.handlers.stage import MONDAY, Stage, at
from tests.training.rolls import sheet
from training.batches import Changes, State
from training.errors import PostedMeanwhile
from training.past_cells import HEADERS, REQUIRED

HEADER = "人员编号 形式 内容 起 止 学时 考核年度"
CLASS = ("R1", "脱产培训", "班", "2025-12-31", "2026-01-05", "24", "")
LECTURE = ("R1", "专题讲座", "讲座", "2026-03-10", "", "4", "")
LINE = tables.ledger_entry.c


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    async with database.write() as tx:
        await add_person(tx, "R6", "second", name="何芳", role="city_admin")
        await wishes.mark_privacy_shown(tx, ["R6"], at(MONDAY, "08:00"))
    return Stage(database)


async def plan(stage: Stage, *cells: tuple[str, ...]) -> Planned:
    """As `ledger import --dry-run` does."""
    table = read_table("past.csv", sheet(HEADER, *cells), HEADERS, REQUIRED)
    return await planned(stage.database, stage.rules, table, stage.clock())


async def propose(stage: Stage, changes: Changes) -> int:
    stage.clock.on(minutes=1)
    async with stage.database.write() as tx:
        person = await batches.proposer(tx, stage.rules, "wecom", "admin", stage.clock())
        return await batches.propose(tx, person, changes, "纸质台账", stage.clock())


async def confirm(stage: Stage, number: int) -> str:
    stage.clock.on(minutes=1)
    return await stage.phone("second")(f"确认 {number}")


async def bring(stage: Stage, *cells: tuple[str, ...]) -> Planned:
    found = await plan(stage, *cells)
    assert "已确认并生效" in await confirm(stage, await propose(stage, found.changes))
    return found


async def reverse(stage: Stage, seq: int) -> None:
    async with stage.database.write() as tx:
        await reversing.reverse(tx, stage.rules, seq, by="R6", reason="有误", now=stage.clock())


def said(found: Planned) -> list[str]:
    return [problem.problem for problem in found.problems]


async def posted(stage: Stage) -> list[tuple[int, int, str, str]]:
    """Number, year, person and hours of every line."""
    found = await rows(stage.database, LINE.seq, LINE.year, LINE.person, LINE.hours)
    return [(seq, year, person, f"{Decimal(hours):.2f}") for seq, year, person, hours in found]


# ---- New Year ---------------------------------------------------------------------------------------------------


async def test_a_class_over_new_year_is_two_lines_of_two_years(stage: Stage) -> None:
    found = await bring(stage, CLASS)
    assert said(found) == ["跨年，按天分为 2025 年度 8.00、2026 年度 16.00。"]
    assert list(texts.details(found.changes)) == [
        "周敏（R1）2025-12-31 脱产培训 8.00 学时，班（跨年，计入 2025 年度）",
        "周敏（R1）2026-01-01 脱产培训 16.00 学时，班（跨年，计入 2026 年度）",
    ]
    assert await posted(stage) == [(1, 2025, "R1", "8.00"), (2, 2026, "R1", "16.00")]
    [(_, note), _] = await rows(stage.database, LINE.seq, LINE.note)
    assert note == "2025-12-31 至 2026-01-05 共 24.00 学时，本条为 2025 年度部分"
    again = await plan(stage, CLASS)
    assert (again.plan.lines, again.plan.rejected) == ((), 1)
    assert await verified(stage.database)


async def test_the_citys_own_days_split_it_and_change_nothing_afterwards(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await calendar.keep(tx, {date(2026, 1, 4): (False, "休"), date(2026, 1, 5): (False, "休")})
    found = await bring(stage, (*CLASS[:5], "8", ""))
    assert [(line.year, str(line.hours)) for line in found.plan.lines] == [(2025, "8.00")]
    async with stage.database.write() as tx:
        await calendar.keep(tx, {date(2026, 1, 4): (True, "")})
    again = await plan(stage, (*CLASS[:5], "8", ""))
    # The calendar of today would split it; what was posted stands, and is all that was stated.
    assert said(again) == [
        "跨年，按天分为 2025 年度 4.00、2026 年度 4.00。",
        "这条记录与台账中的相同，没有重复导入。",
    ]
    await reverse(stage, 1)
    assert [str(line.hours) for line in (await bring(stage, (*CLASS[:5], "8", ""))).plan.lines] == ["4.00", "4.00"]


async def test_both_parts_together_are_worth_no_more_than_one_event(stage: Stage) -> None:
    found = await bring(stage, ("R1", "集体学法", "学习", "2025-12-31", "2026-01-04", "6", ""))
    assert [(cut.posted, cut.note) for cut in found.changes.cuts] == [
        (Decimal("2.00"), "申报 3.00，按单次上限认定 2.00"),
        (Decimal("2.00"), "申报 3.00，按单次上限认定 2.00"),
    ]
    assert said(found)[1:] == [
        "按现有台账，预计 2025 年度入账 2.00：申报 3.00，按单次上限认定 2.00。",
        "按现有台账，预计 2026 年度入账 2.00：申报 3.00，按单次上限认定 2.00。",
    ]
    assert [hours for *_, hours in await posted(stage)] == ["2.00", "2.00"]


# ---- what limits cut --------------------------------------------------------------------------------------------


def hearing(day: int, hours: str, person: str = "R1") -> tuple[str, ...]:
    return (person, "旁听庭审", f"庭审{day}", f"2026-03-{day}", "", hours, "")


async def test_what_limits_will_cut_is_told_before_and_is_what_is_posted(stage: Stage) -> None:
    await bring(stage, hearing(9, "5"))
    cells = (hearing(11, "4"), (*LECTURE[:5], "10", ""), hearing(10, "2.50"), hearing(12, "3", "R2"))
    found = await plan(stage, *cells)
    [first, second] = found.changes.cuts
    assert (str(first.posted), first.note) == ("2.00", "申报 2.50，按每日上限认定 2.00")
    assert (str(second.posted), second.note) == ("1.00", "申报 4.00，按年度上限认定 1.00")
    assert [(problem.where, problem.problem) for problem in found.problems] == [
        ("row 2", "按现有台账，预计入账 1.00：申报 4.00，按年度上限认定 1.00。"),
        ("row 4", "按现有台账，预计入账 2.00：申报 2.50，按每日上限认定 2.00。"),
    ]
    number = await propose(stage, found.changes)
    shown = await stage.phone("second")(f"审核 {number}")
    assert "按提出时的台账，2 条不能全额入账，合计少计 3.50 学时，预计入账 16.00 学时。" in shown
    assert "4.00 学时，庭审11（预计入账 1.00：申报 4.00，按年度上限认定 1.00）" in shown
    assert await rows(stage.database, LINE.seq) == [(1,)]  # nothing was written
    await confirm(stage, number)
    entry = await rows(stage.database, LINE.seq, LINE.source_ref, LINE.hours, LINE.note)
    cut = {ref: (Decimal(hours), note) for _, ref, hours, note in entry if note}
    assert cut == {one.ref: (one.posted, one.note) for one in found.changes.cuts}


async def test_a_file_asks_a_bounded_number_of_times(stage: Stage) -> None:
    async with stage.database.write() as tx:
        for number in range(60):
            await add_person(tx, f"N{number}")
    asked = Counter[str]()

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked[statement.split(maxsplit=1)[0]] += 1

    reader = stage.database.reader.sync_engine
    event.listen(reader, "before_cursor_execute", count)
    try:
        await plan(stage, LECTURE)
        few = sum(asked.values())
        asked.clear()
        await plan(stage, *((f"N{n}", *LECTURE[1:]) for n in range(60)))
    finally:
        event.remove(reader, "before_cursor_execute", count)
    assert sum(asked.values()) == few


# ---- again after a reversal -------------------------------------------------------------------------------------


async def test_what_was_taken_back_is_imported_again_and_then_stands(stage: Stage) -> None:
    await bring(stage, LECTURE)
    await reverse(stage, 1)
    found = await bring(stage, LECTURE, LECTURE)
    assert said(found) == ["第 1 号记录已冲销，本行将重新入账。", "这条记录与第 2 行中的相同，没有重复导入。"]
    assert "讲座（冲销后重新入账）" in "".join(texts.details(found.changes))
    assert await posted(stage) == [(1, 2026, "R1", "4.00"), (2, 2026, "R1", "-4.00"), (3, 2026, "R1", "4.00")]
    third = (await rows(stage.database, LINE.seq, LINE.source_ref, LINE.note))[2]
    assert third[1:] == (f"{found.plan.lines[0].ref}", "第 1 条冲销后重新入账")
    assert third[1].endswith("#2")
    assert said(await plan(stage, LECTURE)) == ["这条记录与台账中的相同，没有重复导入。"]
    await reverse(stage, 3)
    fourth = await bring(stage, LECTURE)
    assert said(fourth) == ["第 3 号记录已冲销，本行将重新入账。"]
    assert fourth.plan.lines[0].ref.endswith("#3")
    assert await verified(stage.database)


async def test_only_the_part_that_was_taken_back_comes_again(stage: Stage) -> None:
    await bring(stage, CLASS)
    await reverse(stage, 2)
    found = await bring(stage, CLASS)
    assert said(found) == [
        "跨年，按天分为 2025 年度 8.00、2026 年度 16.00。",
        "2025 年度的部分与台账中的相同，没有重复导入。",
        "第 2 号记录已冲销，本行将重新入账。",
    ]
    assert (await posted(stage))[-1] == (4, 2026, "R1", "16.00")
    assert (await plan(stage, CLASS)).plan.rejected == 1


async def test_a_batch_that_something_came_before_is_overtaken(stage: Stage) -> None:
    first = await propose(stage, (await plan(stage, LECTURE)).changes)
    await bring(stage, LECTURE)
    overtaken = "提出之后，周敏（R1）2026-03-10 专题讲座“讲座”已登记为台账第 {}，请退回后按现状重新提出。"
    assert overtaken.format("1 条") in await confirm(stage, first)
    await reverse(stage, 1)
    # Its ref is that of a line that was taken back.
    assert overtaken.format("1 条，又已冲销") in await confirm(stage, first)
    second = await propose(stage, (await plan(stage, LECTURE)).changes)
    third = await propose(stage, (await plan(stage, LECTURE)).changes)
    assert "已确认并生效" in await confirm(stage, second)
    assert overtaken.format("3 条") in await confirm(stage, third)
    assert "已经处理过" in await confirm(stage, second)
    await reverse(stage, 3)
    # It would have to be the third of its kind.
    assert overtaken.format("3 条，又已冲销") in await confirm(stage, third)
    assert len(await posted(stage)) == 4


async def test_two_batches_at_one_moment_post_the_event_once(stage: Stage) -> None:
    lines = past("lecture", "讲座", "4"), past("teaching", "课", "2", person="R2")
    books = Books(stage.database)
    done = await asyncio.gather(*(books.post(*lines) for _ in range(2)), return_exceptions=True)
    assert [type(one) for one in done if isinstance(one, BaseException)] == [PostedMeanwhile]
    assert len(await posted(stage)) == 2
    assert await verified(stage.database)


async def merge(stage: Stage, number: str, into: str) -> None:
    stage.clock.on(minutes=1)
    async with stage.database.read() as tx:
        change = await merging.proposed(tx, stage.rules, number, into, stage.clock())
    async with stage.database.write() as tx:
        batch = Batch(1, change, "R5", "江平", "同一人", stage.clock(), State.OPEN)
        await merging.merge(tx, stage.rules, change, batch, by="R6", now=stage.clock())


async def test_the_event_is_followed_through_merges_of_numbers(stage: Stage) -> None:
    """Imported for R9, who becomes R1, who becomes R8: it stands, is taken back, and comes again."""
    async with stage.database.write() as tx:
        await add_person(tx, "R8", name="周敏")
        await add_person(tx, "R9", name="周敏")
    await bring(stage, ("R9", *LECTURE[1:]))
    await merge(stage, "R9", "R1")  # 2 takes back, 3 posts again
    assert (await plan(stage, LECTURE)).plan.rejected == 1
    await reverse(stage, 3)
    found = await bring(stage, LECTURE)
    assert said(found) == ["第 3 号记录已冲销，本行将重新入账。"]
    assert (await plan(stage, LECTURE)).plan.rejected == 1
    await merge(stage, "R1", "R8")
    mine = ("R8", *LECTURE[1:])
    assert (await plan(stage, mine)).plan.rejected == 1
    seq = (await posted(stage))[-1][0]
    await reverse(stage, seq)
    found = await bring(stage, mine)
    assert said(found) == [f"第 {seq} 号记录已冲销，本行将重新入账。"]
    assert (await plan(stage, mine)).plan.rejected == 1
    async with stage.database.read() as tx:
        standing = (await ledger.standings(tx, EVERYTHING, ["R8"], 2026))["R8"]
    assert dict(standing.by_form) == {"lecture": 400}
    assert await verified(stage.database)


# ---- who was not in post ----------------------------------------------------------------------------------------


async def test_a_row_before_the_first_day_is_posted_and_warned_of(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await add_person(tx, "R7", since=date(2026, 3, 11), name="新人", joined_on="2026-03-11")
    found = await bring(stage, ("R7", *LECTURE[1:]), LECTURE)
    assert said(found) == ["2026-03-10 时新人（R7）尚未入职（2026-03-11 入职），请核对。"]
    assert len(await posted(stage)) == 2


async def test_the_least_of_a_form_is_posted_as_stated(stage: Stage) -> None:
    found = await bring(stage, hearing(10, "1"))
    assert said(found) == ["旁听庭审每次一般不少于 2 学时，文件写 1.00，按文件认定，请核对。"]
    assert [hours for *_, hours in await posted(stage)] == ["1.00"]
