"""What is said about hours: the card, what its buttons unfold, and the same as text."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from handlers.actions.hours import MyHours
from handlers.message import Button, Card
from handlers.texts.composition import why_less
from handlers.texts.words import CATEGORIES, FORMS, GROUPS, day, hours
from storage.ledger import Line
from training.forms import Form
from training.people import Group
from training.requirements import MonthlyShare, Owed, Why

TAP: Final = "hours"
LINES_KEY: Final = "lines"
GAP_KEY: Final = "gap"
PARTS_KEY: Final = "parts"
BODY_CHARACTERS: Final = 160
_BUTTONS: Final = (("明细", LINES_KEY), ("差额", GAP_KEY), ("构成", PARTS_KEY))
_LINES_ON_CARD: Final = 8
_SHORT: Final[dict[str, str]] = {Form.EXAM: "知识考试"}  # a row's name on a card has at most 5 characters


def card(mine: MyHours, body: str = "") -> Card:
    """The button card; `body` is what one of its buttons unfolded."""
    return Card(
        title=f"我的学时 · {mine.year}年度",
        desc=f"{mine.person.name} · {group(mine)} · 截至{day(mine.day)}",
        body=body or f"{pace(mine)}\n学时以外的要求请看“我的要求”。",
        rows=rows(mine),
        buttons=tuple(Button(label, f"{TAP}:{key}") for label, key in _BUTTONS),
    )


def text(mine: MyHours) -> str:
    lines = [f"{name}：{value}" for name, value in rows(mine)]
    more = "回复“学时明细”“学时差额”“学时构成”查看详情，“我的要求”看学时以外的要求。"
    return "\n".join((f"【我的学时 · {mine.year}年度】", *lines, pace(mine), more))


def group(mine: MyHours) -> str:
    return GROUPS[mine.person.group] if mine.person.group else CATEGORIES[mine.person.category]


def rows(mine: MyHours) -> tuple[tuple[str, str], ...]:
    """At most six, as a card holds."""
    counted = (
        f"{hours(mine.counted)} / {hours(mine.owed)}" if mine.owed else f"{hours(mine.counted)}（不作考核要求）"
    )
    found = [("计入学时", counted)]
    if mine.standing.recorded != mine.counted:
        found.append(("已认定", hours(mine.standing.recorded)))
    if mine.owed:
        found.append(("还差", hours(mine.missing) if mine.missing else "已达标"))
    forms = sorted(mine.standing.by_form.items(), key=lambda form: -form[1])
    found += [(_SHORT.get(form, FORMS.get(form, form)), hours(amount)) for form, amount in forms if amount]
    return tuple(found[:6])


def pace(mine: MyHours) -> str:
    """Where today's pace leads, and what a week it takes."""
    if not mine.owed or mine.forecast is None or mine.weekly is None:
        return "您不在考核范围内，学时照常记录。"
    if not mine.missing:
        return "今年的学时要求已经完成。"
    ahead = f"按目前进度，年底约 {hours(min(mine.forecast, 99_999))} 学时。"
    return f"{ahead}到 12 月 31 日每周还需约 {hours(mine.weekly)} 学时。"


def lines_on_card(lines: Sequence[Line]) -> str:
    """The latest lines, as many as the card holds, and how many there are."""
    if not lines:
        return "今年还没有学时记录。"
    shown: list[str] = []
    for line in lines[:_LINES_ON_CARD]:
        one = f"{line.entry.starts_on:%m-%d} {_form(line)} {line.entry.hours:+.2f}"
        if sum(len(s) + 1 for s in shown) + len(one) + 30 > BODY_CHARACTERS:
            break
        shown.append(one)
    rest = (
        f"以上为最近 {len(shown)} 条，共 {len(lines)} 条。" if len(lines) > len(shown) else f"共 {len(lines)} 条。"
    )
    return "\n".join((*shown, rest))


def all_lines(lines: Sequence[Line]) -> str:
    if not lines:
        return "今年还没有学时记录。"
    listed = [f"{n.seq} {n.entry.starts_on:%m-%d} {_form(n)} {n.entry.hours:+.2f}" for n in lines]
    return "\n".join(("【学时明细】编号 日期 形式 学时", *listed))


def _form(line: Line) -> str:
    return FORMS.get(line.entry.form, line.entry.form) + ("（冲销）" if line.entry.reverses else "")


def gap(mine: MyHours, owes: Owed) -> str:
    """How what is owed was computed, what is missing, and why less counts than is recorded."""
    less = f"\n{why_less(mine.online)}" if mine.online.cut else ""
    if not mine.owed:
        return f"您不在考核范围内，没有学时要求。{less}"
    short = f"已计入 {hours(mine.counted)}，" + (
        f"还差 {hours(mine.missing)} 学时。" if mine.missing else "已达标。"
    )
    return f"应完成 {hours(mine.owed)} 学时：{_months(owes.months)}。\n{short}{less}"


def _months(months: Sequence[MonthlyShare]) -> str:
    parts = []
    for (group, why), run in groupby(months, key=lambda m: (m.group, m.why)):
        listed = list(run)
        first, last = listed[0].month, listed[-1].month
        span = f"{first}月" if first == last else f"{first}—{last}月"
        parts.append(f"{span}{_share(group, why)}")
    return "，".join(parts)


def _share(group: Group | None, why: Why) -> str:
    match why:
        case Why.WHOLE:
            return f"按{GROUPS[group]}" if group else "不计"
        case Why.HALVED:
            return f"按{GROUPS[group]}减半" if group else "不计"
        case Why.ON_LEAVE:
            return "核减"
        case Why.NOT_IN_POST:
            return "不在册"
        case Why.NOT_ASSESSED:
            return "不考核"
