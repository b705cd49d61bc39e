"""异议: the right of reply about a ledger line, a claim that was turned down, a mark, or an activity.

It goes one level above whoever decided, is never answered by that person, and is kept for good. What the machine
decided goes to the city. Source: domain, Ledger (The right of reply).
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from training.approval import CITY, Claimant, level_above, may_decide
from training.calendar import DAY, Calendar
from training.cell_words import looks_like_id_card
from training.errors import Malformed
from training.objection_errors import IdentityNumberSaid, TooLongText
from training.people import Person, Role

DUE_DAYS: Final = 15  # working days
REMIND_DAYS: Final = (10, DUE_DAYS)
CATCH_UP: Final = 7 * DAY  # a reminder of the last day that the clock missed is sent so long afterwards
MOST_CHARACTERS: Final = 500
USAGE: Final = "异议 台账 120 实际学习了半天，请核对"
ANSWER_USAGE: Final = "答复异议 7 支持 经核对应为半天（或：答复异议 7 不支持 理由）"


class About(StrEnum):
    LINE = "line"
    CLAIM = "claim"
    EXAM = "exam"
    ACTIVITY = "activity"


class State(StrEnum):
    WAITING = "waiting"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class Subject(msgspec.Struct, frozen=True):
    """What it is about; kept as `line:120`."""

    about: About
    number: int

    @property
    def key(self) -> str:
        return f"{self.about}:{self.number}"


class Objection(msgspec.Struct, frozen=True):
    """One as it stands. `against`: whose decision it is, empty for the machine's; `level`: 单位代码 whose admins
    answer, empty for the city's; `unit`: of what it is about; `batch`: by which it was put right, 0 for none."""

    number: int
    person: str
    unit: str
    subject: Subject
    text: str
    sent_at: datetime
    against: str
    level: str
    due: date
    state: State = State.WAITING
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    batch: int = 0


_WORDS: Final = {
    **{"台账": About.LINE, "学时": About.LINE, "记录": About.LINE, "": About.LINE},
    **{"申报": About.CLAIM, "考试": About.EXAM, "成绩": About.EXAM, "活动": About.ACTIVITY},
}
_SAID: Final = re.compile(
    r"(台账|学时|记录|申报|考试|成绩|活动)?\s*第?\s*(\d{1,9})(?!\d)\s*[条号]?[\s:：,，]*(\S.*)", re.DOTALL
)
_ANSWER: Final = re.compile(r"(\d{1,9})[\s:：,，]*(不支持|不成立|支持|成立)[\s:：,，]+(\S.*)", re.DOTALL)


def subject_of(key: str) -> Subject:
    about, _, number = key.partition(":")
    return Subject(About(about), int(number))


def read(words: str) -> tuple[Subject, str]:
    """`台账 120 理由`; a number alone is a ledger line's. Raises: Malformed, TooLongText, IdentityNumberSaid."""
    found = _SAID.fullmatch(words.strip())
    if found is None:
        raise Malformed(USAGE)
    return Subject(_WORDS[found[1] or ""], int(found[2])), _good(found[3])


def read_answer(words: str) -> tuple[int, bool, str]:
    """`7 不支持 理由`: the number, whether it is upheld, why. Raises: as `read`."""
    found = _ANSWER.fullmatch(words.strip())
    if found is None:
        raise Malformed(ANSWER_USAGE)
    return int(found[1]), not found[2].startswith("不"), _good(found[3])


def _good(words: str) -> str:
    if looks_like_id_card(words):
        raise IdentityNumberSaid
    if len(words) > MOST_CHARACTERS:
        raise TooLongText(MOST_CHARACTERS)
    return words.strip()


def level_over(who: Claimant, decider: Person | None, level: str, admins: Iterable[Person]) -> str:
    """One above whoever decided: above all of `who.line` that he or she manages, else above `level`."""
    if decider is None or decider.role is Role.CITY_ADMIN or level == CITY:
        return CITY
    managed = [code for code in who.line if decider.role is Role.UNIT_ADMIN and code in decider.managed_units]
    others = [admin for admin in admins if admin.number != decider.number]
    return level_above(who, managed[-1] if managed else level, others)


def may_answer(who: Claimant, objection: Objection, person: Person) -> bool:
    """As claims are decided, but never by whoever decided what it is about."""
    return person.number != objection.against and may_decide(who, objection.level, person)


def working_days_after(day: date, count: int, calendar: Calendar) -> date:
    """The last of so many working days behind `day`."""
    while count:
        day += DAY
        count -= calendar.is_working(day)
    return day


def reminder(sent_on: date, today: date, calendar: Calendar) -> int | None:
    """Which of `REMIND_DAYS` has come, if one has; long after the last one nobody is written to any more."""
    first, last = (working_days_after(sent_on, count, calendar) for count in REMIND_DAYS)
    if today < first or today > last + CATCH_UP:
        return None
    return REMIND_DAYS[0] if today < last else REMIND_DAYS[1]
