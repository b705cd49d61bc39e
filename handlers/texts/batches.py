"""What is said about batches: the list, one batch with every change, and what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from handlers.texts import exam_keys, exam_scores, merging, past_hours, years
from handlers.texts.words import CATEGORIES, FORMS, day
from storage.batches import Batch
from storage.ledger import Line
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
from training.calendar import day_of
from training.people import Field, Role, UnitField
from training.roster_columns import COLUMNS
from training.unit_files import HEADERS as UNIT_HEADERS

NONE_WAITING: Final = "没有待确认的批次。"
HOW_TO_READ: Final = "查看明细请回复“审核 编号”。"
HOW: Final = "查看明细请回复“审核 编号”，同意请回复“确认 编号”，不同意请回复“退回 编号 理由”。"
_PERSON: Final = {field: headers[0] for field, headers in COLUMNS.items()}
_UNIT: Final = {field: header for header, field in list(UNIT_HEADERS.items())[::-1]}  # the first header of each
_SHOWN: Final = 60  # people of one batch; a longer one is named by its count
_WORDS: Final[dict[tuple[str, str], str]] = {
    **{(Field.CATEGORY, key): word for key, word in CATEGORIES.items()},
    (Field.MARK, "1"): "是",
    (Field.MARK, ""): "否",
    (Field.ROLE, Role.LEARNER): "学员",
    (Field.ROLE, Role.UNIT_ADMIN): "单位管理员",
    (Field.ROLE, Role.CITY_ADMIN): "市级管理员",
    (Field.ROLE, Role.AUDITOR): "督察员",
    (Field.ROLE, Role.SYSTEM_ADMIN): "系统管理员",
}


def title(changes: Changes) -> str:
    match changes:
        case RollChanges(people=people):
            return f"名册变动 {len(people)} 人"
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
        case KeyChangeProposal():
            return exam_keys.title(changes)
        case ScoreImport():
            return exam_scores.title(changes)


def line(batch: Batch) -> str:
    when = day(day_of(batch.proposed_at))
    return f"{batch.number}（{when}）{title(batch.changes)}，{batch.proposer}提出：{batch.reason}"


def waiting(listed: Sequence[Batch], *, decides: bool) -> str:
    """`decides`: who reads it may also confirm; an auditor only reads."""
    if not listed:
        return NONE_WAITING
    return "\n".join(("【待确认批次】", *map(line, listed), HOW if decides else HOW_TO_READ))


def whole(batch: Batch, units: Mapping[str, str], *, decides: bool) -> str:
    said = (f"【批次 {line(batch)}】", *details(batch.changes, units))
    return "\n".join((*said, HOW) if decides else said)


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
        case KeyChangeProposal() | ScoreImport():
            yield from _of_exam(changes)


def _of_exam(changes: KeyChangeProposal | ScoreImport) -> Iterator[str]:
    return exam_scores.details(changes) if isinstance(changes, ScoreImport) else exam_keys.details(changes)


def _unit(edit: UnitEdit, units: Mapping[str, str]) -> str:
    return f"{edit.name}（{edit.code}）：{'；'.join(_value(value, _UNIT, units) for value in edit.values)}"


def _edits(edit: PersonEdit, units: Mapping[str, str]) -> Iterator[str]:
    for value in edit.values:
        yield _value(value, _PERSON, units)
    for period in edit.periods:
        yield f"状态 {period.status}，{_span(period)}"
    for account in edit.accounts:
        yield f"新增账号 {account.account}，{_since(account.since)}"


def _value(value: Value, headers: Mapping[str, str], units: Mapping[str, str]) -> str:
    header = headers.get(value.field, value.field)
    before, after = (_word(value.field, text, units) for text in (value.before, value.value))
    return f"{header} {before}→{after}，{_since(value.valid_from)}"


def _word(field: str, text: str, units: Mapping[str, str]) -> str:
    if field in (Field.UNIT, Field.MANAGED_UNITS, UnitField.PARENT):
        text = "、".join(f"{units[code]}（{code}）" if code in units else code for code in text.split(","))
    return _WORDS.get((field, text), text) or "空"


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


def confirmed(batch: Batch) -> str:
    return f"批次 {batch.number} 已确认并生效：{title(batch.changes)}。"


def returned(batch: Batch) -> str:
    return f"批次 {batch.number} 已退回，没有生效：{title(batch.changes)}。"


def to_proposer(batch: Batch, *, confirmed: bool, note: str) -> str:
    said = "已由另一名市级管理员确认并生效" if confirmed else f"被退回，没有生效{'，理由：' + note if note else ''}"
    return f"您提出的批次 {batch.number}（{title(batch.changes)}）{said}。"


def reversed_line(line: Line, name: str) -> str:
    """A ledger line in words."""
    entry = line.entry
    form = FORMS.get(entry.form, entry.form)
    return f"第 {line.seq} 条：{name}（{entry.person}）{entry.starts_on} {form} {entry.hours} 学时，{entry.title}"
