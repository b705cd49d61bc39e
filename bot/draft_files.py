"""The file of a draft, ready to be sent: brought to the channel once, its id kept before anything names it.

upload → transaction → send. After that transaction the request's bytes never change, so a repeat after a crash, by
any process, is the same request.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final
from weakref import WeakValueDictionary

from bot.channels.channel import Channel, Outcome, TakesFiles, Verdict
from storage import media, outbox
from storage.database import Database
from storage.outbox import Claimed

FILE_LOST: Final = Outcome(Verdict.REFUSED, reason="the file is not kept any more")
CLAIM_LOST: Final = Outcome(Verdict.UNKNOWN, reason="another process has the claim", final=True)


class DraftFiles:
    """One upload of a file at a time in this process; of two processes the first kept id is that of both."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._uploading: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def ready(self, channel: Channel, claimed: Claimed) -> Claimed | Outcome:
        """The draft as it is to be sent; or why it cannot be, and nothing was sent."""
        if not claimed.lacks_file_id:
            return claimed
        if isinstance(channel, TakesFiles):
            return await self._named(channel, claimed, gone="")
        async with self._database.read() as tx:
            file = (await media.of(tx, [claimed.media])).get(claimed.media)
        return replace(claimed, draft=replace(claimed.draft, file=file)) if file is not None else FILE_LOST

    async def renewed(self, channel: Channel, claimed: Claimed) -> Claimed | Outcome:
        """With another id, because the channel does not know the one in the draft any more."""
        if not isinstance(channel, TakesFiles):
            return FILE_LOST
        async with self._database.read() as tx:
            place = await media.place(tx, claimed.media, _use(claimed))
        if place is None:
            return FILE_LOST
        same = channel.with_file(claimed.draft.body, place.id) == claimed.draft.body
        return await self._named(channel, claimed, gone=place.id if same else "")

    async def _named(self, channel: TakesFiles, claimed: Claimed, *, gone: str) -> Claimed | Outcome:
        file_id = await self._id(channel, claimed.media, _use(claimed), gone)
        if isinstance(file_id, Outcome):
            return file_id
        body = channel.with_file(claimed.draft.body, file_id)
        async with self._database.write() as tx:
            mine = await outbox.freeze_file(tx, claimed, body, self._clock())
        return replace(claimed, draft=replace(claimed.draft, body=body)) if mine else CLAIM_LOST

    async def _id(self, channel: TakesFiles, digest: str, use: str, gone: str) -> str | Outcome:
        """`gone`: an id that is of no use, however young it is."""
        async with self._uploading.setdefault(digest, asyncio.Lock()):
            async with self._database.read() as tx:
                place = await media.place(tx, digest, use)
                if place is None:
                    return FILE_LOST
                if place.id and place.id != gone and place.lives(self._clock()):
                    return place.id
                file = (await media.of(tx, [digest]))[digest]
            uploaded = await channel.upload(file)
            if isinstance(uploaded, Outcome):
                return uploaded
            async with self._database.write() as tx:
                return await media.keep_id(tx, digest, use, uploaded, self._clock(), instead_of=place.id)


def _use(claimed: Claimed) -> str:
    return media.use_of(claimed.ref, mass=claimed.mass)
