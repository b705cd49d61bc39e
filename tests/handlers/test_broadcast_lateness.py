"""A broadcast that comes late, or to nobody: what is not sent any more, and who hears of it."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from bot.config import Schedule
from bot.scheduler import waking
from handlers.actions import broadcast_sending as sending
from handlers.actions import broadcast_setting as setting
from storage import calendar, quizzes, tables
from storage.database import Database
from tests.handlers import broadcast_town as town
from tests.handlers.broadcast_town import NOTICE, NOW, clock, placed, run, sent, single
from tests.handlers.sent_broadcast import closing_of
from tests.handlers.stage import MONDAY, Stage, at
from training.broadcasts import Audience, Every, Kind, Repeat, Settings, State, Until
from training.calendar import DAY
from training.quizzes import Worth

AWAKE = waking(Schedule())
HOUR = timedelta(hours=1)
QUIZ = Settings(Kind.QUIZ, questions=("s1",), until=Until(at=NOW + HOUR))


async def test_what_closed_while_it_was_sent_reaches_nobody_more(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process died in the middle; the audience is a document all the same."""
    monkeypatch.setattr(sending, "SLICE_PERSONS", 50)
    monkeypatch.setattr(sending, "RECEIVERS", 50)
    await town.build(database, single())
    await town.fill(database, 500)
    made = await placed(database, QUIZ)
    works, later = clock(), NOW + 2 * HOUR
    for _ in range(2):
        await works.tick(database, NOW)
    counted, shown = [await town.count(database, table) for table in (tables.push_week, tables.focus)]
    async with database.write() as tx:
        await tx.execute(update(tables.outbox).values(state="sent", finished_at=NOW))
    before = len(await sent(database))
    assert 0 < counted < 502 and before
    await run(database, later, works)
    stage = Stage(database)
    stage.clock.now = later
    await stage.send_all()
    assert stage.wire.sent == []
    assert {(row.state, row.reason) for row in (await sent(database))[before:]} == {("refused", "expired")}
    assert [await town.count(database, table) for table in (tables.push_week, tables.focus)] == [counted, shown]
    assert len(await town.receivers(database, made.number)) == 502
    while await closing_of(stage).tick(database, later):
        pass
    assert (await town.one(database, made.number)).state == State.CLOSED


@pytest.mark.parametrize(
    ("settings", "awaits", "ends"),
    [
        (NOTICE, True, None),
        (replace(NOTICE, urgent=True), False, None),
        (QUIZ, True, NOW + HOUR),
        (Settings(Kind.STATISTICS), True, None),
    ],
    ids=["notice", "urgent", "quiz", "statistics"],
)
async def test_requests_say_until_when_and_at_what_hours(
    database: Database, settings: Settings, *, awaits: bool, ends: object
) -> None:
    await town.build(database, single())
    await placed(database, settings, "A1")
    await run(database)
    assert {(row.waking, row.not_after) for row in await sent(database)} == {(awaits, ends)}


async def test_nobody_is_written_to_at_night_by_what_was_queued_by_day(database: Database) -> None:
    """The process stood still in between."""
    await town.build(database)
    await town.add_people(database, ("R1", {}))
    evening = at(MONDAY, "19:59")
    for urgent in (False, True):
        await placed(database, town.to("R1", title=str(urgent), urgent=urgent), now=evening, awake=AWAKE)
    await run(database, evening, clock(AWAKE))
    stage = Stage(database, awake=AWAKE)
    stage.clock.now = at(MONDAY, "23:00")
    await stage.send_all()
    assert ["True" in message.text for message in stage.wire.boxes["r1"]] == [True]
    stage.clock.now = at(MONDAY + DAY, "08:02")
    await stage.send_all()
    assert len(stage.wire.boxes["r1"]) == 2


async def test_whoever_sits_an_exam_until_it_is_closed(database: Database) -> None:
    await town.build(database, single())
    await town.add_people(database, ("R1", {}), ("R2", {}))
    await town.sits(database, "R2", until=NOW + HOUR)
    await placed(database, replace(QUIZ, audience=Audience(persons=("R1", "R2"))))
    await run(database)
    held = [row for row in await sent(database) if row.receivers == "r2"]
    assert [(row.due_at > NOW + HOUR, row.not_after) for row in held] == [(True, NOW + HOUR)]
    async with database.read() as tx:
        assert list((await tx.execute(select(tables.push_week.c.person))).scalars()) == ["R1"]
        assert list((await tx.execute(select(tables.focus.c.person))).scalars()) == ["R1"]
    stage = Stage(database)
    stage.clock.now = NOW + HOUR
    await closing_of(stage).tick(database, stage.clock())
    held = [row for row in await sent(database) if row.receivers == "r2"]
    assert [(row.state, row.reason) for row in held] == [("refused", "expired")]


@pytest.mark.parametrize(("late", "state"), [(24 * HOUR, "open"), (24 * HOUR + HOUR / 60, "stopped")])
async def test_what_is_more_than_a_day_late_is_not_wanted_any_more(
    database: Database, late: timedelta, state: str
) -> None:
    await town.build(database)
    await town.add_people(database, ("R1", {}))
    wanted = at(MONDAY + DAY, "09:07")
    made = await placed(database, town.to("R1", at=wanted), "A1")
    await run(database, wanted + late)
    assert (await town.one(database, made.number)).state == state
    [row] = await sent(database)
    assert (row.receivers, "晚了一天以上" in row.body.decode()) == (
        ("r1", False) if state == "open" else ("a1", True)
    )


