"""培训活动: what is held, when and for whom, and the states that an activity goes through.

Sign-in is attendance; hours come at 办结, with the actual length, and what the list says then decides. A city-held
activity is concluded by one person and posted when a second one has confirmed it; a unit's own is posted at once as
long as it is worth at most `OWN_MOST` to everybody, and goes into the monthly spot check.
Source: domain, Ledger (Recognition by source; Joint activities; court_hearing).
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from training.broadcasts import Audience


class State(StrEnum):
    PLANNED = "planned"  # 计划
    PUBLISHED = "published"  # 发布
    SIGNING = "signing"  # 签到中
    CONCLUDED = "concluded"  # 办结: waits for a second person
    POSTED = "posted"  # 已入账
    CANCELLED = "cancelled"  # 已取消


MOVES: Final[Mapping[State, tuple[State, ...]]] = {
    State.PLANNED: (State.PUBLISHED, State.CANCELLED),
    State.PUBLISHED: (State.SIGNING, State.CONCLUDED, State.POSTED, State.CANCELLED),
    State.SIGNING: (State.CONCLUDED, State.POSTED, State.CANCELLED),
    State.CONCLUDED: (State.POSTED, State.SIGNING),  # confirmed, or returned
    State.POSTED: (),
    State.CANCELLED: (),
}
OWN_MOST: Final = 400  # hundredths of an hour: what a unit's own activity may be worth without a second person
EARLY_MINUTES: Final = 30  # sign-in opens so long before a session
LATE_MINUTES: Final = 15  # whoever comes later is late (本市)


class HeldBy(StrEnum):
    CITY = "city"
    UNIT = "unit"


class Session(msgspec.Struct, frozen=True):
    """One day of an activity."""

    starts: datetime
    ends: datetime


class Hearing(msgspec.Struct, frozen=True, omit_defaults=True):
    """旁听庭审: which court and case; `kind` such as 行政诉讼; in the room or 线上."""

    court: str = ""
    case: str = ""
    kind: str = ""
    online: bool = False


class Settings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was planned. `units`: 单位代码 of those that hold it together, the first is the host; `organiser` is a
    人员编号; `sessions` in order, one a day; `laws` are named as in the bank; `plan` is the line of the study plan
    that it carries out, 0 for none; `sign_out`: whoever does not sign out left early."""

    title: str
    form: str
    sessions: tuple[Session, ...]
    organiser: str
    held_by: HeldBy
    units: tuple[str, ...]
    classes: tuple[str, ...] = ()
    place: str = ""
    speaker: str = ""
    speakers: tuple[str, ...] = ()  # 人员编号 of those of `speaker` who are on the roll
    audience: Audience = Audience()
    hearing: Hearing | None = None
    laws: tuple[str, ...] = ()
    plan: int = 0
    sign_out: bool = False


class Activity(msgspec.Struct, frozen=True):
    """One as it stands. `minutes` are those that each session really took, in the order of the sessions, from 办结
    on; `batch` is the number under which a second person confirms, 0 while there is none; `secret` makes its codes.
    """

    number: int
    state: State
    settings: Settings
    created_by: str
    created_at: datetime
    secret: bytes = b""
    minutes: tuple[int, ...] = ()
    batch: int = 0
    concluded_by: str = ""
    concluded_at: datetime | None = None
    posted_at: datetime | None = None
    note: str = ""


class Mark(StrEnum):
    """What the list says of somebody on a day."""

    SIGNED = "signed"  # by code
    LISTED = "listed"  # by the organiser, or by his or her list
    DOUBTFUL = "doubtful"  # signed in while signed in somewhere else at that time: counts only when listed
    STRUCK = "struck"  # the organiser says: was not there


PRESENT: Final = (Mark.SIGNED, Mark.LISTED)


class Attendance(msgspec.Struct, frozen=True):
    """One person on one day of an activity, with the unit of that day. `came` is None when a list does not say;
    `left` None when nobody signed out; `by` is who wrote it last."""

    activity: int
    person: str
    day: date
    unit: str
    mark: Mark
    came: datetime | None = None
    left: datetime | None = None
    by: str = ""
    note: str = ""
