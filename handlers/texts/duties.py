"""What is said of duties: the heading of a row, one line for each who owes it, and what the files leave open."""

from collections.abc import Iterator, Mapping
from typing import Final

from handlers.actions.duties import Listing
from training.duties import Duty, Measure, Origin, Owes, Period, State, Subject
from training.duty_facts import Progress
from training.duty_gaps import Gap, Why
from training.rule_document import plain as plain

ORIGINS: Final[Mapping[Origin, str]] = {Origin.NOTICE: "通知", Origin.LAW: "法律", Origin.CITY: "本市"}
_PERIODS: Final[Mapping[Period, str]] = {
    Period.YEAR: "每年",
    Period.TWO_YEARS: "每两年",
    Period.TERM: "任期内",
    Period.STANDING: "长期",
}
_UNITS_OF_MEASURE: Final[Mapping[Measure, str]] = {
    Measure.HOURS: "学时",
    Measure.TIMES: "次",
    Measure.HEADCOUNT: "名",
}
_MOST_DAYS: Final = 3
_STATES: Final[Mapping[State, str]] = {
    State.MET: "已具备",
    State.LACKING: "未登记",
    State.UNDATED: "未登记有效期",
    State.EXPIRING: "即将到期",
    State.EXPIRED: "已过期",
}
_GAPS: Final[Mapping[Why, str]] = {
    Why.UNREAD: "班子职务“{said}”无法识别，请改填主要负责人、副职或班子成员",
    Why.NO_NATURE: "填有班子职务，但所在单位没有填单位性质，请补填",
    Why.NO_HEAD: "名册中没有主要负责人，请核对班子职务",
}


def lines(listing: Listing) -> Iterator[str]:
    """The whole list; rows of the table that nobody owes stay out."""
    yield f"{listing.year} 年度履职要求（截至 {listing.as_of}，按名册和单位表）："
    for duty, owed in listing.owed:
        if owed:
            yield ""
            yield from _of_duty(duty, owed, listing)
    if listing.gaps:
        yield ""
        yield "以下情况影响履职清单，请核对名册和单位表："
        yield from (f"  {_gap(gap, listing)}" for gap in listing.gaps)


def _of_duty(duty: Duty, owed: tuple[Owes, ...], listing: Listing) -> Iterator[str]:
    held = sum(not owes.waived for owes in owed)
    counted = f"{held} {'人' if duty.subject is Subject.PERSON else '个单位'}"
    waived = f"，另免除 {len(owed) - held}" if held < len(owed) else ""
    yield f"【{duty.name}】{quota(duty)}：{counted}{waived}{_met(duty, owed, listing)}"
    basis = f"；{duty.basis}" if duty.basis else ""
    yield f"  原文：“{duty.words}”（任务 {duty.task}，{ORIGINS[duty.origin]}{basis}）"
    yield from (f"  {_line(owes, listing)}" for owes in owed)


def _met(duty: Duty, owed: tuple[Owes, ...], listing: Listing) -> str:
    """How many of those who owe it have done it."""
    held = [owes for owes in owed if not owes.waived]
    if duty.measure is not Measure.TIMES or not held:
        return ""
    return f"，已完成 {sum(not listing.progress(owes).missing for owes in held)}"


def quota(duty: Duty) -> str:
    soft = "" if duty.hard else "，倡导性"
    if duty.measure is Measure.STANDING:
        return f"应具备{soft}"
    return f"{_PERIODS[duty.period]}至少 {plain(duty.amount)} {_UNITS_OF_MEASURE[duty.measure]}{soft}"


def _line(owes: Owes, listing: Listing) -> str:
    place = "" if owes.subject == owes.unit else f" {listing.unit_name(owes)}"
    said = "，".join((*notes(owes), *done(owes, listing.progress(owes)), *_hours(owes, listing)))
    return f"{listing.name(owes)}（{owes.subject}）{place}{f'：{said}' if said else ''}"


def notes(owes: Owes) -> Iterator[str]:
    duty = owes.duty
    if owes.waived:
        yield f"计入月数 {owes.counted_months}，本期免除"
    elif duty.measure is Measure.HOURS:
        yield f"应完成 {plain(owes.amount)} 学时"
    if duty.period is Period.TERM:
        yield f"任期自 {owes.starts}" + (f" 至 {owes.ends}" if owes.ends else "")
    if duty.period is Period.TWO_YEARS:
        yield f"{owes.starts.year}—{owes.ends.year if owes.ends else ''} 年"
    if owes.have is not None:
        yield f"现有 {owes.have} 名"
    elif owes.state is not None:
        yield _STATES[owes.state] + (f"（有效期至 {owes.until}）" if owes.until else "")


def done(owes: Owes, progress: Progress) -> Iterator[str]:
    """`已完成 1/1（2026-11-20）`; of a standing duty nothing, its state says it."""
    if owes.duty.measure is not Measure.TIMES:
        return
    days = "、".join(str(fact.day) for fact in progress.done[-_MOST_DAYS:])
    several = "等，最近 " if len(progress.done) > _MOST_DAYS else ""
    of = f"/{plain(owes.amount)}" if progress.needed else " 次"
    if progress.done:
        yield f"已完成 {len(progress.done)}{of}（{several}{days}）"
    elif progress.needed:
        yield f"已完成 0{of}"


def _hours(owes: Owes, listing: Listing) -> Iterator[str]:
    short = listing.short(owes)
    if short is not None:
        counted = plain(listing.counted.get(owes.subject, owes.amount * 0))
        yield f"已计入 {counted}，{f'还差 {plain(short)}' if short else '已达标'}"


def _gap(gap: Gap, listing: Listing) -> str:
    return f"{listing.name(gap)}（{gap.subject}）：{_GAPS[gap.why].format(said=gap.said)}。"
