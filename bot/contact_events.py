"""From the callback to the table: changes of WeCom's contacts, each kept once, and the keys by which they come.

They do not pass the desk: nobody said anything, and nobody is answered.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from bot.channels.wecom_callback import ContactEvents
from bot.channels.wecom_codec import Codec
from bot.channels.wecom_messages import CHANNEL, ChangeEvent
from bot.config import BadConfig, WeComSection
from bot.dispatcher import Clock
from handlers.actions import contacts
from storage.database import Database

_TRIES: Final = 2  # another process may have kept it just now
_log = structlog.get_logger(__name__)


def key_faults(section: WeComSection) -> Mapping[str, str]:
    """Key → what is wrong with it; nothing while both are empty."""
    keys = {"contact_token": section.contact_token.strip(), "contact_aes_key": section.contact_aes_key.strip()}
    if not any(keys.values()):
        return {}
    found = {key: "未填写" for key, value in keys.items() if not value}
    if "contact_aes_key" not in found and not _is_aes_key(section.contact_aes_key):
        found["contact_aes_key"] = "应为 43 位字母和数字"
    return found


def contact_events(section: WeComSection, database: Database, clock: Clock) -> ContactEvents | None:
    """None when the keys are not configured. Raises: BadConfig."""
    faults = key_faults(section)
    if faults:
        said = "、".join(f"wecom.{key} {fault}" for key, fault in faults.items())
        raise BadConfig(f"配置中 {said}。接收通讯录变动须两项都填，不接收则两项都留空。")
    if not section.contact_token.strip():
        return None
    codec = Codec(section.contact_token, section.contact_aes_key, section.corp_id)

    return ContactEvents(codec, Keeper(database, clock).keep)


class Keeper:
    """Writes what has come while it was writing in one transaction: a thousand members may come at once, and on
    SQLite whoever taps waits for every single one."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._turn = asyncio.Lock()
        self._waiting: list[ChangeEvent] = []

    async def keep(self, event: ChangeEvent) -> None:
        """Returns when it is on disk, or lost: then the next `staff sync` finds it, which reads all members."""
        self._waiting.append(event)
        async with self._turn:
            events, self._waiting = self._waiting, []
            if events:  # else whoever had the turn before wrote this one too
                await self._write(events)

    async def _write(self, events: Sequence[ChangeEvent]) -> None:
        for left in reversed(range(_TRIES)):
            try:
                async with self._database.write() as tx:
                    for event in events:
                        await contacts.keep(tx, CHANNEL, event.key, event.change, self._clock())
                return
            except Exception as error:  # its words could hold a name
                if not left:
                    _log.error("contact_changes_lost", error=type(error).__name__, count=len(events))


def _is_aes_key(text: str) -> bool:
    try:
        Codec("token", text, "corp")
    except ValueError:
        return False
    return True
