"""What is told of requests afterwards, and what a person decides about them."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from storage import audit, outbox, tables
from storage.database import Database
from storage.outbox import LEASE, Claimed, Ending, RowState, State
from tests.storage.rows import NOW, draft

SECOND = timedelta(seconds=1)


async def put(database: Database, ref: str, *accounts: str, parts: int = 1) -> None:
    async with database.write() as tx:
        drafts = [draft(f"{ref}/{n}", *accounts) for n in range(parts)]
        await outbox.add(tx, "wecom", ref, drafts, lane=ref, mass=True, now=NOW)


async def claimed(database: Database, after: timedelta = timedelta()) -> list[Claimed]:
    async with database.write() as tx:
        return await outbox.claim(tx, "wecom", NOW + after)


async def ended(database: Database, ref: str, ending: Ending, *accounts: str) -> int:
    """Queued, claimed and ended; its id."""
    await put(database, ref, *accounts)
    [one] = await claimed(database)
    async with database.write() as tx:
        assert await outbox.finish(tx, one, ending, NOW + SECOND)
    return one.id


async def state_of(database: Database, ref: str) -> RowState:
    async with database.read() as tx:
        [found] = (await outbox.states(tx, [ref]))[ref]
    return found


async def test_what_is_queued_can_be_withdrawn_and_nothing_else(database: Database) -> None:
    await ended(database, "broadcast-7-0-0", Ending(State.SENT))
    await put(database, "broadcast-7-1-0")
    [sending] = await claimed(database)
    await put(database, "broadcast-7-2-0", "a", "b", parts=2)
    await put(database, "broadcast-70-0-0")
    async with database.write() as tx:
        assert await outbox.withdraw(tx, "broadcast-7-", NOW) == 2
        assert await outbox.withdraw(tx, "broadcast-7-", NOW) == 0
        found = await outbox.states(tx, [f"broadcast-7{rest}" for rest in ("-0-0", "-1-0", "-2-0", "0-0-0")])
    assert {ref: [(one.state, one.reason) for one in rows] for ref, rows in found.items()} == {
        "broadcast-7-0-0": [(State.SENT, "")],
        "broadcast-7-1-0": [(State.SENDING, "")],
        "broadcast-7-2-0": [(State.REFUSED, "withdrawn")] * 2,
        "broadcast-70-0-0": [(State.QUEUED, "")],
    }
    async with database.write() as tx:
        assert await outbox.finish(tx, sending, Ending(State.SENT), NOW)  # it goes on to its own end


async def test_what_may_have_gone_out_is_not_said_to_be_withdrawn(database: Database) -> None:
    await put(database, "b-1")
    [one] = await claimed(database)
    async with database.write() as tx:
        await outbox.finish(tx, one, Ending(State.QUEUED, doubtful=True), NOW)
        assert await outbox.withdraw(tx, "b-", NOW) == 1
    assert (await state_of(database, "b-1")).state is State.UNKNOWN


async def test_what_a_process_left_behind_is_withdrawn_as_unknown(database: Database) -> None:
    await put(database, "b-1")
    [one] = await claimed(database)
    over = NOW + LEASE + SECOND
    async with database.write() as tx:
        assert await outbox.withdraw(tx, "b-", NOW + SECOND) == 0  # it may be sent at this moment
        assert await outbox.withdraw(tx, "b-", over) == 1
        assert not await outbox.finish(tx, one, Ending(State.SENT), over)
    found = await state_of(database, "b-1")
    assert (found.state, found.reason, found.finished_at) == (State.UNKNOWN, "withdrawn", over)


async def test_what_was_being_sent_when_it_was_withdrawn_is_not_tried_again(database: Database) -> None:
    """Whether its process died, or it was put back to wait."""
    for ref in ("b-1", "b-2"):
        await put(database, ref)
    [_, back] = await claimed(database)
    async with database.write() as tx:
        assert await outbox.withdraw(tx, "b-", NOW + SECOND) == 0
        assert await outbox.finish(tx, back, Ending(State.QUEUED, 45009, "limit"), NOW + SECOND)
    assert await claimed(database, LEASE + SECOND) == []
    assert (await state_of(database, "b-1")).state is State.UNKNOWN
    assert (await state_of(database, "b-2")).state is State.REFUSED


async def test_what_was_withdrawn_is_not_sent_again(database: Database) -> None:
    """Neither what had ended before, nor what ends afterwards."""
    ids = [
        await ended(database, "b-1", Ending(State.UNKNOWN)),
        await ended(database, "b-2", Ending(State.REFUSED, -1, "busy")),
    ]
    await put(database, "b-3")
    [sending] = await claimed(database)
    later = NOW + timedelta(minutes=1)
    async with database.write() as tx:
        assert await outbox.withdraw(tx, "b-", later) == 0
        await outbox.finish(tx, sending, Ending(State.UNKNOWN), later)
        assert await outbox.resend(tx, [*ids, sending.id], "cli:root", later) == 0
        assert await outbox.resend(tx, "b-", "p1", later) == 0
        assert await audit.pages(tx) == []
        assert await outbox.settle(tx, "b-", "p1", later) == 2


async def test_a_person_has_sent_again_what_never_arrived(database: Database) -> None:
    down = Ending(State.REFUSED, 40014, "invalid token", unsent=True)
    ids = [
        await ended(database, "b-1", down),
        await ended(database, "b-2", Ending(State.REFUSED, 81013, "nobody", invalid=("a",))),
    ]
    found = await state_of(database, "b-1")
    assert (found.unsent, found.code, found.reason) == (True, 40014, "invalid token")
    assert not (await state_of(database, "b-2")).unsent
    later = timedelta(days=4)
    async with database.write() as tx:
        assert await outbox.resend(tx, ids, "cli:root", NOW + later) == 1
    [again] = await claimed(database, later)
    assert (again.ref, again.maybe_twice, again.queued_at) == ("b-1", False, NOW + later)


async def test_a_person_has_an_unknown_one_sent_again(database: Database) -> None:
    number = await ended(database, "b-1", Ending(State.UNKNOWN, reason="TimeoutError"), "x", "y")
    later = timedelta(days=2)
    async with database.write() as tx:
        assert await outbox.resend(tx, [number], "cli:root", NOW + later) == 1
        assert await outbox.resend(tx, [number], "cli:root", NOW + later) == 0
        [line] = await audit.pages(tx)
    assert (line.act.actor, line.act.what, line.act.subject) == ("cli:root", "outbox.resend", "b-1")
    [again] = await claimed(database, later)
    assert (again.doubtful, again.maybe_twice, again.first_tried_at) == (False, True, NOW + later)
    assert again.attempts == 2  # the fence goes on: whoever had it before must not end it
    async with database.write() as tx:
        await outbox.finish(tx, again, Ending(State.SENT), NOW + later)
        assert (await outbox.tally(tx, "b-")).maybe_twice == 2


async def test_what_wecom_was_too_busy_for_is_sent_again_without_a_doubt(database: Database) -> None:
    await ended(database, "busy", Ending(State.REFUSED, -1, "busy"))
    await ended(database, "bad", Ending(State.REFUSED, 40058, "bad"))
    async with database.write() as tx:
        assert await outbox.resend(tx, "b", "P1", NOW, via="chat") == 1
    [again] = await claimed(database)
    assert (again.ref, again.maybe_twice) == ("busy", False)


async def test_a_person_gives_up_an_unknown_one(database: Database) -> None:
    await ended(database, "a", Ending(State.UNKNOWN))
    number = await ended(database, "b", Ending(State.UNKNOWN))
    await ended(database, "c", Ending(State.SENT))
    async with database.write() as tx:
        assert await outbox.settle(tx, [number, 999], "cli:root", NOW) == 1
        assert await outbox.settle(tx, "", "cli:root", NOW) == 1
        acts = [(line.act.what, line.act.subject) for line in await audit.pages(tx)]
    assert acts == [("outbox.settle", "b"), ("outbox.settle", "a")]
    found = await state_of(database, "b")
    assert (found.state, found.reason) == (State.REFUSED, "given up")
    async with database.write() as tx:
        assert await outbox.resend(tx, "", "cli:root", NOW) == 0


async def test_states_tell_invalid_from_unlicensed(database: Database) -> None:
    ending = Ending(State.SENT, msgid="m", invalid=("gone", "left"), unlicensed=("free",))
    number = await ended(database, "a", ending, "x", "gone", "left", "free")
    found = await state_of(database, "a")
    assert found == RowState(
        *(number, "a", "message/send", True, State.SENT, 4),
        invalid=("gone", "left"),
        unlicensed=("free",),
        finished_at=NOW + SECOND,
    )
    async with database.read() as tx:
        assert await outbox.states(tx, ["b"]) == {}
        assert await outbox.in_state(tx, State.SENT) == [found]


async def test_a_tally_counts_receivers(database: Database) -> None:
    await ended(database, "b-0", Ending(State.SENT, invalid=("c",), unlicensed=("d",)), *"abcdef")
    await ended(database, "b-1", Ending(State.REFUSED, 81013, invalid=("g", "h")), "g", "h")
    await ended(database, "b-2", Ending(State.UNKNOWN), *"ijk")
    await ended(database, "c-0", Ending(State.SENT), "z")
    await put(database, "b-3", *"lmno")
    await claimed(database)
    await put(database, "b-4", "p", parts=2)
    async with database.read() as tx:
        tally = await outbox.tally(tx, "b-")
    assert tally.by_state == {
        State.SENT: 4,
        State.REFUSED: 2,
        State.UNKNOWN: 3,
        State.SENDING: 4,
        State.QUEUED: 2,
    }
    assert (tally.sent, tally.invalid, tally.unlicensed, tally.maybe_twice) == (4, 3, 1, 0)


async def test_sent_messages_can_be_taken_back(database: Database) -> None:
    first = await ended(database, "b-0", Ending(State.SENT, msgid="m1"), "a", "b", "c")
    await ended(database, "b-1", Ending(State.SENT), "d")  # 42014: it arrived, its msgid is lost
    await ended(database, "b-2", Ending(State.UNKNOWN), "e")
    await ended(database, "c-0", Ending(State.SENT, msgid="m2"), "f")
    async with database.read() as tx:
        assert await outbox.sent_messages(tx, "b-", NOW) == [outbox.SentMessage(first, "m1", 3)]
        assert await outbox.sent_messages(tx, "b-", NOW + SECOND) == []


async def test_a_retry_remembers_its_tries_and_a_doubt_its_first(database: Database) -> None:
    await put(database, "a")
    [one] = await claimed(database)
    async with database.write() as tx:
        await outbox.finish(tx, one, Ending(State.QUEUED, -1, "tries 9/9: busy", retried=2, busy=1), NOW)
    [again] = await claimed(database, SECOND)
    assert (again.retried, again.busy, again.first_tried_at) == (2, 1, NOW + SECOND)
    [heir] = await claimed(database, LEASE + 2 * SECOND)  # the claimer is gone
    assert heir == replace(again, attempts=3, doubtful=True)


async def test_a_file_named_after_the_claim_was_lost_must_not_be_sent(database: Database) -> None:
    await put(database, "a")
    [gone] = await claimed(database)
    [heir] = await claimed(database, LEASE + SECOND)
    async with database.write() as tx:
        assert not await outbox.freeze_file(tx, gone, b"other", NOW)
        assert await outbox.freeze_file(tx, heir, b"named", NOW)
        assert (await tx.execute(select(tables.outbox.c.body))).scalar_one() == b"named"
