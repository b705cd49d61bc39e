"""待确认批次: changes of records that one admin proposes and a second city admin confirms.

A batch holds what it would do as values that can be kept and shown; applying it is not its affair. It is decided
once: confirmed or returned. Source: domain, Ledger (imports and command-line changes).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from training.activity_hours import ActivityHours
from training.claim_approval import ClaimApproval
from training.duty_import import DutyImport
from training.errors import NotAllowed, OwnBatch
from training.marking import Answer
from training.past_lines import PastCut, PastDouble, PastLine
from training.people import Fact, Field, Person, Role, UnitField
from training.roll_changes import PersonChange
from training.roll_plan import NewUnit
from training.score_lines import ScoreLine
from training.unit_plan import UnitChange
from training.years import YearAct


class State(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    RETURNED = "returned"


class Value(msgspec.Struct, frozen=True):
    """One field of a person or unit from a day on; `before` is what held until then."""

    field: str
    value: str
    valid_from: date
    before: str = ""


class Period(msgspec.Struct, frozen=True):
    status: str
    starts: date
    ends: date | None = None
    document: str = ""


class AccountSince(msgspec.Struct, frozen=True):
    account: str
    since: date


class PersonEdit(msgspec.Struct, frozen=True):
    """What changes for one known person."""

    person: str
    name: str
    values: tuple[Value, ...] = ()
    periods: tuple[Period, ...] = ()
    accounts: tuple[AccountSince, ...] = ()


class UnitMade(msgspec.Struct, frozen=True):
    """A unit that a file named and nobody knew."""

    code: str
    path: str
    values: tuple[Value, ...]


class UnitEdit(msgspec.Struct, frozen=True):
    """What changes for one known unit."""

    code: str
    name: str
    values: tuple[Value, ...]


class RollChanges(msgspec.Struct, frozen=True, tag="roll"):
    """名册变动; `report` is the number of the 人员变动申报 that it came from, 0 for none."""

    people: tuple[PersonEdit, ...]
    units: tuple[UnitMade, ...] = ()
    unit_edits: tuple[UnitEdit, ...] = ()
    report: int = 0


class UnitChanges(msgspec.Struct, frozen=True, tag="units"):
    """单位变动"""

    units: tuple[UnitEdit, ...]


class Reversal(msgspec.Struct, frozen=True, tag="reversal"):
    """冲销 of one ledger line; `shown` is that line in words, for who decides."""

    seq: int
    person: str
    shown: str


class PastHours(msgspec.Struct, frozen=True, tag="past"):
    """学时导入; `late`: some of it is of closed years and 补录.

    `cuts`: the lines of which less would have been posted than stated, as the ledger stood when it was proposed;
    `doubles`: those that looked like another event then. `posted`: what of it was posted, in 学时, once it is.
    """

    lines: tuple[PastLine, ...]
    late: bool = False
    cuts: tuple[PastCut, ...] = ()
    doubles: tuple[PastDouble, ...] = ()
    posted: Decimal | None = None


class YearClosing(msgspec.Struct, frozen=True, tag="year"):
    """结账 of a year, or its reopening; `shown` is how it stood when that was proposed, for who decides."""

    year: int
    kind: YearAct
    shown: str = ""


class LeftBehind(msgspec.Struct, frozen=True):
    """Hours of a line that are not posted for the one who stays.

    `why`: `twice`, that day's question is on record already; `day`, the limit of a day; `cap`, that of the year.
    """

    seq: int
    day: date
    form: str
    hours: Decimal
    why: str


class PersonMerge(msgspec.Struct, frozen=True, tag="merge"):
    """并档 of `person` into `into`, as it stood when it was proposed; the lines are looked at again when confirmed.

    `lines` with `hours` are posted again. `resembling`: pairs of lines, one of each, that may be the same event. In
    `differs` `before` is the record that goes, `value` the one that stays; `periods` are only on the one that goes.
    `closed`: years of moved lines that are closed, so that it is 补录.
    """

    person: str
    name: str
    into: str
    into_name: str
    accounts: tuple[str, ...]
    lines: int
    hours: Decimal
    left: tuple[LeftBehind, ...] = ()
    resembling: tuple[tuple[int, int], ...] = ()
    differs: tuple[Value, ...] = ()
    periods: tuple[Period, ...] = ()
    closed: tuple[int, ...] = ()


class KeyChangeProposal(msgspec.Struct, frozen=True, tag="exam_key"):
    """试题更正: a question of an exam is voided, or has another answer than `before`; what the dry run found.

    `sittings` that have ended have the question, `changed` of them would have another score; `more` and `fewer`:
    persons who would pass and do not, or the other way. `elsewhere`: scores that were brought in without answers.
    `last` is the number of the exam's last change of a key when it was proposed, 0 for none.
    """

    exam: int
    title: str
    question: str
    stem: str
    before: Answer
    voided: bool
    answer: Answer
    sittings: int
    changed: int
    more: int
    fewer: int
    elsewhere: int = 0
    last: int = 0


class ScoreImport(msgspec.Struct, frozen=True, tag="scores"):
    """成绩导入: sittings of an exam on paper or elsewhere; `passed` are scores that reach its pass mark."""

    exam: int
    title: str
    lines: tuple[ScoreLine, ...]
    passed: int


_UNIT_FIELDS: Final = frozenset(
    {Field.UNIT.value, Field.MANAGED_UNITS.value, UnitField.PARENT.value, UnitField.MERGED_INTO.value}
)
Changes = (
    RollChanges
    | UnitChanges
    | Reversal
    | PastHours
    | PersonMerge
    | YearClosing
    | KeyChangeProposal
    | ScoreImport
    | ActivityHours
    | ClaimApproval
    | DutyImport
)


def encoded(changes: Changes) -> str:
    return msgspec.json.encode(changes).decode()


def decoded(text: str) -> Changes:
    changes: Changes = msgspec.json.decode(text, type=Changes)
    return changes


def units_named(changes: Changes) -> set[str]:
    """单位代码 among what changes, so that people can be shown names."""
    edits: tuple[PersonEdit | UnitEdit, ...] = ()
    match changes:
        case RollChanges(people=people, unit_edits=units):
            edits = (*people, *units)
        case UnitChanges(units=units):
            edits = units
        case PersonMerge(differs=differs):
            edits = (PersonEdit(changes.person, changes.name, differs),)
    values = [value for edit in edits for value in edit.values if value.field in _UNIT_FIELDS]
    return {code for value in values for text in (value.value, value.before) for code in text.split(",") if code}


class OwnHours(msgspec.Struct, frozen=True):
    """What of a batch is somebody's own; `hours` as stated."""

    lines: int
    hours: Decimal


