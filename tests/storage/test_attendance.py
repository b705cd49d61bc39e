"""签到 rows and activities as they are kept."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from storage import activities, attendance
from storage.database import Database
from storage.scope import EVERYTHING, Scope, own
from tests.handlers.activity_city import planned
from tests.storage.rows import NOW, TODAY, add_person
from training.activities import Activity, Attendance, Mark, State


@dataclass
class Rows:
    database: Database
    activity: Activity


@pytest.fixture
async def rows(database: Database) -> Rows:
    async with database.write() as tx:
        for number in ("p1", "p2"):
            await add_person(tx, number)
        number = await activities.add(tx, planned(), created_by="p1", secret=b"\x00\xff", now=NOW)
        found = await activities.one(tx, number)
    assert found is not None
    return Rows(database, found)


def was(person: str = "p1", mark: Mark = Mark.SIGNED, unit: str = "sfj") -> Attendance:
    return Attendance(1, person, TODAY, unit, mark, came=NOW, by=person, note="")


async def test_the_first_row_of_a_person_and_day_stays(rows: Rows) -> None:
    async with rows.database.write() as tx:
        assert await attendance.sign(tx, was(), NOW) is True
        assert await attendance.sign(tx, was(mark=Mark.DOUBTFUL), NOW) is False
        assert await attendance.of_activity(tx, EVERYTHING, 1) == [was()]


async def test_the_organiser_writes_over_it(rows: Rows) -> None:
    async with rows.database.write() as tx:
        await attendance.sign(tx, was(), NOW)
        await attendance.write(tx, [was(mark=Mark.STRUCK), was("p2", Mark.LISTED)], NOW)
        await attendance.leave(tx, was("p2"), NOW + timedelta(hours=1))
        marks = [(one.person, one.mark, one.left) for one in await attendance.of_activity(tx, EVERYTHING, 1)]
    assert marks == [("p1", Mark.STRUCK, None), ("p2", Mark.LISTED, NOW + timedelta(hours=1))]


async def test_nobody_reads_beyond_the_scope(rows: Rows) -> None:
    async with rows.database.write() as tx:
        await attendance.write(tx, [was(), was("p2", unit="czj")], NOW)
        for scope, persons in (
            (EVERYTHING, ["p1", "p2"]),
            (own("p2"), ["p2"]),
            (Scope(person="x", units=frozenset({"sfj"})), ["p1"]),
        ):
            found = await attendance.of_activity(tx, scope, 1)
            assert [one.person for one in found] == persons
            found = await attendance.of_persons(tx, scope, 1, ["p1", "p2"], [TODAY])
            assert sorted(one.person for one in found) == persons
        assert await attendance.of_person(tx, own("p2"), "p1", TODAY, TODAY) == []


async def test_an_activity_makes_only_moves_that_there_are_and_each_once(rows: Rows) -> None:
    before = rows.activity
    async with rows.database.write() as tx:
        with pytest.raises(ValueError, match="never goes from planned to posted"):
            await activities.move(tx, before, State.POSTED)
        assert await activities.move(tx, before, State.PUBLISHED) is True
        assert await activities.move(tx, before, State.PUBLISHED) is False
        assert await activities.change(tx, before.number, planned(title="二")) is False


async def test_invitations_go_on_behind_their_mark(rows: Rows) -> None:
    number = rows.activity.number
    async with rows.database.write() as tx:
        await activities.move(tx, rows.activity, State.PUBLISHED)
        assert [mark for _, mark in await activities.inviting(tx, NOW)] == [""]
        assert await activities.advance(tx, number, "", "p1", done_at=None)
        assert not await activities.advance(tx, number, "", "p1", done_at=None)
        assert await activities.invited_through(tx, number) == ("p1", False)
        assert await activities.advance(tx, number, "p1", "p2", done_at=NOW)
        assert await activities.inviting(tx, NOW) == []
