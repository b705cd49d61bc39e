"""The file by which an activity is planned: what it says, and what is refused and where."""

from datetime import UTC, datetime

import pytest

from handlers.texts import activity_file as texts
from handlers.texts.activity_example import example
from training.activities import Hearing, HeldBy, Session, Settings
from training.activity_file import Known, activity_settings, named_in
from training.activity_file_errors import BadActivityFile
from training.broadcasts import Audience, Who
from training.units import Unit, UnitTree

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
KNOWN = Known(
    UnitTree([Unit("1", "市政府"), Unit("3001", "司法局", "1"), Unit("3002", "财政局", "1")]),
    frozenset({"R1", "R2"}),
    {"zhangsan": "R1"},
    {"R9": "R2"},
    homes={"R1": "3001", "R2": "3002"},
    plans=frozenset({3}),
)
TOP = 'title = "讲座一"\nform = "讲座"\ncontent_class = "专业法律"\n'
WHEN = 'starts_at = "2026-11-25 14:00"\nends_at = "2026-11-25 16:30"\n'
PLAIN = TOP + WHEN + 'organiser = "ZhangSan"\n'
LECTURE = Session(datetime(2026, 11, 25, 6, tzinfo=UTC), datetime(2026, 11, 25, 8, 30, tzinfo=UTC))


def said(text: str, known: Known = KNOWN) -> list[str]:
    with pytest.raises(BadActivityFile) as refused:
        activity_settings(text, known)
    head, *lines = texts.refused(refused.value)
    assert head == f"活动文件有 {len(lines)} 处需要改正，没有新建："
    return [line.partition(". ")[2] for line in lines]


def test_a_plain_lecture_is_held_by_the_unit_of_who_organises_it() -> None:
    assert activity_settings(PLAIN, KNOWN) == Settings(
        *("讲座一", "lecture", (LECTURE,), "R1", HeldBy.CITY, ("3001",)), classes=("专业法律",)
    )


def test_everything_that_a_file_may_say() -> None:
    text = f"""{TOP.replace("讲座一", "庭审").replace('"讲座"', '"court_hearing"')}
        organiser = "R2"
        units = ["财政局", "3001"]
        held_by = "unit"
        place = "第一法庭"
        speaker = "李法官"
        speakers = ["zhangsan"]
        laws = ["《行政诉讼法》", "行政处罚法"]
        plan = 3
        [[sessions]]
        starts_at = 2026-11-25T14:00:00
        ends_at = "2026年11月25日 16:30"
        [[sessions]]
        starts_at = "2026-11-26 09:00"
        ends_at = "2026-11-26 11:00"
        [hearing]
        court = "市法院"
        case = "（2026）行初3号"
        kind = "行政诉讼"
        online = true
        [audience]
        units = ["司法局"]
        groups = ["执法人员"]
        persons = ["R2"]
    """
    second = Session(datetime(2026, 11, 26, 1, tzinfo=UTC), datetime(2026, 11, 26, 3, tzinfo=UTC))
    assert activity_settings(text, KNOWN) == Settings(
        *("庭审", "court_hearing", (LECTURE, second), "R2", HeldBy.UNIT, ("3002", "3001")),
        classes=("专业法律",),
        place="第一法庭",
        speaker="李法官",
        speakers=("R1",),
        audience=Audience(("3001",), True, (Who.ENFORCEMENT,), ("R2",)),
        hearing=Hearing("市法院", "（2026）行初3号", "行政诉讼", online=True),
        laws=("行政诉讼法", "行政处罚法"),
        plan=3,
    )


def test_whoever_makes_it_organises_it_unless_somebody_else_is_named() -> None:
    by_unit = Known(KNOWN.units, frozenset({"R1", "R2"}), homes=KNOWN.homes, maker="R2", usual=HeldBy.UNIT)
    found = activity_settings(TOP + WHEN, by_unit)
    assert (found.organiser, found.units, found.held_by) == ("R2", ("3002",), HeldBy.UNIT)
    assert activity_settings(TOP + WHEN + 'organiser = "R1"', by_unit).units == ("3001",)


