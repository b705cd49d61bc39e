"""Moments and hours come back exactly as they went in, on both engines."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import StatementError

from storage.database import Database
from storage.types import Hours, Instant
from tests.storage.rows import NOW
from training.calendar import CITY

BESIDE = Table("beside", MetaData(), Column("n", Integer), Column("at", Instant), Column("hours", Hours))


async def kept(database: Database, **values: object) -> tuple[datetime | None, Decimal | None]:
    """Write one row in a table of its own, read it back and take the table away."""
    async with database.writer.connect() as tx:
        await tx.run_sync(BESIDE.create)
        await tx.execute(insert(BESIDE).values(n=1, **values))
        row = (await tx.execute(select(BESIDE.c.at, BESIDE.c.hours))).one()
        await tx.rollback()
    return row.at, row.hours


@pytest.mark.parametrize(
    "moment",
    [
        NOW,
        NOW.astimezone(CITY),
        datetime(2026, 12, 31, 23, 59, 59, 999999, CITY),
        datetime(1969, 12, 31, 23, 59, 59, 1, timezone(timedelta(hours=-11))),
    ],
)
async def test_a_moment_comes_back_aware_in_utc(database: Database, moment: datetime) -> None:
    at, _ = await kept(database, at=moment)
    assert at == moment
    assert at is not None
    assert at.tzinfo is UTC


async def test_a_naive_moment_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="naive datetime"):
        await kept(database, at=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("amount", ["0.10", "0.00", "-0.10", "40", "0.1", "999999.99", "-999999.99"])
async def test_hours_are_exact(database: Database, amount: str) -> None:
    _, hours = await kept(database, hours=Decimal(amount))
    assert hours == Decimal(amount)
    assert str(hours) == str(Decimal(amount).quantize(Decimal("0.01")))


@pytest.mark.parametrize("amount", ["0.105", "0.001", "NaN"])
async def test_hours_are_never_rounded_on_the_way(database: Database, amount: str) -> None:
    with pytest.raises(StatementError, match="more than two places"):
        await kept(database, hours=Decimal(amount))


async def test_nothing_stays_nothing(database: Database) -> None:
    assert await kept(database) == (None, None)


async def test_sqlite_keeps_hours_as_text(database: Database) -> None:
    async with database.writer.connect() as tx:
        await tx.run_sync(BESIDE.create)
        await tx.execute(insert(BESIDE).values(n=1, hours=Decimal("0.10")))
        raw = (await tx.execute(text("SELECT hours FROM beside"))).scalar_one()
        await tx.rollback()
    assert raw == ("0.10" if database.is_sqlite else Decimal("0.10"))
