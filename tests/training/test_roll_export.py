from datetime import date

from tests.training.rolls import BEFORE, NOW, UNITS, person, roster
from training.people import Fact, StatusPeriod
from training.roll import KnownPerson
from training.roll_export import EXPORT_HEADERS, roster_rows
from training.roll_plan import plan_roll
from training.units import Unit, UnitTree, units_on

TODAY = date(2026, 9, 1)
TREE = UnitTree(units_on(UNITS, TODAY))

ADMIN = person(
    "R000001",
    "周敏",
    "11",
    "zhoumin",
    "zm",
    category="leader",
    mark="1",
    role="unit_admin",
    managed_units="12,22",
    post="副局长",
    leadership="班子成员",
    appointed_on="2023-05-01",
    staffing="行政编制",
    certificate="清执001",
    certificate_until="2028-02-29",
    job="行政执法",
    qualification="A证",
    public_lawyer="1",
    workplace="市政府/公安局",
    joined_on="2010-07-01",
    periods=[StatusPeriod("R000001", "借调", date(2026, 4, 1), date(2026, 12, 31), BEFORE)],
)
PLAIN = person("R000002", "伍明", "22", public_lawyer="", qualification="1")
GONE = person("R000003", "钱进", "11", periods=[StatusPeriod("R000003", "退休", TODAY, None, BEFORE)])


def exported(*persons: KnownPerson, day: date = TODAY) -> list[dict[str, str]]:
    return [dict(zip(EXPORT_HEADERS, row, strict=True)) for row in roster_rows(persons, TREE, day)]


def test_headers_are_those_of_the_contract() -> None:
    assert " ".join(EXPORT_HEADERS) == (
        "姓名 单位 人员类别 账号 人员编号 角色 职务 班子职务 任现职日期 编制性质 执法证号 执法证有效期 岗位 "
        "法律职业资格 公职律师 工作单位 状态 状态起 状态止 入职日期 生效日期 管辖单位"
    )


def test_a_full_row() -> None:
    assert list(exported(ADMIN)[0].values()) == [
        *(
            "周敏",
            "市政府/司法局",
            "领导干部、行政执法人员",
            "zhoumin；zm",
            "R000001",
            "单位管理员",
            "副局长",
            "班子成员",
        ),
        *("2023-05-01", "行政编制", "清执001", "2028-02-29", "行政执法", "A证", "是", "市政府/公安局"),
        *("借调", "2026-04-01", "2026-12-31", "2010-07-01", "", "市政府/公安局；桐岭镇政府/办公室"),
    ]


def test_blank_is_not_said_and_no_is_no() -> None:
    row = exported(PLAIN)[0]
    assert (row["公职律师"], row["法律职业资格"], row["角色"], row["状态"]) == ("否", "是", "", "在岗")


def test_who_has_left_or_has_not_come_is_not_in_it() -> None:
    assert [row["姓名"] for row in exported(PLAIN, GONE, ADMIN)] == ["周敏", "伍明"]
    assert [row["姓名"] for row in exported(GONE, day=date(2026, 8, 31))] == ["钱进"]
    assert exported(PLAIN, day=date(2025, 12, 31)) == []


def test_as_of_a_day() -> None:
    moved = KnownPerson("R000002", (*PLAIN.facts, Fact("R000002", "unit", "12", date(2026, 6, 1), BEFORE)))
    units = [exported(moved, day=day)[0]["单位"] for day in (date(2026, 5, 31), date(2026, 6, 1))]
    assert units == ["桐岭镇政府/办公室", "市政府/公安局"]


def test_a_unit_whose_path_means_two_is_named_by_its_code() -> None:
    tree = UnitTree([Unit("a", "办公室"), Unit("b", "办公室")])
    rows = roster_rows([person("R1", "甲", "b")], tree, TODAY)
    assert rows[0][1] == "b"


def test_an_import_reads_an_export_back_without_a_change() -> None:
    persons = (ADMIN, PLAIN, GONE)
    table = roster(" ".join(EXPORT_HEADERS), *roster_rows(persons, TREE, TODAY))
    plan = plan_roll(table, persons, UNITS, NOW, full=True)
    assert (plan.same, plan.new, plan.changed, plan.problems, plan.not_in_file) == (2, (), (), (), ())
