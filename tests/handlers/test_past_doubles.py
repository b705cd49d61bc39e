"""疑似重复 in a file of past hours: flagged at the proposal and for who decides, and taken all the same."""

import pytest

from handlers.texts import past_hours as texts
from storage import wishes
from storage.database import Database
from tests.handlers.city import add_person, populate
from tests.handlers.stage import MONDAY, Stage, at
from tests.handlers.test_past_import import LECTURE, bring, hearing, plan, propose, reverse


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    async with database.write() as tx:
        await add_person(tx, "R6", "second", name="何芳", role="city_admin")
        await wishes.mark_privacy_shown(tx, ["R6"], at(MONDAY, "08:00"))
    return Stage(database)


def lectures(count: int, hours: str) -> list[tuple[str, ...]]:
    """On days of their own."""
    days = [f"2026-{1 + n // 28:02}-{1 + n % 28:02}" for n in range(count)]
    return [("R2", "专题讲座", f"讲座{n}", day, "", hours, "") for n, day in enumerate(days)]


def lecture(
    title: str, hours: str, *, form: str = "专题讲座", day: str = "2026-03-10", to: str = ""
) -> tuple[str, ...]:
    return ("R1", form, title, day, to, hours, "")


async def test_a_row_like_a_line_or_an_earlier_row_is_taken_and_flagged(stage: Stage) -> None:
    await bring(stage, LECTURE)
    cells = (
        lecture("讲座", "5"),  # other hours
        lecture("讲座（更正）", "4"),
        lecture("行政处罚法专题讲座一", "2", form="业务培训", day="2026-04-01"),
        lecture("行政处罚法专题讲座 一", "3", form="集体学法", day="2026-03-31", to="2026-04-02"),
        lecture("讲座", "4", day="2026-03-11"),  # the day after
        ("R2", *lecture("讲座", "5")[1:]),  # somebody else
    )
    found = await plan(stage, *cells)
    line = "台账第 1 条（2026-03-10 专题讲座 讲座 4.00）"
    assert [(p.where, p.problem, str(p.severity)) for p in found.problems if "疑似" in p.problem] == [
        ("row 2", f"与{line}疑似重复，请核对。", "warning"),
        ("row 3", f"与{line}疑似重复，请核对。", "warning"),
        ("row 5", "与第 4 行疑似重复，请核对。", "warning"),
    ]
    assert (found.plan.taken, found.plan.rejected) == (6, 0)
    shown = await stage.phone("second")(f"审核 {await propose(stage, found.changes)}")
    assert "3 条疑似重复（同一人日期重叠，且形式相同或内容相近），请逐条核对后再确认。" in shown
    assert f"周敏（R1）2026-03-10 专题讲座 5.00 学时，讲座（与{line}疑似重复）" in shown


async def test_what_was_taken_back_is_like_nothing(stage: Stage) -> None:
    await bring(stage, LECTURE)
    await reverse(stage, 1)
    found = await bring(stage, lecture("讲座", "5"))
    assert found.changes.doubles == ()
    assert [one.place for one in (await plan(stage, lecture("讲座", "6"))).changes.doubles] == [
        "台账第 3 条（2026-03-10 专题讲座 讲座 5.00）"
    ]


async def test_doubles_stand_first_in_a_long_batch(stage: Stage) -> None:
    cells = lectures(70, "1")
    found = await plan(stage, *cells, ("R2", "专题讲座", "再讲", "2026-01-01", "", "1", ""))
    shown = list(texts.details(found.changes))
    assert shown[:2] == [
        "1 条疑似重复（同一人日期重叠，且形式相同或内容相近），请逐条核对后再确认。",
        f"{found.plan.lines[0].name}（R2）2026-01-01 专题讲座 1.00 学时，再讲（与第 2 行疑似重复）",
    ]


async def test_a_long_batch_shows_those_that_are_cut_first(stage: Stage) -> None:
    cells = lectures(70, "0.10")
    found = await plan(stage, *cells, hearing(10, "9"))
    shown = list(texts.details(found.changes))
    assert len(shown) == 62
    assert shown[0] == "按提出时的台账，1 条不能全额入账，合计少计 1.00 学时，预计入账 15.00 学时。"
    assert "庭审10（预计入账 8.00" in shown[1]
    assert shown[-1] == "……共 71 条，其余请用 xuefa batch list --json 查看。"
