"""The columns of a roster and the words in them, for reading and writing alike."""

from collections.abc import Mapping
from typing import Final

from training.people import Category, Field, Role

NUMBER: Final = "number"
ACCOUNTS: Final = "account"
STATUS: Final = "status"
STATUS_FROM: Final = "status_from"
STATUS_TO: Final = "status_to"
VALID_FROM: Final = "valid_from"
REQUIRED: Final = (Field.NAME.value, Field.UNIT.value, Field.CATEGORY.value)

# In the order of the contract; the first header of each is the one that an export writes.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    Field.NAME: ("姓名", "名字", "人员姓名", "name"),
    Field.UNIT: ("单位", "所在单位", "单位名称", "所属单位", "单位代码", "unit"),
    Field.CATEGORY: ("人员类别", "类别", "人员类型", "人员分类", "category"),
    ACCOUNTS: ("账号", "帐号", "企业微信账号", "企业微信帐号", "企微账号", "成员账号", "userid", "account"),
    NUMBER: ("人员编号", "编号", "工号", "人员代码", "number"),
    Field.ROLE: ("角色", "系统角色", "role"),
    Field.POST: ("职务", "现任职务", "职位", "post"),
    Field.LEADERSHIP: ("班子职务", "班子成员", "领导班子职务", "leadership"),
    Field.APPOINTED_ON: ("任现职日期", "任现职时间", "任职日期", "appointed_on"),
    Field.STAFFING: ("编制性质", "编制", "编制类型", "staffing"),
    Field.CERTIFICATE: ("执法证号", "执法证编号", "行政执法证号", "行政执法证件号", "certificate"),
    Field.CERTIFICATE_UNTIL: ("执法证有效期", "执法证有效期至", "有效期至", "certificate_until"),
    Field.JOB: ("岗位", "工作岗位", "job"),
    Field.QUALIFICATION: ("法律职业资格", "法律职业资格证", "法律职业资格证书", "qualification"),
    Field.PUBLIC_LAWYER: ("公职律师", "是否公职律师", "public_lawyer"),
    Field.WORKPLACE: ("工作单位", "实际工作单位", "workplace"),
    STATUS: ("状态", "人员状态", "status"),
    STATUS_FROM: ("状态起", "状态开始", "状态起始日期", "状态开始日期", "status_from"),
    STATUS_TO: ("状态止", "状态结束", "状态截止日期", "状态结束日期", "status_to"),
    Field.JOINED_ON: ("入职日期", "入职时间", "到岗日期", "joined_on"),
    VALID_FROM: ("生效日期", "生效时间", "valid_from"),
    Field.MANAGED_UNITS: ("管辖单位", "管理单位", "管辖范围", "managed_units"),
}
HEADERS: Final[Mapping[str, str]] = {header: str(field) for field, headers in COLUMNS.items() for header in headers}

CATEGORY_NAMES: Final[Mapping[Category, str]] = {
    Category.LEADER: "领导干部",
    Category.STAFF: "工作人员",
    Category.OTHER: "其他",
}
MARK_NAME: Final = "行政执法人员"
MARK_WORDS: Final = frozenset({MARK_NAME, "执法人员", "enforcement"})
CATEGORY_WORDS: Final[Mapping[str, Category]] = {
    **{name: category for category, name in CATEGORY_NAMES.items()},
    **{category.value: category for category in Category},
    "领导": Category.LEADER,
    "一般工作人员": Category.STAFF,
    "一般干部": Category.STAFF,
    "其他(不纳入考核)": Category.OTHER,
    "其他人员": Category.OTHER,
    "不纳入考核": Category.OTHER,
}

ROLE_NAMES: Final[Mapping[Role, str]] = {
    Role.LEARNER: "学员",
    Role.UNIT_ADMIN: "单位管理员",
    Role.CITY_ADMIN: "市级管理员",
    Role.AUDITOR: "督察员",
    Role.SYSTEM_ADMIN: "系统管理员",
}
ROLE_WORDS: Final[Mapping[str, Role]] = {
    **{name: role for role, name in ROLE_NAMES.items()},
    **{role.value: role for role in Role},
}
