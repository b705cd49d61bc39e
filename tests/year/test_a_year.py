"""A year from January to its closing, as people live it in chat; the totals were worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from handlers.actions import exam_publishing, exam_setting, year_sums
from question_bank.questions import Kind
from storage import ledger
from storage.database import Database
from storage.scope import EVERYTHING
from tests.bot.desk import verified
from tests.exam_bank import fill_bank
from tests.handlers.stage import at
from tests.year.city import Year, built
from training.batches import PastHours, PersonEdit, Reversal, RollChanges, Value, YearClosing
from training.exams import ScoreRelease, Section, Settings
from training.past_hours import PastLine
from training.years import YearAct

# Form → 已认定学时 on 31 January, after everything.
TOTALS = {
    # three studies of 90 minutes, a hearing of 120, half a day, three daily questions, the exam
    "R1": {"collective": "6.00", "court_hearing": "2.67", "daily": "0.30", "exam": "2.00", "lecture": "4.00"},
    # the hearing was taken back; a class of 90 minutes taught, twice its length
    "R2": {"collective": "6.00", "exam": "2.00", "teaching": "4.00"},
    # three whole days; a whole and a half one by claim; the make-up in January
    "R3": {"court_hearing": "2.67", "exam": "2.00", "lecture": "12.00", "off_job": "24.00"},
    "R4": {"lecture": "4.00"},  # after her leave, decided by the city
    "R6": {"collective": "4.00", "lecture": "3.00"},  # two studies before the transfer; 补录
    "R7": {"collective": "6.00"},  # her own studies, by claims that the city decided
    "R8": {"court_hearing": "2.67", "off_job": "24.00"},
}
OWED = {"R1": "50.00", "R2": "40.00", "R3": "60.00", "R4": "29.50", "R6": "50.00", "R7": "50.00", "R8": "50.00"}


@pytest.fixture
async def year(database: Database) -> Year:
    return await built(database)


async def studies(year: Year, *days: date) -> None:
    """Of 司法局; the hours of who organises become a claim, which another city admin approves."""
    for day in days:
        await year.day(day, "08:40")
        present = ["zhou", "chen", "han", *(["qian"] if day.month < 7 else [])]
        line = f"集体学法 {day:%m-%d} 09:00-10:30 三楼会议室 行政处罚法学习{day.month}月 专业法律"
        said = await year.study("han", line, *present)
        assert f"入账 {len(present) - 1} 人" in said and "您本人的学时已转为申报" in said
        await decides(year, "admin", "韩梅", "2.00")


async def the_hearing(year: Year) -> None:
    """Of both bureaus, by list only."""
    await year.day(date(2026, 5, 13), "08:00")
    line = "旁听庭审 05-13 09:00-11:00 宁国市人民法院 旁听行政诉讼案 专业法律"
    number = await year.announce(
        "han",
        line,
        "法院：宁国市人民法院\n案号：（2026）皖1881行初3号\n案件类型：行政诉讼\n联合单位：公安局\n范围：司法局、公安局",
    )
    assert "旁听庭审" in await year("han", f"活动 {number} 码")
    await year.day(date(2026, 5, 13), "11:05")
    await year("han", f"活动 {number} 到场 周敏 陈静 伍明 谢丽")
    assert "入账 4 人，合计 10.68 学时" in await year.concludes("han", number)


async def the_class(year: Year) -> None:
    """Three days, held by the city: whoever misses one of them has not completed it."""
    await year.day(date(2026, 6, 8))
    days = [date(2026, 6, 9), date(2026, 6, 10), date(2026, 6, 11)]
    when = "、".join(f"{day:%m-%d} 08:30-17:00" for day in days)
    number = await year.announce("admin", f"脱产培训 {when} 党校 行政执法骨干班 专业法律", "范围：公安局、司法局")
    for day in days:
        await year.day(day, "08:20")
        present = ["wu", "xie", *(["zhou"] if day != days[1] else [])]
        await year.signs_in("admin", number, *present)
    said = await year.concludes("admin", number)
    assert "批次" in said
    assert await year.hours("R3") == {"court_hearing": "2.67"}
    batch = "".join(filter(str.isdigit, said.partition("批次 ")[2][:3]))
    assert "须由另一名市级管理员确认" in await year("admin", f"确认 {batch}")
    assert "已确认并生效" in await year("second", f"确认 {batch}")


async def the_transfer(year: Year) -> None:
    await year.day(date(2026, 6, 30))
    moved = PersonEdit("R6", "钱进", (Value("unit", "gaj", date(2026, 7, 1), "sfj"),))
    batch = await year.propose(RollChanges((moved,)), "工作调动")
    assert "已确认并生效" in await year("second", f"确认 {batch}")
    await year.day(date(2026, 7, 1))


async def the_claims(year: Year) -> None:
    await year.day(date(2026, 10, 23))
    assert "申报 " in await year("zhou", "申报 讲座 10-20 半天 行政复议法培训")
    assert "没有重复提交" in await year("zhou", "申报 讲座 10-20 半天 行政复议法培训")
    await year("wu", "申报 讲座 10-21 全天 执法规范培训")
    await year("chen", "申报 讲法治课 10-22 14:00-15:30 宪法专题课")
    await decides(year, "han", "周敏", "4.00")
    assert "陈静" not in await year("han", "审核")  # she is the head of the unit
    await decides(year, "xie", "伍明", "8.00")
    await decides(year, "second", "陈静", "4.00")
    await year.day(date(2026, 11, 4))
    await year("tang", "申报 讲座 11-03 半天 民法典讲座")
    assert "唐宁" not in await year("admin", "审核")
    await year.day(date(2026, 11, 12))  # nobody decided in five working days
    await decides(year, "admin", "唐宁", "4.00")


async def decides(year: Year, by: str, name: str, hours: str) -> None:
    seen = await year(by, "审核")
    claim = next(line.split()[0] for line in seen.splitlines() if f" {name}：" in line)
    assert f"入账 {hours} 学时" in await year(by, f"通过 {claim}")


async def the_questions(year: Year) -> None:
    for day in (date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5)):
        await year.day(day)
        await year("zhou", "今日一题")
        assert "0.10" in await year("zhou", "B")


PLAN = Settings(
    "年度考试",
    2026,
    at(date(2026, 11, 20), "09:00"),
    at(date(2026, 11, 27), "18:00"),
    60,
    (Section(Kind.SINGLE, 4, 1500), Section(Kind.JUDGE, 4, 1000)),
    release_score=ScoreRelease.AT_ONCE,
)
MAKE_UP = replace(
    PLAN, title="年度考试补考", opens_at=at(date(2027, 1, 7), "09:00"), closes_at=at(date(2027, 1, 8), "18:00")
)


async def the_exam(year: Year) -> int:
    """周敏 and 陈静 pass, 伍明 does not."""
    await year.day(date(2026, 11, 16))
    await fill_bank(year.database, 40)
    number = await published(year, PLAN, 0)
    await year.day(date(2026, 11, 20), "09:30")
    for person, right in (("R1", True), ("R2", True), ("R3", False)):
        await year.sits(number, person, right=right)
    await year.day(date(2026, 11, 28))
    return number


async def the_make_up(year: Year, first: int) -> None:
    await year.day(date(2027, 1, 5))
    number = await published(year, MAKE_UP, first)
    await year.day(date(2027, 1, 7), "09:30")
    await year.sits(number, "R3", right=True)


async def published(year: Year, plan: Settings, makeup_of: int) -> int:
    now = year.stage.clock()
    async with year.database.write() as tx:
        number = await exam_setting.create(tx, plan, makeup_of=makeup_of, by="cli:test", now=now)
    await exam_publishing.publish(year.database, year.stage.rules, number, now, by="cli:test")
    return number


async def line_of(year: Year, number: str, form: str) -> int:
    async with year.database.read() as tx:
        lines = await ledger.lines_of(tx, EVERYTHING, number, 2026, at_most=100)
    return next(line.seq for line in lines if line.entry.form == form)


async def taken_back(year: Year) -> None:
    """陈静 was not in court: found by the spot check, reversed by two."""
    await year.day(date(2026, 12, 8))
    seq = await line_of(year, "R2", "court_hearing")
    batch = await year.propose(Reversal(seq, "R2", "旁听庭审 2.67"), "抽查不符：未到场")
    assert "已确认并生效" in await year("second", f"确认 {batch}")


async def closed(year: Year) -> None:
    """Claims until 15 January, then the year is closed by two; afterwards only 补录 by two."""
    await year.day(date(2027, 1, 12))
    await year("wu", "申报 讲座 2026-12-30 半天 年终执法总结培训")
    closing = YearClosing(2026, YearAct.CLOSED)
    await decides(year, "xie", "伍明", "4.00")
    await year.day(date(2027, 1, 18))
    assert "1月15日 截止" in await year("tang", "申报 讲座 2026-12-29 半天 民法典专题")
    batch = await year.propose(closing, "各单位已确认")
    assert "已确认并生效" in await year("second", f"确认 {batch}")
    late = PastLine(
        *("R6", "钱进", "lecture", ("专业法律",), "治安管理处罚法辅导"),
        *(date(2026, 12, 15), date(2026, 12, 15), Decimal("3.00"), "公安局", "Z-1", 2026, "late-1"),
    )
    batch = await year.propose(PastHours((late,)), "漏报")
    assert "01-18 结账。请退回" in await year("second", f"确认 {batch}")
    batch = await year.propose(PastHours((late,), late=True), "漏报，经批准补录")
    assert "已确认并生效" in await year("second", f"确认 {batch}")


async def test_the_totals_are_those_worked_out_by_hand(year: Year) -> None:
    await the_questions(year)
    await studies(year, date(2026, 3, 10))
    await the_hearing(year)
    await the_class(year)
    await studies(year, date(2026, 6, 16))
    await the_transfer(year)
    await studies(year, date(2026, 9, 8))
    await the_claims(year)
    first = await the_exam(year)
    await taken_back(year)
    await the_make_up(year, first)
    await closed(year)
    assert {number: await year.hours(number) for number in TOTALS} == TOTALS
    assert {number: await year.owed(number) for number in OWED} == OWED
    assert await year_sums.first_off(year.database) is None
    assert await verified(year.database)
