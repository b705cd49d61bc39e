"""What is said about a batch of past hours: what limits will cut, and each line."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from handlers.texts.words import FORMS
from training.batches import PastHours
from training.past_lines import PastCut, PastLine, is_again

_SHOWN: Final = 60  # lines of one batch; a longer one is named by its count


def title(changes: PastHours) -> str:
    what = "补录" if changes.late else "导入"
    stated, posted = stated_hours(changes), changes.posted
    less = "" if posted is None or posted == stated else f" 学时，计入 {posted}"
    return f"{what}学时 {len(changes.lines)} 条，合计 {stated}{less}"


def details(changes: PastHours, *, remarked: bool = True) -> Iterator[str]:
    """Those to look at, because limits cut them or they are 疑似重复, stand first when not all are shown.

    `remarked`: each is followed by what there is to look at; not where the rows of the file are told with that.
    """
    lines, cut = changes.lines, {one.ref: one for one in changes.cuts}
    like = {one.ref: one.place for one in changes.doubles}
    if like:
        yield f"{len(like)} 条疑似重复（同一人日期重叠，且形式相同或内容相近），请逐条核对后再确认。"
    if cut:
        yield cut_in_all(changes)
    first = dict.fromkeys(cut, 1) | dict.fromkeys(like, 0)
    shown = lines if len(lines) <= _SHOWN else sorted(lines, key=lambda line: first.get(line.ref, 2))[:_SHOWN]
    yield from (_line(line, cut, like) if remarked else _line(line, {}, {}) for line in shown)
    if len(lines) > _SHOWN:
        yield f"……共 {len(lines)} 条，其余请用 xuefa batch list --json 查看。"


def cut_in_all(changes: PastHours) -> str:
    return (
        f"按提出时的台账，{len(changes.cuts)} 条不能全额入账，合计少计 {cut_hours(changes)} 学时，"
        f"预计入账 {stated_hours(changes) - cut_hours(changes)} 学时。"
    )


def stated_hours(changes: PastHours) -> Decimal:
    return _sum(changes.lines)


def cut_hours(changes: PastHours) -> Decimal:
    """What would not be posted of what the lines state."""
    cut = {one.ref: one.posted for one in changes.cuts}
    return _sum([line for line in changes.lines if line.ref in cut]) - sum(cut.values(), Decimal(0))


def _sum(lines: Sequence[PastLine]) -> Decimal:
    return sum((line.hours for line in lines), Decimal(0))


def _line(line: PastLine, cut: Mapping[str, PastCut], like: Mapping[str, str]) -> str:
    form = FORMS.get(line.form, line.form)
    remarks = [f"跨年，计入 {line.year} 年度"] if line.whole is not None else []
    if is_again(line):
        remarks.append("冲销后重新入账")
    if line.ref in like:
        remarks.append(f"与{like[line.ref]}疑似重复")
    if line.ref in cut:
        remarks.append(f"预计入账 {cut[line.ref].posted}：{cut[line.ref].note}")
    said = f"{line.name}（{line.person}）{line.starts} {form} {line.hours} 学时，{line.title}"
    return f"{said}（{'；'.join(remarks)}）" if remarks else said
