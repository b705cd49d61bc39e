"""What one row of a roster adds to the record of its person.

A new person's facts hold from 生效日期, else from 入职日期 when that lies in the current year, else from 1 January
of the current year. A change holds from 生效日期, else from today, or from the day on which the person comes, if it
is later. What is said already adds nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from training.calendar import day_of
from training.people import Account, Fact, Field, Role, StatusPeriod, values_on
from training.roll import KnownPerson
from training.roll_match import Claim
from training.roster_columns import STATUS_TO, VALID_FROM
from training.rosters import RosterRow
from training.statuses import ON_DUTY, Status, standing_periods, status_named

FAR_DAYS: Final = 366
_EMPTY_SAYS: Final = frozenset({Field.CERTIFICATE_UNTIL})  # 长期; of other fields it says what nothing says


@dataclass(frozen=True, slots=True)
class PersonChange:
    """`before` has what held so far of the fields that change; it is empty for a new person."""

    person: str
    name: str
    where: str
    facts: tuple[Fact, ...]
    periods: tuple[StatusPeriod, ...]
    accounts: tuple[Account, ...]
    before: Mapping[str, str]

    @property
    def adds_nothing(self) -> bool:
        return not (self.facts or self.periods or self.accounts)


def dated_by_default(row: RosterRow, today: date) -> bool:
    """True when nothing in the row says since when a new person is here."""
    return row.valid_from is None and (row.joined_on is None or row.joined_on.year != today.year)


def comes_on(row: RosterRow, today: date) -> date:
    """The day from which what a row says of a new person holds."""
    joined = row.joined_on if row.joined_on and row.joined_on.year == today.year else None
    return row.valid_from or joined or date(today.year, 1, 1)


def changes_on(row: RosterRow, person: KnownPerson, today: date) -> date:
    """The day from which what a row says of a known person holds."""
    return row.valid_from or person.not_before_coming(today)


def check_dates(claim: Claim, today: date, statuses: Sequence[Status]) -> None:
    """Warns of a day that is far off, and of an end to what never ends."""
    row, found = claim.row, claim.found
    if row.valid_from and (row.valid_from - today).days > FAR_DAYS:
        found.warn(VALID_FROM, f"生效日期 {row.valid_from} 在一年以后，请核对年份。")
    rule = status_named(row.status, statuses)
    if rule and rule.leaves and row.status_to:
        sentence = f"状态“{rule.name}”一般没有结束日期，{row.status_to} 以后将恢复为在岗，请核对状态止。"
        found.warn(STATUS_TO, sentence)


def arrival(claim: Claim, number: str, now: datetime) -> PersonChange:
    """A new person under the given 人员编号."""
    row = claim.row
    valid_from = comes_on(row, day_of(now))
    values = {field: value for field, value in _said(claim, {}).items() if value or field in _EMPTY_SAYS}
    periods: tuple[StatusPeriod, ...] = ()
    if row.status not in ("", ON_DUTY.name):
        if row.status_from is None:
            claim.found.warn("status_from", f"未填状态起，按 {valid_from} 起算，请核对。")
        periods = (StatusPeriod(number, row.status, row.status_from or valid_from, row.status_to, now),)
    return PersonChange(
        number,
        row.name,
        row.where,
        tuple(Fact(number, field, value, valid_from, now) for field, value in values.items()),
        periods,
        tuple(Account(account, number, valid_from) for account in row.accounts),
        {},
    )


def difference(claim: Claim, person: KnownPerson, now: datetime) -> PersonChange:
    """What the row says that is not on record for the known person."""
    row, number = claim.row, person.number
    day = changes_on(row, person, day_of(now))
    held = values_on(person.facts, day)
    said = {field: value for field, value in _said(claim, held).items() if held.get(field, "") != value}
    facts = tuple(Fact(number, field, value, day, now) for field, value in said.items())
    known = set(person.wecom_accounts)
    accounts = tuple(Account(account, number, day) for account in row.accounts if account not in known)
    unsaid = sorted(known - set(row.accounts)) if row.accounts else []
    if unsaid:
        claim.found.warn("account", f"已登记的账号 {'、'.join(unsaid)} 不在本行，仍保留；如需停用请单独变更。")
    before = {field: held[field] for field in said if field in held}
    return PersonChange(number, row.name, row.where, facts, _new_periods(row, person, day, now), accounts, before)


def _said(claim: Claim, held: Mapping[str, str]) -> dict[str, str]:
    """The row's values by field, and for a unit admin of whom nobody said so, the units: the own one."""
    row = claim.row
    values = {Field.NAME.value: row.name, Field.UNIT.value: claim.unit, **row.values}
    if claim.managed:
        values[Field.MANAGED_UNITS.value] = ",".join(claim.managed)
    elif values.get(Field.ROLE) == Role.UNIT_ADMIN and not held.get(Field.MANAGED_UNITS):
        values[Field.MANAGED_UNITS.value] = claim.unit
        claim.found.warn(Field.MANAGED_UNITS, "单位管理员未填管辖单位，按本人所在单位及下级处理，请核对。")
    return values


def _new_periods(row: RosterRow, person: KnownPerson, day: date, now: datetime) -> tuple[StatusPeriod, ...]:
    """A period that is on record, or goes on, is not recorded again; a new first or last day of it is."""
    if not row.status:
        return ()
    starts, ends, document = row.status_from or day, row.status_to, ""
    standing = standing_periods(person.periods)
    if row.status_from and any(_is_on_record(row, period) for period in standing):
        return ()
    current = _current(standing, starts)
    if current is None and row.status == ON_DUTY.name:
        return ()
    if current and current.status == row.status:
        starts, ends, document = row.status_from or current.starts, ends or current.ends, current.document
        if row.status == ON_DUTY.name or (starts, ends) == (current.starts, current.ends):
            return ()
    return (StatusPeriod(person.number, row.status, starts, ends, now, document),)


def _is_on_record(row: RosterRow, period: StatusPeriod) -> bool:
    same_end = row.status_to is None or row.status_to == period.ends
    return (period.status, period.starts) == (row.status, row.status_from) and same_end


def _current(standing: Iterable[StatusPeriod], day: date) -> StatusPeriod | None:
    """The recorded period that holds on `day`, however short it is."""
    covering = [period for period in standing if period.starts <= day and (period.ends or date.max) >= day]
    return covering[-1] if covering else None
