"""每日一题 by the rows of a city's rule file: each day by the row that holds on it."""

import tomllib

from storage import ledger
from storage.database import Database
from storage.scope import EVERYTHING
from tests.handlers.city import populate
from tests.handlers.stage import MONDAY, Stage
from training.calendar import DAY
from training.hours import HoursRules, Standing
from training.rule_file import read_rules


async def test_the_amount_changes_on_the_day_and_for_the_day(database: Database) -> None:
    """A question of Monday that is made up on Wednesday is worth what it was on Monday."""
    await populate(database)
    tuesday = MONDAY + DAY
    text = f'[[form]]\nform = "daily"\nfrom = {tuesday}\namount = "0.05"\nyearly_cap = "不限"\n'
    stage = Stage(database, rules=read_rules(tomllib.loads(text), HoursRules(daily_credit="0.20")))
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    stage.clock.to(tuesday)
    async with database.write() as tx:
        await ledger.keep_standings(tx, 2026, {"R1": Standing(None, {"daily": 995})})
    await zhou("今日一题")
    assert "\n本题学时：+0.05\n计入学时：10.00 / 50.00\n" in await zhou.tap("B")
    stage.clock.to(tuesday + DAY)
    await zhou("补做")
    assert "\n本题学时：+0.00（本项已达年度上限）\n" in await zhou("B")
    async with database.write() as tx:
        await ledger.keep_standings(tx, 2026, {"R1": Standing(None, {"daily": 985})})
    await zhou("今日一题")
    assert "\n本题学时：+0.05\n计入学时：9.90 / 50.00\n" in await zhou("B")
    async with database.read() as tx:
        lines = await ledger.lines_of(tx, EVERYTHING, "R1", 2026, at_most=10)
    assert [(line.entry.starts_on, line.entry.rule) for line in reversed(lines)] == [
        (tuesday, "每日一题 0.05 学时/题，不设年度上限"),
        (tuesday + DAY, "每日一题 0.05 学时/题，不设年度上限"),
    ]


async def test_the_configuration_holds_before(database: Database) -> None:
    await populate(database)
    text = f'[[form]]\nform = "daily"\nfrom = {MONDAY + DAY}\namount = "0.05"\n'
    stage = Stage(database, rules=read_rules(tomllib.loads(text), HoursRules(daily_credit="0.20", daily_cap="7.5")))
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    assert "\n本题学时：+0.20\n" in await zhou.tap("B")
    async with database.read() as tx:
        lines = await ledger.lines_of(tx, EVERYTHING, "R1", 2026, at_most=10)
    assert [line.entry.rule for line in lines] == ["每日一题 0.20 学时/题，每年至多 7.5 学时"]
