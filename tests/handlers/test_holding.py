"""An open exam attempt holds every push until it ends: the daily question, 进度提醒, and what others did."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from bot.config import Schedule
from bot.scheduler import waking
from handlers.actions import batches
from handlers.holding import free_at
from handlers.plan_job import PlanJob
from storage import daily, tables, wishes
from storage.database import Database
from storage.scope import EVERYTHING
from tests.handlers.city import add_person
from tests.handlers.exam_sat import FIRST
from tests.handlers.pushing import got, push
from tests.handlers.sitting_city import opened, single
from tests.handlers.stage import MONDAY, Stage, at
from training.batches import PersonEdit, RollChanges, Value
from training.calendar import DAY, day_of, monday_of
from training.people import Group
from training.wishes import Wishes

FIVE = tuple(single(n) for n in range(1, 6))
ASKED = "每日一题 11月23日"
SAVED = "已保存 第1题 B"
NOTHING = "现在没有等您作答的题目"
RELEASED = at(MONDAY, "11:05")


@pytest.fixture
async def stage(database: Database) -> Stage:
    """It is Monday, 10 o'clock; whoever starts now has until 11."""
    await opened(database, "R1", "R2", "R5", questions=FIVE)
    made = Stage(database)
    made.jobs = replace(made.jobs, awake=waking(Schedule()))
    return made


async def queued(stage: Stage) -> dict[str, set[datetime]]:
    """Receivers → when the drafts of daily questions go out."""
    row = tables.outbox.c
    found: dict[str, set[datetime]] = {}
    async with stage.database.read() as tx:
        for names, due in await tx.execute(select(row.receivers, row.due_at).where(row.ref.startswith("daily-"))):
            found.setdefault(names, set()).add(due)
    return found


async def answered(stage: Stage, last: date = MONDAY) -> list[str]:
    """What stands for zhou."""
    async with stage.database.read() as tx:
        found = await daily.answers(tx, EVERYTHING, ["R1"], MONDAY, last)
    return [one.chosen for _, one in sorted(found.items())]


async def counted(stage: Stage) -> dict[str, int]:
    """Person → pushes of this week."""
    now = stage.clock()
    async with stage.database.read() as tx:
        return {
            one.number: one.pushes_this_week
            for group in Group
            for one in await daily.receivers(
                tx, EVERYTHING, "wecom", group, week=monday_of(day_of(now)), after="", at_most=99
            )
        }


def test_what_is_held_goes_out_at_the_next_full_five_minutes() -> None:
    found = {
        clock: free_at(at(MONDAY, clock), at(MONDAY, "9:30"))
        for clock in ("9:29:40", "9:29:39", "10:00", "10:04:39", "10:04:40", "23:58")
    }
    assert found == {
        "9:29:40": at(MONDAY, "9:35"),  # it is the last moment of its 20 seconds
        "9:29:39": None,
        "10:00": at(MONDAY, "10:05"),
        "10:04:39": at(MONDAY, "10:05"),
        "10:04:40": at(MONDAY, "10:10"),  # not at the last moment, but after it
        "23:58": at(MONDAY + DAY, "0:00"),
    }
    assert free_at(None, at(MONDAY)) is None


# ---- the daily question ---------------------------------------------------------------------------------------


