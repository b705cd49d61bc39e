"""What takes too long for an answer and can be asked for again: drawing a picture, sent when it is ready."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final

import structlog

from bot.channels.channel import Channel
from bot.dispatcher import Clock
from bot.mail import lane_of, safe
from handlers.actions import certificates
from handlers.actions import hours as actions
from handlers.chat import certificates as certificate_chat
from handlers.chat import hours as hours_chat
from handlers.message import File, Later, Push
from handlers.pictures.drawing import Drawings, Picture
from handlers.texts.certificates import PICTURE_NAME as CERTIFICATE_NAME
from storage import askers, outbox
from storage.database import Database, Tx
from storage.scope import own
from training.calendar import day_of
from training.certificates import NoCertificate
from training.people import Person
from training.rules import Rules

MOST_WAITING: Final = 200
HOURS_NAME: Final = "我的学时.png"
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
        """Too many at once are dropped: what goes before the picture says the same."""
        if later.kind not in _KINDS or len(self._running) >= MOST_WAITING:
            return
        task = asyncio.get_running_loop().create_task(self._guarded(channel, later))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def finish(self) -> None:
        await asyncio.gather(*self._running)

    async def _guarded(self, channel: str, later: Later) -> None:
        try:
            await self._draw(channel, later)
        except Exception as error:  # the words have been sent; a missing picture is not worth an apology
            _log.error("picture_failed", exc_info=error)

    async def _draw(self, channel: str, later: Later) -> None:
        now = self._clock()
        today = day_of(now)
        async with self._database.write() as tx:
            known = await askers.by_account(
                tx, own(later.person), channel, [later.account], today, self._rules.statuses_on(today)
            )
            wanted = await _KINDS[later.kind](tx, self._rules, known[later.account].person, now)
        if wanted is None:
            return
        name, picture = wanted
        content = await self._drawings.draw_aside(picture)
        push = Push((later.account,), File(name, content, picture=True))
        ref = f"{later.kind.partition('_')[0]}-{safe(later.account)}-{time.time_ns()}"
        drafts = self._channels[channel].freeze(push, ref, mass=False)
        async with self._database.write() as tx:
            await outbox.add(
                tx, channel, ref, drafts, lane=lane_of(channel, later.account), mass=False, now=self._clock()
            )
        self._on_mail()


Wanted = tuple[str, Picture] | None  # the name of the file; None: there is nothing to draw any more


async def _hours(tx: Tx, rules: Rules, person: Person, now: datetime) -> Wanted:
    mine = await actions.my_hours(tx, rules, person, now)
    return HOURS_NAME, hours_chat.picture_of(mine, trial=rules.compliance.on_trial)


async def _certificate(tx: Tx, rules: Rules, person: Person, now: datetime) -> Wanted:
    found = await certificates.certificate(tx, person.number)
    if isinstance(found, NoCertificate):
        return None
    unit = await certificate_chat.unit_name(tx, found)
    return CERTIFICATE_NAME, certificate_chat.picture_of(found, person.name, unit, trial=rules.compliance.on_trial)


_KINDS: Final[Mapping[str, Callable[[Tx, Rules, Person, datetime], Awaitable[Wanted]]]] = {
    hours_chat.PICTURE: _hours,
    certificate_chat.PICTURE: _certificate,
}
