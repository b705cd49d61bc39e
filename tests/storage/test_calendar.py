"""The city's own table of days goes before the library's."""

from datetime import date

from storage import calendar
from storage.database import Database

NEW_YEAR, SATURDAY = date(2027, 1, 1), date(2027, 1, 2)


async def test_days_are_kept_and_replaced(database: Database) -> None:
    async with database.write() as tx:
        assert not (await calendar.imported(tx)).imported
        await calendar.keep(tx, {})
        await calendar.keep(tx, {NEW_YEAR: (False, "元旦"), SATURDAY: (False, "")})
        await calendar.keep(tx, {SATURDAY: (True, "调休")})
        days = await calendar.imported(tx)
    assert days.imported == {NEW_YEAR: False, SATURDAY: True}
    assert days.is_working(SATURDAY)
    assert days.knows(2027)
