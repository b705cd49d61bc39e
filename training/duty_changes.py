"""What a city changes in the duties of the table: another amount, a last day, off and on again, from a day on.

A row that a change follows ends on the day before; the months before it keep their rule. A change inherits what it
does not say from the change before it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from training.duties import Duty

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DutyChange:
    """Of the duty `key`, in force from `valid_from` (the beginning of time: as if it had always been so).

    None says nothing. `until` is the last day; `on` False: nobody owes it.
    """

    key: str
    valid_from: date = date.min
    on: bool | None = None
    amount: Decimal | None = None
    until: date | None = None
    hard: bool | None = None


def changed(duties: Iterable[Duty], changes: Sequence[DutyChange]) -> tuple[Duty, ...]:
    """The rows as the changes leave them, each followed by its successors."""
    return tuple(
        row
        for duty in duties
        for row in _successors(duty, [change for change in changes if change.key == duty.key])
        if row.valid_until is None or row.valid_from <= row.valid_until
    )


def _successors(duty: Duty, changes: Iterable[DutyChange]) -> list[Duty]:
    rows, current, on = [duty], duty, True
    for change in sorted(changes, key=lambda change: change.valid_from):
        starts = max(change.valid_from, duty.valid_from)
        amended, still_on = _amended(current, change, starts), on if change.on is None else change.on
        if still_on is on and replace(amended, valid_from=current.valid_from) == current:
            continue  # it says what holds already
        current, on = amended, still_on
        rows = [_ended(row, starts - _ONE_DAY) for row in rows]
        rows += [current] if on else []
    return rows


def _amended(current: Duty, change: DutyChange, starts: date) -> Duty:
    """A last day that is past when the change begins has done its work and is not inherited."""
    inherited = current.valid_until
    still = inherited if inherited is not None and inherited >= starts else None
    return replace(
        current,
        valid_from=starts,
        valid_until=change.until or still,
        amount=current.amount if change.amount is None else change.amount,
        hard=current.hard if change.hard is None else change.hard,
    )


def _ended(row: Duty, day: date) -> Duty:
    return row if row.valid_until is not None and row.valid_until <= day else replace(row, valid_until=day)
