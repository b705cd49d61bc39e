"""进度提醒: to those who asked for it, when something is missing, within the budget, on a rung only."""

from datetime import date, timedelta

import pytest

from handlers.plan_job import PlanJob
from storage import daily, ledger, wishes
from storage.database import Database
from tests.handlers.city import populate
from tests.handlers.stage import Stage
from training.calendar import monday_of
from training.hours import Standing
from training.wishes import Wishes

JULY = date(2026, 7, 1)


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    async with database.write() as tx:
        for number in ("R1", "R2", "R3", "R4"):
            await wishes.keep(tx, number, Wishes(mute_reminders=False))
    made = Stage(database)
    made.clock.to(JULY, "9:53")
    return made


async def run(stage: Stage) -> dict[str, list[str]]:
    """Account → what it was sent by this run."""
    job = PlanJob(stage.rules, "wecom", lambda push, ref, mass: stage.wire.freeze(push, ref, mass=mass))
    async with stage.database.write() as tx:
        await job.remind(tx, stage.clock())
    stage.clock.on(minutes=5)
    await stage.send_all()
    found = {account: [message.text for message in box] for account, box in stage.wire.boxes.items() if box}
    stage.wire.boxes.clear()
    return found


async def test_who_wants_it_and_lacks_something_hears_how_much(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await ledger.keep_standings(tx, 2026, {"R2": Standing(4000, {"lecture": 4000})})
    sent = await run(stage)
    # R2 has all of it, R4 owes nothing, R5 never asked.
    assert sorted(sent) == ["wu", "wu2", "zhou"]
    assert sent["zhou"] == [
        "【学时进度】今年已计入 0.00 / 50.00 学时，还差 50.00，到 12 月 31 日每周约需 1.91 学时。"
        "回复“我的学时”看明细；不想再收，请回复“免打扰”。"
    ]
    assert await run(stage) == {}  # the same rung again brings nothing new


async def test_other_days_and_an_empty_budget_bring_nothing(stage: Stage) -> None:
    stage.clock.to(JULY + timedelta(days=1), "9:53")
    assert await run(stage) == {}
    stage.clock.to(JULY, "9:53")
    async with stage.database.write() as tx:
        for _ in range(stage.rules.compliance.push_budget_per_week):
            await daily.count_pushes(tx, ["R1"], monday_of(JULY))
    assert sorted(await run(stage)) == ["chen", "wu", "wu2"]
