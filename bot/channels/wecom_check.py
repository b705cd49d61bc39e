"""Looking at WeCom for `xuefa doctor`: its clock, and whether our credentials open the app. Changes nothing.

Source: docs 91039 (gettoken), 90227 (agent/get), 90313 (errors).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
from wechatpy.exceptions import WeChatClientException

from bot.channels.wecom_api import ApiSettings, Client, Lost, Unsent, open_session

_ADDRESS: Final = re.compile(r"from ip:\s*([0-9A-Fa-f.:]+)")


@dataclass(frozen=True, slots=True)
class AgentSeen:
    """`reports_enter`: WeCom tells us when somebody opens the app."""

    name: str
    closed: bool
    reports_enter: bool


@dataclass(frozen=True, slots=True)
class AgentRefused:
    """`code` as WeCom gave it; `address` is ours as WeCom saw it, when it said so (60020)."""

    code: int
    address: str = ""


@dataclass(frozen=True, slots=True)
class Unreached:
    """WeCom was not reached, or its answer was no answer; `cause` never holds an address."""

    cause: str


async def look_at_agent(settings: ApiSettings) -> AgentSeen | AgentRefused | Unreached:
    try:
        async with open_session(settings) as session:
            answer = await Client(settings, session).get("agent/get", params={"agentid": settings.agent_id})
    except WeChatClientException as refused:
        found = _ADDRESS.search(str(refused.errmsg))
        return AgentRefused(int(refused.errcode), found[1].rstrip(".:") if found else "")
    except (Unsent, Lost) as failed:
        return Unreached(failed.cause)
    except (OSError, ValueError) as error:  # of `network.ca_file` or the proxy's address
        return Unreached(type(error).__name__)
    return AgentSeen(str(answer.get("name", "")), bool(answer.get("close")), bool(answer.get("isreportenter")))


async def api_clock(settings: ApiSettings) -> datetime | None:
    """What the API's HTTP Date header says, to the second; None when it cannot be had."""
    try:
        async with (
            open_session(settings) as session,
            session.get(settings.base_url.rstrip("/") + "/gettoken", allow_redirects=False) as response,
        ):
            return parsedate_to_datetime(response.headers["Date"])
    except (aiohttp.ClientError, OSError, ValueError, KeyError):
        return None
