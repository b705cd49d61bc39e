"""What `xuefa doctor` looks up over the network: WeCom's clock, our app at WeCom, our own server."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import aiohttp

from bot.channels.wecom_api import ApiSettings
from bot.channels.wecom_check import AgentRefused, AgentSeen, Unreached, api_clock, look_at_agent
from bot.cli.checks import Check, Mark
from bot.config import Config, Server
from bot.contact_events import key_faults

WARN_SECONDS: Final = 60
WRONG_SECONDS: Final = 600  # callbacks further away than this are refused
OWN_SECONDS: Final = 3.0
_TITLE: Final = "企业微信"
_CONSOLE: Final = "请到企业微信管理后台核对后填入 config.toml"
_REFUSALS: Final = {
    40001: f"wecom.secret 不对，{_CONSOLE}（应用管理 → 自建应用 → Secret）。",
    40091: f"wecom.secret 不对，{_CONSOLE}（应用管理 → 自建应用 → Secret）。",
    40013: f"wecom.corp_id 不对，{_CONSOLE}（我的企业 → 企业信息 → 企业 ID）。",
    40056: f"wecom.agent_id 不对，{_CONSOLE}（应用管理 → 自建应用 → AgentId）。",
    42009: f"wecom.secret 与 wecom.agent_id 不是同一个应用的，{_CONSOLE}。",
    301002: f"wecom.secret 与 wecom.agent_id 不是同一个应用的，{_CONSOLE}。",
    50002: "应用已停用，请在企业微信管理后台启用它。",
    50003: "应用已停用，请在企业微信管理后台启用它。",
    48002: "应用没有调用接口的权限，请在企业微信管理后台检查它的权限。",
}


async def clock(settings: ApiSettings) -> Check:
    title, theirs = "时钟", await api_clock(settings)
    if theirs is None:
        return Check("clock", title, Mark.REMARK, "没有取到企业微信的时间，未能核对。")
    off = round((datetime.now(UTC) - theirs).total_seconds())
    said = f"比企业微信{'快' if off > 0 else '慢'} {abs(off)} 秒"
    if abs(off) > WRONG_SECONDS:
        return Check("clock", title, Mark.FAILED, f"{said}，回调会被当作过期而拒绝。请校准本机时间（如启用 NTP）。")
    if abs(off) > WARN_SECONDS:
        return Check("clock", title, Mark.REMARK, f"{said}，请校准本机时间（如启用 NTP）。")
    return Check("clock", title, Mark.OK, "与企业微信相差不到一分钟。")


async def wecom(config: Config, settings: ApiSettings) -> list[Check]:
    """Skipped while a key that it needs is missing or misshapen."""
    faults = {
        key: fault for key, fault in config.wecom.faults().items() if key not in ("token", "encoding_aes_key")
    }
    if faults:
        said = "、".join(f"wecom.{key} {fault}" for key, fault in faults.items())
        return [Check("wecom", _TITLE, Mark.FAILED, f"{said}，{_CONSOLE}。")]
    match await look_at_agent(settings):
        case AgentSeen() as seen:
            return _seen(seen)
        case AgentRefused() as refused:
            return [Check("wecom", _TITLE, Mark.FAILED, refusal(refused))]
        case Unreached(cause):
            said = f"连不上（{cause}）。请检查本机网络、network.proxy、network.ca_file 和 wecom.api_base。"
            return [Check("wecom", _TITLE, Mark.FAILED, said)]


def _seen(seen: AgentSeen) -> list[Check]:
    if seen.closed:
        said = f"应用“{seen.name}”已停用，请在企业微信管理后台启用它。"
        return [Check("wecom", _TITLE, Mark.FAILED, said)]
    found = [Check("wecom", _TITLE, Mark.OK, f"凭证有效，应用“{seen.name}”已启用。")]
    if not seen.reports_enter:
        said = "未开启“上报进入应用事件”，打开应用时不会自动应答；可在 应用管理 → 接收消息 中勾选。"
        found.append(Check("wecom.enter", "进入事件", Mark.REMARK, said))
    return found


def refusal(refused: AgentRefused) -> str:
    if refused.code == 60020:
        ours = f" {refused.address} " if refused.address else "（见企业微信后台提示）"
        return f"本机的出口地址{ours}不在应用的可信 IP 中（60020），请在 应用管理 → 企业可信IP 中添加。"
    known = _REFUSALS.get(refused.code, "企业微信拒绝了请求，请按错误码查企业微信的全局错误码说明。")
    return f"{known}（错误码 {refused.code}）"


def contacts(config: Config) -> Iterator[Check]:
    """Nothing while the contacts are not configured at all, or wholly."""
    name, title, faults = "wecom.contacts", "通讯录", key_faults(config.wecom)
    has_secret, has_keys = bool(config.wecom.contact_secret.strip()), bool(config.wecom.contact_token.strip())
    if faults:
        said = "、".join(f"wecom.{key} {fault}" for key, fault in faults.items())
        yield Check(name, title, Mark.FAILED, f"{said}；接收变动事件须两项都填，不接收则两项都留空。")
    elif has_keys and not has_secret:
        said = "接收变动事件，但 wecom.contact_secret 未填写，不能核对（xuefa staff sync），请补填。"
        yield Check(name, title, Mark.FAILED, said)
    elif has_secret and not has_keys:
        yield Check(name, title, Mark.OK, "可运行 xuefa staff sync 核对；未接收变动事件。")


async def own_server(server: Server) -> Check:
    """Whether the bot answers where it is configured to listen."""
    name, title = "callback.server", "本机服务"
    place = f"{server.host}:{server.port}"
    try:
        timeout = aiohttp.ClientTimeout(total=OWN_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(_health(server)) as response:
            healthy = response.status == 200 and (await response.text()).strip() == "ok"
    except aiohttp.ClientConnectorError:
        return Check(name, title, Mark.REMARK, f"{place} 没有运行，运行 xuefa serve 后再查。")
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        healthy = False
    if not healthy:
        said = f"{place} 有别的程序在应答，或没有按时应答。请换一个 server.port，或重新启动 xuefa serve。"
        return Check(name, title, Mark.FAILED, said)
    return Check(name, title, Mark.OK, f"{place} 正在运行。")


def _health(server: Server) -> str:
    host = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(server.host, server.host)  # noqa: S104
    return f"http://[{host}]:{server.port}/healthz" if ":" in host else f"http://{host}:{server.port}/healthz"
