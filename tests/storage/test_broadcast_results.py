"""The figures of a broadcast: by unit, by what became of the requests, by answers."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import event, update

from storage import broadcast_answers, broadcast_results, broadcast_rounds, broadcasts, outbox, tables
from storage.broadcast_answers import Answers, Item
from storage.broadcast_results import Fate
from storage.broadcast_rounds import Closing
from storage.broadcasts import Pending, Variant, Waiting
from storage.database import Database
from storage.outbox import State as Sending
from storage.scope import EVERYTHING, Scope
from tests.storage.broadcast_sent import answered, broadcast, part
from tests.storage.rows import NOW, add_person, question
from training.broadcasts import Left


async def test_people_are_counted_by_unit_and_by_what_became_of_their_request(database: Database) -> None:
    async with database.write() as tx:
        number, other = await broadcast(tx), await broadcast(tx)
        await part(tx, number, 0, {"sfj": 600, "gaj": 400}, state=Sending.SENT)
        await part(tx, number, 1, {"sfj": 5}, state=Sending.SENT)
        await part(tx, number, 2, {"gaj": 7}, state=Sending.UNKNOWN, maybe_twice=True)
        await part(tx, number, 3, {"gaj": 8}, state=Sending.REFUSED, reason="81013")
        await part(tx, number, 4, {"gaj": 9}, state=Sending.QUEUED)
        await part(tx, number, 10, {"gaj": 11}, state=Sending.SENDING)
        await part(tx, number, 11, {"gaj": 12}, "一", "二", state=Sending.UNKNOWN)  # its first request was sent
        await part(tx, number, 12, {"gaj": 6}, state=Sending.REFUSED, code=-1)
        await part(tx, number, 13, {"gaj": 7}, state=Sending.REFUSED, reason="unsent: no route")
        await part(tx, number, 14, {"gaj": 14}, state=Sending.REFUSED, code=-1, reason="expired")
        await part(tx, other, 0, {"sfj": 99}, state=Sending.QUEUED)
    async with database.read() as tx:
        assert await broadcast_results.queued(tx, number) == {
            "sfj": {Fate.SENT: 605},
            "gaj": {
                Fate.SENT: 400,
                Fate.UNKNOWN: 19,
                Fate.REFUSED: 8,
                Fate.QUEUED: 9,
                Fate.SENDING: 11,
                Fate.UNSENT: 13,
                Fate.EXPIRED: 14,
            },
        }
        assert await broadcast_results.maybe_twice(tx, number) == 7
        assert await broadcast_results.maybe_twice(tx, other) == 0
        assert await broadcast_results.sent_before(tx, number, NOW) == 1005
        assert await broadcast_results.sent_before(tx, number, NOW - timedelta(microseconds=1)) == 0


@pytest.mark.parametrize(
    ("first", "fate"),
    [
        ({"state": Sending.UNKNOWN}, Fate.UNKNOWN),
        ({"state": Sending.REFUSED, "code": 82004, "reason": "content"}, Fate.REFUSED),
        ({"state": Sending.REFUSED, "reason": "given up"}, Fate.GIVEN_UP),
        ({"state": Sending.QUEUED}, Fate.QUEUED),
    ],
)
async def test_who_has_only_the_last_of_two_messages_has_not_got_it(
    database: Database, first: dict[str, Any], fate: Fate
) -> None:
    async with database.write() as tx:
        number = await broadcast(tx)
        await part(tx, number, 0, {"sfj": 5}, state=Sending.SENT)
        ref = tables.outbox.c.ref == broadcasts.ref_of(number, 0, 0)
        await tx.execute(update(tables.outbox).where(ref).values(**first))
        assert await broadcast_results.queued(tx, number) == {"sfj": {fate: 5}}
        assert await broadcast_results.sent_before(tx, number, NOW) == 0


async def test_what_was_withdrawn_or_given_up_is_told_from_what_was_refused(database: Database) -> None:
    async with database.write() as tx:
        number = await broadcast(tx)
        await part(tx, number, 0, {"sfj": 2}, state=Sending.QUEUED)
        await part(tx, number, 1, {"sfj": 3}, state=Sending.UNKNOWN)
        assert await outbox.settle(tx, f"broadcast-{number}-", "p1", NOW) == 1
        assert await outbox.withdraw(tx, f"broadcast-{number}-", NOW) == 1
        assert await broadcast_results.queued(tx, number) == {"sfj": {Fate.WITHDRAWN: 2, Fate.GIVEN_UP: 3}}


async def test_who_cannot_be_reached_by_any_account_is_not_delivered_to(database: Database) -> None:
    async with database.write() as tx:
        await add_person(tx, "p1", "one")
        await add_person(tx, "p2", "two", "two-b")
        await add_person(tx, "p3", "three", "three-b")
        await add_person(tx, "p4", "four")
        number = await broadcast(tx)
        units = [("p1", "sfj"), ("p2", "gaj"), ("p3", "gaj"), ("p4", "sfj")]
        await broadcasts.add_receivers(tx, number, [(person, unit, Left.NOT) for person, unit in units])
        # two is invalid, but two-b is not; of p3 the one has no licence, the other is invalid in another request
        await part(tx, number, 0, {"sfj": 1, "gaj": 2}, state=Sending.SENT, invalid="one|two|!three|stranger")
        await part(tx, number, 1, {"sfj": 1}, state=Sending.SENT, invalid="three-b")
        await part(tx, number, 2, {"sfj": 1}, state=Sending.REFUSED, invalid="four")  # counted as refused
    async with database.read() as tx:
        assert await broadcast_results.not_reached(tx, EVERYTHING, number) == {"sfj": 1, "gaj": 1}
        assert await broadcast_results.not_reached(tx, Scope(units=frozenset({"gaj"})), number) == {"gaj": 1}


async def test_those_who_are_left_out_by_why(database: Database) -> None:
    async with database.write() as tx:
        number = await broadcast(tx)
        rows = [
            ("p1", "sfj", Left.NOT),
            ("p2", "sfj", Left.MUTED),
            ("p3", "gaj", Left.MUTED),
            ("p4", "gaj", Left.STATUS),
        ]
        await broadcasts.add_receivers(tx, number, rows)
        assert await broadcast_results.left_out(tx, EVERYTHING, number) == {Left.MUTED: 2, Left.STATUS: 1}
        gaj = Scope(units=frozenset({"gaj"}))
        assert await broadcast_results.left_out(tx, gaj, number) == {Left.MUTED: 1, Left.STATUS: 1}
        assert await broadcast_results.left_out(tx, EVERYTHING, number + 1) == {}


async def test_people_whose_request_is_not_full_by_unit(database: Database) -> None:
    first = [Waiting("one", "p1", "sfj"), Waiting("two", "p2", "gaj")]
    second = [Waiting("two-b", "p2", None), Waiting("three", "p3", "sfj")]
    pending = Pending(3, [Variant("wecom", False, None, first), Variant("wecom", True, NOW, second)])
    async with database.write() as tx:
        number = await broadcast(tx, pending=msgspec.json.encode(pending).decode())
        assert await broadcast_results.waiting(tx, number) == {"sfj": 2, "gaj": 1}
        done = await broadcast(tx)
        assert await broadcast_rounds.keep_closing(tx, done, Closing("话"))
        assert await broadcast_results.waiting(tx, done) == {}
        assert await broadcast_results.waiting(tx, done + 1) == {}


async def test_answers_to_a_single_question(database: Database) -> None:
    """As they are counted of several."""
    async with database.write() as tx:
        number = await broadcast(tx)
        await broadcasts.keep_questions(tx, number, [("", 0, question(0))])
        for person, unit, right in (("p1", "sfj", True), ("p2", "sfj", False), ("p3", "gaj", True)):
            await answered(tx, number, person, unit, right)
        assert await broadcast_answers.answers(tx, EVERYTHING, number, 1) == {
            "sfj": Answers(persons=2, complete=2, given=2, right=1),
            "gaj": Answers(persons=1, complete=1, given=1, right=1),
        }
        assert await broadcast_answers.answerers(tx, EVERYTHING, number, 1) == 3
        sfj = Scope(units=frozenset({"sfj"}))
        assert (await broadcast_answers.answers(tx, sfj, number, 1)).keys() == {"sfj"}
        assert await broadcast_answers.answerers(tx, sfj, number, 1) == 2


async def test_answers_by_question_and_by_unit(database: Database) -> None:
    async with database.write() as tx:
        number, other = await broadcast(tx), await broadcast(tx)
        await broadcasts.keep_questions(tx, number, [("", 0, question(n)) for n in range(3)])
        await answered(tx, number, "p1", "sfj", True, False, True)
        await answered(tx, number, "p2", "sfj", False)
        await answered(tx, number, "p3", "gaj", True, True)
        await answered(tx, other, "p1", "sfj", True)
    async with database.read() as tx:
        assert await broadcast_answers.items(tx, EVERYTHING, number) == [
            Item(0, 3, 2),
            Item(1, 2, 1),
            Item(2, 1, 1),
        ]
        assert await broadcast_answers.answers(tx, EVERYTHING, number, 3) == {
            "sfj": Answers(persons=2, complete=1, given=4, right=2),
            "gaj": Answers(persons=1, complete=0, given=2, right=2),
        }
        assert await broadcast_answers.answerers(tx, EVERYTHING, number, 3) == 3
        assert await broadcast_rounds.complete(tx, EVERYTHING, number, ["p1", "p2", "p3"], 2) == {"p1", "p3"}


async def test_no_figure_reads_everything_that_was_ever_sent(database: Database) -> None:
    """For each part, as SQLite does by the index of states: 9 s for 1,000,000 people, growing."""
    seen: list[tuple[str, object]] = []

    def see(connection: object, cursor: object, statement: str, asked: object, *rest: object) -> None:
        seen.append((statement, asked))

    reader = database.reader.sync_engine
    if reader.dialect.name != "sqlite":
        return
    event.listen(reader, "before_cursor_execute", see)
    async with database.read() as tx:
        await broadcast_results.not_reached(tx, EVERYTHING, 1)
        await broadcast_results.without_receipt(tx, 1, NOW)
        await broadcast_results.maybe_twice(tx, 1)
        await broadcast_results.queued(tx, 1)
    event.remove(reader, "before_cursor_execute", see)
    asked = [(statement, values) for statement, values in seen if "outbox" in statement]
    assert len(asked) == 4
    async with database.read() as tx:
        for statement, values in asked:
            plan = (await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)).all()
            assert "ix_outbox_state_due_at" not in str(plan), statement