def test_the_example_can_be_used_as_it_stands() -> None:
    plain = example(NOW)
    assert activity_settings(plain, KNOWN).held_by is HeldBy.UNIT
    assert named_in(plain) == ("zhangsan",)
    several = "\n".join(line.removeprefix("# ") if line.startswith("# ") else line for line in plain.split("\n"))
    kept = [line for line in several.split("\n") if "=" in line or line.startswith("[")]
    assert any(line.startswith("[hearing]") for line in kept)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "title 没有填写，请补上。"),
        (PLAIN.replace("讲座一", ""), "title 没有填写，请补上。"),
        (PLAIN.replace('"讲座"', '"考试"'), "form “考试”不能作为活动形式，可选：专题讲座、"),
        (PLAIN.replace("专业法律", "天文"), "content_class “天文”不认识，"),
        (TOP + 'organiser = "R1"', "starts_at 没有填写，请补上。"),
        (TOP + WHEN, "organiser 没有填写，请写组织者的账号或人员编号；由 --as 的管理员本人组织的，可以不写。"),
        (PLAIN.replace("ZhangSan", "lisi"), "organiser “lisi”不在名册中，请核对人员编号或账号。"),
        (PLAIN + 'speakers = ["R9"]', "speakers “R9”已并入 R2，请改用后者。"),
        (PLAIN.replace("16:30", "14:00"), "ends_at （2026-11-25）应晚于 starts_at，请改正。"),
        (PLAIN.replace("25 16:30", "26 16:30"), "ends_at （2026-11-25 开始的）跨了半夜，"),
        (PLAIN.replace("14:00", "02:00"), "ends_at （2026-11-25）距开始超过 12 小时，请核对。"),
        (PLAIN.replace('"2026-11-25 14:00"', '"周三"'), "starts_at 应为日期和时间，"),
        (PLAIN + 'units = ["水利局"]', "units “水利局”没有找到，请核对单位代码或名称。"),
        (PLAIN + "plan = 4", "plan 4 不是学法计划中的编号，"),
        (PLAIN + 'sign_out = "是"', "sign_out 应为 true 或 false（不加引号），请改正。"),
        (PLAIN + 'place = "110101199003074514"', "place 含有身份证号，系统不保存，请删去。"),
        (PLAIN + 'teacher = "甲"', "文件开头部分中的键 teacher 不认识。"),
        (PLAIN + 'court = "甲"', "文件开头部分中的键 court 不认识。它应写在[hearing] 下面，请移过去。"),
        (PLAIN + "[hearing]\ncourt = '甲'", "只有旁听庭审才写 [hearing]，请删去 [hearing]，或改正 form。"),
        (PLAIN.replace('"讲座"', '"旁听庭审"'), "旁听庭审要写 [hearing]，"),
        (PLAIN + "[audience]\n", "写了 [audience]，但没有写明邀请谁，"),
        (PLAIN + "[[sessions]]\n", "starts_at 不能和 [[sessions]] 一起用，请只保留一种写法。"),
        (TOP + 'organiser = "R1"\nsessions = []', "sessions 应为若干个表，每个都用 [[sessions]]"),
        (PLAIN + "title", "文件在末尾处看不懂：每行应为“键 = 值”"),
    ],
)
def test_what_is_refused_and_where(text: str, sentence: str) -> None:
    assert said(text)[0].startswith(sentence)


def test_sessions_are_in_order_and_one_a_day() -> None:
    one = '[[sessions]]\nstarts_at = "2026-11-25 09:00"\nends_at = "2026-11-25 11:00"\n'
    text = TOP + 'organiser = "R1"\n' + one
    assert said(text + one) == ["sessions 中 2026-11-25 写了两次，一天请写一个，从开始到结束。"]
    assert said(text + one.replace("-25", "-24")) == ["sessions 的日期顺序不对（2026-11-24），请从早到晚写。"]
    assert said(text + "[[sessions]]\nstarts_at = 3\n") == [
        "第 2 个 [[sessions]] 的 ends_at 没有填写，请补上。",
        '第 2 个 [[sessions]] 的 starts_at 应为日期和时间，如 "2026-11-23 09:00"，请改正。',
    ]


def test_every_problem_is_found_at_once() -> None:
    assert len(said("form = 3\nheld_by = '省'\nplan = -1\n[audience]\npersons = ['X']\n")) == 9
