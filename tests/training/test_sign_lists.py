"""A sign-in list: whose row it is, on which day, and the account of every row."""

from datetime import date, datetime, time

import pytest

from question_bank.formats.table import read_table
from tests.training.rolls import person, sheet
from training.activities import HeldBy, Session, Settings
from training.calendar import CITY
from training.roll import Roll
from training.sign_lists import HEADERS, Room, Seen, SignPlan, plan_signing
from training.units import Unit, UnitTree

DAY, NEXT = date(2026, 11, 24), date(2026, 11, 25)
TREE = UnitTree(
    [Unit("gov", "市政府"), Unit("11", "司法局", "gov"), Unit("111", "执法科", "11"), Unit("12", "财政局", "gov")]
)
ROLL = Roll(
    [
        *(person("R1", "张三", "11", "zhangsan"), person("R2", "李四", "111", "lisi"), person("R3", "王五", "12")),
        *(person("R4", "赵六", "11"), person("R5", "赵六", "11"), person("R6", "赵六", "12")),
    ],
    DAY,
)


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), CITY)


def lecture(*days: date, held_by: HeldBy = HeldBy.CITY) -> Settings:
    sessions = tuple(Session(at(day, "14:00"), at(day, "16:30")) for day in days)
    return Settings("讲座", "lecture", sessions, "R1", held_by, ("11",), ("专业法律",))


def planned(header: str, *rows: tuple[str, ...], settings: Settings | None = None, **room: object) -> SignPlan:
    table = read_table("a.csv", sheet(header, *rows), HEADERS, ())
    held = Room(ROLL, TREE, settings or lecture(DAY), at(NEXT, "20:00"), **room)  # type: ignore[arg-type]
    plan = plan_signing(table, held)
    assert plan.read == len(plan.seen) + plan.doubtful + plan.rejected
    return plan


def sentence(plan: SignPlan) -> str:
    assert (plan.seen, len(plan.problems)) == ((), 1)
    return plan.problems[0].problem


def test_by_number_then_account_then_name_and_unit() -> None:
    plan = planned(
        "人员编号 账号 姓名 单位",
        ("r1", "", "", ""),
        ("", "LiSi", "", ""),
        ("", "", "王五", "财政局"),
        ("R4", "zhangsan", "赵六", "司法局"),
    )
    assert [one.person for one in plan.seen] == ["R2", "R3", "R4"]
    assert [one.problem for one in plan.problems] == ["名册中没有人员编号 r1，请核对。"]


def test_somebody_of_a_unit_below_is_of_the_unit() -> None:
    assert planned("姓名 单位", ("李四", "司法局")).seen == (Seen("R2", DAY),)
    assert "没有名叫李四" in sentence(planned("姓名 单位", ("李四", "财政局")))


def test_namesakes_are_named_and_never_guessed() -> None:
    plan = planned("姓名 单位", ("赵六", "司法局"), ("赵六", "财政局"))
    assert (plan.seen, plan.doubtful, plan.rejected) == ((Seen("R6", DAY),), 1, 0)
    assert plan.problems[0].problem == "同名人员有赵六（R4）、赵六（R5），请填写人员编号。"


def test_a_name_alone_is_enough_only_among_those_who_may_be_listed() -> None:
    assert "请填写人员编号、账号或单位" in sentence(planned("姓名", ("张三",)))
    own = {"settings": lecture(DAY, held_by=HeldBy.UNIT), "listable": frozenset({"R1", "R2", "R4", "R5"})}
    assert planned("姓名", ("张三",), **own).seen == (Seen("R1", DAY),)  # type: ignore[arg-type]
    assert "没有名叫王五" in sentence(planned("姓名", ("王五",), **own))  # type: ignore[arg-type]
    assert planned("姓名", ("赵六",), **own).doubtful == 1  # type: ignore[arg-type]
    assert "不在本次活动" in sentence(planned("人员编号", ("R3",), **own))  # type: ignore[arg-type]


def test_a_name_that_is_not_that_of_the_number() -> None:
    assert (
        sentence(planned("人员编号 姓名", ("R1", "李四"))) == "人员编号登记为张三（R1），与姓名李四不符，请核对。"
    )
    assert "账号 lisi登记为李四（R2）" in sentence(planned("账号 姓名", ("lisi", "张三")))


