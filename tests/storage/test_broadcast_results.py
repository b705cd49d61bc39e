"""The figures of a broadcast: by unit, by what became of the requests, by answers; and the rounds afterwards."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, update

from storage import broadcast_results, broadcast_rounds, broadcasts, daily, outbox, tables, wishes
from storage.broadcast_results import Answers, Fate, Item
from storage.broadcast_rounds import Closing, Due, Mark, Sent
from storage.database import Database, Tx
from storage.outbox import State as Sending
from storage.scope import EVERYTHING, Scope
from tests.storage.rows import NOW, TODAY, add_person, draft, question
from training.broadcasts import Kind, Left, Settings, State
from training.wishes import Wishes

HOUR = timedelta(hours=1)
QUIZ, NOTICE = Settings(Kind.QUIZ), Settings(Kind.NOTICE, text="甲")


async def broadcast(tx: Tx, settings: Settings = QUIZ, state: State = State.OPEN, **columns: Any) -> int:
    number = await broadcasts.add(
        tx, settings, state=state, sender="p1", via="chat", now=NOW, send_at=NOW, closes_at=NOW + 48 * HOUR
    )
    here = tables.broadcast.c.number == number
    await tx.execute(update(tables.broadcast).where(here).values(**{"queued_at": NOW, **columns}))
    return number


async def part(tx: Tx, number: int, part: int, units: Mapping[str, int], *texts: str, **columns: Any) -> list[int]:
    """Two messages, of which the last one became what `columns` say; a message may be several requests."""
    lane = broadcasts.lane_of(number, part)
    for message, bodies in enumerate((["first"], list(texts) or ["last"])):
        ref = broadcasts.ref_of(number, part, message)
        await outbox.add(tx, "wecom", ref, [draft(b) for b in bodies], lane=lane, mass=True, now=NOW)
    await broadcasts.add_part(tx, number, part, ref, units)
    sent = {"state": Sending.SENT, "finished_at": NOW, "msgid": f"m{part}"}
    first = tables.outbox.c.lane == lane
    await tx.execute(update(tables.outbox).where(first).values(**sent))
    last = (tables.outbox.c.ref == ref) & (tables.outbox.c.part == max(len(texts) - 1, 0))
    ended = update(tables.outbox).where(last).values(**columns).returning(tables.outbox.c.id)
    return list((await tx.execute(ended)).scalars())


async def answered(tx: Tx, number: int, person: str, unit: str, *right: bool) -> None:
    worth = {"answered_at": NOW, "earned_hundredths": 0, "posted_hundredths": 0, "question": "q1", "chosen": "A"}
    for item, correct in enumerate(right):
        given = {"broadcast": number, "item": item, "person": person, "unit": unit, "correct": correct}
        await tx.execute(insert(tables.quiz_answer).values(**given, **worth))


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
            },
        }
        assert await broadcast_results.maybe_twice(tx, number) == 7
        assert await broadcast_results.maybe_twice(tx, other) == 0
        assert await broadcast_results.sent_before(tx, number, NOW) == 1005
        assert await broadcast_results.sent_before(tx, number, NOW - timedelta(microseconds=1)) == 0


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


async def test_the_audience_by_why_it_is_left_out(database: Database) -> None:
    async with database.write() as tx:
        number = await broadcast(tx)
        rows = [
            ("p1", "sfj", Left.NOT),
            ("p2", "sfj", Left.MUTED),
            ("p3", "gaj", Left.MUTED),
            ("p4", "gaj", Left.STATUS),
        ]
        await broadcasts.add_receivers(tx, number, rows)
        assert await broadcast_results.audience(tx, EVERYTHING, number) == {
            Left.NOT: 1,
            Left.MUTED: 2,
            Left.STATUS: 1,
        }
        assert await broadcast_results.audience(tx, EVERYTHING, number + 1) == {}


async def test_answers_by_question_and_by_unit(database: Database) -> None:
    async with database.write() as tx:
        number, other = await broadcast(tx), await broadcast(tx)
        await broadcasts.keep_questions(tx, number, [("", 0, question(n)) for n in range(3)])
        await answered(tx, number, "p1", "sfj", True, False, True)
        await answered(tx, number, "p2", "sfj", False)
        await answered(tx, number, "p3", "gaj", True, True)
        await answered(tx, other, "p1", "sfj", True)
    async with database.read() as tx:
        assert await broadcast_results.items(tx, EVERYTHING, number) == [
            Item(0, 3, 2),
            Item(1, 2, 1),
            Item(2, 1, 1),
        ]
        assert await broadcast_results.answers(tx, EVERYTHING, number, 3) == {
            "sfj": Answers(persons=2, complete=1, given=4, right=2),
            "gaj": Answers(persons=1, complete=0, given=2, right=2),
        }
        assert await broadcast_rounds.complete(tx, EVERYTHING, number, ["p1", "p2", "p3"], 2) == {"p1", "p3"}


# ---- rounds ---------------------------------------------------------------------------------------------------


async def test_what_is_due(database: Database) -> None:
    """A quiz closes at its moment, anything else 72 hours after it was queued."""
    second = timedelta(seconds=1)
    async with database.write() as tx:
        quiz = await broadcast(tx)
        long = await broadcast(tx, closes_at=NOW + 200 * HOUR)
        notice = await broadcast(tx, NOTICE)
        reminded = await broadcast(tx, remind_at=NOW + HOUR, closes_at=NOW + 300 * HOUR)
        await broadcast(tx, state=State.SENDING)
        taken = await broadcast(tx, state=State.RECALLED)
        await broadcast(tx, state=State.RECALLED, closed_at=NOW)
    async with database.read() as tx:
        assert await broadcast_rounds.due(tx, NOW) == Due(recalling=(taken,))
        assert (await broadcast_rounds.due(tx, NOW + HOUR)).reminding == (reminded,)
        assert (await broadcast_rounds.due(tx, NOW + 48 * HOUR - second)).closing == ()
        assert (await broadcast_rounds.due(tx, NOW + 48 * HOUR)).closing == (quiz,)
        assert (await broadcast_rounds.due(tx, NOW + 72 * HOUR - second)).closing == (quiz,)
        assert (await broadcast_rounds.due(tx, NOW + 72 * HOUR)).closing == (quiz, notice)
        assert (await broadcast_rounds.due(tx, NOW + 200 * HOUR)).closing == (quiz, long, notice)


async def test_a_mark_moves_once(database: Database) -> None:
    async with database.write() as tx:
        number = await broadcast(tx, remind_at=NOW + HOUR)
        mark = await broadcast_rounds.reminder(tx, number)
        assert mark == Mark(NOW + HOUR, "")
        assert await broadcast_rounds.advance_reminder(tx, number, mark, "p2", done_at=None)
        assert not await broadcast_rounds.advance_reminder(tx, number, mark, "p2", done_at=None)
        mark = await broadcast_rounds.reminder(tx, number)
        assert mark is not None
        assert await broadcast_rounds.advance_reminder(tx, number, mark, "p9", done_at=NOW)
        assert await broadcast_rounds.reminder(tx, number) is None


async def test_how_far_a_closing_is_lies_where_sending_left_what_waited(database: Database) -> None:
    async with database.write() as tx:
        for left, parts in (("{}", 0), ('{"parts":3,"variants":[]}', 3)):
            number = await broadcast(tx, pending=left)
            assert await broadcast_rounds.parts(tx, number) == parts
            assert await broadcast_rounds.closing(tx, number) is None
            reached = Closing("话", greyed=19, told="p5")
            assert await broadcast_rounds.keep_closing(tx, number, reached)
            assert await broadcast_rounds.closing(tx, number, lock=True) == reached
            assert await broadcast_rounds.parts(tx, number) == parts
        gone = await broadcast(tx, state=State.RECALLED)
        assert not await broadcast_rounds.keep_closing(tx, gone, Closing(""))


async def reached(
    tx: Tx, number: int, after: str = "", at_most: int = 100, *, remind: bool = False
) -> Sequence[str]:
    ask = broadcast_rounds.to_remind if remind else broadcast_rounds.to_tell
    found = await ask(tx, EVERYTHING, number, week=TODAY, budget=2, after=after, at_most=at_most)
    return [one.person for one in found]


async def test_whom_a_reminder_and_the_closing_words_reach(database: Database) -> None:
    async with database.write() as tx:
        number = await broadcast(tx)
        for n in range(1, 8):
            await add_person(tx, f"p{n}", f"a{n}")
        rows = [(f"p{n}", "sfj", Left.NOT if n != 7 else Left.MUTED) for n in range(1, 8)]
        await broadcasts.add_receivers(tx, number, rows)
        for n in (2, 3, 4, 7):
            await wishes.keep(tx, f"p{n}", Wishes(mute_reminders=False))
        await wishes.keep(tx, "p5", Wishes(mute_notices=True))
        await answered(tx, number, "p3", "sfj", True)
        for _ in range(2):
            await daily.count_pushes(tx, ["p4", "p6"], TODAY)
    async with database.read() as tx:
        assert await reached(tx, number, remind=True) == ["p2"]  # p3 answered, p4 has no budget, p7 never got it
        assert await reached(tx, number) == ["p1", "p2", "p3"]  # p5 wants no notices, p4 and p6 have no budget
        assert await reached(tx, number, "p1", 1) == ["p2"]


async def test_what_can_still_be_changed_and_taken_back(database: Database) -> None:
    async with database.write() as tx:
        number = await broadcast(tx)
        await part(tx, number, 0, {"sfj": 1}, state=Sending.SENT, response_code="c0")
        await part(tx, number, 1, {"sfj": 1}, state=Sending.SENT, response_code="c1", finished_at=NOW - 30 * HOUR)
        await part(tx, number, 2, {"sfj": 1}, state=Sending.SENT, response_code="c2", finished_at=NOW - 80 * HOUR)
        await part(tx, number, 12, {"sfj": 1}, state=Sending.SENDING)
        found = await broadcast_rounds.cards(tx, number, [0, 1, 2, 12], NOW - 72 * HOUR, NOW)
        assert [(channel, card.response_code) for channel, card in found] == [("wecom", "c0"), ("wecom", "c1")]
        old = await broadcast_rounds.cards(tx, number, [0, 1, 2, 12], NOW - 72 * HOUR, NOW - 24 * HOUR)
        assert [card.response_code for _, card in old] == ["c1"]
        assert await broadcast_rounds.on_its_way(tx, number, [12])
        assert not await broadcast_rounds.on_its_way(tx, number, [0, 1, 2])


async def test_a_message_is_asked_back_once(database: Database) -> None:
    async with database.write() as tx:
        number = await broadcast(tx)
        await part(tx, number, 0, {"sfj": 1}, state=Sending.SENT)
        first, last = await broadcast_rounds.sent(tx, number, [0, 1], NOW - 24 * HOUR)
        assert (first.channel, first.msgid) == ("wecom", "m0")
        ref = f"broadcast-{number}x-{first.id}"
        await outbox.add(tx, "wecom", ref, [draft("recall")], lane=ref, mass=False, now=NOW)
        assert await broadcast_rounds.sent(tx, number, [0], NOW - 24 * HOUR) == [Sent(last.id, "wecom", "m0")]
        assert await broadcast_rounds.sent(tx, number, [0], NOW) == []  # 24 hours are over