async def test_it_is_of_the_year_in_which_it_went_out(database: Database) -> None:
    """Answers of that day are worth something."""
    await town.build(database, single())
    settings = Settings(Kind.QUIZ, questions=("s1",), credit=10, at=at(date(2026, 12, 31), "17:50"))
    made = await placed(database, settings)
    later = at(date(2027, 1, 1), "10:07")
    await run(database, later)
    async with database.read() as tx:
        quiz = (await quizzes.by_number(tx, [made.number]))[made.number]
    assert (quiz.sent_at, quiz.worth(later + HOUR, twice=False)) == (later, Worth.CREDITED)


async def test_the_sender_hears_that_nobody_was_there(database: Database) -> None:
    await town.build(database)
    await town.add_people(database, ("Z1", {"unit": "zfk"}))
    wanted = at(MONDAY + DAY, "09:07")
    made = await placed(database, replace(NOTICE, audience=Audience(units=("zfk",)), at=wanted), "A1")
    await town.become(database, "Z1", unit="czj")
    await run(database, wanted)
    [told] = await sent(database)
    assert (told.receivers, told.waking) == ("a1", True)
    assert f"回复“群发 {made.number}”可查看未发原因" in told.body.decode()


async def test_a_series_that_is_given_up_takes_along_what_waits(database: Database) -> None:
    """Every Sunday at 9:07; that of Sunday waits for Monday."""
    await town.build(database)
    series = await placed(
        database, replace(NOTICE, repeat=Repeat(Every.WEEK, 9, 7, day=7)), "A1", at(MONDAY, "12:00"), AWAKE
    )
    sunday, works = MONDAY + 6 * DAY, clock(AWAKE)
    for minute in ("09:07", "09:08"):
        await works.tick(database, at(sunday, minute))
    async with database.read() as tx:
        made = await town.rows(tx, tables.broadcast)
    assert [row.state for row in made] == ["repeating", "planned"]
    async with database.write() as tx:
        await setting.cancel(tx, None, series.number, at(sunday, "10:00"), "cli", by="x")
        log = (await tx.execute(select(tables.audit_log.c.subject, tables.audit_log.c.what))).all()
    assert [tuple(line) for line in log][-2:] == [(str(n), "broadcast.cancel") for n in (1, 2)]
    await run(database, at(sunday + DAY, "08:10"), works)
    assert await sent(database) == []
    assert (await town.one(database, 2)).state == "cancelled"


# ---- working days that change ---------------------------------------------------------------------------------

FIRST = Repeat(Every.FIRST_WORKING_DAY, 9, 7)
SUNDAY = date(2026, 11, 1)


async def works_on(database: Database, day: date) -> None:
    async with database.write() as tx:
        await calendar.keep(tx, {day: (True, "调休")})


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_working_day_that_comes_earlier(database: Database, *, restarted: bool) -> None:
    """Also when the process comes back after the time, up to six hours."""
    await town.build(database)
    made = await placed(database, replace(NOTICE, repeat=FIRST), now=at(date(2026, 10, 28)))
    assert made.send_at == at(date(2026, 11, 2), "09:07")
    works = clock()
    await works.tick(database, at(date(2026, 10, 29)))
    await works_on(database, SUNDAY)
    moment = at(SUNDAY, "14:30" if restarted else "09:06")
    if restarted:
        works = clock()
    else:
        await works.tick(database, moment)
        assert (await town.one(database, made.number)).send_at == at(SUNDAY, "09:07")
        moment = at(SUNDAY, "09:07")
    await run(database, moment, works)
    assert len(await sent(database)) == 1
    await run(database, at(date(2026, 11, 2), "09:07"), works)
    assert len(await sent(database)) == 1
    assert (await town.one(database, made.number)).send_at == at(date(2026, 12, 1), "09:07")


async def test_a_saturday_that_becomes_a_working_day(database: Database) -> None:
    await town.build(database)
    friday, rule = MONDAY + 4 * DAY, Repeat(Every.WORKING_DAY, 9, 7)
    await placed(database, replace(NOTICE, repeat=rule), now=at(friday, "08:00"))
    works = clock()
    await run(database, at(friday, "09:07"), works)
    await works_on(database, friday + DAY)
    for day, so_far in ((1, 2), (2, 2), (3, 3)):
        await run(database, at(friday + day * DAY, "09:07"), works)
        assert len(await sent(database)) == so_far


async def test_nothing_is_made_up_for_from_before_it_was_ordered(database: Database) -> None:
    await town.build(database)
    rule = replace(NOTICE, repeat=Repeat(Every.WORKING_DAY, 9, 7))
    made = await placed(database, rule, now=at(MONDAY, "09:10"))
    await run(database, at(MONDAY, "09:30"), clock())
    assert (await town.one(database, made.number)).send_at == at(MONDAY + DAY, "09:07")
    assert await sent(database) == []
