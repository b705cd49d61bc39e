"""What people brought and where they were follows them when two numbers turn out to be one."""

from datetime import timedelta

from sqlalchemy import select

from storage import activities, attendance, claims, evidence, merge_records, tables
from storage.database import Database
from storage.scope import EVERYTHING, own
from tests.handlers.city import populate
from tests.handlers.stage import MONDAY, at
from training.activities import Attendance, HeldBy, Mark, Session, Settings, State
from training.claims import Stated

NOW = at(MONDAY, "09:00")
DAY = timedelta(days=1)
STATED = Stated("lecture", "行政处罚法", MONDAY - DAY, MONDAY - DAY)


def row(person: str, days: int, mark: Mark, activity: int = 1) -> Attendance:
    return Attendance(activity, person, MONDAY + days * DAY, "U1", mark)


async def test_of_two_rows_of_a_day_the_one_that_says_present_stays(database: Database) -> None:
    await populate(database)
    theirs = [
        row("R2", 0, Mark.SIGNED),
        row("R2", 1, Mark.STRUCK),
        row("R2", 2, Mark.LISTED),
        row("R2", 3, Mark.SIGNED),
    ]
    mine = [row("R1", 0, Mark.DOUBTFUL), row("R1", 1, Mark.SIGNED), row("R1", 2, Mark.SIGNED)]
    apart = [row("R1", 3, Mark.STRUCK, 2), row("R3", 0, Mark.STRUCK)]
    async with database.write() as tx:
        await attendance.write(tx, [*theirs, *mine, *apart], NOW)
        await merge_records.hand_over_attendance(tx, "R2", "R1")
        left = [
            (one.activity, one.person, (one.day - MONDAY).days, one.mark)
            for number in (1, 2)
            for one in await attendance.of_activity(tx, EVERYTHING, number)
        ]
    assert left == [
        (1, "R1", 0, Mark.SIGNED),
        (1, "R1", 1, Mark.SIGNED),
        (1, "R1", 2, Mark.SIGNED),
        (1, "R1", 3, Mark.SIGNED),
        (1, "R3", 0, Mark.STRUCK),
        (2, "R1", 3, Mark.STRUCK),
    ]


async def test_claims_and_evidence_go_with_the_person(database: Database) -> None:
    await populate(database)
    async with database.write() as tx:
        number = await claims.add(tx, "R2", "U1", STATED, NOW)
        await evidence.add(
            tx, evidence.of_claim(number), person="R2", channel="wecom", account="li", media_id="m1", now=NOW
        )
        await merge_records.hand_over(tx, "R2", "R1")
        found = await claims.one(tx, own("R1"), number)
        assert found is not None and found.person == "R1"
        assert await claims.one(tx, own("R2"), number) is None
        assert list((await tx.execute(select(tables.evidence.c.person))).scalars()) == ["R1"]


async def test_who_held_an_activity_holds_it_still_while_it_goes_on(database: Database) -> None:
    await populate(database)
    session = Session(NOW + DAY, NOW + DAY + timedelta(hours=2))
    settings = Settings("集体学法", "collective", (session,), "R2", HeldBy.UNIT, ("U1",))
    async with database.write() as tx:
        numbers = [await activities.add(tx, settings, created_by="R2", secret=b"s", now=NOW) for _ in range(3)]
        for number, states in zip(
            numbers, [(), (State.CANCELLED,), (State.PUBLISHED, State.CONCLUDED)], strict=True
        ):
            for state in states:
                one = await activities.one(tx, number)
                assert one is not None
                more = {"concluded_by": "R2"} if state is State.CONCLUDED else {}
                await activities.move(tx, one, state, **more)
        await merge_records.hand_over(tx, "R2", "R1")
        found = [await activities.one(tx, number) for number in numbers]
        columns = (
            await tx.execute(select(tables.activity.c.organiser).order_by(tables.activity.c.number))
        ).scalars()
        assert list(columns) == ["R1", "R2", "R1"]
    assert [(one.settings.organiser, one.concluded_by) for one in found if one] == [
        ("R1", ""),
        ("R2", ""),
        ("R1", "R1"),
    ]
