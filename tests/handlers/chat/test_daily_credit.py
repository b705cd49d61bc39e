"""补做, the year's end, the cap, and people who change group, as they see it."""

from datetime import date

import pytest

from handlers.message import Kind
from storage import daily, ledger, people
from storage.database import Database
from storage.scope import EVERYTHING
from tests.handlers.chat.saying import (
    lines,
)
from tests.handlers.city import populate
from tests.handlers.stage import MONDAY, Stage
from training.calendar import DAY, day_of
from training.hours import HoursRules, Standing
from training.people import Fact, Field
from training.rules import Rules


async def test_making_up_counts_for_the_day_of_the_question(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    for n in range(3):
        stage.clock.to(MONDAY + n * DAY)
        await zhou("今日一题")
    stage.clock.to(MONDAY + 3 * DAY)
    await zhou("今日一题")
    stage.clock.on(minutes=5)
    assert (await zhou("补做")).startswith("每日一题 11月23日 周一")
    assert "\n本题学时：+0.10（补做）\n" in await zhou("B")
    assert (await zhou("补做")).startswith("每日一题 11月24日 周二")
    assert "\n本题学时：+0.10（补做）\n" in await zhou.tap("B")
    assert (await zhou("补答")).startswith("每日一题 11月25日 周三")
    assert (await zhou("b")).startswith("✓")
    assert await zhou("补做") == "本周没有要补做的题目。回复“今日一题”查看今天的题。"
    assert [day for day, _, _ in await lines(stage)] == [MONDAY + n * DAY for n in (2, 1, 0)]
    assert "\n2 11-24 每日一题 +0.10\n" in await zhou("学时明细")


async def test_nothing_is_made_up_across_the_year(stage: Stage) -> None:
    """31 December 2026 is a Thursday: its week ends with the year."""
    zhou, silvester = stage.phone("zhou"), date(2026, 12, 31)
    stage.clock.to(silvester - DAY)
    await zhou("今日一题")
    stage.clock.to(silvester, "23:59:59")
    await zhou("今日一题")
    await zhou.tap("B")
    stage.clock.to(silvester + DAY, "0:00")
    assert await zhou("补做") == "本周没有要补做的题目。回复“今日一题”查看今天的题。"
    assert (await zhou.key(f"daily:{silvester - DAY}:staff:B")).startswith("12月30日的题目已截止")
    assert (await zhou("今日一题")).startswith("每日一题 1月1日 周五")
    assert "\n计入学时：0.10 / 50.00\n" in await zhou("B")
    assert await lines(stage) == [(silvester + DAY, "0.10", 2027)]


async def in_hand(stage: Stage, amount: int, person: str = "R1") -> None:
    """Give the person so many hundredths of daily questions this year."""
    async with stage.database.write() as tx:
        await ledger.keep_standings(tx, 2026, {person: Standing(None, {"daily": amount})})


async def test_the_part_that_fits_under_the_cap_is_told(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await in_hand(stage, 993)
    await zhou("今日一题")
    said = await zhou.tap("B")
    assert "\n本题学时：+0.07（本项到年度上限，只计余量）\n计入学时：10.00 / 50.00\n" in said
    assert await lines(stage) == [(MONDAY, "0.07", 2026)]
    stage.clock.to(MONDAY + DAY)
    await zhou("今日一题")
    assert "\n本题学时：+0.00（本项已达年度上限）\n计入学时：10.00 / 50.00\n" in await zhou("B")
    assert len(await lines(stage)) == 1  # no empty line
    async with stage.database.read() as tx:
        answers = await daily.answers(tx, EVERYTHING, ["R1"], MONDAY, MONDAY + DAY)
    assert [(a.earned, a.posted) for _, a in sorted(answers.items())] == [(10, 7), (10, 0)]


async def test_a_quarter_of_what_is_owed_counts(database: Database) -> None:
    await populate(database)
    stage = Stage(database, rules=Rules(hours=HoursRules(online_share_percent=1)))
    zhou = stage.phone("zhou")
    await in_hand(stage, 45)
    await zhou("今日一题")
    assert "\n计入学时：0.50 / 50.00\n" in await zhou.tap("B")
    assert "\n计入学时：0.50 / 50.00\n已认定：0.55\n还差：49.50\n" in await zhou("我的学时")


async def moves(stage: Stage, since: date, **held: str) -> None:
    async with stage.database.write() as tx:
        facts = [Fact("R1", Field[name.upper()], value, since, stage.clock()) for name, value in held.items()]
        await people.add(tx, facts, [], [], by="test", now=stage.clock(), today=day_of(stage.clock()))


@pytest.mark.parametrize("since", [MONDAY, MONDAY + DAY])
async def test_who_changed_group_may_answer_the_card_in_hand(stage: Stage, since: date) -> None:
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    stage.clock.to(MONDAY + DAY)
    await moves(stage, since, category="leader")
    assert (await zhou.tap("B")).startswith("✓ 回答正确\n")
    assert "[对]" in await zhou("今日一题")
    assert await lines(stage) == [(MONDAY, "0.10", 2026)]


async def test_who_changed_group_today_may_answer_the_card_in_hand_once(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    stage.clock.on(hours=1)
    await moves(stage, MONDAY, mark="1")
    assert (await zhou.tap("B")).startswith("✓ 回答正确\n")
    await stage.phone("wu")("今日一题")
    assert (await zhou.key(f"daily:{MONDAY}:enforcement:", "A")).startswith("此题您已作答（回答正确）")
    assert len(await lines(stage)) == 1


async def test_one_day_is_one_answer_even_of_two_groups(stage: Stage) -> None:
    await stage.phone("zhou")("今日一题")
    await stage.phone("chen")("今日一题")
    await moves(stage, MONDAY, category="leader")
    await stage.answers(
        *(stage.act("zhou", f"daily:{MONDAY}:{key}", Kind.TAP) for key in ("leader:错", "staff:B", "leader:对"))
    )
    assert len(await lines(stage)) == 1
