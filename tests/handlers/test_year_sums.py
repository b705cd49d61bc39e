"""Year rows that do not say what the lines say are found, whichever of the two was changed."""

import msgspec
import pytest
from sqlalchemy import text

from handlers.actions import year_sums
from handlers.actions.year_sums import SumOff
from storage import ledger
from storage.database import Database
from tests.storage.rows import add_person, entry
from training.hours import Standing


async def city(database: Database) -> None:
    """p1 has 0.20 in 2026 and 0.10 in 2025; p2 has a line that was taken back, p3 nothing."""
    async with database.write() as tx:
        for number in ("p1", "p2", "p3"):
            await add_person(tx, number)
        lines = [entry(1), entry(2), entry(3, year=2025), entry(4, person="p2")]
        await ledger.post(tx, [*lines, entry(5, person="p2", hours=-entry().hours, reverses=4)])
        await ledger.keep_standings(
            tx, 2026, {"p1": Standing(5000, {"daily": 20, "exam": 0}), "p2": Standing(0, {})}
        )
        await ledger.keep_standings(tx, 2025, {"p1": Standing(None, {"daily": 10})})


async def test_what_agrees_is_not_named(database: Database) -> None:
    await city(database)
    assert await year_sums.first_off(database) is None


@pytest.mark.parametrize(
    ("person", "year", "by_form", "found"),
    [
        ("p1", 2026, {"daily": 21}, SumOff("p1", 2026, 20, 21)),
        ("p1", 2025, {}, SumOff("p1", 2025, 10, 0)),
        ("p1", 2026, {"exam": 20}, SumOff("p1", 2026, 20, 20)),
        ("p2", 2026, {"daily": 100}, SumOff("p2", 2026, 0, 100)),
    ],
)
async def test_a_changed_sum_is_named(
    database: Database, person: str, year: int, by_form: dict[str, int], found: SumOff
) -> None:
    await city(database)
    async with database.write() as tx:
        changed = text("UPDATE person_year SET by_form = :sums WHERE person = :person AND year = :year")
        await tx.execute(changed, {"sums": msgspec.json.encode(by_form).decode(), "person": person, "year": year})
    assert await year_sums.first_off(database) == found


async def test_a_year_row_that_is_gone_is_named(database: Database) -> None:
    await city(database)
    async with database.write() as tx:
        await tx.execute(text("DELETE FROM person_year WHERE year = 2025"))
    assert await year_sums.first_off(database) == SumOff("p1", 2025, 10, 0)
