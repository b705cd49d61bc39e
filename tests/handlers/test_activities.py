"""培训活动: made within what somebody manages, published, seen by whom it concerns, cancelled."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from handlers.actions import activities
from storage import activities as kept
from storage import audit, years
from storage.database import Database
from tests.handlers.activity_city import COURT, TUESDAY, Hall, person, planned, populate, session
from tests.handlers.stage import MONDAY, at
from training.activities import HeldBy, Settings, State
from training.activity_errors import BeyondScope, NotOrganiser, OnlyByCity, UnknownPersons, UnknownUnits, WrongState
from training.broadcasts import Audience
from training.chains import Head
from training.errors import NotAllowed
from training.rules import Rules
from training.years import YearAct, YearClosed, YearEvent

NOW = at(MONDAY)


@pytest.fixture
async def hall(database: Database) -> Hall:
    await populate(database)
    return Hall(database)


async def demand(hall: Hall, by: str, settings: Settings) -> None:
    async with hall.database.read() as tx:
        await activities.demand_good(tx, await person(tx, by), settings)


async def test_what_is_made_is_kept_whole_and_logged(hall: Hall) -> None:
    settings = planned(form="court_hearing", hearing=COURT, units=("11", "12"), audience=Audience(units=("12",)))
    made = await hall.hold(settings)
    async with hall.database.read() as tx:
        again = await kept.one(tx, made.number)
        act = await audit.last_of(tx, "activity.publish")
    assert again == made
    assert (made.settings, made.state, made.created_by) == (settings, State.PUBLISHED, "R7")
    assert act is not None
    assert (act.actor, act.subject, act.before, act.after) == ("R7", "activity 1", "planned", "published")


@pytest.mark.parametrize(
    ("by", "settings", "refusal"),
    [
        ("R1", planned(), NotAllowed),
        ("R9", planned(), BeyondScope),  # the host is another admin's
        ("R7", planned(held_by=HeldBy.CITY), OnlyByCity),
        ("R7", planned(units=("11", "77")), UnknownUnits),
        ("R7", planned(organiser="R99"), UnknownPersons),
        ("R7", planned(speakers=("R99",)), UnknownPersons),
        ("R7", planned(organiser="R3"), BeyondScope),
        ("R7", planned(audience=Audience(units=("12",))), BeyondScope),
        ("R7", planned(audience=Audience(persons=("R8",))), BeyondScope),
        ("R7", planned(units=("11", "12"), audience=Audience(units=("21",))), BeyondScope),
    ],
)
async def test_what_may_not_be_made(hall: Hall, by: str, settings: Settings, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        await demand(hall, by, settings)


@pytest.mark.parametrize(
    ("by", "settings"),
    [
        ("R7", planned(organiser="R2")),  # below
        ("R7", planned(speakers=("R8",))),  # whoever teaches may come from anywhere
        ("R7", planned(units=("11", "12"), audience=Audience(units=("12",)), organiser="R3")),  # together
        ("R5", planned(held_by=HeldBy.CITY, organiser="R8", audience=Audience(persons=("R3",)))),
    ],
)
async def test_what_may_be_made(hall: Hall, by: str, settings: Settings) -> None:
    await demand(hall, by, settings)


async def test_a_unit_holds_nothing_in_a_closed_year(hall: Hall) -> None:
    async with hall.database.write() as tx:
        await years.record(tx, YearEvent(2025, YearAct.CLOSED, NOW, "R5", 1, Head(0, "0" * 64)))
    before = planned(sessions=(session(date(2025, 12, 30)),))
    with pytest.raises(YearClosed):
        await demand(hall, "R7", before)
    await demand(hall, "R5", replace(before, held_by=HeldBy.CITY))


async def test_it_is_planned_differently_until_it_is_published(hall: Hall) -> None:
    rules = Rules()
    async with hall.database.write() as tx:
        maker = await person(tx, "R7")
        made = await activities.make(tx, rules, maker, planned(), NOW)
        other = planned(title="民法典", units=("11", "12"), sessions=(session(TUESDAY, "09:00", "10:00"),))
        amended = await activities.amend(tx, rules, maker, made.number, other, NOW)
        assert (amended.settings, amended.secret) == (other, made.secret)
        await activities.publish(tx, maker, made.number, NOW)
        with pytest.raises(WrongState):
            await activities.amend(tx, rules, maker, made.number, planned(), NOW)
        with pytest.raises(WrongState):
            await activities.publish(tx, maker, made.number, NOW)


async def seen(hall: Hall, by: str) -> list[int]:
    async with hall.database.read() as tx:
        return [one.number for one in await activities.visible(tx, await person(tx, by), NOW)]


async def test_who_sees_what(hall: Hall) -> None:
    await hall.hold()  # 1: 司法局 and below
    for_finance = Audience(units=("12",))
    await hall.hold(
        planned(held_by=HeldBy.CITY, units=("gov",), organiser="R8", audience=for_finance), by="R5"
    )  # 2
    async with hall.database.write() as tx:
        await activities.make(tx, hall.rules, await person(tx, "R7"), planned(), NOW)  # 3: only planned
    sees = {number: await seen(hall, number) for number in ("R1", "R2", "R3", "R5", "R7", "R8", "R9")}
    assert sees == {"R1": [1], "R2": [1], "R3": [2], "R5": [1, 2, 3], "R7": [1, 3], "R8": [2], "R9": [2]}


async def test_what_is_over_is_seen_by_who_runs_it(hall: Hall) -> None:
    await hall.hold()
    over = at(TUESDAY, "16:30")
    async with hall.database.read() as tx:
        for number, sees in (("R1", 0), ("R7", 1)):
            assert len(await activities.visible(tx, await person(tx, number), over)) == sees


async def test_cancelling_tells_those_who_know_of_it(hall: Hall) -> None:
    one = await hall.hold()
    during = at(TUESDAY, "14:00")
    await hall.sign_in("R8", one.number, during)  # not invited
    async with hall.database.write() as tx:
        with pytest.raises(NotOrganiser):
            await activities.cancel(tx, await person(tx, "R9"), one.number, "有误", during)
        assert await kept.advance(tx, one.number, "", "R1", done_at=None)  # as far as R1 was invited
        done, told = await activities.cancel(tx, await person(tx, "R7"), one.number, "停电", during)
    assert (done.state, done.note, told) == (State.CANCELLED, "停电", ["R1", "R8"])
    assert set(await hall.marks(one.number)) == {"R8"}  # stays on record
    async with hall.database.write() as tx:
        with pytest.raises(WrongState):
            await activities.cancel(tx, await person(tx, "R7"), one.number, "再次", during + timedelta(minutes=1))


async def test_the_last_number_of_a_file_is_found(hall: Hall) -> None:
    async with hall.database.write() as tx:
        made = await activities.make(tx, hall.rules, None, planned(), NOW, via="cli", digest="d", by="root")
        assert await kept.by_digest(tx, "d") == made
        assert await kept.by_digest(tx, "") is None
    assert made.created_by == "root"
