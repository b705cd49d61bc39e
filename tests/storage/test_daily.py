"""每日一题 in the database: the draw, the push that goes on where it was cut, and the answer that counts."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage import daily, people, wishes
from storage.daily import PushWanted, Receiver
from storage.database import Database, Tx, open_database
from storage.scope import EVERYTHING, own
from tests.storage.rows import NOW, TODAY, add_person, add_questions, answer, drawn, question
from training.calendar import monday_of
from training.people import Account, Group, StatusPeriod
from training.wishes import Wishes

DAY = timedelta(days=1)
STAFF = Group.STAFF


async def draw(tx: Tx, *days: date, group: Group = STAFF) -> None:
    await add_questions(tx, question(1))
    for day in days:
        assert await daily.keep(tx, drawn(day, group), NOW)


async def test_a_day_and_group_is_drawn_once(database: Database) -> None:
    async with database.write() as tx:
        await add_questions(tx, question(1), question(2))
        assert await daily.keep(tx, drawn(), NOW)
        assert not await daily.keep(tx, drawn(number=2), NOW)
        assert await daily.keep(tx, drawn(group=Group.LEADER, number=2), NOW)
        assert await daily.keep(tx, drawn(TODAY + DAY), NOW)
        assert await daily.between(tx, TODAY, TODAY) == {
            (TODAY, STAFF): drawn(),
            (TODAY, Group.LEADER): drawn(group=Group.LEADER, number=2),
        }


async def test_what_was_drawn_keeps_its_version(database: Database) -> None:
    async with database.write() as tx:
        await draw(tx, TODAY)
        await add_questions(tx, question(1, stem="改过?"))
        assert (await daily.between(tx, TODAY, TODAY))[TODAY, STAFF].question == question(1)


async def test_topics_come_back_the_latest_first(database: Database) -> None:
    async with database.write() as tx:
        await add_questions(tx, question(1), question(2), question(3, topics=()))
        for day, number in ((TODAY, 1), (TODAY + 2 * DAY, 2), (TODAY + DAY, 3)):
            await daily.keep(tx, drawn(day, number=number), NOW)
        assert await daily.recent_topics(tx, STAFF) == ["topic2", "topic1"]
        assert await daily.recent_topics(tx, STAFF, at_most=1) == ["topic2"]
        assert await daily.recent_topics(tx, Group.LEADER) == []


async def test_only_first_answers_go_in(database: Database) -> None:
    async with database.write() as tx:
        for number in ("p1", "p2", "p3"):
            await add_person(tx, number)
        await daily.record(tx, [])
        await daily.record(tx, [answer("p1"), answer("p2"), answer("p2", TODAY + DAY)])
    for late in (answer("p1", chosen="B"), answer("p2", TODAY + DAY, chosen="B")):
        with pytest.raises(IntegrityError):
            async with database.write() as tx:
                await daily.record(tx, [answer("p3"), late])
    async with database.read() as tx:
        found = await daily.answers(tx, EVERYTHING, ["p1", "p2", "p3"], TODAY, TODAY + DAY)
    assert found == {
        (TODAY, "p1"): answer("p1"),
        (TODAY, "p2"): answer("p2"),
        (TODAY + DAY, "p2"): answer("p2", TODAY + DAY),
    }


async def test_many_answers_go_in_at_once(database: Database) -> None:
    numbers = [f"p{n:04}" for n in range(2500)]
    async with database.write() as tx:
        await people.add(tx, [], [], [Account(n, n, TODAY) for n in numbers], by="test", now=NOW, today=TODAY)
        await daily.record(tx, [answer(n) for n in numbers])
        assert len(await daily.answers(tx, EVERYTHING, numbers, TODAY, TODAY)) == 2500


async def test_two_processes_record_the_same_answers_once(database: Database) -> None:
    numbers = [f"p{n:02}" for n in range(30)]
    async with database.write() as tx:
        await people.add(tx, [], [], [Account(n, n, TODAY) for n in numbers], by="test", now=NOW, today=TODAY)
    processes = [open_database(database.url.render_as_string(hide_password=False)) for _ in range(4)]

    async def write(process: Database) -> bool:
        try:
            async with process.write() as tx:
                await daily.record(tx, [answer(number) for number in numbers])
        except IntegrityError:
            return False
        return True

    went_in = await asyncio.gather(*map(write, processes))
    for process in processes:
        await process.close()
    assert sorted(went_in) == [False, False, False, True]
    async with database.read() as tx:
        assert len(await daily.answers(tx, EVERYTHING, numbers, TODAY, TODAY)) == len(numbers)


async def test_answers_are_found_by_day_person_and_scope(database: Database) -> None:
    async with database.write() as tx:
        await add_person(tx, "p1")
        await add_person(tx, "p2")
        days = [TODAY + n * DAY for n in range(4)]
        await daily.record(tx, [answer("p1", day) for day in days])
        await daily.record(tx, [answer("p2")])
        found = await daily.answers(tx, EVERYTHING, ["p1"], days[1], days[2])
        assert found.keys() == {(days[1], "p1"), (days[2], "p1")}
        assert (await daily.answers(tx, own("p1"), ["p1", "p2"], TODAY, TODAY)).keys() == {(TODAY, "p1")}
        assert await daily.answered_days(tx, EVERYTHING, "p1") == days[::-1]
        assert await daily.answered_days(tx, own("p1"), "p1", at_most=2) == days[:1:-1]
        assert await daily.answered_days(tx, own("p2"), "p1") == []


async def test_a_push_is_ordered_once_and_goes_on_where_it_was_cut(database: Database) -> None:
    async with database.write() as tx:
        await draw(tx, TODAY)
        assert await daily.wanted_pushes(tx) == []
        assert not await daily.want_push(tx, TODAY + DAY, STAFF, by_hand=False, now=NOW)  # nothing drawn
        assert await daily.want_push(tx, TODAY, STAFF, by_hand=True, now=NOW)
        assert not await daily.want_push(tx, TODAY, STAFF, by_hand=False, now=NOW)
        (wanted,) = await daily.wanted_pushes(tx)
        assert wanted == PushWanted(TODAY, STAFF, by_hand=True, queued_through="")
        assert await daily.advance_push(tx, wanted, "p500", done_at=None)
        assert not await daily.advance_push(tx, wanted, "p900", done_at=NOW)  # another process had this slice
        (wanted,) = await daily.wanted_pushes(tx)
        assert wanted.queued_through == "p500"
        assert await daily.advance_push(tx, wanted, "p900", done_at=NOW)
        assert await daily.wanted_pushes(tx) == []
        at_its_end = PushWanted(TODAY, STAFF, by_hand=True, queued_through="p900")
        assert not await daily.advance_push(tx, at_its_end, "p999", done_at=None)
        assert not await daily.want_push(tx, TODAY, STAFF, by_hand=True, now=NOW)


async def test_pushes_wait_in_the_order_of_their_days(database: Database) -> None:
    async with database.write() as tx:
        await draw(tx, TODAY + DAY, TODAY)
        for day in (TODAY + DAY, TODAY):
            await daily.want_push(tx, day, STAFF, by_hand=False, now=NOW)
        assert [wanted.day for wanted in await daily.wanted_pushes(tx)] == [TODAY, TODAY + DAY]


async def receivers(tx: Tx, after: str = "", at_most: int = 9, group: Group = STAFF) -> list[Receiver]:
    week = monday_of(TODAY)
    return await daily.receivers(tx, EVERYTHING, "wecom", group, week=week, after=after, at_most=at_most)


async def test_receivers_are_those_whose_group_status_and_account_allow_it(database: Database) -> None:
    async with database.write() as tx:
        await add_person(tx, "p1", "b1", "a1")
        await add_person(tx, "p2", "a2")
        await add_person(tx, "p3")
        await add_person(tx, "p4", "a4", category="leader")
        await add_person(tx, "p5", "a5", category="other")
        await add_person(tx, "p6", "a6")
        away = StatusPeriod("p6", "产假", TODAY, None, NOW)
        await people.add(tx, [], [away], [Account("t3", "p3", TODAY, "telegram")], by="test", now=NOW, today=TODAY)
        await wishes.keep(tx, "p2", Wishes(mute_daily=True, text_only=True))
        for _ in range(2):
            await daily.count_pushes(tx, ["p2"], monday_of(TODAY))
        await daily.count_pushes(tx, ["p1"], monday_of(TODAY) - 7 * DAY)
        first = Receiver("p1", ("a1", "b1"), muted=False, text_only=False, pushes_this_week=0)
        second = Receiver("p2", ("a2",), muted=True, text_only=True, pushes_this_week=2)
        assert await receivers(tx) == [first, second]
        assert await receivers(tx, at_most=1) == [first]
        assert await receivers(tx, after="p1") == [second]
        assert [r.number for r in await receivers(tx, group=Group.LEADER)] == ["p4"]


async def test_pushes_are_counted_by_week(database: Database) -> None:
    async with database.write() as tx:
        await add_person(tx, "p1", "a1")
        await daily.count_pushes(tx, [], monday_of(TODAY))
        for _ in range(3):
            await daily.count_pushes(tx, ["p1", "p0"], monday_of(TODAY))
        assert [r.pushes_this_week for r in await receivers(tx)] == [3]


async def test_reminders_go_to_those_who_asked_for_them(database: Database) -> None:
    asked = Wishes(mute_reminders=False)
    async with database.write() as tx:
        await add_person(tx, "p1", "a1")  # never chose: reminders are off
        await add_person(tx, "p2", "b2", "a2")
        await add_person(tx, "p3", "a3")
        await add_person(tx, "p4", "a4", category="leader")
        await add_person(tx, "p5")
        for number in ("p2", "p3", "p4", "p5"):
            await wishes.keep(tx, number, asked)
        away = StatusPeriod("p3", "产假", TODAY, None, NOW)
        await people.add(tx, [], [away], [], by="test", now=NOW, today=TODAY)
        found = await daily.wanting_reminder(tx, EVERYTHING, "wecom", STAFF, week=monday_of(TODAY))
        assert found == [Receiver("p2", ("a2", "b2"), muted=False, text_only=False, pushes_this_week=0)]
