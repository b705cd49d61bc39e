"""申报: hours that somebody asks for, and the states that a claim goes through.

A claim is decided by somebody else, never downward, and goes one level up when nobody decides it in `PATIENCE`
working days. Source: domain, Ledger (Approval; The year).
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from training.crediting import DayPart


class State(StrEnum):
    DRAFT = "draft"  # is being put together in chat
    SUBMITTED = "submitted"  # 待审核
    RETURNED = "returned"  # 退回补充
    APPROVED = "approved"  # 已认定
    REJECTED = "rejected"  # 未通过
    WITHDRAWN = "withdrawn"  # 已撤回


MOVES: Final[Mapping[State, tuple[State, ...]]] = {
    State.DRAFT: (State.SUBMITTED, State.WITHDRAWN),
    State.SUBMITTED: (State.APPROVED, State.REJECTED, State.RETURNED, State.WITHDRAWN),
    State.RETURNED: (State.SUBMITTED, State.WITHDRAWN),
    State.APPROVED: (),
    State.REJECTED: (State.SUBMITTED,),  # an 异议 was upheld; never by whoever claims
    State.WITHDRAWN: (),
}
PATIENCE: Final = 5  # working days for each level
DEADLINE: Final = (1, 15)  # of the next year: the last day for claims of a year


class Stated(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody says took place, from `starts` to `ends`, both included. One of `minutes` (in all), `hours`
    (certified by a platform) or neither: then the days count, `first` and `last` whole or half.
    `evidence` says where papers are kept; pictures are in `storage.evidence`. `prize`: won in a competition."""

    form: str
    title: str
    starts: date
    ends: date
    first: DayPart = DayPart.WHOLE
    last: DayPart = DayPart.WHOLE
    minutes: int | None = None
    hours: Decimal | None = None
    classes: tuple[str, ...] = ()
    organiser: str = ""
    evidence: str = ""
    prize: bool = False


class Claim(msgspec.Struct, frozen=True):
    """One as it stands. `source` is empty, or `activity:12` when an activity left it to be approved; `level` is the
    单位代码 whose admins decide it now, empty for the city's; `due` is the last day before it goes further up;
    `doubles` say in words what it resembles: such a one is approved by itself, with a reason."""

    number: int
    person: str
    unit: str
    state: State
    stated: Stated
    written_at: datetime
    source: str = ""
    level: str = ""
    due: date | None = None
    doubles: tuple[str, ...] = ()
    submitted_at: datetime | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
