"""Claims: whose decision each is, what is held or refused, and what an activity leaves to be approved."""

import asyncio
from datetime import date, timedelta

import msgspec
import pytest
from sqlalchemy import insert

from handlers.actions import claim_deciding
from handlers.actions import claims as actions
from handlers.actions.claim_deciding import Decision
from handlers.claim_clock import ClaimClock
from storage import approvers, claims, people, tables, years
from storage.database import Database
from storage.scope import EVERYTHING
from tests.bot.desk import rows
from tests.handlers.claims_city import settle
from tests.handlers.stage import MONDAY, Stage, at
from training.activities import HeldBy, Session, Settings
from training.chains import Head
from training.claim_errors import ClosedYear, OnTheList
from training.claims import Claim, State, Stated
from training.errors import NotAllowed
from training.people import Person, StatusPeriod
from training.rules import Rules
from training.years import YearAct, YearEvent

NOW = at(MONDAY)
RULES = Rules()
LECTURE = Stated("lecture", "行政处罚法培训", date(2026, 11, 20), date(2026, 11, 20), minutes=150)


@pytest.fixture
async def city(database: Database) -> Database:
    await settle(database)
    return database


async def one(city: Database, number: int) -> Claim:
    async with city.read() as tx:
        found = await claims.one(tx, EVERYTHING, number)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("person", "level"),
    [
        ("R1", "zfk"),  # its own admin
        ("R7", "sfj"),  # an admin never by the own unit
        ("R2", "gov"),  # a head: not by the admin of the own unit
        ("R8", "gov"),
        ("R9", ""),  # nobody above but the city
        ("R3", "gov"),  # no admin of the own unit
        ("R5", ""),
    ],
)
async def test_what_an_activity_leaves_goes_to_the_lowest_level_above(
    city: Database, person: str, level: str
) -> None:
    async with city.write() as tx:
        number = await actions.submit_from_activity(tx, RULES, person, 12, LECTURE, "活动 12 名单", NOW)
        again = await actions.submit_from_activity(tx, RULES, person, 12, LECTURE, "活动 12 名单", NOW)
    made = await one(city, number)
    assert again == number
    assert (made.state, made.source, made.level) == (State.SUBMITTED, "activity:12", level)
    assert made.due == (None if level == "" else date(2026, 11, 30))
    assert made.stated.evidence == "活动 12 名单"


def clock_of(stage: Stage) -> ClaimClock:
    return ClaimClock(RULES, "wecom", stage.jobs.freeze)


async def submitted(city: Database, person: str = "R1", number: int = 12) -> int:
    async with city.write() as tx:
        return await actions.submit_from_activity(tx, RULES, person, number, LECTURE, "", NOW)


async def test_what_nobody_decides_goes_up_to_the_city_level_by_level(city: Database) -> None:
    stage, number = Stage(city), await submitted(city)
    levels = []
    for month, day in ((11, 30), (12, 1), (12, 8), (12, 9), (12, 16), (12, 17), (12, 31)):
        stage.clock.to(date(2026, month, day))
        await clock_of(stage).tick(city, stage.clock())
        levels.append((await one(city, number)).level)
    assert levels == ["zfk", "sfj", "sfj", "gov", "gov", "", ""]
    assert (await one(city, number)).due is None
    log = tables.audit_log.c
    acts = await rows(city, log.actor, log.what, log.before, log.after)
    assert sorted(acts) == sorted(
        ("clock", "claim.escalate", before, after)
        for before, after in (("zfk", "sfj"), ("sfj", "gov"), ("gov", ""))
    )


async def test_who_decides_is_told_once_of_what_nobody_has_seen(city: Database) -> None:
    stage = Stage(city)
    await submitted(city)
    await submitted(city, "R5", 13)  # a city admin's own: only the other one is told
    for _ in range(2):
        async with city.write() as tx:
            await clock_of(stage).remind(tx, stage.clock())
    stage.clock.on(minutes=5)
    ke = stage.phone("ke")
    assert await ke.read() == "【申报审核】执法科有 1 件学时申报待审核。查看请回复“审核”。"
    assert await stage.phone("second").read() == "【申报审核】市级有 1 件学时申报待审核。查看请回复“审核”。"
    assert [await stage.phone(name).read() for name in ("ju", "admin", "zhou")] == ["", "", ""]
    async with city.write() as tx:
        await claims.mark_shown(tx, [1, 2], stage.clock())
        await clock_of(stage).remind(tx, stage.clock() + timedelta(days=1))
    stage.clock.on(days=1, minutes=5)
    assert await ke.read() == ""


