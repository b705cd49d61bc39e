"""What is said about batches: the list, one batch with every change, and what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from handlers.texts import (
    activity_hours,
    claim_approval,
    duty_import,
    exam_keys,
    exam_scores,
    merging,
    past_hours,
    roll_reports,
    years,
)
from handlers.texts.words import FORMS, day
from storage.batches import Batch
from storage.ledger import Line
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
    State,
    UnitChanges,
    UnitEdit,
    Value,
    YearClosing,
    own_hours,
)
from training.calendar import CITY, day_of
from training.change_words import PERSON_FIELDS, UNIT_FIELDS, value_word
from training.claim_approval import ClaimApproval
from training.duty_import import DutyImport
from training.people import Field, Person, Role, UnitField

NONE_WAITING: Final = "没有待确认的批次。"
HOW_TO_READ: Final = "查看明细请回复“审核 编号”。"
HOW: Final = "查看明细请回复“审核 编号”，同意请回复“确认 编号”，不同意请回复“退回 编号 理由”。"
WAITS_FOR_ANOTHER: Final = "这是您提出的批次，请另一名市级管理员确认。"
_SHOWN: Final = 60  # people of one batch; a longer one is named by its count


def title(changes: Changes) -> str:
    match changes:
        case RollChanges(report=report) if report:
            return f"人员变动申报 {report}"
        case RollChanges(people=people):
            return _united(changes) or f"名册变动 {len(people)} 人"
        case UnitChanges(units=units):
            return f"单位变动 {len(units)} 个"
        case Reversal(seq=seq):
            return f"冲销台账第 {seq} 条"
        case PastHours():
            return past_hours.title(changes)
        case PersonMerge():
            return merging.title(changes)
        case YearClosing():
            return years.title(changes)
        case KeyChangeProposal() | ScoreImport() | ActivityHours() | ClaimApproval() | DutyImport():
            return _title_of_event(changes)


def _title_of_event(changes: KeyChangeProposal | ScoreImport | ActivityHours | ClaimApproval | DutyImport) -> str:
    match changes:
        case KeyChangeProposal():
            return exam_keys.title(changes)
        case ScoreImport():
            return exam_scores.title(changes)
        case DutyImport():
            return duty_import.title(changes)
        case ActivityHours():
            return activity_hours.title(changes)
        case ClaimApproval():
            return claim_approval.title(changes)


def _united(changes: RollChanges) -> str:
    """Of a batch by which one unit becomes part of another."""
    for edit in changes.unit_edits:
        for value in edit.values:
            if value.field == UnitField.MERGED_INTO and value.value:
                return f"单位合并：{edit.name}（{edit.code}）并入 {value.value}"
    return ""


def line(batch: Batch) -> str:
    when = day(day_of(batch.proposed_at))
    return f"{batch.number}（{when}）{title(batch.changes)}，{batch.proposer}提出：{batch.reason}"


def waiting(listed: Sequence[Batch], *, decides: bool) -> str:
    """`decides`: who reads it may also confirm; an auditor only reads."""
    if not listed:
        return NONE_WAITING
    return "\n".join(("【待确认批次】", *map(line, listed), HOW if decides else HOW_TO_READ))


def whole(batch: Batch, units: Mapping[str, str], *, reader: Person) -> str:
    """How to decide is told only to who may: not an auditor, not the one who proposed it, and once."""
    said = [f"【批次 {line(batch)}】", *details(batch.changes, units)]
    if batch.state is not State.OPEN:
        return "\n".join((*said, _decided(batch)))
    if reader.role is not Role.CITY_ADMIN:
        return "\n".join(said)
    if reader.number == batch.proposed_by:
        return "\n".join((*said, WAITS_FOR_ANOTHER))
    own = own_hours(batch.changes, reader.number)
    if own is not None:
        said.append(f"其中有您本人的学时 {own.lines} 条（{own.hours}），确认将注明。")
    return "\n".join((*said, HOW))


def _decided(batch: Batch) -> str:
    when = "" if batch.decided_at is None else f"{batch.decided_at.astimezone(CITY):%Y-%m-%d %H:%M} "
    if batch.state is State.CONFIRMED:
        return f"已由{batch.decider}于 {when}确认并生效。"
    return f"已由{batch.decider}于 {when}退回，没有生效{'，理由：' + batch.note if batch.note else ''}。"


def details(changes: Changes, units: Mapping[str, str]) -> Iterator[str]:
    """A line for every change; `units` has the names of the units named by code."""
    match changes:
        case RollChanges(people=people, units=made):
            for unit in made:
                yield f"新建单位：{unit.path}"
            for one in changes.unit_edits:
                yield _unit(one, units)
            for edit in people[:_SHOWN]:
                yield f"{edit.name}（{edit.person}）：{'；'.join(_edits(edit, units))}"
            if len(people) > _SHOWN:
                yield f"……共 {len(people)} 人，其余请用 xuefa batch list --json 查看。"
        case UnitChanges(units=edits):
            for one in edits:
                yield _unit(one, units)
        case Reversal(shown=shown) | YearClosing(shown=shown):
            yield shown
        case PastHours():
            yield from past_hours.details(changes)
        case PersonMerge():
            yield from merging.details(changes, lambda field, text: _word(field, text, units))
        case KeyChangeProposal() | ScoreImport() | ActivityHours() | ClaimApproval() | DutyImport():
            yield from _of_event(changes)


def _of_event(
    changes: KeyChangeProposal | ScoreImport | ActivityHours | ClaimApproval | DutyImport,
) -> Iterator[str]:
    """Of an exam, an activity, claims, or duties."""
    match changes:
        case KeyChangeProposal():
            return exam_keys.details(changes)
        case ScoreImport():
            return exam_scores.details(changes)
        case DutyImport():
            return duty_import.details(changes)
        case ActivityHours():
            return activity_hours.details(changes)
        case ClaimApproval():
            return claim_approval.details(changes)


def _unit(edit: UnitEdit, units: Mapping[str, str]) -> str:
    return f"{edit.name}（{edit.code}）：{'；'.join(_value(value, UNIT_FIELDS, units) for value in edit.values)}"


def _edits(edit: PersonEdit, units: Mapping[str, str]) -> Iterator[str]:
    for value in edit.values:
        yield _value(value, PERSON_FIELDS, units)
    for period in edit.periods:
        yield f"状态 {period.status}，{_span(period)}"
    for account in edit.accounts:
        yield f"新增账号 {account.account}，{_since(account.since)}"


def _value(value: Value, headers: Mapping[str, str], units: Mapping[str, str]) -> str:
    header = headers.get(value.field, value.field)
    before, after = (_word(value.field, text, units) for text in (value.before, value.value))
    if before == after:  # not said is no, but of 纳入考核 it is yes
        before = _word(value.field, "1", units) if value.field == UnitField.ASSESSED else "空"
    return f"{header} {before}→{after}，{_since(value.valid_from)}"


def _word(field: str, text: str, units: Mapping[str, str]) -> str:
    return "是" if (field, text) == (Field.QUALIFICATION, "1") else value_word(field, text, units)


def _since(when: date) -> str:
    return f"{when} 起"


def _span(period: Period) -> str:
    if period.ends is not None and period.ends < period.starts:
        return f"撤销 {period.starts} 起的记录"
    return f"{period.starts} 至 {period.ends}" if period.ends else _since(period.starts)


def proposed(number: int, changes: Changes, proposer: str, reason: str, units: Mapping[str, str]) -> str:
    """To those who may confirm it."""
    said = "\n".join(details(changes, units))
    return f"【待确认批次 {number}】{title(changes)}，{proposer}提出：{reason}\n{said}\n{HOW}"


def confirmed(batch: Batch, by: str) -> str:
    """`by` is the number of who reads it."""
    own = own_hours(batch.changes, by)
    noted = "" if own is None else f"其中有您本人的学时 {own.lines} 条（{own.hours}），已在审计日志注明。"
    return f"批次 {batch.number} 已确认并生效：{title(batch.changes)}。{noted}"


def returned(batch: Batch) -> str:
    return f"批次 {batch.number} 已退回，没有生效：{title(batch.changes)}。"


def to_proposer(batch: Batch, *, confirmed: bool, note: str) -> str:
    if isinstance(batch.changes, RollChanges) and batch.changes.report:
        return roll_reports.decided(batch.changes, confirmed=confirmed, note=note)
    said = "已由另一名市级管理员确认并生效" if confirmed else f"被退回，没有生效{'，理由：' + note if note else ''}"
    return f"您提出的批次 {batch.number}（{title(batch.changes)}）{said}。"


def reversed_line(line: Line, name: str) -> str:
    """A ledger line in words."""
    entry = line.entry
    form = FORMS.get(entry.form, entry.form)
    return f"第 {line.seq} 条：{name}（{entry.person}）{entry.starts_on} {form} {entry.hours} 学时，{entry.title}"
