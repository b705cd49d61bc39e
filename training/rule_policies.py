"""[[requirement]] and [[status]]: 应完成学时 and 人员状态, together the policies of a city.

Each 施行日期 of either begins a policy. A status that the program does not know must say `new = true`, so that a
slip of the pen makes no status of its own; its first row holds before its day too, as the first of any rows does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from training.cell_words import folded
from training.requirements import MONTHS, Policy
from training.rule_errors import MissingKey, Reserved, UnknownStatusName, WordTaken
from training.rule_rows import FROM, Row, by_name, in_order
from training.statuses import MERGED, STATUSES, Status, status_named

REQUIREMENT_KEYS: Final = (FROM, "leader", "staff", "enforcement", "month_days", "step", "count_months")
STATUS_KEYS: Final = (
    *("name", FROM, "new", "hours", "exam", "pushes", "in_denominator", "counted_at", "leaves", "least_days"),
    "aliases",
)
_SHORTEST_MONTH_DAYS: Final = 28
_YEAR_DAYS: Final = 366


def read_policies(requirements: Sequence[Row], statuses: Sequence[Row]) -> tuple[Policy, ...]:
    """Oldest first, from the beginning of time on. Raises: BadRules."""
    amounts = {row.starts: row for row in in_order(requirements)}
    named = {name: in_order(rows, name) for name, rows in by_name(statuses, "name", folded).items()}
    known = _with_new(named)
    policy = Policy(statuses=tuple(known.values()))
    found: list[Policy] = []
    for starts in sorted({date.min, *amounts, *(row.starts for rows in named.values() for row in rows)}):
        if starts in amounts:
            policy = _amended(policy, amounts[starts])
        for name, rows in named.items():
            for row in rows:
                if row.starts == starts:
                    known[name] = status_of(known[name], row)
                    _demand_apart(row, known[name], known.values())
        policy = replace(policy, statuses=tuple(known.values()), valid_from=starts)
        if not found or replace(policy, valid_from=found[-1].valid_from) != found[-1]:
            found.append(policy)
    return tuple(found)


def _with_new(named: Mapping[str, Sequence[Row]]) -> dict[str, Status]:
    """The built-in statuses, then those of the city as their first rows have them."""
    known = {status.name: status for status in STATUSES}
    for name, rows in named.items():
        if name == MERGED.name:
            raise Reserved(rows[0].place, name)
        if name not in known:
            known[name] = _new(name, rows[0], known)
    return known


def _new(name: str, row: Row, known: Mapping[str, Status]) -> Status:
    """What it does not say beside hours and exam is as on duty."""
    other = status_named(name, tuple(known.values()))
    if other is not None:
        raise WordTaken(row.place, name, other.name)
    if not row.flag("new", False):
        raise UnknownStatusName(row.place, name, tuple(known))
    for key in ("hours", "exam"):
        if not row.has(key):
            raise MissingKey(row.place, key)
    return status_of(Status(name), row)


def status_of(last: Status, row: Row) -> Status:
    """The status as the row has it; what it does not say is as in the row before."""
    return Status(
        last.name,
        row.choice("hours", last.hours),
        row.choice("exam", last.exam),
        row.flag("pushes", last.pushes),
        row.flag("in_denominator", last.in_denominator),
        row.choice("counted_at", last.counted_at),
        row.flag("leaves", last.leaves),
        row.whole("least_days", last.least_days, 0, _YEAR_DAYS),
        tuple(folded(alias) for alias in row.texts("aliases", last.aliases)),
    )


def _demand_apart(row: Row, status: Status, known: Iterable[Status]) -> None:
    """No word of the row's status means another one. Raises: WordTaken."""
    others = [other for other in known if other is not status]
    for word in (status.name, *status.aliases):
        taken = status_named(word, others)
        if taken is not None:
            raise WordTaken(row.place, word, taken.name)


def _amended(last: Policy, row: Row) -> Policy:
    return replace(
        last,
        leader=row.decimal("leader", last.leader),
        staff=row.decimal("staff", last.staff),
        enforcement=row.decimal("enforcement", last.enforcement),
        month_days=row.whole("month_days", last.month_days, 1, _SHORTEST_MONTH_DAYS),
        step=row.decimal("step", last.step, positive=True),
        count_months=row.whole("count_months", last.count_months, 0, MONTHS),
    )
