"""Units: today's view, the tree, and changes recorded ahead."""

import asyncio
from datetime import date, timedelta

from storage import units
from storage.database import Database, Tx
from storage.units import Unit
from tests.storage.rows import FIRST, NOW, TODAY
from training.people import Fact, UnitField

LATER = TODAY + timedelta(days=8)


async def add(tx: Tx, code: str, since: date = FIRST, **values: str) -> None:
    facts = [Fact(code, UnitField[name.upper()], value, since, NOW) for name, value in values.items()]
    await units.add(tx, facts, by="test", now=NOW, today=TODAY)


async def test_a_unit_is_what_its_facts_say_today(database: Database) -> None:
    async with database.write() as tx:
        await add(tx, "sfj", name="司法局", parent="zf", league="部门")
        await add(tx, "sfj", LATER, name="市司法局")
        assert await units.every(tx) == {"sfj": Unit("sfj", "司法局", "zf", "部门")}
        assert await units.due_for_refresh(tx, LATER - timedelta(days=1)) == []
        assert await units.due_for_refresh(tx, LATER) == ["sfj"]
        await units.refresh(tx, ["sfj", "sfj"], LATER)
        assert await units.names(tx, ["sfj", "nobody"]) == {"sfj": "市司法局"}
        assert [fact.value for fact in (await units.facts(tx))["sfj"]] == ["司法局", "zf", "部门", "市司法局"]


async def test_what_lies_below(database: Database) -> None:
    async with database.write() as tx:
        for code, parent in (("zf", ""), ("sfj", "zf"), ("zx", "sfj"), ("gaj", "zf"), ("a", "b"), ("b", "a")):
            await add(tx, code, name=code, parent=parent)
        assert await units.below(tx, ["sfj"]) == {"sfj", "zx"}
        assert await units.below(tx, ["zf"]) == {"zf", "sfj", "zx", "gaj"}
        assert await units.below(tx, ["a"]) == {"a", "b"}  # a circle ends
        assert await units.below(tx, ["nobody"]) == frozenset()


async def test_a_view_never_falls_behind_facts_recorded_meanwhile(database: Database) -> None:
    async with database.write() as tx:
        await add(tx, "sfj", name="司法局")

    async def refresh() -> None:
        async with database.write() as tx:
            await units.refresh(tx, ["sfj"], TODAY)

    async with database.write() as tx:
        await add(tx, "sfj", TODAY, name="市司法局")
        meanwhile = asyncio.create_task(refresh())
        await asyncio.sleep(0.1)
    await meanwhile
    async with database.read() as tx:
        assert await units.names(tx, ["sfj"]) == {"sfj": "市司法局"}
