"""A broadcast that waits for its time, or repeats: what, to whom, when, and how to stop it."""

from collections.abc import Iterator

from handlers.actions.broadcast_outline import Outline
from handlers.texts.broadcast_orders import repeat_words, until_words
from handlers.texts.broadcasts import about, moment, state, whom
from handlers.texts.words import hours
from training.broadcasts import Broadcast, Kind


def outlined(found: Outline) -> str:
    return "\n".join(_outlined(found))


def _outlined(found: Outline) -> Iterator[str]:
    one, settings = found.broadcast, found.broadcast.settings
    repeats, at = settings.repeat, moment(one.send_at) if one.send_at else ""
    yield f"【群发 {one.number}】{about(settings)}：{state(one)}"
    yield f"发给：{whom(settings.audience, found.names, found.managed)}"
    yield f"发送：{f'{repeat_words(repeats)}，下一次 {at}' if repeats else at}"
    if settings.kind is Kind.QUIZ:
        yield f"截止：{f'每次发出{until_words(settings.until)}' if repeats else _closing(one)}"
        yield f"学时：{f'每答一题 {hours(settings.credit)}' if settings.credit else '不计'}"
    if repeats:
        yield "每次发送各有编号和结果，回复“群发 列表”查看。"
    yield f"不再发送请回复“群发 取消 {one.number}”。"


def _closing(one: Broadcast) -> str:
    return moment(one.closes_at) if one.closes_at else "—"
