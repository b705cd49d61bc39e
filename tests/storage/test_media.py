"""Files once: their bytes, and the id that the channel gave them."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import event, select, update

from storage import media, outbox, tables
from storage.database import Database
from storage.media import ID_LIFE, Place, kept
from storage.outbox import Draft, State
from tests.databases import on_postgresql
from tests.storage.broadcast_rows import fill_broadcasts
from tests.storage.rows import NOW, draft

FILE = kept("图.png", "image", bytes(range(256)) * 40)
SECOND = timedelta(seconds=1)


async def queue(database: Database, ref: str, *, media_of: media.Kept = FILE) -> None:
    async with database.write() as tx:
        one = draft('{"media_id":"$media_id$"}', ref, file=media_of)
        await outbox.add(tx, "wecom", ref, [one], lane=ref, mass=True, now=NOW)


async def end(database: Database, ref: str, state: State) -> None:
    async with database.write() as tx:
        await tx.execute(update(tables.outbox).where(tables.outbox.c.ref == ref).values(state=state))


async def digests(database: Database) -> list[str]:
    async with database.read() as tx:
        return list((await tx.execute(select(tables.media.c.digest))).scalars())


def test_equal_files_are_one_and_another_name_is_another() -> None:
    assert kept("a", "file", b"1") == kept("a", "file", b"1")
    assert len({kept(*one).digest for one in [("a", "file", b"1"), ("b", "file", b"1"), ("a", "image", b"1")]}) == 3


async def test_the_bytes_of_a_known_file_do_not_travel_again(database: Database) -> None:
    carried: list[bool] = []

    def look(_c: object, _cursor: object, _statement: str, given: Any, _x: object, many: bool) -> None:
        for values in given if many else [given]:
            listed = values.values() if isinstance(values, dict) else values
            carried.append(any(isinstance(v, bytes | memoryview) and bytes(v) == FILE.content for v in listed))

    await queue(database, "first")
    event.listen(database.writer.sync_engine, "before_cursor_execute", look)
    try:
        await queue(database, "second")
        assert carried
        assert not any(carried)
        await queue(database, "third", media_of=kept("other.png", "image", FILE.content))
        assert any(carried)  # the look does see them
    finally:
        event.remove(database.writer.sync_engine, "before_cursor_execute", look)
    assert len(await digests(database)) == 2


async def test_the_first_id_that_is_kept_is_everybodys(database: Database) -> None:
    async with database.write() as tx:
        await media.keep(tx, [FILE], NOW)
        assert await media.place(tx, FILE.digest, "") == Place("", None)
        assert await media.keep_id(tx, FILE.digest, "", "M1", NOW, instead_of="") == "M1"
        assert await media.keep_id(tx, FILE.digest, "", "M2", NOW + SECOND, instead_of="") == "M1"
        assert await media.place(tx, FILE.digest, "") == Place("M1", NOW)
        assert await media.keep_id(tx, FILE.digest, "", "M3", NOW + SECOND, instead_of="M1") == "M3"
        assert await media.keep_id(tx, FILE.digest, "", "M4", NOW + SECOND, instead_of="M1") == "M3"
        assert await media.place(tx, "gone", "") is None


async def test_each_broadcast_has_an_id_of_its_own(database: Database) -> None:
    """The same picture again within four hours would else be the same request, and reach nobody."""
    async with database.write() as tx:
        await media.keep(tx, [FILE], NOW)
        assert await media.keep_id(tx, FILE.digest, "broadcast-1", "M1", NOW, instead_of="") == "M1"
        assert await media.place(tx, FILE.digest, "broadcast-2") == Place("", None)
        assert await media.keep_id(tx, FILE.digest, "broadcast-2", "M2", NOW, instead_of="") == "M2"
        assert await media.place(tx, FILE.digest, "broadcast-1") == Place("M1", NOW)


def test_what_a_file_is_sent_for() -> None:
    assert media.use_of("broadcast-12-0-1", mass=True) == "broadcast-12"
    assert media.use_of("broadcast-12-0-1", mass=False) == ""
    assert media.use_of("reply-7", mass=True) == ""


def test_an_id_is_used_for_two_days_and_a_half() -> None:
    place = Place("M1", NOW)
    assert place.lives(NOW + ID_LIFE - SECOND)
    assert not place.lives(NOW + ID_LIFE)
    assert not Place("", None).lives(NOW)


async def test_what_was_sent_is_dropped_and_what_may_be_wanted_stays(database: Database) -> None:
    files = {state: kept(f"{state}.png", "image", b"123456") for state in State}
    for state, file in files.items():
        await queue(database, state, media_of=file)
        await queue(database, f"{state} again", media_of=file)
        await end(database, state, State.SENT)
        await end(database, f"{state} again", state)
    async with database.write() as tx:
        assert await media.forget_sent(tx, NOW) == 0  # kept at NOW, not before
        assert await media.forget_sent(tx, NOW + SECOND, at_most=1) == 1
        assert await media.forget_sent(tx, NOW + SECOND) == 1
        assert await media.forget_sent(tx, NOW + SECOND) == 0
    wanted = (State.QUEUED, State.SENDING, State.UNKNOWN)
    assert sorted(await digests(database)) == sorted(files[state].digest for state in wanted)


async def test_the_file_of_a_broadcast_stays(database: Database) -> None:
    async with database.write() as tx:
        await media.keep(tx, [FILE], NOW)
        await fill_broadcasts(tx, NOW)
        await tx.execute(update(tables.broadcast).values(media=FILE.digest))
        await media.forget_sent(tx, NOW + SECOND)
        await media.forget(tx, [FILE.digest])
    assert FILE.digest in await digests(database)


async def test_what_nothing_points_to_is_dropped(database: Database) -> None:
    async with database.write() as tx:
        await media.keep(tx, [FILE], NOW)
        await media.forget(tx, [])
        await media.forget(tx, [FILE.digest])
    assert await digests(database) == []


@on_postgresql  # SQLite has one writer at a time
async def test_a_file_is_not_dropped_under_the_hands_of_who_queues_it(database: Database) -> None:
    async with database.write() as tx:
        await media.keep(tx, [FILE], NOW)
    seen, may_commit = asyncio.Event(), asyncio.Event()

    async def queueing() -> None:
        async with database.write() as tx:
            one = Draft("message/send", b"{}", ("a",), FILE)
            await outbox.add(tx, "wecom", "r", [one], lane="r", mass=True, now=NOW)
            seen.set()
            await may_commit.wait()

    async def dropping() -> None:
        await seen.wait()
        asyncio.get_running_loop().call_later(0.2, may_commit.set)
        async with database.write() as tx:
            await media.forget(tx, [FILE.digest])
        async with database.write() as tx:
            assert await media.forget_sent(tx, NOW + SECOND) == 0

    await asyncio.gather(queueing(), dropping())
    assert await digests(database) == [FILE.digest]
