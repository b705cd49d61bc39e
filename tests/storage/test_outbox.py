"""The queue of frozen requests: order, leases, and each ending once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from storage import media, outbox
from storage.database import Database, Tx, open_database
from storage.media import kept
from storage.outbox import LEASE, Ending, State
from tests.databases import on_postgresql
from tests.storage.rows import NOW, draft

SECOND = timedelta(seconds=1)


async def queue(tx: Tx, ref: str, lane: str = "", *texts: str, due_in: timedelta = timedelta()) -> None:
    drafts = [draft(text, ref) for text in texts or (ref,)]
    await outbox.add(tx, "wecom", ref, drafts, lane=lane or ref, mass=False, now=NOW, due_at=NOW + due_in)


async def claimed(database: Database, after: timedelta = timedelta(), at_most: int = 20) -> list[outbox.Claimed]:
    async with database.write() as tx:
        return await outbox.claim(tx, "wecom", NOW + after, at_most=at_most)


async def finished(database: Database, held: outbox.Claimed, ending: Ending, after: timedelta = SECOND) -> bool:
    async with database.write() as tx:
        return await outbox.finish(tx, held, ending, NOW + after)


def bodies(found: list[outbox.Claimed]) -> list[str]:
    return [one.draft.body.decode() for one in found]


async def test_a_draft_comes_out_as_it_went_in(database: Database) -> None:
    file = kept("图.png", "image", bytes(range(256)))
    whole = draft("正文", "a", "b", file=file)
    async with database.write() as tx:
        await outbox.add(tx, "wecom", "ref", [whole], lane="x", mass=True, now=NOW)
    (held,) = await claimed(database, SECOND)
    assert held == outbox.Claimed(
        *(held.id, "ref", replace(whole, file=None)),
        mass=True,
        attempts=1,
        doubtful=False,
        first_tried_at=NOW + SECOND,
        queued_at=NOW,
        media=file.digest,
    )
    async with database.read() as tx:
        assert await media.of(tx, [held.media]) == {file.digest: file}


async def test_one_of_each_lane_and_each_lane_in_order(database: Database) -> None:
    async with database.write() as tx:
        await queue(tx, "a", "one", "a0", "a1")
        await queue(tx, "b", "two", "b0")
        await queue(tx, "c", "one", "c0")
    first = await claimed(database)
    assert bodies(first) == ["a0", "b0"]
    assert await claimed(database) == []
    assert await finished(database, first[0], Ending(State.SENT))
    (second,) = await claimed(database)
    assert bodies([second]) == ["a1"]
    assert await finished(database, second, Ending(State.REFUSED, 40058, "bad"))
    assert bodies(await claimed(database)) == ["c0"]


async def test_a_lane_waits_for_its_first_that_is_not_due(database: Database) -> None:
    async with database.write() as tx:
        await queue(tx, "a", "one", "a0", due_in=10 * SECOND)
        await queue(tx, "b", "one", "b0")
        await queue(tx, "c", "two", "c0")
    assert bodies(await claimed(database)) == ["c0"]
    assert await claimed(database, 9 * SECOND) == []
    assert bodies(await claimed(database, 10 * SECOND)) == ["a0"]


async def test_the_oldest_first_and_not_more_than_asked(database: Database) -> None:
    async with database.write() as tx:
        for n in (3, 1, 2):
            await queue(tx, f"r{n}", due_in=n * SECOND)
    assert bodies(await claimed(database, 9 * SECOND, at_most=2)) == ["r1", "r2"]
    assert bodies(await claimed(database, 9 * SECOND, at_most=2)) == ["r3"]


async def test_other_channels_keep_theirs(database: Database) -> None:
    async with database.write() as tx:
        await outbox.add(tx, "telegram", "t", [draft()], lane="t", mass=False, now=NOW)
        assert not await outbox.is_due(tx, "wecom", NOW)
        assert await outbox.is_due(tx, "telegram", NOW)
        assert not await outbox.is_due(tx, "telegram", NOW - SECOND)
    assert await claimed(database) == []


async def test_the_same_ref_and_part_is_queued_once(database: Database) -> None:
    async with database.write() as tx:
        await queue(tx, "a", "one", "first")
        await queue(tx, "a", "one", "changed", "new part")
        assert await outbox.counts(tx) == {"queued": 2}
    (held,) = await claimed(database)
    assert bodies([held]) == ["first"]
    await finished(database, held, Ending(State.SENT))
    async with database.write() as tx:
        await queue(tx, "a", "one", "again")
    assert bodies(await claimed(database)) == ["new part"]


async def test_a_lease_runs_out_and_fences_off_who_had_it(database: Database) -> None:
    async with database.write() as tx:
        await queue(tx, "a")
    (gone,) = await claimed(database)
    assert await claimed(database, LEASE) == []
    (heir,) = await claimed(database, LEASE + SECOND)
    assert heir == replace(gone, attempts=2, doubtful=True)  # and the first try stays on record
    assert not await finished(database, gone, Ending(State.SENT, msgid="late"), LEASE + 2 * SECOND)
    assert await finished(database, heir, Ending(State.UNKNOWN), LEASE + 3 * SECOND)
    assert not await finished(database, heir, Ending(State.SENT), LEASE + 4 * SECOND)
    async with database.read() as tx:
        assert await outbox.counts(tx) == {"unknown": 1}


async def test_what_a_crash_left_behind_is_free_at_once_and_doubtful(database: Database) -> None:
    async with database.write() as tx:
        await queue(tx, "a")
        await queue(tx, "b", due_in=SECOND)
        await outbox.add(tx, "other", "c", [draft("c")], lane="c", mass=False, now=NOW)
        await outbox.claim(tx, "other", NOW)
    (left,) = await claimed(database)
    assert await claimed(database) == []
    async with database.write() as tx:
        await outbox.release(tx, "wecom", NOW)
        assert await outbox.claim(tx, "other", NOW) == []
    (again,) = await claimed(database)
    assert (again.id, again.attempts, again.doubtful) == (left.id, 2, True)


async def test_a_retry_waits_until_it_is_due(database: Database) -> None:
    async with database.write() as tx:
        await queue(tx, "a")
    (held,) = await claimed(database)
    retry = Ending(State.QUEUED, 45009, "too often", due_at=NOW + 30 * SECOND)
    assert await finished(database, held, retry)
    assert await claimed(database, 29 * SECOND) == []
    (again,) = await claimed(database, 30 * SECOND)
    # It had no effect, so WeCom has nothing to remember yet: the window in which it does begins with this try.
    assert again == replace(held, attempts=2, first_tried_at=NOW + 30 * SECOND)


async def test_a_doubt_stays_with_the_draft(database: Database) -> None:
    """A try that may have taken effect is remembered over later tries that surely had none."""
    async with database.write() as tx:
        await queue(tx, "a")
    (held,) = await claimed(database)
    assert await finished(database, held, Ending(State.QUEUED, doubtful=True))
    (again,) = await claimed(database, SECOND)
    assert again.doubtful
    assert await finished(database, again, Ending(State.QUEUED))
    (third,) = await claimed(database, SECOND)
    assert (third.attempts, third.doubtful) == (3, True)


async def test_processes_share_the_work_without_doubles(database: Database) -> None:
    async with database.write() as tx:
        for n in range(60):
            await queue(tx, f"r{n:02}")
    processes = [open_database(database.url.render_as_string(hide_password=False)) for _ in range(4)]
    found: list[str] = []
    for _ in range(5):
        for process in processes:
            found += bodies(await claimed(process, at_most=7))
    for process in processes:
        await process.close()
    assert sorted(found) == [f"r{n:02}" for n in range(60)]


@on_postgresql  # on SQLite the second one waits for the first
async def test_what_another_process_is_about_to_claim_is_passed_over(database: Database) -> None:
    async with database.write() as tx:
        for n in range(4):
            await queue(tx, f"r{n}")
    taken, may_commit = asyncio.Event(), asyncio.Event()

    async def first() -> list[str]:
        async with database.write() as tx:
            found = bodies(await outbox.claim(tx, "wecom", NOW, at_most=2))
            taken.set()
            await may_commit.wait()
        return found

    async def second() -> list[str]:
        await taken.wait()
        asyncio.get_running_loop().call_later(0.2, may_commit.set)  # it waits for no row, only for the counters
        return bodies(await claimed(database, at_most=2))

    assert await asyncio.gather(first(), second()) == [["r0", "r1"], ["r2", "r3"]]


async def sent_card(database: Database, ref: str, code: str, after: timedelta = SECOND) -> None:
    async with database.write() as tx:
        await outbox.add(tx, "wecom", ref, [draft("", "a", "b")], lane=ref, mass=False, now=NOW)
    (held,) = await claimed(database)
    assert await finished(database, held, Ending(State.SENT, response_code=code), after)


async def live(database: Database, prefix: str, since: timedelta = timedelta()) -> list[outbox.SentCard]:
    async with database.read() as tx:
        return await outbox.live_cards(tx, "wecom", prefix, NOW + since)


async def test_a_card_can_be_changed_while_its_code_lives(database: Database) -> None:
    await sent_card(database, "daily/1", "code1")
    await sent_card(database, "daily/10", "code10", 5 * SECOND)
    await sent_card(database, "daily/2", "")
    async with database.write() as tx:
        await queue(tx, "daily/1/queued")
    cards = await live(database, "daily/1")
    assert {(card.ref, card.response_code, card.receivers) for card in cards} == {
        ("daily/1", "code1", ("a", "b")),
        ("daily/10", "code10", ("a", "b")),
    }
    assert [card.ref for card in await live(database, "daily/1", SECOND)] == ["daily/10"]


async def test_signs_of_a_pattern_are_taken_as_they_are(database: Database) -> None:
    await sent_card(database, "a_b/1", "code1")
    await sent_card(database, "axb/1", "code2")
    assert [card.ref for card in await live(database, "a_b")] == ["a_b/1"]
    assert await live(database, "%") == []


async def test_a_code_is_used_once(database: Database) -> None:
    await sent_card(database, "daily/1", "code1")
    (card,) = await live(database, "daily/1")
    async with database.write() as tx:
        assert await outbox.use_code(tx, card)
        assert not await outbox.use_code(tx, card)
    assert await live(database, "daily/1") == []
