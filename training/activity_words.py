"""What is typed behind `活动`, `签到`, `签退`, `办结` and `取消活动`. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from training.activity_when_words import looks_like_when, single_day
from training.claim_when_words import minutes_from
from training.claim_word_errors import NoSuchTime

_NUMBER: Final = r"(?:第|编号|#)?\s*(?P<number>\d{1,9})\s*号?"
_COMMAND: Final = re.compile(rf"(?:{_NUMBER})?[\s:,，]*(?P<rest>.*)", re.DOTALL)
_CODE: Final = re.compile(r"(?:(?:活动)?\s*(?P<number>\d{1,9})[\s,]+)?(?P<code>\d{6}|\d{3}\s\d{3})")
_SPLIT: Final = re.compile(r"[\s、,，;；。]+")
_MOST_WORDS: Final = 500


class Order(StrEnum):
    LIST = "list"
    SHOW = "show"
    CODE = "code"
    CODE_OUT = "code_out"  # for 签退
    ROLL = "roll"
    PRESENT = "present"
    ABSENT = "absent"
    PUBLISH = "publish"


_ORDERS: Final = {
    **dict.fromkeys(("码", "签到码", "二维码", "签到"), Order.CODE),
    **dict.fromkeys(("签退码", "签退"), Order.CODE_OUT),
    **dict.fromkeys(("名单", "签到表", "签到情况"), Order.ROLL),
    **dict.fromkeys(("到场", "到", "补签", "实到"), Order.PRESENT),
    **dict.fromkeys(("缺席", "未到", "没到", "缺勤"), Order.ABSENT),
    **dict.fromkeys(("发布",), Order.PUBLISH),
    **dict.fromkeys(("列表", "全部"), Order.LIST),
}
_AS_PLANNED: Final = frozenset({"按计划", "按计划时长", "计划时长", "按计划时间", "确认"})
_REALLY: Final = ("实际时长", "实际", "实到", "时长", "用时")


@dataclass(frozen=True, slots=True)
class Command:
    """`number` 0: none was said. `day`: one session of several; `words`: names as typed."""

    order: Order
    number: int = 0
    day: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """`number` None: the code alone says which."""

    number: int | None
    code: str


@dataclass(frozen=True, slots=True)
class Concluding:
    """`minutes` of each session; None with `planned` for as planned, else only a look."""

    number: int
    minutes: tuple[int, ...] | None = None
    planned: bool = False


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def command_from(text: str) -> Command | None:
    """What `活动` is to do; None when it cannot be read."""
    found = _COMMAND.fullmatch(_plain(text))
    if found is None or len(text) > _MOST_WORDS:
        return None
    number, said = int(found["number"] or 0), found["rest"].strip()
    if not said:
        return Command(Order.SHOW, number) if number else Command(Order.LIST)
    word, behind = _order_in(said)
    if word is None:
        return None
    if not number:
        number, behind = _number_behind(behind)
    if word in (Order.PRESENT, Order.ABSENT):
        return _marking(word, number, behind)
    bare = word in (Order.CODE, Order.CODE_OUT, Order.LIST) or number
    return Command(word, number) if bare and not behind else None


def _order_in(said: str) -> tuple[Order | None, str]:
    """The longest word that begins it, and what stands behind."""
    word = max((one for one in _ORDERS if said.startswith(one)), key=len, default="")
    return (_ORDERS[word], said[len(word) :].strip(" :,，。")) if word else (None, "")


def _number_behind(said: str) -> tuple[int, str]:
    found = re.fullmatch(r"(\d{1,9})(?:\s+(.*))?", said, re.DOTALL)
    return (int(found[1]), (found[2] or "").strip()) if found else (0, said)


def _marking(order: Order, number: int, said: str) -> Command | None:
    words = [word for word in _SPLIT.split(said) if word]
    day = words.pop(0) if words and looks_like_when(words[0]) else ""
    return Command(order, number, day, tuple(dict.fromkeys(words))) if number and words else None


def day_meant(command: Command, now: datetime) -> date | None:
    """Raises: BadWhen."""
    return single_day(command.day, now) if command.day else None


def code_from(text: str) -> Code | None:
    """`483920`, `12 483920`, `483 920`."""
    found = _CODE.fullmatch(_plain(text).strip("。.!"))
    if found is None:
        return None
    return Code(int(found["number"]) if found["number"] else None, re.sub(r"\s", "", found["code"]))


def is_code(text: str) -> bool:
    """Six digits and nothing else."""
    return re.fullmatch(r"\d{6}", _plain(text)) is not None


def concluding_from(text: str) -> Concluding | None:
    """`12`, `12 按计划`, `12 实到 150分钟`, `12 实到 150 140` for two sessions; None when it cannot be read."""
    found = re.fullmatch(rf"(?:活动)?\s*{_NUMBER}(?!\d)[\s:,]*(?P<rest>.*)", _plain(text), re.DOTALL)
    if found is None:
        return None
    number, said = int(found["number"]), found["rest"].strip(" 。")
    if not said:
        return Concluding(number)
    if re.sub(r"\s", "", said) in _AS_PLANNED:
        return Concluding(number, planned=True)
    word = next((one for one in _REALLY if said.startswith(one)), "")
    lengths = [_minutes(one) for one in _SPLIT.split(said[len(word) :].lstrip(" :")) if one]
    minutes = tuple(one for one in lengths if one is not None)
    return Concluding(number, minutes) if minutes and len(minutes) == len(lengths) else None


def _minutes(word: str) -> int | None:
    """`150`, `150分钟`, `2.5小时`, `14:00-16:30`."""
    if word.isdigit() and len(word) <= 5:
        return int(word)
    try:
        return minutes_from(word)
    except NoSuchTime:
        return None


def number_and_words(text: str) -> tuple[int, str] | None:
    """`12 讲师临时有事`; the words, in their own spelling, may be empty."""
    found = re.fullmatch(rf"{_NUMBER}(?:[\s:,：，]+(?P<rest>.*))?", text.strip(), re.DOTALL)
    return (int(found["number"]), (found["rest"] or "").strip()) if found else None
