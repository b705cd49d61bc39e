"""The daily push: whom it reaches, when, and where it goes on."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import select

from handlers.jobs import off_the_congested
from storage import calendar, daily, people, tables, wishes
from storage.database import Database
from tests.handlers.city import JUDGE, NEW_YEAR, SINGLE, add_person, populate
from tests.handlers.pushing import EVERYBODY, FRIDAY, go_on, got, job, push, unfinished
from tests.handlers.stage import BREAK, MONDAY, Stage, at
from training.calendar import DAY
from training.people import Account, Fact, Field, Group, StatusPeriod
from training.wishes import Wishes


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    made = Stage(database)
    made.clock.to(MONDAY, "9:07")
    return made


# ---- the push -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (MONDAY, True),
        (MONDAY + 5 * DAY, False),  # a Saturday
        (date(2026, 10, 1), False),  # National Day, a Thursday
        (date(2026, 10, 10), True),  # a Saturday that makes up for it
        (date(2026, 10, 11), False),
    ],
)
async def test_the_question_goes_out_on_working_days(stage: Stage, day: date, working: bool) -> None:
    stage.clock.to(day, "9:07")
    await job(stage, "daily_push")
    assert await got(stage, *EVERYBODY) == [working] * 4 + [False, working]


async def test_an_imported_calendar_rules(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await calendar.keep(tx, {MONDAY: (False, "市庆"), FRIDAY + DAY: (True, "")})
    await job(stage, "daily_push")
    assert not any(await got(stage, *EVERYBODY))
    stage.clock.to(FRIDAY + DAY, "9:07")
    await job(stage, "daily_push")
    assert await got(stage, "zhou") == [True]


async def test_every_group_gets_its_question_and_a_typed_letter_goes_there(stage: Stage) -> None:
    assert await push(stage) == 4
    zhou, chen = stage.phone("zhou"), stage.phone("chen")
    assert SINGLE.stem in await zhou.read()
    assert JUDGE.stem in await chen.read()
    question, card = (await stage.phone("wu2").read()).split(BREAK)
    assert question.endswith("D. 记过")
    assert card.endswith("[提交]")
    assert (await zhou("b")).startswith("✓ 回答正确")
    assert (await chen.tap("错")).startswith("✓ 回答正确")


async def test_ordered_twice_is_sent_once(stage: Stage) -> None:
    await push(stage)
    async with stage.database.write() as tx:
        assert not await stage.jobs.order(tx, MONDAY, Group.STAFF, stage.clock(), by_hand=True)
        await stage.jobs.daily_push(tx, stage.clock())
    assert await go_on(stage) == 0
    await stage.send_all()
    assert [len(stage.wire.boxes[account]) for account in ("zhou", "chen", "wu")] == [1, 1, 2]


async def test_mutes_and_statuses_are_respected(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await wishes.keep(tx, "R1", Wishes(mute_daily=True))
        await wishes.keep(tx, "R3", Wishes(mute_reminders=True, mute_notices=True))  # another switch
        period = StatusPeriod("R2", "病假", MONDAY - 10 * DAY, None, at(MONDAY, "8:00"))
        await people.add(tx, [], [period], [], by="test", now=at(MONDAY, "8:00"), today=MONDAY)
    for by_hand in (False, True):
        await push(stage, by_hand=by_hand)
        assert await got(stage, "zhou", "chen", "wu", "admin") == [False, False, True, True]
        stage.clock.on(days=1)


async def test_a_person_who_is_not_there_yet_gets_nothing(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await add_person(tx, "R9", "new", since=MONDAY + DAY)
    await push(stage)
    assert await got(stage, "new") == [False]


async def test_twelve_a_week_and_by_hand_more(stage: Stage) -> None:
    async with stage.database.write() as tx:
        for _ in range(11):
            await daily.count_pushes(tx, ["R1", "R2"], MONDAY)
        await daily.count_pushes(tx, ["R2"], MONDAY)
    await push(stage)
    assert await got(stage, "zhou", "chen") == [True, False]  # the twelfth, the thirteenth
    stage.clock.to(MONDAY + DAY, "9:07")
    await push(stage)
    assert await got(stage, "zhou", "chen", "wu") == [False, False, True]
    stage.clock.to(MONDAY + 2 * DAY, "9:07")
    await push(stage, by_hand=True)
    assert await got(stage, "zhou", "chen", "wu") == [True] * 3
    stage.clock.to(MONDAY + 7 * DAY, "9:07")  # another week
    await push(stage)
    assert await got(stage, "zhou", "chen", "wu") == [True] * 3


async def test_who_wants_words_gets_words(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await wishes.keep(tx, "R1", Wishes(text_only=True))
        await wishes.keep(tx, "R3", Wishes(text_only=True))
    await push(stage)
    for account in ("zhou", "wu"):
        said = await stage.phone(account).read()
        assert BREAK not in said
        assert "请直接回复字母" in said
    assert (await stage.phone("admin").read()).endswith("[A]\n[B]\n[C]\n[D]")


async def test_a_push_by_hand_of_an_earlier_day_is_a_make_up(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await stage.jobs.order(tx, MONDAY - 7 * DAY, Group.STAFF, at(MONDAY - 7 * DAY), by_hand=True)
        stage.clock.to(MONDAY + DAY)
        await stage.jobs.order(tx, MONDAY, Group.STAFF, stage.clock(), by_hand=True)
    await go_on(stage)
    assert "补做）" in await stage.phone("zhou").key(f"daily:{MONDAY}:staff:B")


async def crowd(stage: Stage, count: int, prefix: str = "N") -> list[str]:
    """More members of staff than a slice takes, in one go."""
    numbers = [f"{prefix}{n:05}" for n in range(count)]
    held = {Field.NAME: "名", Field.UNIT: "11", Field.CATEGORY: "staff"}
    facts = [Fact(number, f, v, NEW_YEAR, at(NEW_YEAR)) for number in numbers for f, v in held.items()]
    accounts = [Account(f"a{n:05}", number, NEW_YEAR) for n, number in enumerate(numbers)]
    async with stage.database.write() as tx:
        await people.add(tx, facts, [], accounts, by="test", now=at(NEW_YEAR), today=MONDAY)
    return [account.account for account in accounts]


async def test_a_push_goes_on_where_it_was_cut(stage: Stage) -> None:
    """A city of more than one slice, a process that dies in the middle of one, and one that takes over."""
    # Long numbers that begin alike: the slices of one second must not be taken for each other.
    names = await crowd(stage, 1500, "A" * 50)
    async with stage.database.write() as tx:
        await stage.jobs.order(tx, MONDAY, Group.STAFF, stage.clock(), by_hand=False)
    [wanted] = await unfinished(stage)
    assert await go_on(stage, 1) == 1000
    with pytest.raises(RuntimeError):
        async with stage.database.write() as tx:
            await stage.jobs.push_slice(tx, (await daily.wanted_pushes(tx))[0], stage.clock())
            raise RuntimeError("the process dies")
    successor = Stage(stage.database, stage.clock)
    async with successor.database.write() as tx:
        assert await successor.jobs.push_slice(tx, wanted, stage.clock()) == 0  # the first slice is done
    assert await go_on(successor) == 502
    assert await unfinished(successor) == []
    await successor.send_all()
    boxes = {account: len(box) for account, box in successor.wire.boxes.items()}
    assert boxes == dict.fromkeys((*names, "zhou", "admin"), 1)
    assert max(len(draft.receivers) for draft, _ in successor.wire.sent) <= 1000


# ---- the congested minutes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "moved"),
    [
        ("09:07:00", "09:07:00"),
        ("08:58:00", "08:58:00"),
        ("08:58:01", "09:02:00"),
        ("08:59:59", "09:02:00"),
        ("09:00:00", "09:02:00"),
        ("09:01:59", "09:02:00"),
        ("09:02:00", "09:02:00"),
        ("09:28:00", "09:28:00"),
        ("09:28:01", "09:32:00"),
        ("09:30:00", "09:32:00"),
        ("09:31:59", "09:32:00"),
        ("09:32:00", "09:32:00"),
        ("23:59:00", "24:02:00"),
    ],
)
def test_mass_sends_keep_away_from_the_congested_minutes(moment: str, moved: str) -> None:
    def time(text: str) -> datetime:
        hours, minutes, seconds = map(int, text.split(":"))
        return at(MONDAY, "0:00") + timedelta(hours=hours, minutes=minutes, seconds=seconds)

    assert off_the_congested(time(moment)) == time(moved)


async def due(stage: Stage) -> Sequence[datetime]:
    async with stage.database.read() as tx:
        return list((await tx.execute(select(tables.outbox.c.due_at).distinct())).scalars())


async def test_a_clocks_push_is_moved_and_a_hands_is_not(stage: Stage) -> None:
    stage.clock.to(MONDAY, "9:29")
    await push(stage)
    assert await due(stage) == [at(MONDAY, "9:32")]


async def test_a_push_by_hand_goes_at_once(stage: Stage) -> None:
    stage.clock.to(MONDAY, "9:29")
    await push(stage, by_hand=True)
    assert await due(stage) == [at(MONDAY, "9:29")]


async def test_a_mass_send_asks_wecom_to_drop_repeats(stage: Stage) -> None:
    await push(stage)
    await stage.send_all()
    bodies = [msgspec.json.decode(draft.body) for draft, _ in stage.wire.sent]
    assert bodies
    assert all(body["enable_duplicate_check"] == 1 for body in bodies)
