"""What the command line says of a broadcast that was ordered: whom it reaches, when it goes out, and the list."""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import Final

from handlers.actions.broadcast_audience import Reach
from handlers.actions.broadcast_reading import Ordered
from handlers.texts.broadcasts import whom
from handlers.texts.exam_rules import moment
from handlers.texts.quiz import until
from handlers.texts.words import WEEKDAYS, hours
from training.broadcast_names import KINDS, LEFT, STATES
from training.broadcasts import Broadcast, Every, Kind, Repeat, State, Until

NO_BROADCASTS: Final = "还没有群发。样例文件：xuefa broadcast example。"
SERVE: Final = "由运行中的 xuefa serve 发送；没有运行的，启动后发送。"
RECALL_INSTEAD: Final = "群发 {number} 已经发出，不能取消；要撤回请用 xuefa broadcast recall {number}。"
CANCEL_INSTEAD: Final = "群发 {number} 还没有发出；不再发送请用 xuefa broadcast cancel {number}。"
_TRIED: Final = "仅核对，没有发送，去掉 --dry-run 后发送。"
_WAITS: Final = "要求的时间在免打扰时段或非工作日，已顺延"
_NEAR: Final = timedelta(minutes=5)  # the congested minutes are over sooner
_SHIFTED: Final = "已避开整点、半点前后两分钟"


def ordered(found: Ordered, *, tried: bool) -> tuple[str, ...]:
    broadcast = found.broadcast
    head = _TRIED if tried else f"已安排群发 {broadcast.number}：{called(broadcast)}。"
    return (head, *_lines(found), *(() if tried else (SERVE,)))


def _lines(found: Ordered) -> Iterator[str]:
    broadcast, settings = found.broadcast, found.broadcast.settings
    yield f"发给：{whom(settings.audience, found.names, found.managed)}"
    yield f"人数：{reached(found.reach)}"
    yield f"发送：{_sending(found)}"
    if settings.kind is Kind.QUIZ:
        closes = f"每次发送{until_words(settings.until)}" if settings.repeat else _closing(broadcast)
        yield f"截止：{closes}"
        yield f"学时：{f'每题 {hours(settings.credit)}' if settings.credit else '不计'}"
        yield f"提醒：{_reminder(broadcast)}"
    if settings.urgent:
        yield "加急：不受免打扰时段、个人免打扰和每周推送额度限制，并记入审计日志"


def reached(found: Reach) -> str:
    """`1234 人；另有 56 人不发：已开免打扰 40，本周推送已满 16`."""
    said = f"{found.persons} 人"
    left = [(why, count) for why, count in found.left.items() if count]
    if not left:
        return said
    listed = "，".join(f"{LEFT[why]} {count}" for why, count in sorted(left, key=lambda one: -one[1]))
    return f"{said}；另有 {sum(count for _, count in left)} 人不发：{listed}"


def _sending(found: Ordered) -> str:
    repeat = found.broadcast.settings.repeat
    said = moment(found.send_at)
    if repeat is None and not found.by_clock and found.send_at == found.wanted:
        return "立即"
    if found.send_at != found.wanted:
        said += f"（{_SHIFTED if found.send_at - found.wanted < _NEAR else _WAITS}）"
    return said if repeat is None else f"{repeat_words(repeat)}，第一次 {said}"


def _closing(broadcast: Broadcast) -> str:
    return until(broadcast.closes_at) if broadcast.closes_at is not None else "—"


def _reminder(broadcast: Broadcast) -> str:
    if not broadcast.settings.remind:
        return "不提醒"
    if broadcast.settings.repeat is not None:
        return "每次截止前一次，只发给打开提醒的人"
    if broadcast.remind_at is None:
        return "答题时间太短或在免打扰时段，不会提醒"
    return f"{moment(broadcast.remind_at)}，只发给打开提醒的人"


def called(broadcast: Broadcast) -> str:
    """`答题《宪法宣传周》`."""
    title = broadcast.settings.title
    return KINDS[broadcast.settings.kind] + (f"《{title}》" if title else "")


def repeat_words(repeat: Repeat) -> str:
    """As it may be written: `每周一 09:07`, `每月最后一个工作日 09:07 至 2026-12-31`."""
    days = {
        Every.WORKING_DAY: "每个工作日",
        Every.WEEK: f"每周{WEEKDAYS[(repeat.day - 1) % 7]}",
        Every.MONTH: "每月最后一天" if repeat.day == 31 else f"每月{repeat.day}日",
        Every.FIRST_WORKING_DAY: "每月第一个工作日",
        Every.LAST_WORKING_DAY: "每月最后一个工作日",
    }[repeat.every]
    last = f" 至 {repeat.last.isoformat()}" if repeat.last else ""
    return f"{days} {repeat.hour:02}:{repeat.minute:02}{last}"


def until_words(until_: Until) -> str:
    """As it may be written: `当天 18:00`, `2天后 24:00`, or the moment."""
    if until_.at is not None:
        return moment(until_.at)
    day = f"{until_.days}天后" if until_.days else "当天"
    return f"{day} {until_.hour:02}:{until_.minute:02}"


def already(broadcast: Broadcast) -> str:
    at = broadcast.send_at or broadcast.created_at
    return (
        f"这份文件已作为群发 {broadcast.number} {called(broadcast)}"
        f"（{moment(at)}，{STATES[broadcast.state]}），没有重复发送；确要再发请加 --again。"
    )


def listed(found: Sequence[Broadcast], waiting: Collection[int] = ()) -> tuple[str, ...]:
    """`waiting`: the numbers of those of which some requests are not out yet."""
    return tuple(_line(one, one.number in waiting) for one in found) or (NO_BROADCASTS,)


def _line(broadcast: Broadcast, waits: bool) -> str:
    when = "创建" if broadcast.send_at is None else "下次发送" if broadcast.state is State.REPEATING else "发送"
    said = f"{broadcast.number} · {called(broadcast)} · {STATES[State.SENDING if waits else broadcast.state]}"
    return f"{said} · {when} {moment(broadcast.send_at or broadcast.created_at)}"


def cancelled(broadcast: Broadcast) -> str:
    return f"群发 {broadcast.number} 已取消，不再发送。"
