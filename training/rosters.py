"""The rows of a roster, each read by itself; a blank optional cell says nothing.

What decides hours, rights or identity must be readable, or the row is rejected; a cell that only informs
(任现职日期, 执法证有效期, 公职律师) is passed over with a warning.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from question_bank.formats.table import Row
from training.cell_words import (
    day_from,
    folded,
    listed,
    looks_like_id_card,
    month_from,
    name_text,
    no_day,
    yes_or_no,
)
from training.findings import Findings
from training.numbers import number_text
from training.people import Category, Field
from training.roster_columns import (
    ACCOUNTS,
    CATEGORY_NAMES,
    CATEGORY_WORDS,
    COLUMNS,
    MARK_NAME,
    MARK_WORDS,
    NUMBER,
    ROLE_NAMES,
    ROLE_WORDS,
    STATUS,
    STATUS_FROM,
    STATUS_TO,
    VALID_FROM,
)
from training.statuses import MERGED, STATUSES, Status, status_named

MAX_NUMBER_CHARACTERS: Final = 64
MAX_NAME_CHARACTERS: Final = 64

_ACCOUNT = re.compile(r"[0-9A-Za-z][0-9A-Za-z_\-@.]{0,63}")  # 1–64 bytes, doc 90195
_NUMBER = re.compile(rf"[^\s/；;、,，|]{{1,{MAX_NUMBER_CHARACTERS}}}")
_TEXT_FIELDS: Final = (Field.POST, Field.LEADERSHIP, Field.STAFFING, Field.CERTIFICATE, Field.JOB, Field.WORKPLACE)
_CATEGORIES: Final = "、".join((*CATEGORY_NAMES.values(), MARK_NAME))
_FOREVER: Final = frozenset({"长期", "长期有效", "永久"})


@dataclass(frozen=True, slots=True)
class RosterRow:
    """What one row says. `unit` and `managed_units` are as written, accounts casefolded, `status` is a row's name.

    `values` holds the other fields by `Field`; an empty value is an explicit no.
    """

    where: str
    name: str
    unit: str
    number: str
    accounts: tuple[str, ...]
    values: Mapping[str, str]
    managed_units: tuple[str, ...]
    status: str
    status_from: date | None
    status_to: date | None
    valid_from: date | None

    @property
    def joined_on(self) -> date | None:
        text = self.values.get(Field.JOINED_ON)
        return date.fromisoformat(text) if text else None


def roster_row(row: Row, found: Findings, statuses: Sequence[Status] = STATUSES) -> RosterRow:
    """Reads one row; what is wrong goes to `found`, and a rejected row may lack parts.

    `statuses`: the rows that the city knows.
    """
    _check_shape(row, found)
    row = row._replace(cells={field: text for field, text in row.cells.items() if not looks_like_id_card(text)})
    values = _texts(row) | _category(row, found) | _role(row, found) | _informing(row, found)
    joined = _day(row, Field.JOINED_ON, found)
    if joined:
        values[Field.JOINED_ON] = joined.isoformat()
    status, status_from, status_to = _status(row, found, statuses)
    valid_from = _day(row, VALID_FROM, found)
    if joined and valid_from and valid_from < joined:
        found.warn(VALID_FROM, f"生效日期 {valid_from} 早于入职日期 {joined}，学时要求从入职日期起算，请核对。")
    return RosterRow(
        row.where,
        name_text(row.cells.get(Field.NAME, "")),
        row.cells.get(Field.UNIT, ""),
        _number(row, found),
        _accounts(row, found),
        values,
        listed(row.cells.get(Field.MANAGED_UNITS, "")),
        status,
        status_from,
        status_to,
        valid_from,
    )


def _texts(row: Row) -> dict[str, str]:
    """`无` is an explicit no; a plain `是` under 班子职务 makes a member."""
    said = {field.value: row.cells[field] for field in _TEXT_FIELDS if row.cells.get(field)}
    values = {field: "" if yes_or_no(text) is False else text for field, text in said.items()}
    if yes_or_no(values.get(Field.LEADERSHIP, "")):
        values[Field.LEADERSHIP] = "班子成员"
    return values


def _check_shape(row: Row, found: Findings) -> None:
    """Also keeps identity numbers out, in whatever cell they stand; no sentence repeats such a number."""
    if row.extra:
        found.reject("", "单元格比表头多，可能是内容中的逗号未加引号；请检查后重新导入。")
    for field in (Field.NAME.value, Field.UNIT.value):
        if not row.cells.get(field):
            found.reject(field, f"{_header(field)}为空，请填写。")
    if len(row.cells.get(Field.NAME, "")) > MAX_NAME_CHARACTERS:
        found.reject(Field.NAME, f"姓名超过 {MAX_NAME_CHARACTERS} 个字，请核对。")
    for field, text in row.cells.items():
        if looks_like_id_card(text):
            found.reject(field, "含有身份证号样式的号码；本系统不收集身份证号，请删除或改用单位内部编号。")


def _header(field: str) -> str:
    return COLUMNS[field][0]


def _number(row: Row, found: Findings) -> str:
    """As written: who it is, full width or half, is for whoever knows the roll."""
    number = row.cells.get(NUMBER, "")
    if number and not _NUMBER.fullmatch(number_text(number)):
        found.reject(NUMBER, f"人员编号“{number}”须在 {MAX_NUMBER_CHARACTERS} 字以内，且不含空格、斜线或分隔符。")
    return number


def _accounts(row: Row, found: Findings) -> tuple[str, ...]:
    accounts = listed(row.cells.get(ACCOUNTS, ""), r"[；;、,，/|\s]")
    for account in accounts:
        if not _ACCOUNT.fullmatch(account):
            sentence = f"账号“{account}”不是企业微信账号（1–64 个字母、数字或 _-@.，首位为字母或数字），请改正。"
            found.reject(ACCOUNTS, sentence)
    return tuple(dict.fromkeys(account.casefold() for account in accounts))


def _category(row: Row, found: Findings) -> dict[str, str]:
    """领导干部, 工作人员 or 其他, and 行政执法人员 beside it; alone it means 工作人员 with the mark."""
    text = row.cells.get(Field.CATEGORY, "")
    words = [folded(word) for word in listed(text, r"[；;、,，/|+＋\s]")]
    if not words:
        found.reject(Field.CATEGORY, f"人员类别为空，请填写：{_CATEGORIES}。")
        return {}
    unknown = [word for word in words if word not in CATEGORY_WORDS and word not in MARK_WORDS]
    if unknown:
        found.reject(Field.CATEGORY, f"人员类别“{'、'.join(unknown)}”无法识别，请填写：{_CATEGORIES}。")
        return {}
    main = {CATEGORY_WORDS[word] for word in words if word in CATEGORY_WORDS}
    mark = any(word in MARK_WORDS for word in words)
    if len(main) > 1:
        found.reject(Field.CATEGORY, f"人员类别“{text}”只能有一个主类别，请在领导干部、工作人员、其他中选一个。")
    elif mark and Category.OTHER in main:
        found.warn(Field.CATEGORY, "主类别为“其他”的不纳入考核，行政执法人员的标记不起作用，请核对。")
    category = min(main, default=Category.STAFF)
    return {Field.CATEGORY.value: category.value, Field.MARK.value: "1" if mark else ""}


def _role(row: Row, found: Findings) -> dict[str, str]:
    text = row.cells.get(Field.ROLE, "")
    if not text:
        return {}
    role = ROLE_WORDS.get(folded(text))
    if role is None:
        found.reject(Field.ROLE, f"角色“{text}”无法识别，请填写：{'、'.join(ROLE_NAMES.values())}。")
        return {}
    return {Field.ROLE.value: role.value}


def _informing(row: Row, found: Findings) -> dict[str, str]:
    """The cells on which nothing depends that a warning would not mend."""
    values = {}
    dates: dict[str, bool] = {Field.APPOINTED_ON: False, Field.CERTIFICATE_UNTIL: True}
    for field, end in dates.items():
        text = row.cells.get(field, "")
        day = day_from(text) or month_from(text, end=end)
        if day or text in _FOREVER:
            values[field] = day.isoformat() if day else ""
        elif text:
            found.warn(field, f"{no_day(_header(field), text)}（未采用）")
    text = row.cells.get(Field.PUBLIC_LAWYER, "")
    said = yes_or_no(text)
    if said is not None:
        values[Field.PUBLIC_LAWYER.value] = "1" if said else ""
    elif text:
        found.warn(Field.PUBLIC_LAWYER, f"公职律师只能填“是”或“否”，现为“{text}”，未采用。")
    return values | _qualification(row)


def _qualification(row: Row) -> dict[str, str]:
    """Yes, no, or the kind of certificate in the city's words."""
    text = row.cells.get(Field.QUALIFICATION, "")
    if not text:
        return {}
    said = yes_or_no(text)
    return {Field.QUALIFICATION.value: text if said is None else "1" if said else ""}


def _day(row: Row, field: str, found: Findings) -> date | None:
    text = row.cells.get(field, "")
    day = day_from(text)
    if text and day is None:
        found.reject(field, no_day(_header(field), text))
    return day


def _status(row: Row, found: Findings, statuses: Sequence[Status]) -> tuple[str, date | None, date | None]:
    starts, ends = _day(row, STATUS_FROM, found), _day(row, STATUS_TO, found)
    if starts and ends and ends < starts:
        found.reject(STATUS_TO, f"状态止 {ends} 早于状态起 {starts}，请改正。")
    text = row.cells.get(STATUS, "")
    if not text:
        if starts or ends:
            found.reject(STATUS, "填写了状态起止日期，但状态为空，请填写状态。")
        return "", None, None
    status = status_named(folded(text), statuses)
    if status is None or status.name == MERGED.name:
        allowed = "、".join(rule.name for rule in statuses if rule.name != MERGED.name)
        found.reject(STATUS, f"状态“{text}”无法识别，请填写：{allowed}。")
        return "", None, None
    if ends and not starts:
        found.reject(STATUS_FROM, "填写了状态止，但状态起为空，请填写状态起。")
    return status.name, starts, ends
