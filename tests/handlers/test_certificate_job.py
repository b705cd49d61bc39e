"""执法证有效期: the holder is told twice, the unit's admin too once the bot is not on trial."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from handlers.certificate_job import CertificateJob
from storage import daily, units, wishes
from storage.database import Database
from tests.handlers.city import NEW_YEAR, add_person, populate
from tests.handlers.stage import MONDAY, Stage, at
from training.calendar import monday_of
from training.people import Fact, UnitField
from training.rules import Compliance, Rules
from training.wishes import Wishes

UNTIL = date(2026, 12, 31)
FIRST = date(2026, 11, 2)  # a Monday, one day into the 60
LAST = date(2026, 12, 16)
FILED = replace(Rules(), compliance=Compliance(filing_no="浙网备1号"))


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    facts = [Fact("11", UnitField.NAME, "司法局", NEW_YEAR, at(NEW_YEAR))]
    async with database.write() as tx:
        await units.add(tx, facts, by="test", now=at(NEW_YEAR), today=MONDAY)
        await add_person(tx, "R6", "su", name="苏执法", mark="1", certificate="Z1", certificate_until=str(UNTIL))
        await add_person(tx, "R7", "he", name="何执法", mark="1", certificate="Z2", certificate_until=str(UNTIL))
        await add_person(tx, "R8", "yu", name="余执法", mark="1", certificate="Z3", certificate_until="2027-06-30")
        await add_person(tx, "R9", "gu", name="顾科员", certificate="Z4", certificate_until=str(UNTIL))
        await add_person(tx, "R10", "keeper", name="管员", role="unit_admin", managed_units="11")
    return Stage(database)


async def run(stage: Stage, day: date, rules: Rules = FILED) -> dict[str, list[str]]:
    """Account → what it was sent by this run."""
    stage.clock.to(day, "9:53")
    job = CertificateJob(rules, "wecom", lambda push, ref, mass: stage.wire.freeze(push, ref, mass=mass))
    async with stage.database.write() as tx:
        await job.remind(tx, stage.clock())
    stage.clock.on(minutes=5)
    await stage.send_all()
    found = {account: [message.text for message in box] for account, box in stage.wire.boxes.items() if box}
    stage.wire.boxes.clear()
    return found


async def test_twice_and_no_more(stage: Stage) -> None:
    assert await run(stage, FIRST - timedelta(days=4)) == {}
    sent = await run(stage, FIRST)
    assert sorted(sent) == ["he", "keeper", "su"]  # who has no mark owes no certificate
    assert sent["su"][0].startswith("【执法证到期提醒】您的行政执法证有效期至 2026-12-31，还有 59 天。")
    assert sent["keeper"] == [
        "【执法证到期提醒】您管辖的单位有 2 人的执法证有效期至 2026-12-31（还有 59 天）："
        "苏执法、何执法。请及时办理换证。"
    ]
    assert await run(stage, FIRST) == {}
    assert await run(stage, FIRST + timedelta(days=1)) == {}
    last = await run(stage, LAST)
    assert sorted(last) == ["he", "keeper", "su"]
    assert "还有 15 天" in last["su"][0]
    assert await run(stage, LAST + timedelta(days=1)) == {}
    assert await run(stage, UNTIL + timedelta(days=5)) == {}


async def test_on_trial_nobody_is_named_to_others(stage: Stage) -> None:
    assert sorted(await run(stage, FIRST, Rules())) == ["he", "su"]


async def test_not_on_days_off(stage: Stage) -> None:
    assert await run(stage, date(2026, 11, 7)) == {}


async def test_who_mutes_notices_or_has_no_push_left_is_told_later(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await wishes.keep(tx, "R6", Wishes(mute_notices=True))
        for _ in range(FILED.compliance.push_budget_per_week):
            await daily.count_pushes(tx, ["R7"], monday_of(FIRST))
    assert sorted(await run(stage, FIRST)) == ["keeper"]
    assert sorted(await run(stage, FIRST + timedelta(days=7))) == ["he"]


async def test_a_new_certificate_ends_it(stage: Stage) -> None:
    await run(stage, FIRST)
    async with stage.database.write() as tx:
        await add_person(tx, "R6", certificate_until="2031-12-31", name="苏执法", mark="1", since=date(2026, 12, 1))
    assert sorted(await run(stage, LAST)) == ["he", "keeper"]
