"""What is said about a 并档: what moves, what does not, and what to look at before it is confirmed."""

from collections.abc import Callable, Iterator
from typing import Final

from handlers.texts.words import FORMS
from training.batches import LeftBehind, Period, PersonMerge
from training.forms import Form
from training.merge_proposal import CAP, DAY, TWICE
from training.person_merge import CannotMergePerson, Why
from training.roster_columns import COLUMNS

Word = Callable[[str, str], str]  # field and value → as people read it
_WHY: Final = {TWICE: "该日每日一题已有记录", DAY: "超出每日上限", CAP: "超出年度上限"}
_SHOWN: Final = 20  # lines of one kind; more are named by their count


def title(merge: PersonMerge) -> str:
    return f"人员编号 {merge.person} 并入 {merge.into}"


def details(merge: PersonMerge, word: Word) -> Iterator[str]:
    yield (
        f"{merge.name}（{merge.person}）与{merge.into_name}（{merge.into}）为同一人，保留 {merge.into}；"
        f"{merge.person} 并档，不再计入任何统计。"
    )
    accounts = "、".join(merge.accounts)
    yield f"账号 {accounts} 改属 {merge.into}。" if accounts else "没有需要转移的账号。"
    if merge.lines or merge.left:
        yield f"学时：转记 {merge.lines} 条，合计 {merge.hours} 学时（原记录冲销，确认时按届时的台账办理）。"
    else:
        yield "没有需要转记的学时。"
    yield from _left(merge)
    if merge.closed:
        yield f"{'、'.join(map(str, merge.closed))}年度已关闭，该年度的记录列为补录。"
    yield from _to_look_at(merge, word)


def _left(merge: PersonMerge) -> Iterator[str]:
    for left in merge.left[:_SHOWN]:
        form = FORMS.get(left.form, left.form)
        yield f"不转记：第 {left.seq} 条 {left.day} {form} {left.hours} 学时，{why(left)}"
    if len(merge.left) > _SHOWN:
        yield f"……不转记的共 {len(merge.left)} 条，合计 {sum(left.hours for left in merge.left)} 学时。"


def why(left: LeftBehind) -> str:
    return "该题已有记录" if left.why == TWICE and left.form == Form.QUIZ else _WHY[left.why]


def _to_look_at(merge: PersonMerge, word: Word) -> Iterator[str]:
    pairs = "、".join(f"第 {one} 条与第 {other} 条" for one, other in merge.resembling[:_SHOWN])
    if pairs:
        more = f"等 {len(merge.resembling)} 处" if len(merge.resembling) > _SHOWN else ""
        yield f"请核对（同日同形式，疑似重复；确属重复的，并档后另行冲销）：{pairs}{more}"
    differs = "；".join(
        f"{COLUMNS[value.field][0]} {word(value.field, value.before)}／{word(value.field, value.value)}"
        for value in merge.differs
    )
    if differs:
        yield f"请核对（登记不一致，以 {merge.into} 为准）：{differs}"
    if merge.periods:
        periods = "；".join(map(_period, merge.periods))
        yield f"请核对（以下状态不转到 {merge.into}，如应保留请另行补登）：{periods}"


def _period(period: Period) -> str:
    until = f" 至 {period.ends}" if period.ends else " 起"
    return f"{period.status} {period.starts}{until}"


def refused(error: CannotMergePerson) -> str:
    match error.why:
        case Why.SAME:
            return f"两个人员编号都是 {error.number}，不需要并档。"
        case Why.UNKNOWN:
            return f"没有人员编号为 {error.number} 的人员，请核对（xuefa staff export 可导出名册）。"
        case Why.MERGED:
            became = f" {error.into}" if error.into else "其他编号"
            return f"人员编号 {error.number} 已并入{became}，请核对。"
