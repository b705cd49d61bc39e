"""Who owes what, read from a units file and a roster as anybody brings them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.training.rolls import roster, unit_sheet
from training.duties import Duty, Measure, Origin, Owes, State
from training.duty_gaps import Why, gaps
from training.duty_owing import City, city_of, owing_in, owing_on
from training.duty_table import duties_of
from training.people import Fact, Field, StatusPeriod, UnitField
from training.requirements import Policy
from training.roll import KnownPerson
from training.roll_plan import plan_roll
from training.unit_plan import plan_units

NOW = datetime(2026, 1, 5, tzinfo=UTC)
TABLE = duties_of()
UNITS = (
    ("gov", "市政府", "", "市政府", "是", "否"),
    ("sf", "司法局", "gov", "政府部门", "是", "否"),
    ("cg", "城管执法局", "gov", "政府部门", "是", "是"),
    ("zd", "执法大队", "cg", "直属事业单位", "否", "是"),
    ("tl", "桐岭镇政府", "gov", "乡镇政府", "是", "是"),
    ("xd", "溪东街道办事处", "gov", "街道办事处", "是", "是"),
    ("sy", "水务中心", "gov", "直属事业单位", "否", "否"),
)
ROSTER = (
    # 姓名 单位 人员类别 人员编号 职务 班子职务 任现职日期 执法证号 执法证有效期 岗位 法律职业资格 公职律师
    ("市长甲", "gov", "领导干部", "G1", "市长", "主要负责人", "2023-01-10", "", "", "", "", ""),
    ("副市长", "gov", "领导干部", "G2", "副市长", "班子成员", "2022-01-10", "", "", "", "", ""),
    ("司法局长", "sf", "领导干部", "S1", "局长", "主要负责人", "2021-03-01", "", "", "", "", ""),
    ("复议新人", "sf", "工作人员", "S2", "科员", "", "2025-09-01", "", "", "行政复议", "", "是"),
    ("复议老人", "sf", "工作人员", "S3", "科员", "", "2015-09-01", "", "", "行政复议", "", "否"),
    ("城管局长", "cg", "领导干部", "C1", "党组书记、局长", "主要负责人", "2020-05-01", "", "", "", "", ""),
    ("城管副职", "cg", "领导干部；行政执法人员", "C2", "副局长", "班子成员", "", "Z1", "2027-06-30", "", "", ""),
    ("城管委员", "cg", "领导干部", "C3", "总工程师", "班子成员", "2024-01-01", "", "", "", "", ""),
    ("法制审核", "cg", "工作人员", "C4", "科员", "", "2024-09-01", "", "", "处罚决定法制审核", "A证", ""),
    ("执法员甲", "zd", "行政执法人员", "Z1", "队员", "", "", "Z2", "2026-01-20", "", "", ""),
    ("执法员乙", "zd", "行政执法人员", "Z2", "队员", "", "", "", "", "", "", ""),
    ("镇长", "tl", "领导干部", "T1", "镇长", "主要负责人", "2024-01-01", "", "", "", "", ""),
    ("副镇长", "tl", "领导干部", "T2", "副镇长", "班子成员", "2024-01-01", "", "", "", "", ""),
    ("街道主任", "xd", "领导干部", "X1", "主任", "主要负责人", "2024-01-01", "", "", "", "", ""),
    ("水务主任", "sy", "领导干部", "W1", "主任", "主要负责人", "2024-01-01", "", "", "", "", ""),
    ("保安", "sf", "其他", "O1", "", "", "", "", "", "", "", ""),
)
UNIT_HEADER = "单位代码 单位名称 上级单位代码 单位性质 行政机关 承担行政执法职能"
HEADER = "姓名 单位 人员类别 人员编号 职务 班子职务 任现职日期 执法证号 执法证有效期 岗位 法律职业资格 公职律师"


def city(
    rows: Sequence[Sequence[str]] = ROSTER, *policies: Policy, since: str = "2025-01-01", more: Iterable[Fact] = ()
) -> City:
    """Through the real parsers; everything holds from `since`, and the facts `more` are added."""
    units = plan_units(unit_sheet(f"{UNIT_HEADER} 生效日期", *((*row, "2020-01-01") for row in UNITS)), {}, NOW)
    facts = {change.code: change.facts for change in units.new}
    plan = plan_roll(roster(f"{HEADER} 生效日期", *((*row, since) for row in rows)), [], facts, NOW)
    assert (units.problems, plan.problems) == ((), ())
    added = list(more)
    persons = [
        KnownPerson(p.person, (*p.facts, *(f for f in added if f.subject == p.person)), p.periods) for p in plan.new
    ]
    return city_of(persons, facts, *policies)


def one(leadership: str = "主要负责人", unit: str = "sf", since: str = "2025-01-01", post: str = "") -> City:
    row = ("甲", unit, "领导干部", "P1", post, leadership, *[""] * 6)
    return city([row], since=since)


def fact(field: str, value: str, day: str, subject: str = "P1") -> Fact:
    return Fact(subject, field, value, date.fromisoformat(day), NOW)


def with_more(found: City, *facts: Fact, periods: Sequence[StatusPeriod] = ()) -> City:
    persons = [
        KnownPerson(p.number, (*p.facts, *(f for f in facts if f.subject == p.number)), tuple(periods))
        for p in found.persons
    ]
    return City(persons, found.units, found.policies)


def away(status: str, starts: str, ends: str = "") -> StatusPeriod:
    last = date.fromisoformat(ends) if ends else None
    return StatusPeriod("P1", status, date.fromisoformat(starts), last, NOW)


def owed_by(found: City, year: int = 2026, duties: Sequence[Duty] = TABLE) -> dict[str, list[str]]:
    """Key → who owes it, without the waived."""
    owed = defaultdict(list)
    for owes in owing_in(duties, found, year):
        if not owes.waived:
            owed[owes.duty.key].append(owes.subject)
    return dict(owed)


def owes(found: City, key: str, year: int = 2026, duties: Sequence[Duty] = TABLE, day: str = "") -> Owes:
    as_of = date.fromisoformat(day) if day else None
    [row] = [row for row in owing_in(duties, found, year, as_of) if row.duty.key == key]
    return row


def test_from_the_two_files_alone() -> None:
    everybody = sorted(row[3] for row in ROSTER if row[2] != "其他")
    assert owed_by(city()) == {
        "hours-leader": ["C1", "C3", "G1", "G2", "S1", "T1", "T2", "W1", "X1"],
        "hours-staff": ["C4", "S2", "S3"],
        "hours-enforcement": ["C2", "Z1", "Z2"],
        "report": ["C1", "G1", "S1", "T1", "W1", "X1"],
        "meeting": ["gov"],
        "class": ["C1", "G1", "S1"],
        "class-township": ["T1"],
        "lectures": ["gov"],
        "lectures-township": ["tl"],
        "hearing": ["C1", "C2", "C3", "G1", "G2", "S1"],
        "hearing-organised": ["cg", "gov", "sf", "tl", "xd"],
        "off-job": ["C1", "C2"],
        "drills": ["gov"],
        "exam": everybody,
        "competition": ["gov"],
        "qualification": ["C4", "S2"],
        "public-lawyer": ["cg", "sf"],
        "certificate": ["C2", "Z1", "Z2"],
    }


@pytest.mark.parametrize(
    ("key", "task", "amount", "period", "hard", "origin"),
    [
        ("hours-leader", 1, "40", "year", True, "notice"),
        ("hours-staff", 1, "50", "year", True, "notice"),
        ("hours-enforcement", 1, "60", "year", True, "notice"),
        ("report", 2, "1", "year", True, "notice"),
        ("meeting", 3, "2", "year", False, "notice"),
        ("class", 4, "1", "year", True, "notice"),
        ("class-township", 4, "1", "year", True, "city"),
        ("lectures", 4, "2", "year", True, "notice"),
        ("lectures-township", 4, "2", "year", True, "city"),
        ("hearing", 4, "1", "year", True, "notice"),
        ("hearing-organised", 4, "1", "year", True, "notice"),
        ("off-job", 4, "1", "term", True, "notice"),
        ("drills", 5, "1", "year", False, "notice"),
        ("exam", 5, "1", "year", True, "notice"),
        ("competition", 5, "1", "two_years", True, "notice"),
        ("qualification", 6, "1", "standing", True, "notice"),
        ("public-lawyer", 9, "1", "standing", False, "notice"),
        ("certificate", 18, "1", "standing", True, "notice"),
    ],
)
def test_the_table(key: str, task: int, amount: str, period: str, hard: bool, origin: str) -> None:
    [row] = [duty for duty in TABLE if duty.key == key]
    assert (row.task, str(row.amount), row.period, row.hard, row.origin) == (task, amount, period, hard, origin)
    assert row.words


def test_hearings_are_told_apart_by_their_content() -> None:
    of_any_kind, administrative = (next(d for d in TABLE if d.key == k) for k in ("hearing", "hearing-organised"))
    assert of_any_kind.forms == administrative.forms == ("court_hearing",)
    assert (of_any_kind.content, administrative.content) == ((), ("行政诉讼",))


@pytest.mark.parametrize(
    ("leadership", "post", "expected"),
    [
        ("主要负责人", "", {"report", "class", "hearing", "off-job"}),
        ("主要负责人", "副局长（主持工作）", {"report", "class", "hearing", "off-job"}),
        ("党组书记、局长", "", {"report", "class", "hearing", "off-job"}),
        ("市城管执法局局长", "", {"report", "class", "hearing", "off-job"}),
        ("副局长（主持工作）", "", {"report", "class", "hearing", "off-job"}),
        ("是", "局长", {"report", "class", "hearing", "off-job"}),
        ("负责人", "", {"hearing", "off-job"}),
        ("副职", "局长", {"hearing", "off-job"}),
        ("常务副局长", "", {"hearing", "off-job"}),
        ("党组成员、副局长", "", {"hearing", "off-job"}),
        ("班子成员", "城管执法局副局长", {"hearing", "off-job"}),
        ("班子成员", "总工程师", {"hearing"}),
        ("班子成员", "大队长", {"hearing"}),
        ("是", "", {"hearing"}),
        ("无", "局长", set()),
        ("", "局长", set()),
        ("督导员", "", set()),
    ],
)
def test_the_words_of_a_leadership_team(leadership: str, post: str, expected: set[str]) -> None:
    found = owed_by(one(leadership, "cg", post=post))
    assert {key for key in found if key in ("report", "class", "hearing", "off-job")} == expected


def test_the_head_of_a_bureau_on_the_governments_team_is_no_head_of_the_government() -> None:
    found = owed_by(one("班子成员", "gov", post="副市长、公安局局长"))
    assert ("hearing" in found, "class" in found, "report" in found) == (True, False, False)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("gov", {"class", "hearing", "report"}),
        ("sf", {"class", "hearing", "report"}),
        ("cg", {"class", "hearing", "report", "off-job"}),
        ("tl", {"class-township", "report"}),
        ("xd", {"report"}),
        ("zd", {"report"}),
    ],
)
def test_what_a_head_owes_depends_on_the_unit(unit: str, expected: set[str]) -> None:
    keys = {"class", "class-township", "hearing", "report", "off-job"}
    assert owed_by(one(unit=unit)).keys() & keys == expected


@pytest.mark.parametrize(
    ("since", "months", "waived"),
    [
        ("2026-07-01", 6, False),
        ("2026-10-17", 3, False),  # 15 days of October, November, December
        ("2026-10-18", 2, True),
        ("2026-12-31", 0, True),
    ],
)
def test_a_head_appointed_in_mid_year(since: str, months: int, waived: bool) -> None:
    """Counted from the appointment, although on the roll all year; the amount is never prorated."""
    staff = city([("甲", "sf", "工作人员", "P1", "", *[""] * 7)])
    found = owes(with_more(staff, fact(Field.LEADERSHIP, "主要负责人", since)), "class")
    assert (found.counted_months, found.waived, found.amount) == (months, waived, Decimal(1))
    assert (found.starts, found.ends) == (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("status", "starts", "ends", "months", "waived"),
    [
        ("调出", "2026-03-16", "", 3, False),  # 15 days of March
        ("调出", "2026-03-15", "", 2, True),
        ("停职", "2026-01-20", "", 1, True),
        ("停职", "2026-03-01", "2026-08-31", 6, False),
        ("产假", "2026-02-10", "2026-07-17", 6, False),
        ("驻村援派", "2026-01-01", "", 12, False),
        ("借调", "2026-01-01", "", 12, False),
        ("病假", "2026-01-05", "2026-01-15", 12, False),  # under 15 days
    ],
)
def test_months_go_with_the_status(status: str, starts: str, ends: str, months: int, waived: bool) -> None:
    found = owes(with_more(one(), periods=[away(status, starts, ends)]), "class")
    assert (found.counted_months, found.waived) == (months, waived)


@pytest.mark.parametrize("status", ["退休", "调出", "停职", "编外", "离岗待退"])
def test_who_was_not_on_duty_on_any_day_is_not_listed(status: str) -> None:
    found = owing_in(TABLE, with_more(one(), periods=[away(status, "2025-12-31")]), 2026)
    assert [row.duty.key for row in found if row.subject == "P1"] == []


def test_who_comes_next_year_owes_nothing_this_year() -> None:
    assert "P1" not in {row.subject for row in owing_in(TABLE, one(since="2027-01-01"), 2026)}
    assert "class" in owed_by(one(since="2027-01-01"), 2027)


def test_the_first_day_of_work_goes_before_the_first_record() -> None:
    found = with_more(one(), fact(Field.JOINED_ON, "2026-11-10", "2026-06-01"))
    assert (owes(found, "class").counted_months, owes(found, "class").waived) == (2, True)


def test_two_heads_of_one_year() -> None:
    old = ("旧", "sf", "领导干部", "P1", "", "主要负责人", *[""] * 6)
    new = ("新", "sf", "领导干部", "P2", "", "", *[""] * 6)
    changes = [fact(Field.LEADERSHIP, "", "2026-05-01"), fact(Field.LEADERSHIP, "主要负责人", "2026-05-01", "P2")]
    found = with_more(city([old, new]), *changes)
    assert owed_by(found)["class"] == ["P1", "P2"]
    assert owed_by(found, 2027)["class"] == ["P2"]
    assert [s for d, s in owing_on(TABLE, found, date(2026, 4, 30)) if d.key == "class"] == ["P1"]
    assert [s for d, s in owing_on(TABLE, found, date(2026, 5, 1)) if d.key == "class"] == ["P2"]


def test_moved_in_the_year_stands_with_the_last_unit_and_once() -> None:
    found = owes(with_more(one(), fact(Field.UNIT, "cg", "2026-05-01")), "class")
    assert (found.unit, found.counted_months) == ("cg", 12)


def test_from_a_bureau_to_a_township_owes_one_class_by_the_longer_part() -> None:
    found = with_more(one(), fact(Field.UNIT, "tl", "2026-03-01"))
    [row] = [row for row in owing_in(TABLE, found, 2026) if row.duty.quota == "class" and row.subject == "P1"]
    assert (row.duty.key, row.counted_months, row.amount) == ("class-township", 12, Decimal(1))


def test_hours_are_prorated_and_never_waived() -> None:
    row = ("甲", "sf", "工作人员", "P1", *[""] * 8)
    late = owes(city([row], since="2026-11-20"), "hours-staff")
    assert (late.amount, late.waived) == (Decimal("4.5"), False)
    marked = with_more(city([row]), fact(Field.MARK, "1", "2026-07-01"))
    assert owes(marked, "hours-enforcement").amount == Decimal("55.0")
    assert "hours-staff" not in owed_by(marked)


def test_the_mark_lifts_a_leader() -> None:
    assert [
        (d.key, s) for d, s in owing_on(TABLE, city(), date(2026, 6, 1)) if s == "C2" and d.quota == "hours"
    ] == [("hours-enforcement", "C2")]


def test_the_term_begins_with_the_present_post_and_is_never_waived() -> None:
    found = city()
    assert (owes_of(found, "off-job", "C1").starts, owes_of(found, "off-job", "C1").ends) == (
        date(2020, 5, 1),
        None,
    )
    assert owes_of(found, "off-job", "C2").starts == date(2025, 1, 1)  # nothing said: the first record
    new = with_more(one("", "cg"), fact(Field.LEADERSHIP, "副职", "2026-12-10"))
    new = with_more(new, fact(Field.APPOINTED_ON, "2026-12-10", "2026-12-10"))
    assert (owes(new, "off-job").since, owes(new, "off-job").waived) == (date(2026, 12, 10), False)


def test_a_term_that_ended() -> None:
    found = with_more(one("主要负责人", "cg"), fact(Field.UNIT, "sf", "2026-04-01"))
    assert owes(found, "off-job").ends == date(2026, 3, 31)
    assert "off-job" not in owed_by(found, 2027)


def owes_of(found: City, key: str, subject: str, day: str = "2026-12-31") -> Owes:
    rows = owing_in(TABLE, found, 2026, date.fromisoformat(day))
    [row] = [row for row in rows if (row.duty.key, row.subject) == (key, subject)]
    return row


@pytest.mark.parametrize("year", [2026, 2027])
def test_a_competition_every_two_years(year: int) -> None:
    row = owes(city(), "competition", year)
    assert (row.starts, row.ends, row.counted_months) == (date(2026, 1, 1), date(2027, 12, 31), 24)
    assert owes(city(), "competition", 2025).starts == date(2024, 1, 1)


@pytest.mark.parametrize(
    ("status", "sits"), [("产假", True), ("脱产学习", True), ("停职", False), ("离岗待退", False), ("调出", False)]
)
def test_the_exam_follows_its_own_rule_of_the_status(status: str, sits: bool) -> None:
    found = with_more(one(), periods=[away(status, "2025-06-01")])
    assert ("P1" in owed_by(found).get("exam", [])) == sits


@pytest.mark.parametrize(
    ("certificate", "until", "day", "state"),
    [
        ("Z9", "2027-06-30", "2026-12-31", State.MET),
        ("Z9", "2026-12-31", "2026-12-31", State.EXPIRING),
        ("Z9", "2026-12-30", "2026-12-31", State.EXPIRED),
        ("Z9", "2026-08-30", "2026-07-01", State.EXPIRING),  # 60 days ahead
        ("Z9", "2026-08-31", "2026-07-01", State.MET),
        ("Z9", "", "2026-07-01", State.UNDATED),
        ("", "2027-06-30", "2026-07-01", State.LACKING),
    ],
)
def test_a_valid_certificate(certificate: str, until: str, day: str, state: State) -> None:
    found = city([("甲", "cg", "行政执法人员", "P1", "", "", "", certificate, until, "", "", "")])
    row = owes(found, "certificate", day=day)
    assert row.state is state
    assert (row.until is None) == (state in (State.LACKING, State.UNDATED))


def test_a_certificate_without_end() -> None:
    dated = city([("甲", "cg", "行政执法人员", "P1", "", "", "", "Z9", "2026-02-01", "", "", "")])
    assert owes(dated, "certificate").state is State.EXPIRED
    row = owes(with_more(dated, fact(Field.CERTIFICATE_UNTIL, "", "2026-02-01")), "certificate")
    assert (row.state, row.until) == (State.MET, None)


@pytest.mark.parametrize(
    ("job", "appointed", "qualification", "state"),
    [
        ("行政复议", "2018-01-01", "", State.LACKING),
        ("行政复议", "2017-12-31", "", None),
        ("行政处罚决定法制审核", "2025-01-01", "是", State.MET),
        ("重大执法决定法制审核", "2025-01-01", "A证", State.MET),
        ("法制审核", "2025-01-01", "无", State.LACKING),
        ("复议应诉科", "", "", State.LACKING),  # nothing said: since the first record
        ("综合文秘", "2025-01-01", "", None),
    ],
)
def test_new_entrants_need_the_qualification(
    job: str, appointed: str, qualification: str, state: State | None
) -> None:
    found = city([("甲", "sf", "工作人员", "P1", "", "", appointed, "", "", job, qualification, "")])
    states = [row.state for row in owing_in(TABLE, found, 2026) if row.duty.key == "qualification"]
    assert states == ([] if state is None else [state])


def test_a_change_of_post_is_an_entry_whatever_the_present_post_says() -> None:
    old = city([("甲", "sf", "工作人员", "P1", "", "", "2010-01-01", "", "", "综合", "", "")])
    row = owes(with_more(old, fact(Field.JOB, "行政复议", "2026-03-01")), "qualification")
    assert (row.since, row.state) == (date(2026, 3, 1), State.LACKING)


def test_public_lawyers_are_counted_with_those_below() -> None:
    lawyer = ("律师", "zd", "工作人员", "L1", *[""] * 7, "是")
    found = city([*ROSTER, lawyer])
    assert [(row.subject, row.have, row.state) for row in owing_in(TABLE, found, 2026) if row.have is not None] == [
        ("cg", 1, State.MET),
        ("sf", 1, State.MET),
    ]
    assert owes_of(city(), "public-lawyer", "cg").state is State.LACKING


@pytest.mark.parametrize(
    ("status", "listed"), [("产假", True), ("停职", True), ("借调", True), ("编外", False), ("退休", False)]
)
def test_what_must_be_there_does_not_end_with_a_leave(status: str, listed: bool) -> None:
    row = ("甲", "sf", "行政执法人员", "P1", "", "", "", "Z9", "2030-01-01", "", "", "是")
    found = with_more(city([row]), periods=[away(status, "2025-06-01")])
    assert ("P1" in owed_by(found).get("certificate", [])) == listed
    assert owes_of(found, "public-lawyer", "sf").have == listed


CLASS = next(duty for duty in TABLE if duty.key == "class")
TOWNSHIP_CLASS = next(duty for duty in TABLE if duty.key == "class-township")


def test_before_the_notice_only_hours_are_owed() -> None:
    found = one(since="2020-01-01")
    assert set(owed_by(found, 2023)) == {"hours-leader"}
    assert owes(found, "class", 2024).counted_months == 11  # from 7 February


@pytest.mark.parametrize(
    ("begins", "amount", "months"),
    [("2026-06-01", 2, 12), ("2026-07-01", 2, 12), ("2026-08-01", 1, 12), ("2027-01-01", 1, 12)],
)
def test_a_rule_that_changes_in_mid_year_splits_the_year(begins: str, amount: int, months: int) -> None:
    """The rule of most months; of equal ones the one that asks for more."""
    more = replace(CLASS, amount=Decimal(2), valid_from=date.fromisoformat(begins))
    row = owes(one(), "class", duties=(CLASS, more))
    assert (row.amount, row.counted_months, row.waived) == (Decimal(amount), months, False)
    assert owes(one(), "class", 2027, duties=(CLASS, more)).amount == 2
    assert owes(one(), "class", 2025, duties=(CLASS, more)).amount == 1


def test_the_rule_that_began_last_goes_before_one_that_asks_for_more() -> None:
    less = (replace(CLASS, amount=Decimal(2)), replace(CLASS, valid_from=date(2026, 1, 1)))
    assert owes(one(), "class", duties=less).amount == 1
    assert owes(one(), "class", 2025, duties=less).amount == 2


@pytest.mark.parametrize(("last", "waived"), [("2026-06-30", False), ("2026-03-15", False), ("2026-03-14", True)])
def test_a_rule_that_ends_keeps_the_months_before(last: str, waived: bool) -> None:
    ended = replace(TOWNSHIP_CLASS, valid_until=date.fromisoformat(last))
    row = owes(one(unit="tl"), "class-township", duties=(CLASS, ended))
    assert (row.waived, row.last) == (waived, date.fromisoformat(last))
    assert owed_by(one(unit="tl"), 2027, (CLASS, ended)) == {}


def test_a_rule_that_begins_late_is_waived_in_its_first_year() -> None:
    late = replace(CLASS, valid_from=date(2026, 10, 18))
    assert owes(one(), "class", duties=(late,)).waived
    assert not owes(one(), "class", 2027, duties=(late,)).waived


def test_policies_that_change_give_the_hours_of_each_month() -> None:
    policies = (Policy(), Policy(leader=Decimal(64), valid_from=date(2026, 7, 1)))
    row = owes(city([ROSTER[2]], *policies), "hours-leader", duties=duties_of(policies))
    assert (row.amount, row.duty.amount) == (Decimal("52.0"), Decimal(64))  # 40 × 6/12 + 64 × 6/12; equal months


def test_a_unit_that_begins_or_becomes_an_agency_late() -> None:
    found = one()
    born = [fact(UnitField.NAME, "新局", "2026-11-01", "new"), fact(UnitField.AGENCY, "1", "2026-11-01", "new")]
    facts = {**found.units.facts, "new": born}
    facts["sy"] = (*facts["sy"], fact(UnitField.AGENCY, "1", "2026-09-01", "sy"))
    rows = {row.subject: row for row in owing_in(TABLE, city_of([], facts), 2026)}
    assert (rows["new"].counted_months, rows["new"].waived) == (2, True)
    assert (rows["sy"].counted_months, rows["sy"].waived) == (4, False)


@pytest.mark.parametrize(("since", "months"), [("2026-09-01", 4), ("2026-10-17", 3), ("2026-10-18", 2)])
def test_a_change_of_nature_reaches_the_people(since: str, months: int) -> None:
    found = one(unit="sy")
    facts = dict(found.units.facts)
    facts["sy"] = (*facts["sy"], fact(UnitField.NATURE, "department", since, "sy"))
    row = owes(city_of(found.persons, facts), "class")
    assert (row.counted_months, row.waived) == (months, months < 3)


def test_what_was_known_at_a_moment() -> None:
    found = with_more(one(""), fact(Field.LEADERSHIP, "主要负责人", "2026-01-01"))
    late = [
        replace(f, recorded_at=NOW + timedelta(days=30)) for f in found.persons[0].facts if f.value == "主要负责人"
    ]
    person = KnownPerson("P1", (*(f for f in found.persons[0].facts if f.value != "主要负责人"), *late))
    before = city_of([person], found.units.facts, known_at=NOW)
    assert ("class" in owed_by(before), "class" in owed_by(city_of([person], found.units.facts))) == (False, True)


def test_what_the_files_leave_open() -> None:
    rows = [
        ("甲", "sf", "领导干部", "P1", "", "督导员", *[""] * 6),
        ("乙", "cg", "领导干部", "P2", "", "主要负责人", *[""] * 6),
        ("丙", "gov", "领导干部", "P3", "", "主要负责人", *[""] * 6),
    ]
    found = [(gap.why, gap.subject, gap.said) for gap in gaps(city(rows), date(2026, 6, 1))]
    assert found == [
        (Why.UNREAD, "P1", "督导员"),
        (Why.NO_HEAD, "sf", ""),
        (Why.NO_HEAD, "tl", ""),
    ]
    retired = with_more(one(), periods=[away("退休", "2026-05-31")])
    assert Why.NO_HEAD in {gap.why for gap in gaps(retired, date(2026, 6, 1)) if gap.subject == "sf"}
    assert "sf" not in {gap.subject for gap in gaps(retired, date(2026, 5, 30))}
    bare = city_of(one().persons, {"sf": [fact(UnitField.NAME, "司法局", "2020-01-01", "sf")]})
    assert [(gap.why, gap.subject) for gap in gaps(bare, date(2026, 6, 1))] == [(Why.NO_NATURE, "P1")]


def test_the_table_has_one_subject_and_way_of_counting_in_a_quota() -> None:
    quotas = defaultdict(set)
    for duty in TABLE:
        quotas[duty.quota].add((duty.subject, duty.measure, duty.period, duty.on_one_day))
    assert {quota for quota, ways in quotas.items() if len(ways) > 1} == set()
    assert len({duty.key for duty in TABLE}) == len(TABLE)
    assert {duty.key for duty in TABLE if duty.origin is Origin.CITY} == {"class-township", "lectures-township"}
    assert {duty.key for duty in TABLE if duty.measure is Measure.HEADCOUNT} == {"public-lawyer"}


def test_a_unit_that_is_not_assessed_owes_nothing_of_its_own() -> None:
    """Its people still owe what the notice asks of everybody. A unit that ends in July has had six months."""
    found = city()

    def with_end(day: date) -> dict[str, Sequence[Fact]]:
        ended = Fact("tl", UnitField.ASSESSED, "", day, NOW)
        return {**found.units.facts, "tl": (*found.units.facts["tl"], ended)}

    def owed_by_unit(facts: dict[str, Sequence[Fact]]) -> set[str]:
        then = city_of(found.persons, facts)
        return {owes.duty.key for owes in owing_in(TABLE, then, 2026, date(2026, 12, 31)) if owes.subject == "tl"}

    assert owed_by_unit({**found.units.facts})
    assert owed_by_unit(with_end(date(2020, 1, 1))) == set()
    assert owed_by_unit(with_end(date(2026, 7, 1))) == owed_by_unit({**found.units.facts})
