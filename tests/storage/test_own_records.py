"""What 我的数据 counts is the person's own, and nobody else's."""

from sqlalchemy import update

from storage import own_records, tables
from storage.database import Database
from storage.own_records import NOTHING
from storage.scope import own
from tests.handlers.stage import MONDAY, at
from tests.storage.recognition_rows import fill_recognition


async def test_everything_of_the_person_and_only_that(database: Database) -> None:
    async with database.write() as tx:
        await fill_recognition(tx, at(MONDAY))
        await tx.execute(update(tables.roll_report).values(person="p1"))
        await tx.execute(update(tables.evidence).values(state="kept", type="image/png", size_bytes=2048))
    async with database.read() as tx:
        mine = await own_records.kept_of(tx, own("p1"), "p1")
        assert await own_records.kept_of(tx, own("p2"), "p2") == NOTHING
        assert await own_records.kept_of(tx, own("p2"), "p1") == NOTHING
    assert (mine.attended, mine.claims, mine.objections, mine.duty_facts, mine.reports) == (1, 1, 1, 1, 1)
    assert [(piece.type, piece.size_bytes) for piece in mine.pieces] == [("image/png", 2048)]
