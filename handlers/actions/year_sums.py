"""Whether the sums of the year rows, by which people are told their hours, are those of the lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from storage import ledger_sums, people
from storage.database import Database
from storage.scope import EVERYTHING

SLICE_PERSONS: Final = 200


@dataclass(frozen=True, slots=True)
class SumOff:
    """Of one person in one year, in hundredths: what the lines come to, and what the year row says."""

    person: str
    year: int
    posted: int
    kept: int


async def first_off(database: Database) -> SumOff | None:
    """The first one that differs, by 人员编号 and year; also where only the forms differ."""
    after = ""
    while True:
        async with database.read() as tx:
            numbers = await people.numbers(tx, EVERYTHING, after=after, at_most=SLICE_PERSONS)
        if not numbers:
            return None
        if off := await _off(database, numbers):
            return off[0]
        after = numbers[-1]


async def _off(database: Database, persons: Iterable[str]) -> list[SumOff]:
    async with database.read() as tx:
        posted, kept = await ledger_sums.posted_and_kept(tx, EVERYTHING, persons)
    keys = sorted(key for key in posted.keys() | kept.keys() if posted.get(key) != kept.get(key))
    return [SumOff(*key, sum(posted.get(key, {}).values()), sum(kept.get(key, {}).values())) for key in keys]
