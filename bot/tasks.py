"""What takes too long for an answer and can be asked for again: drawing a picture, sent when it is ready."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Final

import structlog

from bot.channels.channel import Channel
from bot.dispatcher import Clock
from bot.mail import lane_of, safe
from handlers.actions import hours as actions
from handlers.chat.hours import PICTURE, picture_of
from handlers.message import File, Later, Push
from handlers.pictures.drawing import Drawings
from storage import askers, outbox
from storage.database import Database
from storage.scope import own
from training.calendar import day_of
from training.rules import Rules

MOST_WAITING: Final = 200
_log = structlog.get_logger(__name__)


class Tasks:
    """Started from the desk after the commit; `on_mail` wakes the sender."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        rules: Rules,
        drawings: Drawings,
        clock: Clock,
        on_mail: Callable[[], None],
    ) -> None:
        self._database = database
        self._channels = channels
        self._rules = rules
        self._drawings = drawings
        self._clock = clock
        self._on_mail = on_mail
        self._running: set[asyncio.Task[None]] = set()

    def start(self, channel: str, later: Later) -> None:
        """Too many at once are dropped: the card that goes before the picture says the same."""
        if later.kind != PICTURE or len(self._running) >= MOST_WAITING:
            return
        task = asyncio.get_running_loop().create_task(self._guarded(channel, later))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def finish(self) -> None:
        await asyncio.gather(*self._running)

    async def _guarded(self, channel: str, later: Later) -> None:
        try:
            await self._draw(channel, later)
        except Exception as error:  # the card has been sent; a missing picture is not worth an apology
            _log.error("picture_failed", exc_info=error)

    async def _draw(self, channel: str, later: Later) -> None:
        now = self._clock()
        today = day_of(now)
        async with self._database.write() as tx:
            known = await askers.by_account(
                tx, own(later.person), channel, [later.account], today, self._rules.statuses_on(today)
            )
            mine = await actions.my_hours(tx, self._rules, known[later.account].person, now)
        picture = picture_of(mine, trial=self._rules.compliance.on_trial)
        content = await self._drawings.draw_aside(picture)
        push = Push((later.account,), File("我的学时.png", content, picture=True))
        ref = f"hours-{safe(later.account)}-{time.time_ns()}"
        drafts = self._channels[channel].freeze(push, ref, mass=False)
        async with self._database.write() as tx:
            await outbox.add(
                tx, channel, ref, drafts, lane=lane_of(channel, later.account), mass=False, now=self._clock()
            )
        self._on_mail()
