"""What the audit log says of 群发, in words: states, and what was ordered."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from training.broadcasts import Audience, Kind, Settings, State, Who

_KINDS: Final[Mapping[str, str]] = {
    Kind.QUIZ: "答题",
    Kind.NOTICE: "通知",
    Kind.PICTURE: "图片",
    Kind.FILE: "文件",
    Kind.STATISTICS: "统计",
}
_STATES: Final[Mapping[str, str]] = {
    State.DRAFT: "草稿",
    State.PLANNED: "待发送",
    State.REPEATING: "定期发送",
    State.SENDING: "正在发送",
    State.OPEN: "已发出",
    State.CLOSED: "已结束",
    State.RECALLED: "已撤回",
    State.CANCELLED: "已取消",
    State.STOPPED: "已停止",
}
_WHY: Final[Mapping[str, str]] = {
    "rights": "发送人不再有权限",
    "closed": "已过截止时间",
    "questions": "没有可用的试题",
    "file": "文件不在了",
}
_WHO: Final[Mapping[Who, str]] = {
    Who.LEADER: "领导干部",
    Who.STAFF: "工作人员",
    Who.ENFORCEMENT: "行政执法人员",
    Who.OTHER: "其他人员",
}


def content(text: str) -> str:
    """A state, why it was stopped, or what was ordered; anything else as it stands."""
    if text.startswith("{"):
        return _ordered(text)
    state, _, why = text.partition(": ")
    said = _STATES.get(state) or _KINDS.get(state, state)
    return f"{said}：{_WHY.get(why, why)}" if why else said


def _ordered(text: str) -> str:
    try:
        settings = msgspec.json.decode(text, type=Settings)
    except msgspec.MsgspecError:
        return text
    return "；".join(_parts(settings))


def _parts(settings: Settings) -> Iterator[str]:
    yield _KINDS[settings.kind] + (f"《{settings.title}》" if settings.title else "")
    if settings.text:
        yield settings.text
    if settings.questions or settings.written or settings.draw:
        yield _questions(settings)
    if settings.file_name:
        yield f"文件 {settings.file_name}"
    yield _audience(settings.audience)
    if settings.credit:
        yield f"每题 {settings.credit / 100:.2f} 学时"
    if settings.urgent:
        yield "加急"


def _questions(settings: Settings) -> str:
    several = [*settings.questions]
    several += [f"抽 {settings.draw} 题"] if settings.draw else []
    several += [one.stem for one in settings.written]
    return "试题 " + "、".join(several)


def _audience(audience: Audience) -> str:
    below = "" if audience.below else "（不含下级）"
    named = [*(f"单位 {code}{below}" for code in audience.units), *(_WHO[one] for one in audience.groups)]
    named += [f"人员 {number}" for number in audience.persons]
    return "发给 " + ("、".join(named) or "范围内全部人员")