@pytest.mark.parametrize(
    ("came", "left", "expected"),
    [
        ("14:05", "16:20", ("14:05", "16:20")),
        ("14：05：30", "", ("14:05", None)),
        ("下午2点05分", "16时20分", ("14:05", "16:20")),
        ("2026-11-24 14:05:00", "2026/11/24 16:20", ("14:05", "16:20")),
        ("√", "", (None, None)),
        ("张三", "已签退", (None, None)),
        ("", "", (None, None)),
    ],
)
def test_times(came: str, left: str, expected: tuple[str | None, str | None]) -> None:
    times = [None if clock is None else at(DAY, clock) for clock in expected]
    assert planned("人员编号 签到时间 签退时间", ("R1", came, left)).seen == (Seen("R1", DAY, *times),)


@pytest.mark.parametrize(
    ("came", "left", "said"),
    [
        ("25:05", "", "时间“25:05”无法识别，请写成 14:05 的样子。"),
        ("很早", "", "时间“很早”无法识别，请写成 14:05 的样子。"),
        ("15:00", "14:59", "签退时间早于签到时间，请核对。"),
        ("14:00", "2026-11-25 16:00", "时间“2026-11-25 16:00”不在 2026-11-24 这一天，请核对。"),
        ("2026-11-26 14:00", "", "活动在 2026-11-26 没有安排，只有 2026-11-24，请核对。"),
        ("缺席", "", "没有到场，没有登记。"),
        ("×", "", "没有到场，没有登记。"),
    ],
)
def test_times_that_cannot_be(came: str, left: str, said: str) -> None:
    header = "人员编号 日期 签到时间 签退时间" if left.startswith("2026") else "人员编号 签到时间 签退时间"
    row = ("R1", "2026-11-24", came, left) if left.startswith("2026") else ("R1", came, left)
    assert sentence(planned(header, row)) == said


def test_of_several_days_each_row_says_which() -> None:
    both = lecture(DAY, NEXT)
    plan = planned(
        "人员编号 日期 签到时间",
        ("R1", "11月24日", ""),
        ("R1", "2026年11月25日", "14:10"),
        ("R2", "", "2026-11-25 14:00"),
        ("R3", "", ""),
        settings=both,
    )
    assert plan.seen == (Seen("R1", NEXT, at(NEXT, "14:10")), Seen("R2", NEXT, at(NEXT, "14:00")))
    assert [one.problem for one in plan.problems] == [
        "日期“11月24日”不是有效日期，请按 2026-03-10 的样式填写。",
        "活动不止一天，请填写日期。",
    ]


def test_what_has_not_begun_has_nobody() -> None:
    later = lecture(date(2026, 11, 26))
    assert sentence(planned("人员编号", ("R1",), settings=later)) == "2026-11-26 的活动还没有开始，不能登记到场。"


def test_the_same_person_twice() -> None:
    plan = planned("人员编号 签到", ("R1", "14:00"), ("R1", "14:00"), ("R1", "14:10"))
    assert (plan.seen, plan.doubtful, plan.rejected) == ((Seen("R1", DAY, at(DAY, "14:00")),), 1, 1)
    assert "与第 2 行相同" in plan.problems[0].problem
    assert "按第 2 行登记" in plan.problems[1].problem


def test_who_was_struck_is_listed_with_a_word() -> None:
    plan = planned("人员编号", ("R1",), struck={("R1", DAY)})
    assert plan.seen == (Seen("R1", DAY),)
    assert plan.problems[0].problem == "张三（R1）原登记为缺席，改为到场，请核对。"


def test_totals_and_lines_to_sign_on_are_no_rows() -> None:
    plan = planned("序号 单位 姓名 人员编号", ("1", "司法局", "张三", "R1"), ("合计", "1 人", "", ""), ("制表：",))
    assert (plan.read, plan.problems) == (1, ())


def test_a_time_of_nobody() -> None:
    plan = planned("人员编号 姓名 签到", ("", "", "14:00"))
    assert (plan.read, plan.rejected) == (1, 1)
    assert sentence(plan) == "没有写明是谁，请填写人员编号、账号或姓名。"


def test_an_identity_number_is_not_repeated() -> None:
    said = sentence(planned("人员编号 姓名", ("110101199003074514", "张三")))
    assert "身份证号" in said and "1101" not in said
