"""Past hours from a file: whose they are, what they are, and every row that is wrong."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from question_bank.formats.table import read_table
from training.batches import PastHours, decoded, encoded
from training.past_hours import HEADERS, REQUIRED, Bounds, PastPlan, plan_past
from training.past_lines import Again, PastCut
from training.people import Account, Fact, Field, UnitField
from training.roll import KnownPerson, Roll
from training.units import UnitTree, units_on

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SINCE = date(2026, 1, 1)
HEADER = "人员编号,姓名,单位,账号,形式,内容类别,内容,起,止,学时,主办单位,佐证编号,存放位置,考核年度\n"


def person(number: str, name: str, unit: str) -> KnownPerson:
    values = {Field.NAME: name, Field.UNIT: unit, Field.CATEGORY: "staff"}
    facts = tuple(Fact(number, field, value, SINCE, NOW) for field, value in values.items())
    return KnownPerson(number, facts, accounts=(Account(f"{number.lower()}acc", number, SINCE),))


ROLL = Roll(
    [
        person("P1", "张三", "sfj"),
        person("P2", "李四", "sfj"),
        person("P3", "李四", "sfj"),
        person("P4", "王五", "a"),
    ],
    TODAY,
)
UNITS = {
    code: [Fact(code, UnitField.NAME, name, SINCE, NOW)]
    for code, name in (("sfj", "司法局"), ("a", "办"), ("b", "办"))
}
TREE = UnitTree(units_on(UNITS, TODAY))


def plan(
    *rows: str,
    posted: frozenset[str] = frozenset(),
    bounds: Bounds | None = None,
    again: Mapping[str, Again] | None = None,
    roll: Roll | None = None,
) -> PastPlan:
    table = read_table("past.csv", (HEADER + "\n".join(rows) + "\n").encode(), HEADERS, REQUIRED)
    return plan_past(table, roll or ROLL, TREE, posted, bounds, again)


NOT_NUMBERS = ("1_0", "1e1", "1E1", "4.0.0", "٤", "四", "4h", "0x4", "1 0", "inf", "-", ".", "1" * 40)
GOOD = "P1,张三,,,专题讲座,宪法、公共法律,宪法专题,2026-03-10,,4,司法局,Z-1,档案室,"


def test_a_row_becomes_a_line() -> None:
    [line] = plan(GOOD).lines
    assert (line.person, line.name, line.form, line.year) == ("P1", "张三", "lecture", 2026)
    assert (line.classes, line.title, line.hours) == (("宪法", "公共法律"), "宪法专题", Decimal("4.00"))
    assert (line.starts, line.ends, line.organiser, line.evidence) == (
        *(date(2026, 3, 10), date(2026, 3, 10)),
        *("司法局", "Z-1 档案室"),
    )


@pytest.mark.parametrize(
    "row",
    [
        "P1,,,,lecture,,课,2026年3月10日,2026/3/11,8.5,,,,2026",
        "Ｐ１,,,,专题讲座,,课,2026-03-10 09:00,,4,,,,",
        ",,,P1ACC,网络课程,,平台年度汇总,2026-12-01,,20,,,,".replace("2026-12-01", "2026-11-01"),
        ",张三,司法局,,脱产培训,,班,2026-01-05,2026-01-09,40,,,,",
        "P1,张三,司 法局,,自学,业务知识,书,2026-05-01,,0.01,,,,",
        "P1,,,,法律知识考试,,补考,2026-01-10,,2,,,,2025",
    ],
)
def test_rows_that_are_taken(row: str) -> None:
    made = plan(row)
    assert [line.person for line in made.lines] == ["P1"], made.problems
    assert made.rejected == 0


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("P9,,,,专题讲座,,课,2026-03-10,,4,,,,", "名册中没有人员编号 P9"),
        ("34250119900101123X,,,,专题讲座,,课,2026-03-10,,4,,,,", "名册中没有人员编号，请核对"),
        ("P1,,,,专题讲座,,课,46091,,4,,,,", "请把单元格格式改为日期"),
        ("P1,李四,,,专题讲座,,课,2026-03-10,,4,,,,", "与姓名李四不符"),
        (",,,nobody,专题讲座,,课,2026-03-10,,4,,,,", "名册中没有账号 nobody"),
        (",李四,司法局,,专题讲座,,课,2026-03-10,,4,,,,", "同名人员李四（P2）、李四（P3）"),
        (",王五,司法局,,专题讲座,,课,2026-03-10,,4,,,,", "司法局没有名叫王五的人员"),
        (",王五,办,,专题讲座,,课,2026-03-10,,4,,,,", "有 2 个单位叫这个名字"),
        (",王五,财政局,,专题讲座,,课,2026-03-10,,4,,,,", "名册中没有这个单位"),
        (",王五,,,专题讲座,,课,2026-03-10,,4,,,,", "请填写人员编号，或姓名和单位"),
        ("P1,,,,每日一题,,题,2026-03-10,,0.1,,,,", "形式“每日一题”无法导入"),
        ("P1,,,,喝茶,,课,2026-03-10,,4,,,,", "形式“喝茶”无法导入"),
        ("P1,,,,专题讲座,历史,课,2026-03-10,,4,,,,", "内容类别“历史”无法识别"),
        ("P1,,,,专题讲座,,,2026-03-10,,4,,,,", "内容为空"),
        ("P1,,,,专题讲座,,课,三月十日,,4,,,,", "日期“三月十日”不是有效日期"),
        ("P1,,,,专题讲座,,课,2026-03-10,2026-03-09,4,,,,", "早于起"),
        ("P1,,,,专题讲座,,课,2026-11-24,,4,,,,", "还没有到"),
        ("P1,,,,专题讲座,,课,2025-12-31,2026-01-01,4,,,,2026", "请把考核年度留空"),
        ("P1,,,,专题讲座,,课,2024-12-31,2026-01-01,4,,,,", "起止超过一年"),
        ("P1,,,,专题讲座,,课,2025-01-01,2026-01-02,4,,,,", "起止超过一年"),
        ("P1,,,,网络课程,,平台年度汇总,2025-12-01,2026-01-31,20,,,,", "年度汇总不能跨年"),
        ("P1,,财政局,,专题讲座,,课,2026-03-10,,4,,,,", "名册中没有单位“财政局”"),
        (",,财政局,p1acc,专题讲座,,课,2026-03-10,,4,,,,", "名册中没有单位“财政局”"),
        *((f"P1,,,,专题讲座,,课,2026-03-10,,{text},,,,", f"学时“{text}”不是数字") for text in NOT_NUMBERS),
        ("P1,,,,专题讲座,,课,2026-03-10,,-4,,,,", "须大于 0"),
        ("P1,,,,专题讲座,,课,2026-03-10,,0,,,,", "须大于 0"),
        ("P1,,,,专题讲座,,课,2026-03-10,,NaN,,,,", "学时“NaN”"),
        ("P1,,,,专题讲座,,课,2026-03-10,,1.005,,,,", "至多两位小数"),
        ("P1,,,,专题讲座,,课,2026-03-10,,12.01,,,,", "1 天至多 12 学时"),
        ("P1,,,,专题讲座,,课,2026-03-10,,4,,,,2024", "考核年度“2024”与日期"),
    ],
)
def test_rows_that_are_not(row: str, said: str) -> None:
    made = plan(row, GOOD)
    assert [line.title for line in made.lines] == ["宪法专题"]
    assert (made.read, made.rejected) == (2, 1)
    assert said in made.problems[0].problem
    assert made.problems[0].where == "row 2"


@pytest.mark.parametrize(
    ("text", "hours"),
    [("１．５", "1.50"), ("４", "4.00"), ("+4", "4.00"), (" 4. ", "4.00"), (".5", "0.50"), ("4.000", "4.00")],
)
def test_hours_are_digits_of_any_width(text: str, hours: str) -> None:
    [line] = plan(f"P1,,,,专题讲座,,课,2026-03-10,,{text},,,,２０２６").lines
    assert str(line.hours) == hours


def moved(number: str, *units: tuple[str, date]) -> Roll:
    """Somebody who went from unit to unit."""
    facts = [Fact(number, Field.UNIT, unit, since, NOW) for unit, since in units]
    return Roll([KnownPerson(number, (Fact(number, Field.NAME, "张三", SINCE, NOW), *facts))], TODAY)


@pytest.mark.parametrize(
    ("unit", "days", "known"),
    [
        ("司法局", "2026-03-10,", ""),
        ("sfj", "2026-05-31,", ""),
        ("办", "2026-03-10,", "司法局（sfj）"),  # two are called so, and neither is where the person was then
        ("办", "2026-06-01,", ""),
        ("司法局", "2026-06-01,", "办（a）"),
        ("司法局", "2026-05-31,2026-06-01", ""),  # on one of the days
    ],
)
def test_a_unit_that_is_not_the_persons_on_that_day_is_warned_of(unit: str, days: str, known: str) -> None:
    roll = moved("P1", ("sfj", SINCE), ("a", date(2026, 6, 1)))
    made = plan(f"P1,,{unit},,专题讲座,,课,{days},4,,,,", roll=roll)
    assert len(made.lines) == 1
    said = [f"单位“{unit}”与名册不一致（名册：{known}），按名册入账，请核对。"] if known else []
    assert [one.problem for one in made.problems if one.field == "unit"] == said


def test_the_same_event_counts_once_in_a_file_and_after_it() -> None:
    again = plan(GOOD, GOOD.replace("宪法专题", "宪 法专题"), GOOD.replace(",4,", ",3,"))
    assert len(again.lines) == 2
    assert "与第 2 行中的相同" in again.problems[0].problem
    later = plan(GOOD, posted=frozenset(line.ref for line in again.lines))
    assert (later.lines, later.rejected) == ((), 1)
    assert "与台账中的相同" in later.problems[0].problem


def test_a_closed_year_takes_no_rows() -> None:
    bounds = Bounds(closed={2025: date(2026, 1, 20)})
    january = "P1,,,,法律知识考试,,补考,2026-01-10,,2,,,,2025"
    made = plan(GOOD, january, GOOD.replace("2026-03-10", "2025-03-10"), bounds=bounds)
    assert [line.year for line in made.lines] == [2026]
    assert (made.read, made.rejected) == (3, 2)
    said = [problem.problem for problem in made.problems if problem.field == "year"]
    assert said.count("2025 年度已于 2026-01-20 结账，请用 --late 补录。") == 2


def test_the_days_limit_is_the_citys() -> None:
    made = plan(GOOD.replace(",4,", ",8.5,"), bounds=Bounds(day_limit=850))
    assert len(made.lines) == 1
    made = plan(GOOD.replace(",4,", ",8.51,"), bounds=Bounds(day_limit=850))
    assert "1 天至多 8.5 学时，填写的是 8.51" in made.problems[0].problem


def test_a_course_has_a_day_and_a_summary_of_the_year_has_none() -> None:
    row = "P1,,,,网络课程,,{title},2026-11-01,,20,,,,"
    assert len(plan(row.format(title="学习强国年度汇总")).lines) == 1
    refused = plan(row.format(title="民法典课程"))
    assert refused.lines == ()
    assert "平台年度汇总请在内容中写明“年度汇总”" in refused.problems[0].problem


def problems(row: str) -> list[str]:
    return [problem.problem for problem in plan(row).problems]


def test_identity_numbers_and_whole_essays_stay_out() -> None:
    assert problems(GOOD.replace("宪法专题", "学员 11010519491231002X 的讲座")) == [
        "含有身份证号样式的号码；本系统不收集身份证号，请删除。"
    ]
    assert problems(GOOD.replace("宪法专题", "长" * 501)) == ["有 501 个字，至多 500 字，请精简。"]
    assert problems(GOOD.replace("宪法专题", "长" * 500)) == []


def test_both_names_of_a_form_are_known() -> None:
    rows = (GOOD.replace("专题讲座", name) for name in ("案卷评查", "案例编写"))
    assert [line.form for line in plan(*rows).lines] == ["case_review"]  # the same event, said twice
    assert plan(GOOD.replace("专题讲座", "案例编写")).lines[0].form == "case_review"


def test_days_that_cross_are_one_problem() -> None:
    assert problems(GOOD.replace("2026-03-10,,", "2026-03-10,2026-03-01,")) == [
        "止（2026-03-01）早于起（2026-03-10），请核对。"
    ]


def test_a_batch_that_waits_from_an_earlier_version_is_read() -> None:
    lines = plan(GOOD).lines
    kept = encoded(PastHours(lines))
    assert "whole" not in kept
    assert decoded(kept.replace(',"cuts":[]', "")) == PastHours(lines)
    split = plan("P1,,,,脱产培训,,班,2025-12-31,2026-01-05,24,,,,").lines
    cut = PastHours(split, cuts=(PastCut(split[0].ref, Decimal("4.00"), "申报 8.00，按每日上限认定 4.00"),))
    assert decoded(encoded(cut)) == cut
