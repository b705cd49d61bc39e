"""What is said about 投诉建议."""

from collections.abc import Sequence
from typing import Final

from handlers.texts.words import day
from storage.feedback import Feedback
from training.calendar import day_of

HOW: Final = (
    "请把意见写在后面一起发送，如：投诉建议 每日一题的解析看不清。意见只送市司法局，不送被反映的单位，并会答复您。"
)
NONE_WAITING: Final = "没有待答复的投诉建议。"


def taken_down(number: int) -> str:
    return f"已收到您的意见，编号 {number}。市司法局会答复您，请留意消息。"


def to_city(number: int, text: str) -> str:
    return f"【投诉建议 {number}】\n{text}\n\n答复请发送：回复 {number} 您的答复"


def answered(number: int) -> str:
    return f"投诉建议 {number} 已答复并送达本人。"


def to_person(number: int, text: str) -> str:
    return f"【投诉建议 {number} 的答复】\n{text}"


def waiting(listed: Sequence[Feedback]) -> str:
    if not listed:
        return NONE_WAITING
    lines = [f"{one.number}（{day(day_of(one.sent_at))}）{one.text}" for one in listed]
    return "\n".join(("【待答复的投诉建议】", *lines, "答复请发送：回复 编号 您的答复"))
