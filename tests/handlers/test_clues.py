"""异常线索: each kind is seen at its bound and not below it, on both engines, and accuses nobody."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, update

from handlers.chat import clues, help
from handlers.routing import Router
from storage import activities, claims, ledger, tables
from storage.database import Database
from tests.handlers.city import add_person
from tests.handlers.claims_city import settle
from tests.handlers.stage import Stage, at
from tests.storage.rows import entry
from training.activities import HeldBy, Mark, Session, Settings
from training.claims import Stated
from training.rules import Rules

DAY = date(2026, 6, 1)
NOON = at(DAY, "12:00:00")


@pytest.fixture
async def stage(database: Database) -> Stage:
    await settle(database)
    rules = Rules()
    return Stage(database, rules=rules, routes=Router(clues.routes(), help.otherwise(rules), rules))


async def said(stage: Stage, account: str = "admin") -> list[str]:
    return (await stage.phone(account)("线索 2026")).splitlines()


async def decide(stage: Stage, seconds: float) -> None:
    async with stage.database.write() as tx:
        number = await claims.add(tx, "R1", "zfk", Stated("lecture", "讲座", DAY, DAY, minutes=45), NOON)
        decided = {"decided_by": "R8", "shown_at": NOON, "decided_at": NOON + timedelta(seconds=seconds)}
        await tx.execute(update(tables.claim).where(tables.claim.c.number == number).values(**decided))


async def test_decisions_within_ten_seconds(stage: Stage) -> None:
    assert await said(stage) == ["【线索】2026 年没有发现异常线索。"]
    for seconds in (10.5, 10, 3, 3600, -5):  # shown again after a decision that was returned
        await decide(stage, seconds)
    assert await said(stage) == [
        "【线索】2026 年 1 条，仅供核查，不代表有问题。",
        "◆ 鞠华处理的 5 件申报中，2 件在显示后 10 秒内处理，最短 3 秒（申报 2、3）",
    ]


async def sign(stage: Stage, persons: int, moment: datetime, unit: str, mark: Mark = Mark.SIGNED) -> None:
    async with stage.database.write() as tx:
        for n in range(persons):
            values = {"activity": 1, "person": f"{unit}{n}", "day": DAY, "unit": unit, "mark": str(mark)}
            came = {"came_at": moment + timedelta(milliseconds=n), "by": "", "at": moment, "note": ""}
            await tx.execute(insert(tables.attendance).values(**values, **came))


async def test_five_of_a_unit_in_one_second(stage: Stage) -> None:
    await sign(stage, 5, NOON, "zfk")
    await sign(stage, 4, NOON, "sfj")
    await sign(stage, 5, NOON, "czj", Mark.LISTED)  # by a list: its times say nothing
    async with stage.database.write() as tx:
        for number in ("X1", "X2", "X3", "X4"):
            await add_person(tx, number, unit="sfj")
        for number in ("R2", "X1", "X2", "X3", "X4", "R1", "R7", "R4"):  # five of 司法局, three of 执法科
            answer = {"person": number, "day": DAY, "group": "staff", "chosen": "B", "correct": True}
            earned = {"answered_at": NOON, "earned_hundredths": 10, "posted_hundredths": 10}
            await tx.execute(insert(tables.daily_answer).values(**answer, **earned))
    assert (await said(stage))[1:] == [
        "◆ 司法局 5 人在同一秒（2026-06-01 12:00:00）每日一题作答",
        "◆ 执法科 5 人在同一秒（2026-06-01 12:00:00）签到",
    ]


async def post(stage: Stage, unit: str, *hours: tuple[str, date], by: str = "", source: str = "daily") -> None:
    async with stage.database.write() as tx:
        first = (await ledger.head(tx)).seq + 1
        lines = [
            entry(
                number,
                person="R1",
                unit=unit,
                hours=Decimal(amount),
                starts_on=day,
                ends_on=day,
                source=source,
                source_ref=f"{source}:{number}:R1",
                approved_by=by,
                recorded_at=at(DAY, "23:30"),
            )
            for number, (amount, day) in enumerate(hours, first)
        ]
        await ledger.post(tx, lines)


async def test_more_than_half_of_a_year_in_december(stage: Stage) -> None:
    await post(stage, "zfk", ("5.01", date(2026, 12, 1)), ("5.00", date(2026, 11, 30)))
    await post(stage, "sfj", ("5.00", date(2026, 12, 31)), ("5.00", date(2026, 1, 1)))
    assert (await said(stage))[1:] == ["◆ 执法科 12 月学时 5.01，占全年 10.01 的 50.04%（超过 50%）"]


async def test_more_than_fifty_lines_by_one_person_in_one_day(stage: Stage) -> None:
    await post(stage, "zfk", *[("1.00", DAY)] * 51, by="R5", source="import")
    await post(stage, "zfk", *[("1.00", DAY)] * 50, by="R6", source="import")
    await post(stage, "zfk", *[("1.00", DAY)] * 60)  # the machine's
    assert (await said(stage))[1:] == ["◆ 江平 2026-06-01 一天认定 51 条学时（超过 50 条）"]


@pytest.mark.parametrize(
    ("held_by", "times", "hours", "seen"),
    [
        (HeldBy.UNIT, 5, "4.00", True),
        (HeldBy.UNIT, 4, "4.00", False),
        (HeldBy.CITY, 5, "4.00", False),
        (HeldBy.UNIT, 5, "3.99", False),
    ],
)
async def test_own_activities_that_are_worth_all_that_one_may_post_alone(
    stage: Stage, held_by: HeldBy, times: int, hours: str, seen: bool
) -> None:
    settings = Settings("讲座", "lecture", (Session(NOON, NOON),), "R8", held_by, ("sfj",))
    async with stage.database.write() as tx:
        for n in range(times):
            number = await activities.add(tx, settings, created_by="R8", secret=b"", now=NOON)
            made = [
                entry(
                    10 * n + k,
                    person=who,
                    hours=Decimal(hours),
                    starts_on=DAY,
                    ends_on=DAY,
                    source="activity",
                    source_ref=f"activity:{number}:{who}",
                )
                for k, who in enumerate(("R1", "R2"))
            ]
            await ledger.post(tx, made)
    expected = ["◆ 司法局自办活动恰好 4.00 学时的有 5 次（活动 1、2、3、4、5）"] if seen else []
    assert [one for one in await said(stage) if "自办" in one] == expected


async def test_only_who_reads_everything_sees_them(stage: Stage) -> None:
    for account in ("zhou", "ju"):
        assert "需要管理员权限" in (await said(stage, account))[0]
    assert "没有看懂" in await stage.phone("admin")("线索 去年")
