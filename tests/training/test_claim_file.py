"""Claims of a file: what each row says, and what is wrong with it."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from question_bank.formats.table import read_table
from tests.training.rolls import person, sheet
from training.claim_file import HEADERS, REQUIRED, ClaimFilePlan, plan_claims
from training.claims import Stated
from training.crediting import DayPart
from training.roll import Roll
from training.units import Unit, UnitTree

TREE = UnitTree([Unit("gov", "市政府"), Unit("11", "司法局", "gov"), Unit("12", "财政局", "gov")])
ROLL = Roll([person("R1", "张三", "11", "zhangsan"), person("R2", "李四", "12", "lisi")], date(2026, 11, 24))
DAY = date(2026, 11, 20)


def planned(header: str, *rows: tuple[str, ...], units: frozenset[str] = frozenset({"11", "12"})) -> ClaimFilePlan:
    table = read_table("a.csv", sheet(header, *rows), HEADERS, REQUIRED)
    return plan_claims(table, ROLL, TREE, units.__contains__)


def one(length: str, form: str = "讲座", column: str = "时长") -> Stated:
    plan = planned(f"人员编号 形式 内容 日期 {column}", ("R1", form, "宪法专题", "2026-11-20", length))
    assert plan.problems == ()
    [row] = plan.rows
    assert (row.person, row.where) == ("R1", "row 2")
    return row.stated


@pytest.mark.parametrize(
    ("length", "stated"),
    [
        ("90", Stated("lecture", "宪法专题", DAY, DAY, minutes=90)),
        ("１.5小时", Stated("lecture", "宪法专题", DAY, DAY, minutes=90)),
        ("14:00 - 16:30", Stated("lecture", "宪法专题", DAY, DAY, minutes=150)),
        ("半天", Stated("lecture", "宪法专题", DAY, DAY, DayPart.HALF, DayPart.HALF)),
        ("全天", Stated("lecture", "宪法专题", DAY, DAY)),
        ("3学时", Stated("lecture", "宪法专题", DAY, DAY, hours=Decimal(3))),
    ],
)
def test_lengths(length: str, stated: Stated) -> None:
    """The title says 宪法, which is a class."""
    assert one(length) == replace(stated, classes=("宪法",))


def test_what_a_platform_certified_and_what_was_won() -> None:
    assert one("3.5", "网络课程", "学时").hours == Decimal("3.5")
    assert [one(said, "技能竞赛", "获奖").prize for said in ("是", "获奖", "否", "参加")] == [
        True,
        True,
        False,
        False,
    ]


def test_several_days_and_everything_else_of_a_row() -> None:
    plan = planned(
        "姓名 单位 形式 内容 内容类别 起 止 时长 主办单位 佐证",
        (
            "李四",
            "财政局",
            "脱产培训",
            "执法 骨干班",
            "专业法律",
            "2026-11-16",
            "2026-11-20",
            "首日半天、末日全天",
            "省厅",
            "柜3",
        ),
    )
    assert plan.problems == ()
    [row] = plan.rows
    assert row.stated == Stated(
        *("off_job", "执法 骨干班", date(2026, 11, 16), DAY, DayPart.HALF, DayPart.WHOLE),
        classes=("专业法律",),
        organiser="省厅",
        evidence="柜3",
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("R9", "讲座", "宪法", "2026-11-20", "90", ""), "名册中没有人员编号 R9，请核对。"),
        (("R1", "野餐", "宪法", "2026-11-20", "90", ""), "形式“野餐”不认识，"),
        (("R1", "讲座", "宪法", "昨天", "90", ""), "日期“昨天”不是有效日期，"),
        (("R1", "讲座", "宪法", "2026-11-20", "", ""), "没有填写时长："),
        (("R1", "讲座", "宪法", "2026-11-20", "90", "2"), "时长和学时只填一个："),
        (("R1", "讲座", "宪法", "2026-11-20", "很久", ""), "时长“很久”无法识别，"),
        (("R1", "讲座", "宪法", "2026-11-20", "16:30-14:00", ""), "时长“16:30-14:00”无法识别，"),
        (("R1", "讲座", "宪法", "2026-11-20", "", "很多"), "学时“很多”不是数字，"),
        (("R1", "讲座", "宪" * 101, "2026-11-20", "90", ""), "有 101 个字，最多 100 个字，请精简。"),
        (("110101199003074514", "讲座", "宪法", "2026-11-20", "90", ""), "含有身份证号样式的号码；"),
        (("R2", "讲座", "宪法", "2026-11-20", "90", ""), "李四（R2）不在您的管辖单位内，不能代为申报。"),
    ],
)
def test_what_is_refused(row: tuple[str, ...], said: str) -> None:
    plan = planned("人员编号 形式 内容 日期 时长 学时", row, units=frozenset({"11"}))
    assert (plan.read, plan.rows, len(plan.problems)) == (1, (), 1)
    assert plan.problems[0].problem.startswith(said)


def test_the_same_event_twice_in_a_file() -> None:
    row = ("R1", "讲座", "宪法", "2026-11-20", "90")
    plan = planned("人员编号 形式 内容 日期 时长", row, ("zhangsan", *row[1:]), row, (*row[:4], "60"))
    assert [one.where for one in plan.rows] == ["row 2", "row 5"]
    assert plan.problems[-1].problem == "与第 2 行相同，没有重复提交。"
