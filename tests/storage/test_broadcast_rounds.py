"""The rounds through a broadcast that was sent: what is due, how far each is, and whom it reaches."""

from collections.abc import Sequence
from datetime import timedelta

from storage import broadcast_rounds, broadcasts, daily, outbox, wishes
from storage.broadcast_rounds import Closing, Due, Mark, Sent
from storage.database import Database, Tx
from storage.outbox import State as Sending
from storage.scope import EVERYTHING
from tests.storage.broadcast_sent import HOUR, NOTICE, answered, broadcast, part
from tests.storage.rows import NOW, TODAY, add_person, draft
from training.broadcasts import Left, State
from training.wishes import Wishes


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
    return [one.person for one in found if one.accounts]


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


async def test_a_page_of_those_who_asked_for_reminders_is_full_of_them(database: Database) -> None:
    """Also of those who are not reminded of this one, so that its length says whether there are more."""
    async with database.write() as tx:
        number = await broadcast(tx)
        for n in range(1, 6):
            await add_person(tx, f"p{n}", f"a{n}")
            await wishes.keep(tx, f"p{n}", Wishes(mute_reminders=False))
        await broadcasts.add_receivers(tx, number, [("p3", "sfj", Left.NOT)])
        pages = [
            await broadcast_rounds.to_remind(tx, EVERYTHING, number, week=TODAY, budget=2, after=after, at_most=2)
            for after in ("", "p2", "p4")
        ]
    assert [[(one.person, one.accounts) for one in page] for page in pages] == [
        [("p1", ()), ("p2", ())],
        [("p3", (("wecom", "a3"),)), ("p4", ())],
        [("p5", ())],
    ]


async def test_an_account_that_a_message_did_not_reach_is_not_reminded(database: Database) -> None:
    async with database.write() as tx:
        number = await broadcast(tx)
        for n in range(1, 5):
            await add_person(tx, f"p{n}", f"a{n}", f"b{n}")
            await wishes.keep(tx, f"p{n}", Wishes(mute_reminders=False))
        await broadcasts.add_receivers(tx, number, [(f"p{n}", "sfj", Left.NOT) for n in range(1, 5)])
        await part(tx, number, 0, {"sfj": 2}, receivers="a1|b1|a2", invalid="!a2|stranger")
        await part(tx, number, 1, {"sfj": 1}, state=Sending.REFUSED, receivers="b2|a3|b3")
        await part(tx, number, 2, {"sfj": 1}, state=Sending.QUEUED, receivers="a4")  # b4 is new since
        found = await broadcast_rounds.to_remind(tx, EVERYTHING, number, week=TODAY, budget=2, after="", at_most=9)
    left = {one.person: [name for _, name in one.accounts] for one in found}
    assert left == {"p1": ["a1", "b1"], "p2": [], "p3": [], "p4": ["b4"]}


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
