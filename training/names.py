"""The Chinese names of the closed sets of the domain, as people read them; texts, sheets and commands share them.

How a roster and an export spell categories and roles stands in `training.roster_columns`. A key that is not here is
shown as it is. Source: domain, Glossary.
"""

from collections.abc import Mapping
from typing import Final

from training.forms import Form
from training.people import Category, Group
from training.roster_columns import CATEGORY_NAMES, MARK_NAME

GROUPS: Final[Mapping[Group, str]] = {
    Group.ENFORCEMENT: MARK_NAME,
    Group.LEADER: CATEGORY_NAMES[Category.LEADER],
    Group.STAFF: CATEGORY_NAMES[Category.STAFF],
}
# To the person: what 其他 means for them is said too.
CATEGORIES: Final[Mapping[str, str]] = {
    **{str(category): name for category, name in CATEGORY_NAMES.items()},
    Category.OTHER: "其他（不纳入考核）",
}
FORMS: Final[Mapping[str, str]] = {
    Form.DAILY: "每日一题",
    Form.PRACTICE: "练习",
    Form.QUIZ: "答题活动",
    Form.LECTURE: "专题讲座",
    Form.PROFESSIONAL: "业务培训",
    Form.COLLECTIVE: "集体学法",
    Form.OFF_JOB: "脱产培训",
    Form.ONLINE: "网络课程",
    Form.COURT_HEARING: "旁听庭审",
    Form.TEACHING: "讲法治课",
    Form.EXAM: "法律知识考试",
    Form.COMPETITION: "技能竞赛",
    Form.CASE_REVIEW: "案卷评查",
    Form.CASE_STUDY: "案例研讨",
    Form.SELF_STUDY: "自学",
}


def yes_or_no(value: str) -> str:
    """Of a field whose yes is `1` and whose no is empty."""
    return "是" if value == "1" else "否"
