"""抽查: drawn once on a working day, looked at by somebody apart, and 冲销 only by two."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from handlers.actions import spot_checks
from handlers.chat import batches, help
from handlers.chat import spot_checks as chat
from handlers.routing import Router
from handlers.spot_check_clock import SpotCheckClock
from storage import activities, audit, ledger
from storage import spot_checks as rows
from storage.database import Database
from storage.scope import EVERYTHING
from tests.handlers.claims_city import settle
from tests.handlers.stage import Stage, at
from tests.storage.rows import entry
from training.activities import HeldBy, Session, Settings
from training.hours import Entry
from training.rules import Rules
from training.spot_checks import Drawn, Result, draw

OCTOBER = date(2026, 10, 1)
MONDAY = date(2026, 11, 2)  # the first working day


@pytest.fixture
async def stage(database: Database) -> Stage:
    await settle(database)
    rules = Rules()
    routes = Router((*chat.routes(rules), *batches.routes(rules)), help.otherwise(rules), rules)
    stage = Stage(database, rules=rules, routes=routes)
    stage.clock.to(MONDAY, "09:37")
    return stage


def line(number: int, source: str = "claim", recorded: datetime | None = None, **changed: object) -> Entry:
    held = {
        **{"person": "R1", "unit": "zfk", "form": "lecture", "title": "行政处罚法培训", "hours": Decimal("4.00")},
        **{"starts_on": date(2026, 10, 12), "ends_on": date(2026, 10, 12), "evidence": f"E{number}"},
        **{"source": source, "source_ref": f"{source}:{number}", "approved_by": "R8"},
        **{"recorded_at": recorded or at(date(2026, 10, 13))},
        **changed,
    }
    return entry(number, **held)


async def post(stage: Stage, *lines: Entry) -> None:
    async with stage.database.write() as tx:
        await ledger.post(tx, lines)


async def tick(stage: Stage) -> None:
    clock = SpotCheckClock("wecom", lambda push, ref, mass: stage.wire.freeze(push, ref, mass=mass))
    await clock.draw(stage.database, stage.clock())


async def drawn(stage: Stage, month: date = OCTOBER) -> tuple[Drawn | None, list[int]]:
    async with stage.database.read() as tx:
        return await rows.drawn(tx, month), [one.seq for one in await rows.of_month(tx, month)]


async def one_line(stage: Stage, **changed: object) -> None:
    """Line 1, which is drawn; the clock's message is read."""
    await post(stage, line(1, **changed))  # type: ignore[arg-type]
    await tick(stage)
    stage.clock.on(minutes=20)
    await stage.send_all()
    stage.wire.boxes.clear()


async def test_only_what_people_recognised_in_the_month_can_be_drawn(stage: Stage) -> None:
    await post(
        stage,
        line(1, "activity", at(OCTOBER, "00:00")),
        line(2, "claim"),
        line(3, "import", at(date(2026, 10, 31), "23:59:59")),
        line(4, "daily"),
        line(5, "exam"),
        line(6, "quiz"),
        line(7, "reversal", reverses=2, hours=Decimal("-4.00")),
        line(8, "claim", at(date(2026, 9, 30), "23:59:59")),
        line(9, "claim", at(date(2026, 11, 1), "00:00")),
    )
    pool, through = await spot_checks.pool_of(stage.database, OCTOBER)
    assert (pool, through) == ([1, 2, 3], 9)
    assert (await spot_checks.pool_of(stage.database, OCTOBER, 2))[0] == [1, 2]


async def test_the_clock_draws_once_on_the_first_working_day_and_tells_the_city(stage: Stage) -> None:
    await post(stage, *(line(n) for n in range(1, 42)))
    stage.clock.to(date(2026, 11, 1), "09:37")  # a Sunday
    await tick(stage)
    assert (await drawn(stage))[0] is None
    stage.clock.to(MONDAY, "09:37")
    await tick(stage)
    kept, lines = await drawn(stage)
    assert kept is not None
    assert (kept.pool, kept.through, len(lines)) == (41, 41, 3)
    assert tuple(lines) == draw(range(1, 42), kept.seed)
    await post(stage, line(50))
    await tick(stage)
    assert await drawn(stage) == (kept, lines)
    stage.clock.on(minutes=20)
    for account in ("admin", "second"):
        assert await stage.phone(account).read() == (
            "【抽查】已从 2026-10由人员认定的 41 条学时中抽取 3 条，回复“抽查”查看并登记结果。"
        )
    assert await stage.phone("ke").read() == ""


async def test_a_first_day_that_was_missed_is_made_up_for_and_an_empty_month_says_nothing(stage: Stage) -> None:
    stage.clock.to(date(2026, 11, 18), "11:00")
    await tick(stage)
    kept, lines = await drawn(stage)
    assert kept is not None
    assert (kept.pool, lines) == (0, [])
    assert await stage.waiting() == {}
    stage.clock.to(date(2026, 12, 1), "09:37")
    await tick(stage)
    assert (await drawn(stage, date(2026, 11, 1)))[0] is not None


