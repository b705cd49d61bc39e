"""What the audit log says of a batch: what held before, and what it wants.

Persons stand by 人员编号, never by name. A long batch is cut and says how many items there are; the batch itself
has them all. Source: domain, Rights and audit (who, from where, what, before, after, reason).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from training.activity_hours import ActivityHours
from training.batches import (
    Changes,
    KeyChangeProposal,
    PastHours,
    Period,
    PersonEdit,
    PersonMerge,
    Reversal,
    RollChanges,
    ScoreImport,
    UnitChanges,
    UnitEdit,
    Value,
    YearClosing,
)
from training.change_words import PERSON_FIELDS, UNIT_FIELDS, value_word
from training.claim_approval import ClaimApproval
from training.duty_import import DutyImport
from training.hours import Entry, decimal
from training.marking import Answer
from training.names import FORMS
from training.people import UnitField
from training.years import YearAct

MOST_CHARACTERS: Final = 500
Item = tuple[str, str]  # what held, empty when there was nothing; what is to hold


def held_and_wanted(changes: Changes, units: Mapping[str, str], line: Entry | None = None) -> Item:
    """`units`: 单位代码 → name of those that are named; `line` is the one that a reversal takes back."""
    match changes:
        case Reversal(seq=seq, person=person):
            return f"台账第 {seq} 条 {_entry(line) if line else person}", f"冲销台账第 {seq} 条（{person}）"
        case YearClosing(year=year, kind=kind):
            closed = kind is YearAct.CLOSED
            return (
                f"{year} 年度{'未结账' if closed else '已结账'}",
                f"{year} 年度{'结账' if closed else '重新开放'}",
            )
        case KeyChangeProposal():
            about = f"考试 {changes.exam} 试题 {changes.question}"
            wanted = "作废" if changes.voided else f"答案 {_key(changes.answer)}"
            return f"{about} 答案 {_key(changes.before) or '（已作废）'}", f"{about} {wanted}"
    items = list(_items(changes, units))
    before = [held for held, _ in items if held]
    return _joined(before), f"{_title(changes)}{_joined([wanted for _, wanted in items])}"


def _title(changes: Changes) -> str:
    match changes:
        case PastHours(lines=lines):
            return f"导入学时 {len(lines)} 条，合计 {sum(line.hours for line in lines):.2f}："
        case ScoreImport(exam=exam, lines=scores):
            return f"导入考试 {exam} 成绩 {len(scores)} 条："
        case DutyImport(lines=duties):
            return f"履职登记 {len(duties)} 条："
        case ClaimApproval(claims=claims):
            return f"认定申报 {len(claims)} 件，合计 {changes.hours}："
        case ActivityHours(number=number):
            return f"活动 {number} 认定学时 {changes.persons} 人，合计 {changes.hours}："
    return ""


def _items(changes: Changes, units: Mapping[str, str]) -> Iterator[Item]:
    match changes:
        case RollChanges():
            yield from (("", f"新建单位 {made.path}") for made in changes.units)
            yield from _units(changes.unit_edits, units)
            for edit in changes.people:
                yield from _person(edit, units)
        case UnitChanges(units=edits):
            yield from _units(edits, units)
        case PastHours(lines=lines):
            for line in lines:
                yield "", f"{line.person} {line.starts} {FORMS.get(line.form, line.form)} {line.hours}"
        case ScoreImport(lines=scores):
            yield from (("", f"{one.person} {one.day} {decimal(one.score)} 分") for one in scores)
        case DutyImport(lines=duties):
            for one in duties:
                yield "", f"{one.subject} {one.day} {one.name}"
        case ClaimApproval(claims=claims):
            yield from (("", f"申报 {one.number} {one.person} {one.stated.starts} {one.hours}") for one in claims)
        case ActivityHours(people=people):
            yield from (("", f"{one.person} {one.year} 年度 {one.hours}") for one in people)
        case PersonMerge(person=goes, into=into, lines=count, hours=hours):
            yield f"{goes}、{into} 两个人员编号", f"{goes} 并入 {into}，转记学时 {count} 条，合计 {hours}"


def _units(edits: Iterable[UnitEdit], units: Mapping[str, str]) -> Iterator[Item]:
    return (_value(edit.code, value, UNIT_FIELDS, units) for edit in edits for value in edit.values)


def _person(edit: PersonEdit, units: Mapping[str, str]) -> Iterator[Item]:
    yield from (_value(edit.person, value, PERSON_FIELDS, units) for value in edit.values)
    yield from (("", f"{edit.person} 状态 {period.status} {_span(period)}") for period in edit.periods)
    yield from (("", f"{edit.person} 新增账号 {one.account}，{one.since} 起") for one in edit.accounts)


def _value(whose: str, value: Value, fields: Mapping[str, str], units: Mapping[str, str]) -> Item:
    header = f"{whose} {fields.get(value.field, value.field)}"
    # A unit that nobody said it of is assessed.
    said = "1" if value.field == UnitField.ASSESSED and value.before == value.value else value.before
    before, after = (value_word(value.field, text, units) for text in (said, value.value))
    return f"{header} {before}", f"{header} {before}→{after}，{value.valid_from} 起"


def _span(period: Period) -> str:
    if period.ends is not None and period.ends < period.starts:
        return f"撤销 {period.starts} 起的记录"
    return f"{period.starts} 至 {period.ends}" if period.ends else f"{period.starts} 起"


def _entry(entry: Entry) -> str:
    form = FORMS.get(entry.form, entry.form)
    return f"{entry.person} {entry.starts_on} {form} {entry.title} {entry.hours:.2f}"


def _key(answer: Answer) -> str:
    return "、".join(one if isinstance(one, str) else "|".join(one) for one in answer)


def _joined(items: Sequence[str]) -> str:
    """As many as there is room for, and how many there are."""
    room, shown = MOST_CHARACTERS, 0
    for item in items:
        room -= len(item) + 1
        shown += room >= 0
    return "；".join(items[:shown]) + (f"……等 {len(items)} 项" if shown < len(items) else "")
