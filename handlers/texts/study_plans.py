"""What is said of the study plan and of the laws that leaders must know."""

from collections.abc import Iterator

from handlers.actions.study_plans import Brought, Coverage
from handlers.texts.words import FORMS, GROUPS
from training.people import Group
from training.study_plans import LawReach, LineDone


def brought(found: Brought, read: int, rejected: int) -> str:
    taken = f"新增 {found.added}，更新 {found.changed}，不变 {found.same}，移出 {found.removed}"
    return f"读到 {read} 行，拒收 {rejected}；{taken}。"


def coverage(found: Coverage) -> Iterator[str]:
    if not found.lines and not found.laws:
        yield f"{found.year} 年度没有学习计划和应知应会清单，请先用 xuefa plan import 和 xuefa plan laws 导入。"
        return
    done = sum(bool(one.by) for one in found.lines)
    if found.lines:
        yield f"【{found.year} 年度学习计划】已完成 {done}/{len(found.lines)}"
    yield from (_line(one, found) for one in found.lines)
    if found.laws:
        met = sum(bool(one.activities or one.questions) for one in found.laws)
        yield f"【应知应会清单】{len(found.laws)} 部，有活动或试题的 {met} 部"
    yield from (_law(one) for one in found.laws)


def _line(one: LineDone, found: Coverage) -> str:
    line = one.line
    whose = f"（{found.units.get(line.unit, line.unit)}）" if line.unit else ""
    parts = [f"{line.month}月" if line.month else "全年", f"{line.title}{whose}"]
    parts += [FORMS.get(line.form, line.form)] if line.form else []
    parts += ["《" + "》《".join(line.laws) + "》"] if line.laws else []
    parts += [f"责任单位 {line.responsible}"] if line.responsible else []
    state = f"已完成（{'、'.join(one.by)}）" if one.by else "未完成"
    return f"  {line.number} {'，'.join(parts)}：{state}"


def _law(one: LawReach) -> str:
    whom = GROUPS[Group(one.law.group)] if one.law.group else "领导干部"
    note = f"（{one.law.note}）" if one.law.note else ""
    reached = f"{whom}答题或参加 {one.reached}/{one.persons} 人"
    return f"  《{one.law.law}》{note}：活动 {one.activities} 次，试题 {one.questions} 道，{reached}"