async def test_who_sits_gets_the_question_afterwards(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("开始")
    stage.clock.to(MONDAY, "10:07")
    assert await push(stage) == 4
    now = {at(MONDAY, "10:07")}
    assert await queued(stage) == {"admin": now, "zhou": {RELEASED}, "chen": now, "wu|wu2": now}
    assert await got(stage, "chen", "wu", "admin") == [True] * 3
    assert SAVED in await zhou("B")
    assert await answered(stage) == []
    stage.clock.to(MONDAY, "11:00:21")
    await stage.mind_exams()
    over = await zhou.read()
    assert "考试时间到" in over  # the exam's own word does not wait
    assert ASKED not in over
    assert NOTHING in await zhou("B")
    stage.clock.to(MONDAY, "11:04:59")
    assert ASKED not in await zhou.read()
    stage.clock.to(MONDAY, "11:05")
    assert ASKED in await zhou.read()
    assert "您的答案：B" in await zhou("B")
    assert await answered(stage) == ["B"]


async def test_who_hands_in_early_gets_it_at_the_same_time(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("开始")
    stage.clock.to(MONDAY, "10:07")
    await push(stage)
    for words in ("交卷", "确认"):
        await zhou(words)
    stage.clock.to(MONDAY, "10:30")
    assert NOTHING in await zhou("B")  # the question is not in hand yet
    assert await answered(stage) == []
    stage.clock.to(MONDAY, "11:05")
    assert ASKED in await zhou.read()
    assert "您的答案：B" in await zhou("B")


async def test_whoever_asks_need_not_wait(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("开始")
    stage.clock.to(MONDAY, "10:07")
    await push(stage)
    for words in ("交卷", "确认"):
        await zhou(words)
    stage.clock.to(MONDAY, "10:30")
    assert ASKED in await zhou("今日一题")
    assert "您的答案：B" in await zhou("B")
    stage.clock.to(MONDAY, "11:05")
    assert ASKED in await zhou.read()
    assert "您的答案：B" in await zhou("A")  # the first counts


async def test_going_on_with_the_paper_keeps_the_question(stage: Stage) -> None:
    """Another look at the paper, and at another question, between the push and the end."""
    zhou = stage.phone("zhou")
    await zhou("开始")
    stage.clock.to(MONDAY, "10:07")
    await push(stage)
    await zhou("考试")
    assert SAVED in await zhou("B")
    await zhou("今日一题")
    await zhou("考试")
    assert "已保存 第2题 C" in await zhou("C")
    for words in ("交卷", "确认"):
        await zhou(words)
    stage.clock.to(MONDAY, "11:05")
    await zhou.read()
    assert "您的答案：B" in await zhou("B")


async def test_two_questions_are_held_and_the_paper_stays_in_front(database: Database) -> None:
    """A make-up by hand beside today's: both come afterwards, typed letters go to the paper before."""
    tuesday = MONDAY + DAY
    await opened(database, questions=FIVE, closes_at=at(tuesday, "18:00"))
    stage = Stage(database)
    stage.clock.to(tuesday, "9:07")
    zhou = stage.phone("zhou")
    await zhou("开始")
    async with database.write() as tx:
        await stage.jobs.order(tx, MONDAY, Group.STAFF, stage.clock(), by_hand=True)
    assert await push(stage) == 2 + 4
    assert SAVED in await zhou("B")
    await zhou("考试")
    assert "已保存 第2题 C" in await zhou("C")
    for words in ("交卷", "确认"):
        await zhou(words)
    assert NOTHING in await zhou("B")
    stage.clock.to(tuesday, "10:10")
    assert (await zhou.read()).count("每日一题") == 2
    assert "您的答案：B" in await zhou("B")
    assert await answered(stage, last=tuesday) == ["B"]


async def test_typed_letters_go_to_the_second_paper_when_what_the_first_held_comes(database: Database) -> None:
    await opened(database, questions=FIVE, attempts=2)
    stage = Stage(database)
    zhou = stage.phone("zhou")
    stage.clock.to(MONDAY, "8:50")
    await zhou("开始")
    stage.clock.to(MONDAY, "9:07")
    await push(stage)
    for words in ("交卷", "确认", "开始"):
        await zhou(words)
    stage.clock.to(MONDAY, "9:55")
    assert "每日一题" in await zhou.read()
    assert SAVED in await zhou("B")
    assert await answered(stage) == []


async def test_those_who_end_together_share_their_drafts(stage: Stage) -> None:
    for clock, account in (("10:00", "zhou"), ("10:03", "admin"), ("10:05", "chen")):
        stage.clock.to(MONDAY, clock)
        await stage.phone(account)("开始")
    stage.clock.to(MONDAY, "10:07")
    await push(stage)
    found = await queued(stage)
    assert found["zhou|admin"] == {RELEASED}
    assert found["chen"] == {at(MONDAY, "11:10")}


async def test_what_is_held_keeps_away_from_the_congested_minutes(stage: Stage) -> None:
    stage.clock.to(MONDAY, "10:27")
    await stage.phone("zhou")("开始")
    await push(stage, by_hand=True)
    assert (await queued(stage))["zhou"] == {at(MONDAY, "11:30")}  # by hand it does not matter


async def test_the_clocks_keeps_away_from_them(stage: Stage) -> None:
    stage.clock.to(MONDAY, "10:27")
    await stage.phone("zhou")("开始")
    await push(stage)
    assert (await queued(stage))["zhou"] == {at(MONDAY, "11:32")}


async def test_mutes_and_budget_are_those_of_everyone(stage: Stage) -> None:
    for account in ("zhou", "chen", "admin"):
        await stage.phone(account)("开始")
    async with stage.database.write() as tx:
        await wishes.keep(tx, "R1", Wishes(mute_daily=True))
        for _ in range(12):
            await daily.count_pushes(tx, ["R2"], MONDAY)
    stage.clock.to(MONDAY, "10:07")
    assert await push(stage) == 2
    assert sorted(await queued(stage)) == ["admin", "wu|wu2"]
    assert await counted(stage) == {"R1": 0, "R2": 12, "R3": 1, "R5": 1}


async def test_who_has_no_time_left_holds_nothing(stage: Stage) -> None:
    """The clock has not come round to end it."""
    await stage.phone("zhou")("开始")
    stage.clock.to(MONDAY, "11:00:21")
    await push(stage)
    assert (await queued(stage))["zhou|admin"] == {at(MONDAY, "11:02")}


@pytest.mark.parametrize("by_hand", [False, True])
async def test_in_the_quiet_hours_only_by_hand(database: Database, by_hand: bool) -> None:
    await opened(database, questions=FIVE, closes_at=at(MONDAY, "22:00"))
    stage = Stage(database)
    stage.jobs = replace(stage.jobs, awake=waking(Schedule()))
    stage.clock.to(MONDAY, "19:10")
    await stage.phone("zhou")("开始")
    assert await push(stage, by_hand=by_hand) == 3 + by_hand
    assert ("zhou" in await queued(stage)) is by_hand
    assert (await counted(stage))["R1"] == by_hand
    for words in ("交卷", "确认"):
        await stage.phone("zhou")(words)
    stage.clock.to(MONDAY, "20:15")
    assert await got(stage, "zhou") == [True]  # the paper, and what was held
    assert (NOTHING in await stage.phone("zhou")("B")) is not by_hand


async def test_the_next_day_is_too_late(database: Database) -> None:
    await opened(database, questions=FIVE, closes_at=at(MONDAY + DAY, "9:00"))
    stage = Stage(database)
    stage.clock.to(MONDAY, "23:10")
    await stage.phone("zhou")("开始")
    assert await push(stage, by_hand=True) == 3
    assert "zhou" not in await queued(stage)


async def test_the_reminder_is_not_held_but_left_out(stage: Stage) -> None:
    async with stage.database.write() as tx:
        for number in ("R1", "R2"):
            await wishes.keep(tx, number, Wishes(mute_reminders=False))
    await push(stage)
    stage.clock.to(MONDAY, "16:30")
    await stage.phone("zhou")("开始")
    stage.clock.to(MONDAY, "16:37")
    await got(stage, "zhou", "chen")
    async with stage.database.write() as tx:
        await stage.jobs.remind(tx, stage.clock())
    assert await got(stage, "zhou", "chen") == [False, True]
    stage.clock.to(MONDAY, "19:59")
    assert await got(stage, "zhou") == [False]


# ---- 进度提醒 --------------------------------------------------------------------------------------------------

JULY = date(2026, 7, 1)


@pytest.mark.parametrize(("begun", "due"), [("9:50", "10:55"), ("9:24", "10:25"), ("9:26", "10:32")])
async def test_a_plan_reminder_comes_after_the_exam(database: Database, begun: str, due: str) -> None:
    stage = await july(database, begun)
    await remind(stage, "9:53")
    assert await reminded(stage) == {"zhou": at(JULY, due), "chen": at(JULY, "9:53")}
    stage.clock.to(JULY, due)
    assert "【学时进度】" in await stage.phone("zhou").read()
    assert (await counted(stage))["R1"] == 1


async def test_a_plan_reminder_that_would_be_late_is_none(database: Database) -> None:
    stage = await july(database, "19:30")
    await remind(stage, "19:35")
    assert await reminded(stage) == {"chen": at(JULY, "19:35")}
    assert (await counted(stage))["R1"] == 0


async def july(database: Database, begun: str) -> Stage:
    """R1 and R2 want reminders, and R1 began an exam of an hour then."""
    await opened(database, questions=FIVE, opens_at=at(JULY, "8:00"), closes_at=at(JULY, "22:00"))
    async with database.write() as tx:
        for number in ("R1", "R2"):
            await wishes.keep(tx, number, Wishes(mute_reminders=False))
    stage = Stage(database)
    stage.clock.to(JULY, begun)
    await stage.phone("zhou")("开始")
    return stage


async def remind(stage: Stage, clock: str) -> None:
    stage.clock.to(JULY, clock)
    job = PlanJob(stage.rules, "wecom", stage.jobs.freeze, waking(Schedule()))
    async with stage.database.write() as tx:
        await job.remind(tx, stage.clock())


async def reminded(stage: Stage) -> dict[str, datetime]:
    row = tables.outbox.c
    async with stage.database.read() as tx:
        return dict((await tx.execute(select(row.receivers, row.due_at).where(row.ref.startswith("plan-")))).all())


# ---- what others did ------------------------------------------------------------------------------------------


async def test_an_answer_to_a_complaint_waits_and_nothing_waits_with_it(stage: Stage) -> None:
    zhou, admin = stage.phone("zhou"), stage.phone("admin")
    await zhou("投诉建议 题太难")
    await admin.read()
    await zhou("开始")
    assert "已答复" in await admin("回复 1 谢谢")
    assert await zhou.read() == ""
    assert SAVED in await zhou("B")
    assert ASKED in await zhou("今日一题")  # one's own acts are answered, by pushes too
    stage.clock.to(MONDAY, "11:05")
    assert "【投诉建议 1 的答复】\n谢谢" in await zhou.read()


async def test_of_two_city_admins_only_the_one_who_sits_waits(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await add_person(tx, "R6", "second", name="何芳", role="city_admin")
    admin, second = stage.phone("admin"), stage.phone("second")
    await admin("开始")
    await stage.phone("zhou")("投诉建议 题太难")
    assert "【投诉建议 1】" in await second.read()
    assert await admin.read() == ""
    stage.clock.to(MONDAY, "11:05")
    assert "【投诉建议 1】" in await admin.read()
    assert await second.read() == ""


async def test_a_notice_to_the_city_waits_for_who_sits(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await add_person(tx, "R6", "second", name="何芳", role="city_admin")
    admin, second = stage.phone("admin"), stage.phone("second")
    stage.clock.to(MONDAY + 28 * DAY, "8:52")  # in December, and next year's working days are not known
    async with stage.database.write() as tx:
        await tx.execute(update(tables.exam).values(closes_at=at(MONDAY + 28 * DAY, "18:00")))
    assert "1/5" in await admin("开始")
    async with stage.database.write() as tx:
        await stage.jobs.warn_of_calendar(tx, stage.clock())
    assert "放假调休安排" in await second.read()
    assert await admin.read() == ""
    stage.clock.to(MONDAY + 28 * DAY, "9:55")
    assert "放假调休安排" in await admin.read()
    assert await second.read() == ""


async def test_the_word_about_a_batch_waits_for_who_proposed_it(stage: Stage) -> None:
    moved = RollChanges((PersonEdit("R1", "周敏", (Value("category", "leader", MONDAY, "staff"),), (), ()),))
    async with stage.database.write() as tx:
        await add_person(tx, "R6", "second", name="何芳", role="city_admin")
        await batches.propose(tx, FIRST, moved, "岗位调整", stage.clock())
    admin = stage.phone("admin")
    await admin("开始")
    assert "批次 1 已退回" in await stage.phone("second")("退回 1 日期有误")
    assert await admin.read() == ""
    stage.clock.to(MONDAY, "11:05")
    assert "您提出的批次 1（名册变动 1 人）被退回" in await admin.read()
