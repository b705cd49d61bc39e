"""What a row of past hours is held against: the limit of a day, the least of its form, and who was in post.

Only more hours than a day can hold keeps a row out; the others are warnings, because the evidence may be right.
"""

from datetime import date

from training.findings import Findings
from training.forms import Form, rule_on
from training.hours import decimal, hundredths
from training.joining import joined_on
from training.line_days import YEAR_SUMMARY, DayRules, is_year_summary
from training.names import FORMS
from training.past_cells import ENDS, HOURS, STARTS, Stated
from training.people import Field, values_on
from training.roll import KnownPerson, Roll
from training.statuses import standing_periods, status_named


def check_length(row: Stated, rules: DayRules, found: Findings) -> None:
    """At most 12 学时 a day, except what a platform certifies for the year. Source: domain, Forms and credit."""
    rule = rule_on(rules.forms, row.form, row.starts)
    limited = rule.day_limited and not is_year_summary(row.form, row.title)
    most = rules.day_limit * row.days
    if limited and hundredths(row.hours) > most:
        how = f"，平台年度汇总请在内容中写明“{YEAR_SUMMARY}”" if row.form == Form.ONLINE else ""
        highest = _plain(most)
        found.reject(HOURS, f"{row.days} 天至多 {highest} 学时，填写的是 {row.hours}，请核对起止日期和学时{how}。")


def warn_of_least(row: Stated, rules: DayRules, found: Findings) -> None:
    """What an event of the form is worth at least. Stated hours stand all the same."""
    least = rule_on(rules.forms, row.form, row.starts).least
    if hundredths(row.hours) < least:
        name = FORMS.get(row.form, row.form)
        found.warn(HOURS, f"{name}每次一般不少于 {_plain(least)} 学时，文件写 {row.hours}，按文件认定，请核对。")


def _plain(amount: int) -> str:
    return f"{decimal(amount).normalize():f}"


def warn_of_absence(row: Stated, roll: Roll, found: Findings) -> None:
    """The person had not come on the first day, or had left on the last one."""
    person, label = roll.persons[row.person], roll.label(row.person)
    joined = joined_on(person.facts, values_on(person.facts, row.starts))
    since = _on_record_since(person)
    if row.starts < joined:
        found.warn(STARTS, f"{row.starts} 时{label}尚未入职（{joined} 入职），请核对。")
    elif joined == date.min and since is not None and row.starts < since:
        found.warn(STARTS, f"{row.starts} 时{label}还不在名册（{since} 起在册），请核对。")
    left = _left(person, row.ends)
    if left is not None:
        status, day = left
        found.warn(ENDS, f"{row.ends} 时{label}已于 {day} {status}，请核对。")


def _on_record_since(person: KnownPerson) -> date | None:
    """None when the record begins with a year: a roster that says no day of joining is recorded so."""
    first = min((fact.valid_from for fact in person.facts if fact.field == Field.UNIT), default=None)
    return None if first is None or (first.month, first.day) == (1, 1) else first


def _left(person: KnownPerson, day: date) -> tuple[str, date] | None:
    """How and since when the person had left on that day. Raises: UnknownStatus."""
    status = person.status(day)
    if not status.leaves:
        return None
    since = [
        period.starts
        for period in standing_periods(person.periods)
        if period.starts <= day and status_named(period.status, person.statuses) == status
    ]
    return status.name, max(since, default=day)
