"""A hold is everybody's, is lengthened and never shortened, and stays to be seen until something is sent."""

from datetime import timedelta

from storage import channel_holds, channel_state
from storage.channel_holds import Hold
from storage.database import Database
from tests.storage.rows import NOW

SECOND = timedelta(seconds=1)


async def test_a_hold_is_lengthened_and_never_shortened(database: Database) -> None:
    long, short, longer = Hold(NOW + 60 * SECOND, 60020), Hold(NOW + 5 * SECOND, 45033), Hold(NOW + 90 * SECOND, -1)
    async with database.write() as tx:
        assert await channel_holds.held(tx, "wecom") is None
        for given, stands in ((long, long), (short, long), (longer, longer)):
            await channel_holds.hold(tx, "wecom", given.until, given.code)
            assert await channel_holds.held(tx, "wecom") == stands
        assert await channel_holds.held(tx, "telegram") is None


async def test_it_is_lifted_when_it_has_passed_and_something_was_sent(database: Database) -> None:
    hold = Hold(NOW + 60 * SECOND, 60020)
    async with database.write() as tx:
        await channel_holds.hold(tx, "wecom", hold.until, hold.code)
        await channel_holds.lift(tx, "wecom", NOW + 59 * SECOND)  # what was under way when it began
        assert await channel_holds.held(tx, "wecom") == hold
        await channel_holds.lift(tx, "wecom", NOW + 60 * SECOND)
        assert await channel_holds.held(tx, "wecom") is None


async def test_the_token_beside_it_is_left_alone(database: Database) -> None:
    async with database.write() as tx:
        fence = await channel_state.begin_renewing(tx, "wecom", b"", NOW)
        assert fence is not None
        sealed = channel_state.SealedToken(b"sealed", NOW + 60 * SECOND)
        assert await channel_state.keep_token(tx, "wecom", sealed, fence)
        await channel_holds.hold(tx, "wecom", NOW + SECOND, 45009)
        await channel_holds.lift(tx, "wecom", NOW + SECOND)
        assert await channel_state.token(tx, "wecom") == sealed
