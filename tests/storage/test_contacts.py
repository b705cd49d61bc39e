"""Contact changes wait until somebody has looked at them."""

from datetime import timedelta

from sqlalchemy import select

from handlers.actions import contacts as actions
from storage import contacts, tables
from storage.database import Database
from storage.scope import EVERYTHING, own
from tests.storage.rows import NOW
from training.contact_matching import ChangeKind, ContactChange

LATER = NOW + timedelta(hours=1)
CAME = ContactChange(ChangeKind.CREATED, "wangwu", "", "王五", "1,2")
RENAMED = ContactChange(ChangeKind.UPDATED, "wangwu", "wang5")
WENT = ContactChange(ChangeKind.DELETED, "zhaoliu")


async def test_they_wait_in_the_order_received_until_settled(database: Database) -> None:
    async with database.write() as tx:
        for change in (CAME, RENAMED, WENT):
            await contacts.add(tx, "wecom", change, NOW)
        assert [one.change for one in await contacts.waiting(tx, EVERYTHING)] == [CAME, RENAMED, WENT]
        assert await contacts.waiting(tx, own("wangwu")) == []
        first, second, _ = await contacts.waiting(tx, EVERYTHING)
        await contacts.settle(tx, [first.number, second.number], LATER)
        await contacts.settle(tx, [first.number], LATER + timedelta(hours=1))
        await contacts.settle(tx, [], LATER)
    async with database.read() as tx:
        assert [one.change for one in await contacts.waiting(tx, EVERYTHING)] == [WENT]
        assert await contacts.count_waiting(tx) == 1
        columns = tables.contact_change.c
        rows = await tx.execute(select(columns.settled_at, columns.name, columns.account).order_by(columns.id))
        assert [tuple(row) for row in rows] == [(LATER, "", "wangwu"), (LATER, "", "wangwu"), (None, "", "zhaoliu")]


async def test_an_event_is_kept_once(database: Database) -> None:
    for expected in (True, False):
        async with database.write() as tx:
            assert await actions.keep(tx, "wecom", "c:1:a", CAME, NOW) is expected
    async with database.write() as tx:
        assert await actions.keep(tx, "wecom", "c:1:b", CAME, NOW)
        assert await contacts.count_waiting(tx) == 2
