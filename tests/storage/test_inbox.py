"""Acts already seen, with the replies they got."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage import inbox
from storage.database import Database

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def seen(key: str, at: datetime = NOW, reply: bytes = b"") -> inbox.Seen:
    return inbox.Seen(key, "zhangsan", at, reply)


async def test_gives_back_the_replies_of_what_was_seen(database: Database) -> None:
    async with database.write() as tx:
        await inbox.remember(tx, [seen("a", reply="<xml>甲</xml>".encode()), seen("b")])
    async with database.read() as tx:
        assert await inbox.replies(tx, ["a", "b", "c"]) == {"a": "<xml>甲</xml>".encode(), "b": b""}
        assert await inbox.replies(tx, []) == {}


async def test_refuses_the_same_key_twice(database: Database) -> None:
    async with database.write() as tx:
        await inbox.remember(tx, [seen("a", reply=b"first")])
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await inbox.remember(tx, [seen("b"), seen("a", reply=b"second")])
    async with database.read() as tx:
        assert await inbox.replies(tx, ["a", "b"]) == {"a": b"first"}


async def test_forgets_in_slices_what_is_older(database: Database) -> None:
    old = [seen(f"old{n}", NOW - timedelta(hours=24, microseconds=n + 1)) for n in range(5)]
    async with database.write() as tx:
        await inbox.remember(tx, [*old, seen("edge", NOW - timedelta(hours=24)), seen("new")])
    before = NOW - timedelta(hours=24)
    async with database.write() as tx:
        assert await inbox.forget(tx, before, at_most=3) == 3
        assert await inbox.forget(tx, before, at_most=3) == 2
        assert await inbox.forget(tx, before, at_most=3) == 0
        assert set(await inbox.replies(tx, [s.key for s in old] + ["edge", "new"])) == {"edge", "new"}
