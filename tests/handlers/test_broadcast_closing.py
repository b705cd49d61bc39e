"""A broadcast closes: its cards are greyed, its sender and, if wanted, all hear of it; and it reminds once."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import func, insert, select

from handlers import broadcast_closing_job
from handlers.actions import broadcast_closing
from handlers.holding import Awake
from storage import broadcasts, tables, units, wishes
from storage.database import Database
from storage.outbox import State as Sending
from tests.handlers.city import NEW_YEAR, add_person, populate
from tests.handlers.sent_broadcast import (
    CLOSES,
    NOTICE,
    QUIZ,
    SENT_AT,
    answered,
    closing_of,
    one,
    send,
    set_outbox,
    to_the_end,
)
from tests.handlers.stage import MONDAY, Stage, at
from training.broadcasts import State
from training.calendar import CITY, DAY
from training.people import Fact, UnitField
from training.wishes import Wishes

ZHOU, CHEN = ("R1", "11", ["zhou"]), ("R2", "11", ["chen"])
WU, LIN = ("R3", "11", ["wu", "wu2"]), ("R4", "12", ["lin"])
ALL = [[ZHOU, CHEN], [WU, LIN]]
REMINDS = at(MONDAY + DAY, "16:37")
BY: Any = {"by": "test", "now": SENT_AT, "today": MONDAY}
TOLD = structs.replace(QUIZ, tell_all=True)


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    made = Stage(database)
    made.clock.now = SENT_AT
    return made


def awake(moment: datetime) -> bool:
    return 8 <= moment.astimezone(CITY).hour < 20


async def sent(stage: Stage, *parts: Any, **more: Any) -> int:
    async with stage.database.write() as tx:
        made = await send(tx, stage, parts or ALL, **more)
    await stage.send_all()
    stage.wire.boxes.clear()
    return made.number


async def closed(stage: Stage, when: datetime = CLOSES, hours: Awake = awake) -> None:
    stage.clock.now = when
    await to_the_end(stage, closing_of(stage, hours))


async def read(stage: Stage) -> dict[str, list[str]]:
    await stage.send_all()
    found = {account: [message.text for message in box] for account, box in stage.wire.boxes.items() if box}
    stage.wire.boxes.clear()
    return found


async def pushes(stage: Stage, week: date = MONDAY) -> dict[str, int]:
    async with stage.database.read() as tx:
        counted = select(tables.push_week.c.person, tables.push_week.c.pushes).where(
            tables.push_week.c.week == week
        )
        return dict((await tx.execute(counted)).all())


# ---- closing --------------------------------------------------------------------------------------------------


async def test_nothing_happens_before_its_moment(stage: Stage) -> None:
    number = await sent(stage)
    await closed(stage, CLOSES - timedelta(microseconds=1))
    assert (await one(stage.database, number)).state == State.OPEN
    assert await read(stage) == {}


async def test_cards_are_greyed_for_those_who_did_not_answer_everything(stage: Stage) -> None:
    number = await sent(stage)
    async with stage.database.write() as tx:
        await answered(tx, number, "R1", {0: True, 1: False})
        await answered(tx, number, "R2", {0: True})  # stands at the second question
        await answered(tx, number, "R3", {0: True, 1: True})
    await closed(stage)
    assert await read(stage) == {"chen": ["已截止"], "lin": ["已截止"]}
    row = await one(stage.database, number)
    assert (row.state, row.closed_at) == (State.CLOSED, CLOSES)
    await closed(stage, CLOSES + DAY)
    assert list(await read(stage)) == ["admin"]  # the summary of then, and no second one
    await closed(stage, CLOSES + 2 * DAY)
    assert await read(stage) == {}


async def test_a_card_whose_code_is_past_stays_as_it_is(stage: Stage) -> None:
    number = await sent(stage, closes_at=SENT_AT + 72 * timedelta(hours=1))
    async with stage.database.write() as tx:
        await set_outbox(tx, f"broadcast-{number}-0-0", finished_at=SENT_AT + timedelta(minutes=10, seconds=1))
        await set_outbox(tx, f"broadcast-{number}-1-0", finished_at=SENT_AT + timedelta(minutes=10))
    await closed(stage, SENT_AT + timedelta(hours=72))
    assert sorted(account for account in await read(stage) if account != "admin") == ["chen", "zhou"]


async def test_who_has_not_got_a_quiz_when_it_closes_gets_it_no_more(stage: Stage) -> None:
    async with stage.database.write() as tx:
        number = (await send(tx, stage, ALL, due_at=CLOSES + timedelta(hours=1))).number
    await closed(stage)
    stage.clock.now = CLOSES + timedelta(hours=2)
    assert await read(stage) == {
        "admin": [
            "【群发 1】宪法宣传周：已结束\n"
            "发送 2026年11月23日 09:07，截止 11月25日 18:00\n"
            "发送对象 4 人，送达 0 人，截止前未发出 4\n"
            "参与 0/4（0.00%），答完全部 0 人\n"
            "第 1 题：作答 0\n"
            "第 2 题：作答 0\n"
            "按单位（参与不足 5 人的一般不列正确率）：\n"
            "11：发送 3，送达 0，参与 0\n"
            "12：发送 1，送达 0，参与 0"
        ]
    }
    assert (await one(stage.database, number)).state == State.CLOSED


async def test_a_notice_closes_after_three_days_and_its_late_receivers_still_get_it(stage: Stage) -> None:
    number = await sent(stage, settings=NOTICE)
    await closed(stage, CLOSES + timedelta(hours=1))
    assert (await one(stage.database, number)).state == State.OPEN
    async with stage.database.write() as tx:
        await set_outbox(tx, f"broadcast-{number}-1-0", state=Sending.QUEUED, due_at=SENT_AT + 4 * DAY)
    await closed(stage, SENT_AT + 3 * DAY)
    assert (await one(stage.database, number)).state == State.CLOSED
    [said] = (await read(stage)).pop("admin")
    assert said.startswith("【群发 1】开会：已结束\n")
    assert "送达 2 人，待发 2" in said
    stage.clock.now = SENT_AT + 4 * DAY
    assert sorted(await read(stage)) == ["lin", "wu", "wu2"]


# ---- the summary of the sender --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "readers"),
    [
        ("R6", ["unit6", "unit6b"]),  # every account
        ("", ["admin"]),  # the command line
        ("R7", ["admin"]),  # has no account
        ("R1", ["admin"]),  # is no admin any more
    ],
)
async def test_who_gets_the_summary(stage: Stage, sender: str, readers: list[str]) -> None:
    async with stage.database.write() as tx:
        await add_person(tx, "R6", "unit6", "unit6b", role="unit_admin", managed_units="11")
        await add_person(tx, "R7", role="unit_admin", managed_units="11")
        above = [Fact("12", UnitField.PARENT, "11", NEW_YEAR, SENT_AT)]
        await units.add(tx, [Fact("11", UnitField.NAME, "局", NEW_YEAR, SENT_AT), *above], **BY)
    await sent(stage, [LIN], sender=sender)
    await closed(stage)
    stage.clock.on(minutes=5)
    found = await read(stage)
    assert (
        sorted(account for account, texts in found.items() if texts[0].startswith("【群发 1】宪法宣传周：已结束"))
        == readers
    )


async def test_in_the_quiet_hours_it_is_closed_on_time_and_told_in_the_morning(stage: Stage) -> None:
    number = await sent(stage, settings=TOLD, closes_at=at(MONDAY + 5 * DAY, "00:00"))  # the end of Friday
    await closed(stage, at(MONDAY + 5 * DAY, "00:00"))
    assert (await one(stage.database, number)).state == State.CLOSED
    assert await read(stage) == {}
    stage.clock.to(MONDAY + 7 * DAY, "8:01")
    assert await read(stage) == {}
    stage.clock.to(MONDAY + 7 * DAY, "8:02")  # the next working day, off the full hour
    assert sorted(await read(stage)) == ["admin", "chen", "lin", "wu", "wu2", "zhou"]
    assert await pushes(stage) == {}
    assert await pushes(stage, MONDAY + 7 * DAY) == {"R1": 1, "R2": 1, "R3": 1, "R4": 1}


async def test_who_sits_an_exam_hears_of_it_afterwards(stage: Stage) -> None:
    await sent(stage, settings=TOLD)
    async with stage.database.write() as tx:
        await sits(tx, "R1", CLOSES + timedelta(minutes=8))
    await closed(stage)
    stage.clock.on(minutes=5)
    assert "zhou" not in {account for account, texts in (await read(stage)).items() if "感谢" in texts[-1]}
    stage.clock.on(minutes=5)
    assert sorted(await read(stage)) == ["zhou"]


async def sits(tx: Any, person: str, until: datetime) -> None:
    attempt = {"exam": 1, "person": person, "number": 1, "mode": "chat", "started_at": SENT_AT}
    ends = {"deadline_at": until, "ended_by": "", "full_marks": 100, "evidence": ""}
    await tx.execute(insert(tables.exam_attempt).values(**attempt, **ends))


# ---- to all ---------------------------------------------------------------------------------------------------


async def test_all_hear_the_totals_when_that_was_wanted(stage: Stage) -> None:
    people = [(f"A{n}", "11", [f"a{n}"]) for n in range(6)]
    async with stage.database.write() as tx:
        for number, _, accounts in people:
            await add_person(tx, number, *accounts)
    number = await sent(stage, people, settings=TOLD)
    async with stage.database.write() as tx:
        for n in range(5):
            await answered(tx, number, f"A{n}", {0: True, 1: n < 3})
    await closed(stage)
    stage.clock.on(minutes=5)
    found = await read(stage)
    said = (
        "【群发 1】宪法宣传周：答题已截止，共 5 人参与，正确率 80.00%。感谢参与！不想再收到通知，请回复“免打扰”。"
    )
    assert {account: texts[-1] for account, texts in found.items() if account != "admin"} == dict.fromkeys(
        (f"a{n}" for n in range(6)), said
    )
    assert await pushes(stage) == {f"A{n}": 1 for n in range(6)}


async def test_mutes_budgets_and_states_hold_for_the_closing_words(stage: Stage) -> None:
    budget = stage.rules.compliance.push_budget_per_week
    async with stage.database.write() as tx:
        await wishes.keep(tx, "R1", Wishes(mute_notices=True))
        used = {"person": "R2", "week": MONDAY, "pushes": budget}
        await tx.execute(insert(tables.push_week).values(**used))
    await sent(stage, settings=TOLD)
    await closed(stage)
    stage.clock.on(minutes=5)
    told = {account for account, texts in (await read(stage)).items() if "感谢参与" in texts[-1]}
    assert told == {"wu", "wu2", "lin"}


@pytest.mark.parametrize("settings", [QUIZ, structs.replace(NOTICE, tell_all=True)])
async def test_nobody_else_hears_of_it_otherwise(stage: Stage, settings: Any) -> None:
    await sent(stage, settings=settings)
    await closed(stage, SENT_AT + 3 * DAY)
    stage.clock.on(minutes=5)
    assert not [texts for texts in (await read(stage)).values() if "感谢参与" in texts[-1]]


async def test_what_was_cut_short_goes_on_behind_its_mark(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """One person a slice, one slice a tick, and a process that dies in each of them before it commits."""
    monkeypatch.setattr(broadcast_closing, "SLICE_PERSONS", 1)
    monkeypatch.setattr(broadcast_closing_job, "SLICES_A_TICK", 1)
    monkeypatch.setattr(broadcast_closing_job, "PARTS_A_SLICE", 1)
    number = await sent(stage, settings=TOLD)
    stage.clock.now = CLOSES
    first, second = closing_of(stage), closing_of(stage)
    for tick in range(12):
        with pytest.raises(RuntimeError):
            async with stage.database.write() as tx:
                made = await broadcasts.one(tx, number)
                assert made is not None
                await first._close_slice(tx, made, CLOSES)
                raise RuntimeError  # as if it were killed
        await (first, second)[tick % 2].tick(stage.database, CLOSES)
    assert (await one(stage.database, number)).state == State.CLOSED
    stage.clock.on(minutes=5)
    found = await read(stage)
    assert found.pop("admin")[0].startswith("【群发 1】宪法宣传周：已结束")
    assert sorted(found) == ["chen", "lin", "wu", "wu2", "zhou"]
    assert all([text[:3] for text in texts] == ["已截止", "【群发"] for texts in found.values())
    assert await pushes(stage) == {"R1": 1, "R2": 1, "R3": 1, "R4": 1}


async def test_two_processes_close_and_remind_once(stage: Stage) -> None:
    await wanting(stage, "R1", "R2")
    await sent(stage, settings=TOLD, remind_at=REMINDS)
    first, second = closing_of(stage), closing_of(stage)
    for now in (REMINDS, CLOSES):
        stage.clock.now = now
        for _ in range(4):
            await asyncio.gather(*(job.tick(stage.database, now) for job in (first, second)))
        if now == REMINDS:
            reminded = await read(stage)
    assert {account: [text[:3] for text in texts] for account, texts in reminded.items()} == {
        "zhou": ["【提醒"],
        "chen": ["【提醒"],
    }
    stage.clock.on(minutes=5)
    found = await read(stage)
    assert {account: [text[:3] for text in texts] for account, texts in found.items()} == {
        "zhou": ["已截止", "【群发"],
        "chen": ["已截止", "【群发"],
        "wu": ["已截止", "【群发"],
        "wu2": ["已截止", "【群发"],
        "lin": ["已截止", "【群发"],
        "admin": ["【群发"],
    }
    assert await pushes(stage) == {"R1": 2, "R2": 2, "R3": 1, "R4": 1}


# ---- the reminder ---------------------------------------------------------------------------------------------


async def wanting(stage: Stage, *persons: str) -> None:
    async with stage.database.write() as tx:
        for person in persons:
            await wishes.keep(tx, person, Wishes(mute_reminders=False))


async def test_who_asked_for_it_and_answered_nothing_is_reminded_once(stage: Stage) -> None:
    await wanting(stage, "R1", "R2", "R3", "R4", "R5")
    number = await sent(stage, remind_at=REMINDS)
    async with stage.database.write() as tx:
        await answered(tx, number, "R2", {0: False})
        await sits(tx, "R4", REMINDS + timedelta(hours=1))
    for moment in (REMINDS - timedelta(seconds=1), REMINDS, REMINDS + timedelta(seconds=1)):
        await closed(stage, moment)
    said = (
        "【提醒】群发答题 1《宪法宣传周》您还没有作答，11月25日 18:00 截止。"
        "回复“群发答题”即可作答；不想再收到提醒，请回复“免打扰”。"
    )
    assert await read(stage) == {"zhou": [said], "wu": [said], "wu2": [said]}  # R5 was not written to
    assert await pushes(stage) == {"R1": 1, "R3": 1}
    assert (await one(stage.database, number)).reminded_at == REMINDS
    box = tables.outbox.c
    limits = select(box.waking, box.not_after).where(box.ref.startswith(f"broadcast-{number}r-"))
    async with stage.database.read() as tx:
        assert {tuple(row) for row in await tx.execute(limits)} == {(True, CLOSES)}


@pytest.mark.parametrize(
    ("late", "reminded"), [(timedelta(hours=2), True), (timedelta(hours=2, microseconds=1), False)]
)
async def test_a_reminder_that_is_late_is_left_out(stage: Stage, late: timedelta, reminded: bool) -> None:
    await wanting(stage, "R1")
    number = await sent(stage, remind_at=REMINDS)
    await closed(stage, REMINDS + late)
    assert bool(await read(stage)) is reminded
    assert (await one(stage.database, number)).reminded_at == REMINDS + late


async def test_nobody_is_reminded_in_the_quiet_hours_or_of_what_is_closed(stage: Stage) -> None:
    await wanting(stage, "R1")
    late, closing = at(MONDAY + DAY, "20:30"), CLOSES - timedelta(minutes=1)
    number = await sent(stage, remind_at=late)
    await closed(stage, late)
    assert (await one(stage.database, number)).reminded_at is None
    other = await sent(stage, remind_at=closing)
    async with stage.database.write() as tx:
        made = await broadcasts.one(tx, other)
        assert made is not None
        assert await closing_of(stage)._remind_slice(tx, other, CLOSES) is None
    assert await read(stage) == {}


async def test_reminders_go_on_behind_their_mark(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast_closing, "SLICE_PERSONS", 1)
    monkeypatch.setattr(broadcast_closing_job, "SLICES_A_TICK", 1)
    await wanting(stage, "R1", "R2", "R3", "R4")
    await sent(stage, remind_at=REMINDS)
    for _ in range(3):
        await closing_of(stage).tick(stage.database, REMINDS)
    await closed(stage, REMINDS)
    assert sorted(await read(stage)) == ["chen", "lin", "wu", "wu2", "zhou"]
    assert await pushes(stage) == {"R1": 1, "R2": 1, "R3": 1, "R4": 1}


async def test_a_look_at_nothing_is_no_mail(stage: Stage) -> None:
    assert await closing_of(stage).tick(stage.database, CLOSES) is False
    async with stage.database.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(tables.outbox))).scalar_one() == 0
