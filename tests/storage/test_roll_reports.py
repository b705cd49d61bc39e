"""人员变动申报 as kept: who sees which, which moves count, and which 人员编号 is free."""

from dataclasses import replace
from datetime import date

import pytest

from storage import roll_reports
from storage.database import Database
from storage.scope import EVERYTHING, Scope, own
from tests.handlers.city import add_person
from tests.handlers.stage import MONDAY, at
from training.batches import PersonEdit, RollChanges, Value
from training.roll_reports import Kind, Report, State

NOVEMBER = date(2026, 11, 1)
MOVE = RollChanges((PersonEdit("R2", "陈静", (Value("unit", "12", MONDAY, "11"),)),))
TRANSFER = Report("11", NOVEMBER, Kind.TRANSFER, "R7", at(MONDAY), State.RECEIVING, "R2", MOVE, "陈静调往", "12")


@pytest.fixture
async def number(database: Database) -> int:
    async with database.write() as tx:
        await add_person(tx, "R7")
        await add_person(tx, "R000041")
        await add_person(tx, "Rx9")
        return await roll_reports.add(tx, TRANSFER)


async def test_who_sees_it(database: Database, number: int) -> None:
    seen = [own("R7"), Scope(units=frozenset({"11"})), Scope(units=frozenset({"12", "13"})), EVERYTHING]
    unseen = [own("R2"), Scope(person="R8", units=frozenset({"13"}))]
    async with database.read() as tx:
        for scope in seen:
            assert await roll_reports.one(tx, scope, number) == replace(TRANSFER, number=number)
            assert len(await roll_reports.waiting(tx, scope)) == 1
        for scope in unseen:
            assert await roll_reports.one(tx, scope, number) is None
            assert await roll_reports.waiting(tx, scope) == []
            assert await roll_reports.of_month(tx, scope, NOVEMBER) == []


async def test_only_the_first_move_counts(database: Database, number: int) -> None:
    async with database.write() as tx:
        found = await roll_reports.one(tx, EVERYTHING, number)
        assert found is not None
        assert await roll_reports.move(tx, found, State.WITHDRAWN)
        assert not await roll_reports.move(tx, found, State.PROPOSED, batch=3)
        assert await roll_reports.waiting(tx, EVERYTHING) == []
        assert await roll_reports.of_month(tx, EVERYTHING, NOVEMBER) == []


async def test_the_next_number_is_beyond_what_is_promised(database: Database, number: int) -> None:
    new = RollChanges((PersonEdit("R000042", "李四"),))
    async with database.write() as tx:
        assert await roll_reports.next_number(tx, EVERYTHING) == 42
        join = replace(TRANSFER, kind=Kind.JOIN, person="", changes=new, receiving="", state=State.PROPOSED)
        kept = await roll_reports.add(tx, join)
        assert await roll_reports.next_number(tx, EVERYTHING) == 43
        found = await roll_reports.one(tx, EVERYTHING, kept)
        assert found is not None
        await roll_reports.move(tx, found, State.RETURNED)
        assert await roll_reports.next_number(tx, EVERYTHING) == 42