async def test_a_line_that_holds(stage: Stage) -> None:
    admin = stage.phone("admin")
    assert await admin("抽查") == "还没有抽查。每月第一个工作日自动抽取上月由人员认定的学时。"
    await one_line(stage)
    assert await admin("抽查") == (
        "【抽查】2026-10由人员认定的 1 条中抽取 5%，共 1 条，待核查 1 条。\n"
        "第 1 条（待核查）周敏·执法科 2026-10-12 专题讲座《行政处罚法培训》4.00 学时，佐证 E1，认定 鞠华\n"
        "核查后请回复：抽查 120 属实 已核对签到表，或 抽查 120 不符 当天未参加。"
    )
    assert await admin("抽查 1 属实 已核对签到表") == "已记录：第 1 条抽查属实。"
    assert await stage.phone("second")("抽查 1 不符 没来") == "第 1 条已经核查过（属实），没有重复登记。"
    assert "第 1 条（属实）周敏" in await admin("抽查 2026-10")
    assert (await admin("抽查 2026-09")).startswith("2026-09 没有抽查。")
    async with stage.database.read() as tx:
        found = await rows.one(tx, 1)
        acts = [(one.act.actor, one.act.what, one.act.reason) for one in await audit.pages(tx)]
        assert (await ledger.head(tx)).seq == 1
    assert found is not None
    assert (found.result, found.by, found.batch) == (Result.SOUND, "R5", 0)
    assert acts == [("clock", "spot_check.draw", ""), ("R5", "spot_check.check", "已核对签到表")]


async def test_a_line_that_does_not_hold_is_reversed_by_two(stage: Stage) -> None:
    await one_line(stage)
    admin, second = stage.phone("admin"), stage.phone("second")
    assert "没有看懂" in await admin("抽查 1 不符")
    said = await admin("抽查 1 不符 当天未参加")
    assert said.startswith("已记录：第 1 条抽查不符，并提出冲销（批次 1），待另一名市级管理员确认：第 1 条：周敏")
    assert "江平抽查不符，提出冲销：第 1 条：周敏" in await second.read()
    async with stage.database.read() as tx:
        assert (await ledger.head(tx)).seq == 1
    assert "须由另一名市级管理员确认" in await admin("确认 1")
    assert "已确认并生效" in await second("确认 1")
    async with stage.database.read() as tx:
        lines = await ledger.lines_of(tx, EVERYTHING, "R1", 2026, at_most=5)
    assert [(one.entry.hours, one.entry.reverses) for one in lines] == [
        (Decimal("-4.00"), 1),
        (Decimal("4.00"), None),
    ]
    assert lines[0].entry.note == "冲销第 1 条：抽查不符：当天未参加"
    assert "（不符）" in await admin("抽查")


async def test_a_line_that_was_taken_back_or_is_about_to_be_is_not_proposed_twice(stage: Stage) -> None:
    await post(stage, *(line(n) for n in range(1, 22)))
    await tick(stage)
    _, (first, other) = await drawn(stage)
    await post(stage, line(30, "reversal", at(MONDAY), reverses=first, source_ref=str(first), hours=Decimal(-4)))
    admin = stage.phone("admin")
    assert "这一条已由第 22 条冲销。" in await admin(f"抽查 {first} 不符 没来")
    assert "提出冲销（批次 1）" in await admin(f"抽查 {other} 不符 没来")
    async with stage.database.read() as tx:
        assert (await rows.one(tx, first)).batch == 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"person": "R5"}, "第 1 条是您本人的学时，请由另一名市级管理员核查。"),
        ({"approved_by": "R5"}, "第 1 条由您认定或办结，请由另一名市级管理员核查。"),
    ],
)
async def test_nobody_checks_what_is_the_own_or_was_decided_by_oneself(
    stage: Stage, changed: dict[str, object], refused: str
) -> None:
    await one_line(stage, **changed)
    for result in ("属实 看过", "不符 没来"):
        assert await stage.phone("admin")(f"抽查 1 {result}") == refused
    assert await stage.phone("second")("抽查 1 属实") == "已记录：第 1 条抽查属实。"


async def test_nor_what_he_organised_though_another_confirmed_it(stage: Stage) -> None:
    day = at(date(2026, 10, 12))
    settings = Settings("讲座", "lecture", (Session(day, day),), "R5", HeldBy.CITY, ("gov",))
    async with stage.database.write() as tx:
        number = await activities.add(tx, settings, created_by="R5", secret=b"", now=day)
    await one_line(stage, source="activity", source_ref=f"activity:{number}:R1", approved_by="R8")
    assert "由您认定或办结" in await stage.phone("admin")("抽查 1 属实")
    assert "已记录" in await stage.phone("second")("抽查 1 属实")


async def test_only_drawn_lines_and_only_by_the_city(stage: Stage) -> None:
    await post(stage, *(line(n) for n in range(1, 3)))
    await tick(stage)
    _, [seq] = await drawn(stage)
    other = 3 - seq
    stage.clock.on(minutes=20)
    await stage.phone("admin").read()
    stage.wire.boxes.clear()
    assert await stage.phone("admin")(f"抽查 {other} 属实") == (
        f"第 {other} 条没有被抽查。回复“抽查”查看抽取的记录。"
    )
    for account in ("zhou", "ju"):
        assert "需要管理员权限" in await stage.phone(account)("抽查")
        assert "需要管理员权限" in await stage.phone(account)(f"抽查 {seq} 属实")
