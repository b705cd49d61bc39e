"""履职登记: what a person or a unit has done of a duty, and how far that carries.

A fact says on which day a quota was fulfilled once. It is never changed; one that was wrong is taken back by a fact
that names it in `revokes`, which is none itself. Source: domain, Who owes what.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import msgspec

from training.duties import Duty, Measure, Owes


class Source(StrEnum):
    ACTIVITY = "activity"  # at 办结
    ENTRY = "entry"  # 登记, in chat
    IMPORT = "import"  # from a file, by two persons
    REVOKED = "revoke"  # 撤销登记
    EXAM = "exam"  # a sitting; never kept as a fact


class DutyFact(msgspec.Struct, frozen=True):
    """`subject` is a 人员编号 or 单位代码, `unit` that of the day; `content` such as 行政诉讼.

    `number` is 0 until it is kept; `evidence` are numbers or a place; `source` with `source_ref` stands once.
    """

    quota: str
    subject: str
    unit: str
    day: date
    title: str
    source: Source
    source_ref: str
    recorded_by: str
    recorded_at: datetime
    form: str = ""
    content: tuple[str, ...] = ()
    activity: int = 0
    evidence: str = ""
    number: int = 0
    revokes: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` in the order of their days; of what is not counted in times it is empty."""

    done: tuple[DutyFact, ...]
    needed: int

    @property
    def missing(self) -> int:
        return max(self.needed - len(self.done), 0)


def registered(duty: Duty) -> bool:
    """Fulfilled by what is registered here; the rest follows from the roll, the exam or the ledger."""
    return duty.measure is Measure.TIMES and not duty.on_exam_roll


def rows_of(duties: Iterable[Duty], quota: str) -> list[Duty]:
    """The rows of one quota that are registered."""
    return [duty for duty in duties if duty.quota == quota and registered(duty)]


def progress(owes: Owes, facts: Iterable[DutyFact]) -> Progress:
    """Of those facts that stand: days within what is owed, whatever else was done before or after.

    Somebody who is waived needs nothing, but what was done is shown.
    """
    done = [
        fact
        for fact in facts
        if (fact.quota, fact.subject) == (owes.duty.quota, owes.subject)
        and owes.starts <= fact.day
        and (owes.ends is None or fact.day <= owes.ends)
    ]
    return Progress(tuple(sorted(done, key=lambda fact: (fact.day, fact.number))), needed(owes))


def needed(owes: Owes) -> int:
    return int(owes.amount) if owes.duty.measure is Measure.TIMES and not owes.waived else 0


def standing(facts: Sequence[DutyFact]) -> list[DutyFact]:
    """Those that were not taken back, in their order."""
    gone = {fact.revokes for fact in facts if fact.revokes}
    return [fact for fact in facts if not fact.revokes and fact.number not in gone]