def own_hours(changes: Changes, person: str) -> OwnHours | None:
    """Those of the one who decides about them: allowed, because two admins may sit in one class, but shown."""
    own: list[Decimal] = []
    match changes:
        case PastHours(lines=lines):
            own = [line.hours for line in lines if line.person == person]
        case ActivityHours(people=people):
            own = [one.hours for one in people if one.person == person]
    return OwnHours(len(own), sum(own, Decimal("0.00"))) if own else None


def of_roll(changed: Iterable[PersonChange], units: Iterable[NewUnit]) -> RollChanges:
    """What a roster wants to change of known people. The moment of recording is that of the confirmation."""
    return RollChanges(tuple(_edit(one) for one in changed), tuple(_made(unit) for unit in units))


def of_units(changed: Iterable[UnitChange]) -> UnitChanges:
    """What a units file wants to change of known units."""
    return UnitChanges(tuple(UnitEdit(c.code, c.name, _values(c.facts, c.before)) for c in changed))


def _edit(change: PersonChange) -> PersonEdit:
    return PersonEdit(
        change.person,
        change.name,
        _values(change.facts, change.before),
        tuple(Period(p.status, p.starts, p.ends, p.document) for p in change.periods),
        tuple(AccountSince(a.account, a.since) for a in change.accounts),
    )


def _made(unit: NewUnit) -> UnitMade:
    return UnitMade(unit.code, unit.path, _values(unit.facts, {}))


def _values(facts: Iterable[Fact], before: Mapping[str, str]) -> tuple[Value, ...]:
    return tuple(Value(fact.field, fact.value, fact.valid_from, before.get(fact.field, "")) for fact in facts)


def demand_proposer(person: Person) -> None:
    """Raises: NotAllowed unless a city admin."""
    if person.role is not Role.CITY_ADMIN:
        raise NotAllowed


def demand_reader(person: Person) -> None:
    """Raises: NotAllowed unless a city admin, or an auditor, who reads everything."""
    if person.role not in (Role.CITY_ADMIN, Role.AUDITOR):
        raise NotAllowed


def demand_second(person: Person, proposed_by: str) -> None:
    """Who decides is a city admin and not the one who proposed. Raises: NotAllowed, OwnBatch."""
    demand_proposer(person)
    if person.number == proposed_by:
        raise OwnBatch
