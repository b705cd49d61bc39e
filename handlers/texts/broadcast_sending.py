"""What is sent in a 群发, and what its sender is told when it cannot go out.

WeCom drops what has the bytes of another request, so that every text carries the number of its broadcast; files
come behind such a text, and cards differ by themselves.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from handlers.actions.broadcast_starting import Stopped
from handlers.actions.broadcast_statistics import Figures
from handlers.message import Content, File, Text
from handlers.texts import quiz
from handlers.texts.quiz import until
from handlers.texts.words import hours
from storage.broadcasts import Numbered
from training.broadcasts import Asked, Broadcast, Kind

_HEADS: Final[Mapping[Kind, str]] = {
    Kind.NOTICE: "通知",
    Kind.STATISTICS: "统计",
    Kind.QUIZ: "答题",
    Kind.PICTURE: "群发",
    Kind.FILE: "群发",
}
_WHY: Final[Mapping[Stopped, str]] = {
    Stopped.RIGHTS: "您现在没有群发的权限，或不再管辖原定范围内的单位",
    Stopped.CREDIT: "单位管理员自编的题目不能计学时，而您现在不是市级管理员",
    Stopped.LATE: "系统曾停止运行，轮到发送时已比原定时间晚了一天以上",
    Stopped.CLOSED: "轮到发送时已过截止时间",
    Stopped.QUESTIONS: "原定的题目已停用、删除，或正在考试中使用",
    Stopped.FILE: "要发的文件已不在系统中",
}


def heading(broadcast: Broadcast) -> str:
    """`【通知 12】标题`"""
    return f"【{_HEADS[broadcast.settings.kind]} {broadcast.number}】{broadcast.settings.title}"


def messages(
    broadcast: Broadcast, frozen: Sequence[Numbered], file: File | None, *, trial: bool, text_only: bool = False
) -> tuple[Content, ...]:
    """In order; of a quiz the first question, behind its introduction if there is one."""
    settings = broadcast.settings
    words = "\n".join(filter(None, (heading(broadcast), settings.text.strip())))
    if settings.kind is not Kind.QUIZ:
        return (Text(words), file) if file is not None else (Text(words),)
    introduction = (Text(words),) if settings.text.strip() else ()
    return introduction + quiz.messages(first(broadcast, frozen), trial=trial, text_only=text_only)


def first(broadcast: Broadcast, frozen: Sequence[Numbered]) -> Asked:
    """Raises: ValueError for one that has no end."""
    if broadcast.closes_at is None:
        raise ValueError(f"quiz {broadcast.number} never closes")
    settings, (_, _, question) = broadcast.settings, frozen[0]
    return Asked(broadcast.number, 0, len(frozen), settings.title, broadcast.closes_at, question, settings.credit)


def figures(found: Figures) -> str:
    """Counts only, never a name."""
    asked = f"{found.year} 年度学法情况（截至{until(found.at)}，共 {found.persons} 人）"
    if not found.owing:
        return f"{asked}\n其中没有需要完成学时的人员。"
    rate = f"{found.reached * 1000 // found.owing / 10:.1f}%"
    return "\n".join(
        (
            asked,
            f"应完成学时：{found.owing} 人，已完成 {found.reached} 人，完成率 {rate}",
            f"人均计入学时：{hours(found.counted // found.owing)}",
            f"每日一题：今天已答 {found.today} 人，本周答过 {found.this_week} 人",
        )
    )


def stopped(broadcast: Broadcast, why: Stopped) -> Text:
    """To whom it was ordered by."""
    repeats = "，以后也不再发送" if broadcast.settings.repeat is not None else ""
    return Text(
        f"【群发 {broadcast.number}】没有发出{repeats}：{_WHY[why]}。需要时请重新群发；如有疑问，请联系市级管理员。"
    )


def nobody(broadcast: Broadcast) -> Text:
    """To whom it was ordered by: its audience was empty when it came to be sent."""
    number = broadcast.number
    return Text(
        f"【群发 {number}】到了发送时间，但发送范围内没有可以接收的人员，因此没有发出。"
        f"回复“群发 {number}”可查看未发原因；需要时请调整范围后重新群发。"
    )
