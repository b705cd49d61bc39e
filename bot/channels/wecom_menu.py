"""The app's menu: published when the bot starts, so that it always shows the words of this version.

Publishing replaces the whole menu by the same one; several processes may do it.
Source: doc 90231 (menu/create).
"""

import asyncio
import json
from collections.abc import Sequence
from typing import Any, Final

import structlog
from wechatpy.exceptions import WeChatClientException

from bot.channels.channel import Verdict
from bot.channels.wecom_api import Client, Lost, Unsent
from bot.channels.wecom_verdicts import verdict
from handlers.texts.activities import SCAN

FIRST_WAIT_SECONDS: Final = 5.0
LONGEST_WAIT_SECONDS: Final = 600.0
_log = structlog.get_logger(__name__)

Menu = Sequence[tuple[str, Sequence[str]]]  # the name of a drawer and the words in it


def body_of(menu: Menu) -> dict[str, Any]:
    """Buttons whose key is the word that typing would send; that of a scan opens the camera first."""
    return {"button": [{"name": name, "sub_button": [_button(word) for word in words]} for name, words in menu]}


def _button(word: str) -> dict[str, str]:
    return {"type": "scancode_waitmsg" if word == SCAN else "click", "name": word, "key": word}


async def publish(
    client: Client,
    agent_id: str,
    menu: Menu,
    *,
    wait_seconds: float = FIRST_WAIT_SECONDS,
    longest_seconds: float = LONGEST_WAIT_SECONDS,
) -> None:
    """Try until it is published or WeCom says that the menu itself is wrong; waits twice as long each time.

    Wrong credentials and an address that is not trusted are tried again too: a person may mend them meanwhile.
    """
    content = json.dumps(body_of(menu), ensure_ascii=False).encode()
    while True:
        try:
            await client.call("POST", "menu/create", {"agentid": agent_id}, lambda: content)
        except WeChatClientException as refused:
            _log.warning("menu_refused", code=refused.errcode)
            if verdict(refused.errcode)[0] is Verdict.REFUSED:
                return
        except (Unsent, Lost) as failed:
            _log.warning("menu_failed", cause=failed.cause)
        else:
            _log.info("menu_published")
            return
        await asyncio.sleep(wait_seconds)
        wait_seconds = min(2 * wait_seconds, longest_seconds)