@pytest.mark.parametrize(
    ("mark", "state", "refused"),
    [
        ("signed", "signing", True),
        ("listed", "posted", True),
        ("struck", "posted", False),
        ("doubtful", "signing", False),
        ("signed", "cancelled", False),
    ],
)
async def test_whoever_is_on_a_list_gets_the_hours_from_there(
    city: Database, mark: str, state: str, refused: bool
) -> None:
    number = await listed(city, mark, state)
    person = await roll(city, "R1")
    async with city.write() as tx:
        claim = await actions.draft(tx, person, LECTURE, NOW)
        try:
            done = await actions.hand_in(tx, RULES, person, claim, NOW)
        except OnTheList as refusal:
            assert refused and refusal.activity == number
            return
    assert not refused
    held = ("活动",) if state != "cancelled" else ()
    assert tuple(place[:2] for place in done.claim.doubles) == held


async def test_a_year_that_was_closed_takes_no_approved_hours(city: Database) -> None:
    number = await submitted(city)
    async with city.write() as tx:
        event = YearEvent(2026, YearAct.CLOSED, NOW, "R6", 1, Head(0, ""))
        await years.record(tx, event)
    admin = await roll(city, "R6")
    async with city.write() as tx:
        done = await claim_deciding.decide(tx, RULES, Decision(admin, State.APPROVED), [number], NOW)
    assert isinstance(done.refused[number], ClosedYear)
    assert (await one(city, number)).state is State.SUBMITTED


async def test_two_who_decide_at_once_post_once(city: Database) -> None:
    number = await submitted(city)
    admins = [await roll(city, "R5"), await roll(city, "R6")]

    async def decide(person: Person) -> int:
        async with city.write() as tx:
            done = await claim_deciding.decide(tx, RULES, Decision(person, State.APPROVED), [number], NOW)
        return len(done.done)

    assert sorted(await asyncio.gather(*map(decide, admins))) == [0, 1]
    assert len(await rows(city, tables.ledger_entry.c.seq)) == 1


async def test_an_admin_who_has_left_decides_nothing_and_is_asked_nothing(city: Database) -> None:
    async with city.write() as tx:
        left = StatusPeriod("R7", "退休", date(2026, 11, 1), None, NOW)
        await people.add(tx, [], [left], [], by="test", now=NOW, today=MONDAY)
    number, ke = await submitted(city), await roll(city, "R7")
    assert (await one(city, number)).level == "sfj"
    with pytest.raises(NotAllowed):
        async with city.write() as tx:
            await claim_deciding.decide(tx, RULES, Decision(ke, State.APPROVED), [number], NOW)


async def roll(city: Database, number: str) -> Person:
    async with city.read() as tx:
        return (await approvers.several(tx, EVERYTHING, [number]))[number]


async def listed(city: Database, mark: str, state: str) -> int:
    """An activity of that day with R1 on its list."""
    starts, ends = at(date(2026, 11, 20), "14:00"), at(date(2026, 11, 20), "16:30")
    settings = Settings("行政处罚法培训", "lecture", (Session(starts, ends),), "R8", HeldBy.UNIT, ("sfj",))
    async with city.write() as tx:
        values = {
            **{"state": state, "settings": msgspec.json.encode(settings).decode(), "form": "lecture"},
            **{"organiser": "R8", "starts_at": starts, "ends_at": ends, "secret": b"", "minutes": "", "batch": 0},
            **{"digest": "", "created_by": "R8", "created_at": NOW, "invited_through": "", "concluded_by": ""},
            "note": "",
        }
        made = insert(tables.activity).values(values).returning(tables.activity.c.number)
        number: int = (await tx.execute(made)).scalar_one()
        row = {"activity": number, "person": "R1", "day": date(2026, 11, 20), "unit": "zfk", "mark": mark}
        await tx.execute(insert(tables.attendance).values(**row, by="R8", at=NOW, note=""))
    return number
