"""The lines of `xuefa doctor`, and the checks that need nothing but the configuration."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.config import Config, clock_time, is_quiet
from handlers.jobs import off_the_congested
from training.calendar import CITY


class Mark(StrEnum):
    OK = "✓"
    FAILED = "✗"
    REMARK = "!"  # worth knowing, nothing to mend


@dataclass(frozen=True, slots=True)
class Check:
    """`name` is for scripts and does not change; `detail` says what was found and what to do. Never a secret."""

    name: str
    title: str
    mark: Mark
    detail: str

    @property
    def ok(self) -> bool:
        return self.mark is not Mark.FAILED

    def line(self) -> str:
        return f"{self.mark} {self.title}：{self.detail}"


_KEY_HELP: Final = "请到企业微信管理后台 → 应用管理 → 自建应用 → 接收消息 复制后填入 config.toml"


def callback_keys(config: Config) -> Iterator[Check]:
    """Token: up to 32 letters and digits; EncodingAESKey: 43 of them, which are 32 bytes."""
    token, faults = config.wecom.token, config.wecom.faults()
    shaped = token.isascii() and token.isalnum() and len(token) <= 32
    if shaped and "token" not in faults:
        yield Check("callback.token", "回调 Token", Mark.OK, "形状正确。")
    else:
        what = faults.get("token", "应为 32 位以内的字母和数字")
        yield Check("callback.token", "回调 Token", Mark.FAILED, f"{what}，{_KEY_HELP}。")
    fault = faults.get("encoding_aes_key")
    mark, said = (Mark.FAILED, f"{fault}，{_KEY_HELP}。") if fault else (Mark.OK, "43 位，解出 32 字节。")
    yield Check("callback.aes_key", "回调 EncodingAESKey", mark, said)


def public_url(config: Config) -> Check:
    url, title = config.server.public_url.strip(), "对外网址"
    if not url:
        said = "未填 server.public_url。收发消息不需要它；企业微信后台的接收消息 URL 应指向 网址/wecom/callback。"
        return Check("callback.public_url", title, Mark.REMARK, said)
    if not url.startswith(("https://", "http://")):
        return Check("callback.public_url", title, Mark.FAILED, "server.public_url 应以 https:// 开头，请改正。")
    said = f"接收消息 URL 应为 {url.rstrip('/')}/wecom/callback。"
    return Check("callback.public_url", title, Mark.OK, said)


def compliance(config: Config) -> Iterator[Check]:
    rules = config.compliance
    if rules.on_trial:
        said = "compliance.filing_no 为空，各处标明“试运行·自愿使用”，不点名、不催促。取得备案号后填入。"
        yield Check("compliance.filing", "备案", Mark.REMARK, said)
    else:
        yield Check("compliance.filing", "备案", Mark.OK, f"备案号 {rules.filing_no.strip()}。")
    said = (
        f"个人排行和积分：关；推送额度：每人每周 {rules.push_budget_per_week} 条；"
        f"免打扰：{config.schedule.quiet_hours} 和非工作日；学时只来自认定的学习，不统计在线时长。"
    )
    yield Check("compliance.rules", "减负规则", Mark.OK, said)


def schedule(config: Config, now: datetime) -> Iterator[Check]:
    """Mass sends keep two minutes away from :00 and :30, and belong outside the quiet hours."""
    for key, title in (("daily_at", "每日一题时间"), ("remind_at", "提醒时间")):
        text = getattr(config.schedule, key)
        hour, minute = clock_time(text) or (0, 0)
        at = now.astimezone(CITY).replace(hour=hour, minute=minute, second=0, microsecond=0)
        sent = off_the_congested(at)
        name = f"schedule.{key}"
        if is_quiet(config.schedule, at.time()):
            yield Check(
                name, title, Mark.REMARK, f"{text} 落在免打扰时段 {config.schedule.quiet_hours} 内，建议改到白天。"
            )
        elif sent != at:
            said = f"{text} 靠近整点或半点，平台拥堵，会推迟到 {sent:%H:%M} 发出，建议改为如 09:07。"
            yield Check(name, title, Mark.REMARK, said)
        else:
            yield Check(name, title, Mark.OK, f"工作日 {text}（含调休）。")


def _clock(text: str) -> tuple[int, int]:
    return clock_time(text) or (0, 0)
