"""What is kept of a person, in words."""

from collections.abc import Iterable
from typing import Final

from handlers.actions.own_data import OwnData
from handlers.texts.words import hours
from storage.own_records import OwnRecords
from training.names import CATEGORIES, FORMS, yes_or_no
from training.people import Field, Role
from training.roster_columns import ROLE_NAMES

FIELDS: Final = {
    Field.NAME: "姓名",
    Field.UNIT: "单位代码",
    Field.CATEGORY: "人员类别",
    Field.MARK: "行政执法人员",
    Field.ROLE: "角色",
    Field.POST: "职务",
    Field.LEADERSHIP: "班子职务",
    Field.APPOINTED_ON: "任现职日期",
    Field.STAFFING: "编制性质",
    Field.CERTIFICATE: "执法证号",
    Field.CERTIFICATE_UNTIL: "执法证有效期",
    Field.JOB: "岗位",
    Field.QUALIFICATION: "法律职业资格",
    Field.PUBLIC_LAWYER: "公职律师",
    Field.WORKPLACE: "工作单位",
    Field.JOINED_ON: "入职日期",
    Field.MANAGED_UNITS: "管辖单位",
}
# Yes is `1`; of 法律职业资格 any other text is the qualification itself.
YES_OR_NO: Final = frozenset({Field.MARK, Field.QUALIFICATION, Field.PUBLIC_LAWYER})


def text(number: str, kept: OwnData) -> str:
    lines = [f"人员编号：{number}"]
    lines += [
        f"{name}：{_value(field, kept.facts[field])}" for field, name in FIELDS.items() if _is_said(kept, field)
    ]
    lines += [f"人员状态：{kept.status}", f"企业微信账号：{'、'.join(kept.accounts) or '无'}"]
    lines += [f"每日一题作答：{kept.answers} 次"]
    lines += [f"群发答题作答：{kept.quizzes} 题"] if kept.quizzes else []
    lines += list(_records(kept.records))
    sums = "、".join(
        f"{FORMS.get(form, form)} {hours(amount)}" for form, amount in sorted(kept.standing.by_form.items())
    )
    lines += [f"{kept.year}年学时：{sums or '无'}"]
    return "\n".join(("【我的数据】", *lines, "每条学时见“学时明细”。如有不符，请联系本单位学法管理员。"))


def _records(kept: OwnRecords) -> Iterable[str]:
    """Only what there is."""
    counts = (
        *(
            ("培训活动到场登记", kept.attended, "条"),
            ("学时申报", kept.claims, "件"),
            ("异议", kept.objections, "件"),
        ),
        *(("履职登记", kept.duty_facts, "条"), ("涉及您的人员变动申报", kept.reports, "件")),
    )
    yield from (f"{name}：{count} {unit}" for name, count, unit in counts if count)
    if kept.pieces:
        named = "、".join(f"{piece.file_name}（{_size(piece.size_bytes)}）" for piece in kept.pieces)
        yield f"佐证：{named}"


def _size(size_bytes: int) -> str:
    return f"{max(1, round(size_bytes / 1024))} KB"


def _is_said(kept: OwnData, field: Field) -> bool:
    """An explicit no is kept too, and shown."""
    return bool(kept.facts.get(field)) or (field in YES_OR_NO and field in kept.facts)


def _value(field: Field, value: str) -> str:
    match field:
        case Field.CATEGORY:
            return CATEGORIES.get(value, value)
        case Field.ROLE:
            return ROLE_NAMES[Role(value)]
        case _ if field in YES_OR_NO and value in ("", "1"):
            return yes_or_no(value)
    return value
