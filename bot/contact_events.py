"""From the callback to the table: changes of WeCom's contacts, each kept once, and the keys by which they come.

They do not pass the desk: nobody said anything, and nobody is answered.
"""

from collections.abc import Mapping
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

    async def keep(event: ChangeEvent) -> None:
        await _kept(database, clock, event)

    return ContactEvents(codec, keep)


async def _kept(database: Database, clock: Clock, event: ChangeEvent) -> None:
    """What cannot be kept is found by the next `staff sync`, which reads all members."""
    for left in reversed(range(_TRIES)):
        try:
            async with database.write() as tx:
                await contacts.keep(tx, CHANNEL, event.key, event.change, clock())
            return
        except Exception as error:  # its words could hold a name
            if not left:
                _log.error("contact_change_lost", error=type(error).__name__)


def _is_aes_key(text: str) -> bool:
    try:
        Codec("token", text, "corp")
    except ValueError:
        return False
    return True
