"""结账: closed by two, after the year and with nothing waiting; then only 补录, and a reopening that is logged."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from handlers.actions import batches, years
from handlers.actions.explaining import explained
from handlers.texts.explaining import paragraphs
from handlers.texts.refusals import said
from storage import activities, claims, ledger, tables, wishes
from storage import years as year_events
from storage.database import Database
from storage.scope import EVERYTHING
from tests.handlers.city import add_person, populate
from tests.handlers.past import past
from tests.handlers.stage import MONDAY, Stage, at
from tests.storage.rows import entry
from training.activities import HeldBy, Session, Settings
from training.activities import State as ActivityState
from training.activity_hours import ActivityHours, Earns
from training.batches import Changes, PastHours, Reversal, YearClosing
from training.claims import State, Stated
from training.errors import Refusal
from training.rules import Rules
from training.summaries import Cut
from training.years import (
    ActivitiesWaiting,
    ClaimsWaiting,
    HoursWaiting,
    YearAct,
    YearClosed,
    YearEvent,
    YearNotOver,
    YearOpen,
)

JANUARY = date(2026, 1, 20)
CLOSE = YearClosing(2025, YearAct.CLOSED, "2025 年度台账 3 条")
REOPEN = YearClosing(2025, YearAct.REOPENED)


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    async with database.write() as tx:
        await add_person(tx, "R6", "second", name="何芳", role="city_admin", since=date(2024, 1, 1))
        await wishes.mark_privacy_shown(tx, ["R6"], at(MONDAY))
    stage = Stage(database)
    stage.clock.to(JANUARY)
    return stage


async def propose(stage: Stage, changes: Changes, reason: str = "年度工作完成") -> int:
    async with stage.database.write() as tx:
        person = await batches.proposer(tx, Rules(), "wecom", "admin", stage.clock())
        return await batches.propose(tx, person, changes, reason, stage.clock())


async def decided(stage: Stage, changes: Changes) -> str:
    """What the second admin hears."""
    number = await propose(stage, changes)
    return await stage.phone("second")(f"确认 {number}")


async def last(stage: Stage) -> dict[int, YearEvent]:
    async with stage.database.read() as tx:
        return dict(await year_events.last_events(tx))


async def refused(stage: Stage, year: int, kind: YearAct) -> Refusal:
    with pytest.raises(Refusal) as caught:
        async with stage.database.read() as tx:
            await years.demand(tx, year, kind, stage.clock())
    return caught.value


async def test_two_close_a_year_and_the_head_of_that_moment_is_kept(stage: Stage) -> None:
    async with stage.database.write() as tx:
        lines = await ledger.post(tx, [entry(1, year=2025), entry(2)])
    number = await propose(stage, CLOSE)
    assert await last(stage) == {}
    second = stage.phone("second")
    assert "2025 年度台账 3 条" in await second(f"审核 {number}")
    assert "批次 1 已确认并生效：2025 年度结账。" in await second("确认 1")
    event = (await last(stage))[2025]
    assert (event.kind, event.at, event.by, event.batch) == (YearAct.CLOSED, stage.clock(), "R6", 1)
    assert (event.head.seq, event.head.hash) == (2, lines[1].hash)
    assert "批次 2 " not in await decided(stage, CLOSE)
    assert await second("确认 2") == "2025 年度已于 2026-01-20 结账，不用再结。"


async def test_a_year_that_runs_is_not_closed_even_when_the_batch_waits_for_it(stage: Stage) -> None:
    closing = YearClosing(2026, YearAct.CLOSED)
    refusal = await refused(stage, 2026, YearAct.CLOSED)
    assert isinstance(refusal, YearNotOver)
    assert said(refusal) == "2026 年度还没有结束，2027 年 1 月 1 日起才能结账。"
    stage.clock.to(date(2026, 12, 31), "23:59:59")
    assert "还没有结束" in await decided(stage, closing)
    stage.clock.to(date(2027, 1, 1), "00:00")
    assert "已确认并生效" in await stage.phone("second")("确认 1")


async def test_hours_that_wait_are_named_and_decided_first(stage: Stage) -> None:
    waiting = PastHours((past("exam", "考试", "2", date(2025, 12, 1)),))
    await propose(stage, waiting)
    await propose(stage, PastHours((past("exam", "今年", "2", date(2026, 1, 5)),)))
    await propose(stage, Reversal(1, "R1", "第 1 条"))
    refusal = await refused(stage, 2025, YearAct.CLOSED)
    assert isinstance(refusal, HoursWaiting)
    assert said(refusal) == "2025 年度还有待确认的学时批次 1，请先确认或退回，再结账。"
    assert await decided(stage, CLOSE) == said(refusal)
    second = stage.phone("second")
    await second("退回 1 重复")
    assert "批次 4 已确认并生效" in await second("确认 4")


async def test_hours_of_an_activity_that_wait_for_a_second_are_named(stage: Stage) -> None:
    earned = (Earns("R1", "周敏", 2025, Decimal("2.00")), Earns("R2", "陈静", 2026, Decimal("2.00")))
    await propose(stage, ActivityHours(3, "讲座", "2025-12-31 至 2026-01-01", earned))
    await propose(stage, ActivityHours(4, "讲座", "2026-01-02", earned[1:]))
    for year, found in ((2025, (1,)), (2026, (1, 2))):
        stage.clock.to(date(year + 1, 1, 20))
        refusal = await refused(stage, year, YearAct.CLOSED)
        assert isinstance(refusal, HoursWaiting)
        assert refusal.batches == found


async def hold(stage: Stage, starts: datetime, ends: datetime, state: ActivityState) -> None:
    planned = Settings("讲座", "lecture", (Session(starts, ends),), "R5", HeldBy.CITY, ("11",))
    async with stage.database.write() as tx:
        number = await activities.add(tx, planned, created_by="R5", secret=b"", now=at(JANUARY))
        here = tables.activity.c.number == number
        await tx.execute(update(tables.activity).where(here).values(state=str(state)))


async def test_activities_of_the_year_are_posted_or_cancelled_first(stage: Stage) -> None:
    eve, new_year = at(date(2025, 12, 31), "23:00"), at(date(2026, 1, 1), "00:00")
    for state in ActivityState:  # numbers 1 to 6; of 2, 3 and 4 hours may come
        await hold(stage, at(date(2025, 6, 1)), at(date(2025, 6, 1), "12:00"), state)
    await hold(stage, eve, at(date(2026, 1, 1), "01:00"), ActivityState.SIGNING)
    await hold(stage, new_year, at(date(2026, 1, 1), "02:00"), ActivityState.PUBLISHED)
    refusal = await refused(stage, 2025, YearAct.CLOSED)
    assert isinstance(refusal, ActivitiesWaiting)
    assert said(refusal) == "2025 年度还有培训活动 2、3、4、7 没有入账，请先办结并确认，或取消，再结账。"
    assert await decided(stage, CLOSE) == said(refusal)
    assert await last(stage) == {}
    stage.clock.to(date(2027, 1, 20))
    later = await refused(stage, 2026, YearAct.CLOSED)
    assert isinstance(later, ActivitiesWaiting)
    assert later.activities == (7, 8)


async def ask(stage: Stage, first: date, last: date, *states: State) -> None:
    async with stage.database.write() as tx:
        number = await claims.add(tx, "R1", "11", Stated("lecture", "讲座", first, last, minutes=90), stage.clock())
        for state in states:
            before = await claims.one(tx, EVERYTHING, number)
            assert before is not None
            assert await claims.move(tx, before, state, decided_at=stage.clock())


async def test_claims_of_the_year_are_decided_first(stage: Stage) -> None:
    day = date(2025, 12, 1)
    await ask(stage, day, day)  # a draft has come to nobody
    await ask(stage, day, day, State.SUBMITTED, State.WITHDRAWN)
    await ask(stage, day, day, State.SUBMITTED, State.APPROVED)
    assert "已确认并生效" in await decided(stage, CLOSE)
    await decided(stage, REOPEN)
    await ask(stage, date(2025, 12, 31), date(2026, 1, 1), State.SUBMITTED)
    await ask(stage, date(2026, 1, 5), date(2026, 1, 5), State.SUBMITTED)
    await ask(stage, day, day, State.SUBMITTED, State.RETURNED)
    refusal = await refused(stage, 2025, YearAct.CLOSED)
    assert isinstance(refusal, ClaimsWaiting)
    assert said(refusal) == ("2025 年度的学时申报还有 1 件待审核、1 件退回补充未满 5 个工作日，请处理完再结账。")
    assert await decided(stage, CLOSE) == said(refusal)


async def test_a_claim_that_was_returned_does_not_keep_a_year_open_for_ever(stage: Stage) -> None:
    await ask(stage, date(2025, 12, 1), date(2025, 12, 1), State.SUBMITTED, State.RETURNED)  # on a Tuesday
    stage.clock.to(date(2026, 1, 27), "23:59")
    refusal = await refused(stage, 2025, YearAct.CLOSED)
    assert isinstance(refusal, ClaimsWaiting)
    assert (refusal.submitted, refusal.returned) == (0, 1)
    stage.clock.to(date(2026, 1, 28), "00:00")
    assert "已确认并生效" in await decided(stage, CLOSE)


async def test_a_year_is_reopened_once_and_closed_again(stage: Stage) -> None:
    refusal = await refused(stage, 2025, YearAct.REOPENED)
    assert isinstance(refusal, YearOpen)
    assert said(refusal) == "2025 年度没有结账，不用撤销。"
    await decided(stage, CLOSE)
    assert isinstance(await refused(stage, 2025, YearAct.CLOSED), YearClosed)
    assert "2025 年度撤销结账" in await decided(stage, REOPEN)
    assert (await last(stage))[2025].kind is YearAct.REOPENED
    assert "没有结账" in await decided(stage, REOPEN)
    assert "已确认并生效" in await decided(stage, CLOSE)
    async with stage.database.read() as tx:
        kinds = list(
            (await tx.execute(select(tables.year_event.c.kind).order_by(tables.year_event.c.id))).scalars()
        )
    assert kinds == ["closed", "reopened", "closed"]


async def test_the_audit_log_has_the_year_and_the_reason(stage: Stage) -> None:
    await decided(stage, CLOSE)
    await propose(stage, REOPEN, "漏记一个培训班")
    await stage.phone("second")("确认 2")
    log = tables.audit_log.c
    async with stage.database.read() as tx:
        columns = select(log.actor, log.what, log.before, log.after, log.reason).order_by(log.seq)
        acts = [tuple(row) for row in await tx.execute(columns)]
    assert acts[-2:] == [
        ("R5", "batch.propose", "2025 年度已结账", "2025 年度重新开放", "漏记一个培训班"),
        ("R6", "batch.confirmed", "2025 年度已结账", "2025 年度重新开放", "漏记一个培训班"),
    ]


async def test_after_the_closing_only_late_entries(stage: Stage) -> None:
    hours = (past("exam", "考试", "2", date(2025, 12, 1)),)
    await decided(stage, CLOSE)
    assert await decided(stage, PastHours(hours)) == (
        "批次 2 提出之后，2025 年度已于 2026-01-20 结账。请退回，确需入账的用 --late 重新提出补录。"
    )
    second = stage.phone("second")
    assert await second("退回 2 已结账") == "批次 2 已退回，没有生效：导入学时 1 条，合计 2。"
    assert await decided(stage, PastHours(hours, late=True)) == "批次 3 已确认并生效：补录学时 1 条，合计 2。"
    assert "已确认并生效" in await decided(stage, Reversal(1, "R1", "第 1 条"))
    line = tables.ledger_entry.c
    async with stage.database.read() as tx:
        found = await tx.execute(select(line.year, line.late, line.hours).order_by(line.seq))
        assert [tuple(row) for row in found] == [(2025, True, Decimal("2.00")), (2025, True, Decimal("-2.00"))]


async def test_what_a_year_has_is_summed_over_windows(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage.database.write() as tx:
        posted = [entry(n, year=2025 if n % 2 else 2026, hours=Decimal(n) / 4) for n in range(1, 24)]
        await ledger.post(tx, posted)
    monkeypatch.setattr(year_events, "WINDOW_LINES", 5)
    looked = await years.looked(stage.database, 2025)
    odd = range(1, 24, 2)
    assert (looked.lines, looked.hours, looked.head.seq) == (len(odd), Decimal(sum(odd)) / 4, 23)


async def test_the_explanation_says_that_the_year_is_closed(stage: Stage) -> None:
    async def told(known: date) -> list[str]:
        cut = Cut(None, at(known, "23:00"))
        found = await explained(stage.database, Rules(), "R6", 2025, cut, at(MONDAY))
        assert found is not None
        return [line for line in paragraphs(found) if "结账" in line]

    await decided(stage, CLOSE)
    assert await told(JANUARY) == ["2025 年度已于 2026-01-20 结账，当时台账到第 0 条。"]
    assert await told(date(2026, 1, 19)) == []
    stage.clock.to(date(2026, 1, 25))
    await decided(stage, REOPEN)
    assert await told(date(2026, 1, 25)) == []
