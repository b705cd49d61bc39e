"""人员变动申报: what a unit admin says of the unit's people, or that nothing changed this month.

A report waits for the receiving unit when it is a transfer, then for the city; what came of it stays on record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from training.batches import RollChanges
from training.people import Category


class Kind(StrEnum):
    NONE = "none"  # 本月无变动
    TRANSFER = "transfer"
    LEAVE = "leave"  # a status after which the person is no longer in post
    JOIN = "join"
    STATUS = "status"
    POST = "post"


class State(StrEnum):
    RECEIVING = "receiving"  # the other unit has to confirm
    PROPOSED = "proposed"  # a batch of it waits for a city admin
    DONE = "done"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.RECEIVING: frozenset({State.PROPOSED, State.RETURNED, State.WITHDRAWN}),
    State.PROPOSED: frozenset({State.DONE, State.RETURNED}),
    State.DONE: frozenset(),
    State.RETURNED: frozenset(),
    State.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What one line says; `person` is a name or 人员编号 as typed, `unit` a name or 单位代码 as typed.

    `ends` is the last day of a status, None while it is open. `category` and `mark` are of somebody new.
    """

    kind: Kind
    person: str
    starts: date
    unit: str = ""
    status: str = ""
    ends: date | None = None
    post: str = ""
    category: Category | None = None
    mark: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """One report as it stands; `changes` is None of 本月无变动.

    `unit` is the one that reports; `person` is empty for somebody new. `receiving` has to confirm first, empty:
    nobody has to. `batch` is what a city admin confirms, 0: there is none yet.
    """

    unit: str
    month: date
    kind: Kind
    by: str
    at: datetime
    state: State
    person: str = ""
    changes: RollChanges | None = None
    shown: str = ""
    receiving: str = ""
    number: int = 0
    received_by: str = ""
    received_at: datetime | None = None
    batch: int = 0
    note: str = ""


def month_of(day: date) -> date:
    """The first day of the month for which a report counts."""
    return day.replace(day=1)
