"""What the audit log says of 群发, in words: states, and what was ordered."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from training.broadcast_names import KINDS, STATES, WHO
from training.broadcasts import Audience, Settings

# As the log has them: plain texts, which may be anything.
_KIND_WORDS: Final = {str(kind): words for kind, words in KINDS.items()}
_STATE_WORDS: Final = {str(state): words for state, words in STATES.items()}
_WHY: Final[Mapping[str, str]] = {
    "rights": "发送人不再有权限",
    "closed": "已过截止时间",
    "questions": "没有可用的试题",
    "file": "文件不在了",
}


def content(text: str) -> str:
    """A state, why it was stopped, or what was ordered; anything else as it stands."""
    if text.startswith("{"):
        return _ordered(text)
    state, _, why = text.partition(": ")
    said = _STATE_WORDS.get(state) or _KIND_WORDS.get(state, state)
    return f"{said}：{_WHY.get(why, why)}" if why else said


def _ordered(text: str) -> str:
    try:
        settings = msgspec.json.decode(text, type=Settings)
    except msgspec.MsgspecError:
        return text
    return "；".join(_parts(settings))


def _parts(settings: Settings) -> Iterator[str]:
    yield KINDS[settings.kind] + (f"《{settings.title}》" if settings.title else "")
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
    named = [*(f"单位 {code}{below}" for code in audience.units), *(WHO[one] for one in audience.groups)]
    named += [f"人员 {number}" for number in audience.persons]
    return "发给 " + ("、".join(named) or "范围内全部人员")
