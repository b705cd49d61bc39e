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
    return f"{what}学时 {len(changes.lines)} 条，合计 {stated_hours(changes)}"


def details(changes: PastHours) -> Iterator[str]:
    """Those that limits cut stand before the others when not all are shown."""
    lines, cut = changes.lines, {one.ref: one for one in changes.cuts}
    if cut:
        yield cut_in_all(changes)
    shown = lines if len(lines) <= _SHOWN else sorted(lines, key=lambda line: line.ref not in cut)[:_SHOWN]
    yield from (_line(line, cut) for line in shown)
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


def _line(line: PastLine, cut: Mapping[str, PastCut]) -> str:
    form = FORMS.get(line.form, line.form)
    remarks = [f"跨年，计入 {line.year} 年度"] if line.whole is not None else []
    if is_again(line):
        remarks.append("冲销后重新入账")
    if line.ref in cut:
        remarks.append(f"预计入账 {cut[line.ref].posted}：{cut[line.ref].note}")
    said = f"{line.name}（{line.person}）{line.starts} {form} {line.hours} 学时，{line.title}"
    return f"{said}（{'；'.join(remarks)}）" if remarks else said
