"""The figures of a broadcast in words: while it runs, when it closes, and when it is taken back.

Counts only, nobody is named. Moments are in Beijing time. What goes to many begins with the number, so that no two
texts are alike.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from handlers.actions.broadcast_recall import Recalled
from handlers.actions.broadcast_results import FEWEST_FOR_RATE, Results, UnitFigures
from handlers.message import Button, Card
from handlers.texts.exam_rules import moment
from handlers.texts.quiz import named, until
from storage.broadcast_results import Fate
from storage.outbox import State as Sending
from training.broadcast_names import KINDS, LEFT, STATES
from training.broadcasts import Broadcast, Kind, State
from training.exam_results import Rate

TAP: Final = "bc"
MOST_UNITS: Final = 15
NOTHING_TO_RESEND: Final = "群发 {number} 没有结果不明或未能发出的消息，不用补发。"
_TITLE_SHOWN: Final = 40
_SENDING: Final[Mapping[Fate, str]] = {
    Fate.QUEUED: "待发",
    Fate.AGAIN: "等待补发",
    Fate.SENDING: "发送中",
    Fate.REFUSED: "被拒收",
    Fate.UNSENT: "未能发出",
    Fate.AGAIN_UNSENT: "补发未能发出",
    Fate.EXPIRED: "截止前未发出",
    Fate.UNKNOWN: "结果不明",
    Fate.GIVEN_UP: "结果不明且不再重发",
    Fate.WITHDRAWN: "未发已撤下",
}


def overview(results: Results, most_units: int = MOST_UNITS) -> str:
    """For chat, and to the sender when it closes: units by name, at most so many, the rest in one line."""
    return "\n".join(_lines(results, most_units))


def _lines(results: Results, most_units: int) -> Iterator[str]:
    yield f"{head(results.broadcast)}：{_state(results.broadcast)}"
    yield from _times(results.broadcast)
    if not results.audience:
        return
    yield f"发送对象 {results.audience} 人，送达 {results.delivered} 人" + _listed(_others(results))
    if results.left:
        yield "未发 " + "，".join(f"{LEFT[why]} {count}" for why, count in sorted(results.left.items()))
    yield from _warnings(results)
    if results.items:
        yield from _answers(results)
    yield from _units(results, most_units)


def head(broadcast: Broadcast) -> str:
    """`【群发 12】安全生产答题`; what has no title is called by its kind."""
    return f"【群发 {broadcast.number}】{_title(broadcast)}"


def _title(broadcast: Broadcast) -> str:
    title = broadcast.settings.title or KINDS[broadcast.settings.kind]
    return title if len(title) <= _TITLE_SHOWN else f"{title[: _TITLE_SHOWN - 1]}…"


def _state(broadcast: Broadcast) -> str:
    if broadcast.settings.kind is Kind.QUIZ and broadcast.state is State.OPEN:
        return "答题中"
    return STATES[broadcast.state]


def _times(broadcast: Broadcast) -> Iterator[str]:
    if broadcast.send_at is None:
        return
    said = f"发送 {moment(broadcast.send_at)}"
    if broadcast.settings.kind is Kind.QUIZ and broadcast.closes_at is not None:
        said += f"，截止 {until(broadcast.closes_at)}"
    yield said


def _others(results: Results) -> list[str]:
    """Who is written to and did not get it, by why."""
    said = [f"{word} {results.sending[state]}" for state, word in _SENDING.items() if results.sending.get(state)]
    return said + ([f"账号无效或无许可 {results.not_reached}"] if results.not_reached else [])


def _listed(said: list[str]) -> str:
    return "，" + "，".join(said) if said else ""


def _warnings(results: Results) -> Iterator[str]:
    if results.recalls:
        yield _recalls(results.recalls)
    if results.without_receipt:
        yield _without_receipt(results)
    if results.maybe_twice:
        yield f"可能收到两次 {results.maybe_twice} 人"
    if results.broadcast.state in (State.SENDING, State.OPEN, State.CLOSED):
        yield from _undecided(results, results.broadcast)


def _without_receipt(results: Results) -> str:
    if results.broadcast.state is State.RECALLED:
        return f"{results.without_receipt} 人的消息已发出，但没有取回企业微信的回执，无法撤回，其账号是否有效不明"
    return f"送达中有 {results.without_receipt} 人没有取回企业微信的回执，其账号是否有效不明"


def _undecided(results: Results, broadcast: Broadcast) -> Iterator[str]:
    """What a person can decide. A quiz that is closed is sent to nobody any more."""
    number, unknown = broadcast.number, results.sending.get(Fate.UNKNOWN, 0)
    unsent, failed = results.sending.get(Fate.UNSENT, 0), results.sending.get(Fate.AGAIN_UNSENT, 0)
    over = broadcast.settings.kind is Kind.QUIZ and broadcast.state is State.CLOSED
    again = "答题已截止，不能补发，结案" if over else f"要再发一次请回复“群发 补发 {number}”，不再发"
    if unknown:
        yield f"结果不明的 {unknown} 人可能已收到，也可能没有收到。{again}请回复“群发 放弃 {number}”。"
    if unsent and not over:
        yield f"未能发出的 {unsent} 人肯定没有收到，要再发请回复“群发 补发 {number}”。"
    if failed:
        ask = "" if over else f"，要再发请回复“群发 补发 {number}”"
        yield f"补发未能发出的 {failed} 人可能已收到第一次发的，也可能没有收到{ask}。"


def ask_resend(results: Results) -> str:
    """Before it is done."""
    number = results.broadcast.number
    unknown, unsent = results.sending.get(Fate.UNKNOWN, 0), results.sending.get(Fate.UNSENT, 0)
    failed = results.sending.get(Fate.AGAIN_UNSENT, 0)
    if unknown or failed:
        also = f"未能发出的 {unsent} 人也会一起再发。" if unsent else ""
        drop = f"；不再发，请回复“群发 放弃 {number}”" if unknown else ""
        return (
            f"群发 {number} 中结果不明的 {unknown + failed} 人可能已经收到，再发一次，有的人可能看到两次。{also}"
            f"仍要再发，请回复“群发 补发 {number} 确认”{drop}。"
        )
    if unsent:
        return f"群发 {number} 有 {unsent} 人未能发出，再发不会看到两次。请回复“群发 补发 {number} 确认”。"
    return NOTHING_TO_RESEND.format(number=number)


def _recalls(recalls: Mapping[Sending, int]) -> str:
    done = recalls.get(Sending.SENT, 0)
    failed = recalls.get(Sending.REFUSED, 0) + recalls.get(Sending.UNKNOWN, 0)
    counts = (("成功", done), ("未成", failed), ("进行中", sum(recalls.values()) - done - failed))
    return "撤回（每批至多 1000 人）：" + "，".join(f"{word} {count} 批" for word, count in counts if count)


def _answers(results: Results) -> Iterator[str]:
    everything = f"，答完全部 {results.complete} 人" if len(results.items) > 1 else ""
    yield f"参与 {_rate(Rate(results.answered, results.persons))}{everything}"
    if results.right is not None and results.right.of:
        yield f"正确率 {_rate(results.right)}"
    if len(results.items) > 1:
        for one in results.items:
            told = one.item in results.told
            right = f"，答对 {_rate(Rate(one.right, one.answered))}" if told else ""
            yield f"第 {one.item + 1} 题：作答 {one.answered}{right}"


def _rate(rate: Rate) -> str:
    """`9/12（75.00%）`."""
    percent = rate.percent
    return f"{rate.count}/{rate.of}" + ("" if percent is None else f"（{percent}%）")


def _units(results: Results, most: int) -> Iterator[str]:
    units = results.units
    if len(units) < 2:
        return
    yield f"按单位（参与不足 {FEWEST_FOR_RATE} 人的一般不列正确率）：" if results.items else "按单位："
    shown = units if len(units) <= most else units[: most - 1]
    for unit in shown:
        yield _unit(unit, unit.path, quiz=bool(results.items))
    rest = units[len(shown) :]
    if rest:
        yield _unit(_together(rest), f"其余 {len(rest)} 个单位", quiz=bool(results.items))


def _unit(unit: UnitFigures, name: str, *, quiz: bool) -> str:
    said = f"{name}：发送 {unit.persons}，送达 {unit.delivered}"
    if quiz:
        said += f"，参与 {unit.answered}"
    return said if unit.right is None else f"{said}，正确率 {unit.right.percent}%"


def _together(units: tuple[UnitFigures, ...]) -> UnitFigures:
    """Without a rate: those of small units could be found by subtraction."""
    return UnitFigures(
        "",
        sum(unit.persons for unit in units),
        sum(unit.delivered for unit in units),
        sum(unit.answered for unit in units),
        None,
    )


def card(results: Results, seen_at: datetime | None = None) -> Card:
    """The same in short, to be looked at again. `seen_at`: when it was asked for."""
    broadcast, quiz = results.broadcast, bool(results.items)
    rows = [("发送对象", f"{results.audience} 人"), ("送达", f"{results.delivered} 人")]
    if quiz:
        rows.append(("参与", _rate(Rate(results.answered, results.persons))))
        if results.right is not None:
            rows.append(("正确率", _rate(results.right)))
        if broadcast.closes_at is not None:
            rows.append(("截止", until(broadcast.closes_at)))
    if seen_at is not None:
        rows.append(("更新时间", moment(seen_at)))
    return Card(
        title=f"群发 {broadcast.number} 结果",
        desc=_title(broadcast),
        body=_body(results),
        rows=tuple(rows),
        buttons=(Button("刷新", f"{TAP}:{broadcast.number}:refresh"),),
    )


def _body(results: Results) -> str:
    left = sum(results.left.values())
    said = [_state(results.broadcast), *_others(results)]
    said += [f"未发 {left}"] if left else []
    said += [f"无回执 {results.without_receipt}"] if results.without_receipt else []
    return "，".join(said + ([f"可能收到两次 {results.maybe_twice}"] if results.maybe_twice else []))


def closed_to_all(results: Results) -> str:
    """To everybody who was written to: totals only."""
    said = f"{head(results.broadcast)}：答题已截止，共 {results.answered} 人参与"
    if results.right is not None and results.right.percent is not None:
        said += f"，正确率 {results.right.percent}%"
    return f"{said}。感谢参与！不想再收到通知，请回复“免打扰”。"


def reminder(broadcast: Broadcast) -> str:
    """To those who asked to be reminded and have answered nothing."""
    title = f"《{_title(broadcast)}》" if broadcast.settings.title else ""
    when = f"，{until(broadcast.closes_at)} 截止" if broadcast.closes_at is not None else ""
    return (
        f"【提醒】{named(broadcast.number, 0, 1)}{title}您还没有作答{when}。"
        "回复“群发答题”即可作答；不想再收到提醒，请回复“免打扰”。"
    )


def recalled(number: int, done: Recalled) -> str:
    """To whoever took it back."""
    said = [f"群发 {number} 已撤回，不再发送，也不能再作答。"]
    if done.withdrawn:
        said.append(f"还没有发出的 {done.withdrawn} 人不再发送。")
    if done.recalled:
        said.append(f"已发出的 {done.recalled} 人正在撤回，撤回只在企业微信中有效，已看到的内容无法收回。")
    if done.too_late:
        said.append(f"发出超过 24 小时的 {done.too_late} 人不能撤回。")
    if done.without_receipt:
        said.append(f"已发出但没有取回企业微信回执的 {done.without_receipt} 人无法撤回。")
    if done.unknown:
        said.append(f"结果不明的 {done.unknown} 人无法撤回。")
    return "".join(said)


def resent(number: int, requests: int) -> str:
    if not requests:
        return NOTHING_TO_RESEND.format(number=number)
    return (
        f"群发 {number} 有 {requests} 条消息将再发一次，不紧急的不在免打扰时段发送。"
        "其中结果不明的，有的人可能收到两次，人数会计入结果。"
    )


def given_up(number: int, requests: int) -> str:
    if not requests:
        return f"群发 {number} 没有结果不明的消息。"
    return f"群发 {number} 中结果不明的 {requests} 条消息不再重发，已记录。"
