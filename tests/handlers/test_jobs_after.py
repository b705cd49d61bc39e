"""What follows a push: reminders, grey cards, and notices to the city."""

from datetime import date

import pytest

from storage import calendar, daily, wishes
from storage.database import Database
from storage.outbox import State
from storage.scope import EVERYTHING
from tests.handlers.city import SINGLE, populate
from tests.handlers.pushing import EVERYBODY, FRIDAY, got, job, push
from tests.handlers.stage import BREAK, MONDAY, Stage
from training.calendar import DAY, Calendar
from training.people import Group
from training.wishes import Wishes


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    made = Stage(database)
    made.clock.to(MONDAY, "9:07")
    return made


# ---- the reminder ---------------------------------------------------------------------------------------------


async def test_only_who_wants_a_reminder_and_has_not_answered_gets_one(stage: Stage) -> None:
    async with stage.database.write() as tx:
        for number in ("R2", "R3", "R4", "R5"):
            await wishes.keep(tx, number, Wishes(mute_reminders=False))
    await push(stage)
    await got(stage, *EVERYBODY)
    await stage.phone("chen").key(f"daily:{MONDAY}:leader:错")
    stage.clock.to(MONDAY, "16:37")
    await job(stage, "remind")
    # zhou wants none, chen has answered, lin (其他) was asked nothing
    assert await got(stage, *EVERYBODY) == [False, False, True, True, False, True]
    async with stage.database.read() as tx:
        staff = await daily.receivers(tx, EVERYTHING, "wecom", Group.STAFF, week=MONDAY, after="", at_most=9)
    assert {one.number: one.pushes_this_week for one in staff} == {"R1": 1, "R5": 2}


async def test_a_reminder_names_the_day_and_the_way_out(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await wishes.keep(tx, "R1", Wishes(mute_reminders=False))
    await push(stage)
    await got(stage, "zhou")
    stage.clock.to(MONDAY, "16:37")
    await job(stage, "remind")
    await stage.send_all()
    assert stage.wire.boxes["zhou"][0].text == (
        "【提醒】11月23日的每日一题您还没有作答。回复“今日一题”即可作答；不想再收到提醒，请回复“免打扰”。"
    )


async def test_no_reminder_on_a_free_day(stage: Stage) -> None:
    """Somebody asked for a question on a Saturday; nobody else owes it."""
    async with stage.database.write() as tx:
        await wishes.keep(tx, "R1", Wishes(mute_reminders=False))
    stage.clock.to(FRIDAY + DAY)
    await stage.phone("lin")("今日一题")
    stage.clock.to(FRIDAY + DAY, "16:37")
    await job(stage, "remind")
    assert await got(stage, "zhou") == [False]


# ---- closing --------------------------------------------------------------------------------------------------


async def test_cards_are_greyed_when_they_close(stage: Stage) -> None:
    """On Monday night the codes of Friday's cards live, those of Thursday's do not."""
    thursday = FRIDAY - DAY
    for day in (thursday, FRIDAY):
        stage.clock.to(day, "9:07")
        await push(stage)
        await stage.send_all()
    codes = {
        draft.receivers: box for draft, _ in stage.wire.sent for box in stage.wire.boxes[draft.receivers[0]][-1:]
    }
    stage.clock.to(FRIDAY, "10:00")
    await stage.phone("zhou").key(f"daily:{FRIDAY}:staff:B")
    await stage.phone("wu").key(f"daily:{FRIDAY}:enforcement:", "A")
    stage.clock.to(FRIDAY + 2 * DAY, "23:59:59")
    await job(stage, "close_cards")
    await got(stage, *EVERYBODY)  # what came until now
    stage.clock.to(FRIDAY + 3 * DAY, "0:05")
    await job(stage, "close_cards")
    await stage.send_all()
    changed = {account: [(m.text, m.updates) for m in box] for account, box in stage.wire.boxes.items() if box}
    # zhou and wu (with both accounts) have answered
    assert changed == {
        "chen": [("已截止", codes[("chen",)].code)],
        "admin": [("已截止", codes[("zhou", "admin")].code)],
    }
    stage.wire.boxes.clear()
    await job(stage, "close_cards")
    assert not any(await got(stage, *EVERYBODY))


async def test_a_code_that_was_refused_is_not_tried(stage: Stage) -> None:
    await push(stage)
    assert (await stage.waiting()) == {State.QUEUED: 4}  # never sent, so there is no code
    stage.clock.to(FRIDAY + 3 * DAY, "0:05")
    await job(stage, "close_cards")
    assert (await stage.waiting()) == {State.QUEUED: 4}


# ---- to the city ----------------------------------------------------------------------------------------------


async def test_the_city_is_told_that_a_group_has_no_question(database: Database) -> None:
    await populate(database, SINGLE)
    stage = Stage(database)
    stage.clock.to(MONDAY, "9:07")
    await job(stage, "daily_push")
    question, *notices = (await stage.phone("admin").read()).split(BREAK)
    assert SINGLE.stem in question + "".join(notices)
    told = [text for text in (question, *notices) if text.startswith("【提醒 11月23日】题库中没有可以发给")]
    assert len(told) == 2
    assert await got(stage, "zhou", "chen") == [True, False]


async def test_the_city_is_told_once_a_week_that_next_year_is_missing(stage: Stage) -> None:
    last = max(filter(Calendar().knows, range(2026, 2050)))
    for day, told in ((date(last, 11, 30), False), (date(last, 12, 1), True)):
        stage.clock.to(day, "8:52")
        await job(stage, "warn_of_calendar")
        await stage.send_all()
        texts = [m.text for m in stage.wire.boxes.pop("admin", [])]
        assert [f"{last + 1}年的放假调休安排还没有导入" in text for text in texts] == [True] * told
    async with stage.database.write() as tx:
        await calendar.keep(tx, {date(last + 1, 1, 1): (False, "元旦")})
    stage.clock.on(days=7)
    await job(stage, "warn_of_calendar")
    assert not any(await got(stage, *EVERYBODY))
