"""The sum behind a person's hours, as text: five parts, from what is owed to what is missing."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final

from handlers.actions.explaining import Explained
from handlers.actions.owed_rows import OwedOff
from handlers.actions.year_sums import SumOff
from handlers.texts.words import FORMS, GROUPS, hours
from handlers.texts.years import closed_words
from storage.ledger import Line
from training.calendar import CITY
from training.hours import two_places
from training.requirements import MONTHS, MonthlyShare, Why
from training.summary_roll import category_words, span_words

_WHY: Final[Mapping[Why, str]] = {
    Why.WHOLE: "全月计",
    Why.HALVED: "减半",
    Why.NOT_IN_POST: "不在册，核减",
    Why.ON_LEAVE: "核减",
    Why.NOT_ASSESSED: "不纳入考核",
}
NO_CLASS: Final = "未注明"


def paragraphs(said: Explained) -> list[str]:
    """Line by line."""
    return [*_head(said), *_owed(said), *_recorded(said), *_counted(said), *_lines(said), _missing(said)]


def sums_off(off: SumOff) -> str:
    posted, kept = hours(off.posted), hours(off.kept)
    return (
        f"台账各条的校验码相符，但人员 {off.person} 的 {off.year} 年度合计被改动过："
        f"台账合计 {posted}，年度合计 {kept}。"
        "请从备份恢复，并查明原因。"
    )


def owed_off(off: OwedOff) -> str:
    owes, kept = hours(off.owed), hours(off.kept)
    return (
        f"台账各条的校验码和合计相符，但人员 {off.person} 的 {off.year} 年度应完成学时被改动过："
        f"按名册和规则应为 {owes}，现为 {kept}。"
        "请从备份恢复，并查明原因。"
    )


OWED_UNCHECKED: Final = "应完成学时未核对：规则有变动，机器人按新规则重算以后再校验。"


def _head(said: Explained) -> Iterator[str]:
    place = said.place
    yield f"【{place.name}（{place.number}）{said.year}年度学时】"
    yield f"单位：{said.unit or '未登记'}；人员类别：{category_words(place)}；状态：{place.status}"
    yield f"在册区间：{span_words(place.spans) or '本年度不在册'}"
    known_at = said.known_at.astimezone(CITY).strftime("%Y-%m-%d %H:%M:%S")
    yield f"统计截止日：{said.as_of.isoformat()}；数据截止时点：{known_at}"
    if said.closed is not None:
        yield f"{closed_words(said.closed)}。"


def _owed(said: Explained) -> Iterator[str]:
    yield f"一、应完成 {hours(said.figures.owed)} 学时（核减 {said.owes.reduced_months} 个月）"
    for month in said.owes.months:
        yield f"  {month.month:>2}月 {month_words(month)}"
    yield (f"  合计 {fraction_words(said.exact)}，向上取到 {said.step} 的倍数，为 {hours(said.figures.owed)}")


def month_words(month: MonthlyShare) -> str:
    """`工作人员 计 30 天 全月计 50÷12＝4.17`"""
    group = GROUPS[month.group] if month.group else "—"
    status = f"（{month.status}）" if month.status else ""
    return f"{group} 计 {month.days} 天 {_WHY[month.why]}{status} {share_words(month)}"


def share_words(month: MonthlyShare) -> str:
    if not month.share:
        return "0"
    halves = 2 if month.why is Why.HALVED else 1
    yearly = month.share * MONTHS * halves
    return f"{yearly}÷{MONTHS}{'÷2' if halves == 2 else ''}＝{two(month.share)}"


def fraction_words(exact: Fraction) -> str:
    """`125/3（41.67）`, or the number alone when it is whole."""
    return str(exact) if exact.denominator == 1 else f"{exact}（{two(exact)}）"


def two(exact: Fraction) -> str:
    """Half up, for reading; what is computed with is the fraction."""
    return hours(int(exact * 100 + Fraction(1, 2)))


def _recorded(said: Explained) -> Iterator[str]:
    yield f"二、已认定 {hours(said.figures.recorded)} 学时"
    yield f"  按学习形式：{_sums({FORMS.get(form, form): n for form, n in said.recorded.by_form.items()})}"
    yield f"  按内容类别：{_sums({name or NO_CLASS: n for name, n in said.recorded.by_class.items()})}"


def _sums(named: Mapping[str, int]) -> str:
    return "，".join(f"{name} {hours(amount)}" for name, amount in named.items()) or "无"


def _counted(said: Explained) -> Iterator[str]:
    yield f"三、计入 {hours(said.figures.counted)} 学时"
    yield f"  在线答题类 {hours(said.online.recorded)}，计入 {hours(said.online.counted)}：{online_why(said)}"
    others = said.figures.recorded - said.online.recorded
    yield f"  其他形式 {hours(others)}，全部计入"


def online_why(said: Explained) -> str:
    group = said.online
    if group.taken_out:
        return "按本市规定，在线答题类不计入考核学时"
    if group.limit is None:
        return "没有应完成学时，不设上限"
    limit = f"上限为应完成 {hours(said.figures.owed)} 的 {group.percent}%，即 {hours(group.limit)}"
    return f"{limit}，超出的 {hours(group.cut)} 只记录、不计入" if group.cut else f"未超过上限（{limit}）"


def _lines(said: Explained) -> Iterator[str]:
    yield f"四、明细 {len(said.lines)} 条"
    for line in said.lines:
        yield f"  {line_words(line, said.reversed_by)}"


def line_words(line: Line, reversed_by: Mapping[int, int]) -> str:
    """`第12条 2026-03-01 专题讲座 4.00 宪法讲座（已被第15条冲销）`"""
    entry = line.entry
    days = entry.starts_on.isoformat()
    if entry.ends_on != entry.starts_on:
        days += f"至{entry.ends_on.isoformat()}"
    words = f"第{line.seq}条 {days} {FORMS.get(entry.form, entry.form)} {two_places(entry.hours)} {entry.title}"
    if entry.reverses is not None:
        words += f"（冲销第{entry.reverses}条）"
    if line.seq in reversed_by:
        words += f"（已被第{reversed_by[line.seq]}条冲销）"
    return f"{words}；{entry.note}" if entry.note else words


def _missing(said: Explained) -> str:
    if not said.figures.owed:
        return "五、差额：没有应完成学时，不作要求。"
    sum_of = f"应完成 {hours(said.figures.owed)}－计入 {hours(said.figures.counted)}"
    if said.figures.missing:
        return f"五、差额：{sum_of}，还差 {hours(said.figures.missing)} 学时。"
    return f"五、差额：{sum_of}，已达标。"
