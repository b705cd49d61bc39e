"""Bands at their boundaries, which attempt counts, and a 成绩汇总表 worked out by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.exam_results import Band, Figures, Rate, Sitter, band, figures, figures_by, kept
from training.exams import Bands, Excuse, Keep
from training.people import Group

BANDS = Bands()


def sitter(unit: str, score: int | None = None, makeup: int | None = None, **changes: object) -> Sitter:
    plain = {"category": "staff", "group": Group.STAFF, "excuse": Excuse.NONE, "full": 10_000}
    return Sitter(unit=unit, score=score, makeup_score=makeup, **(plain | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("score", "full", "expected"),
    [
        (0, 10_000, Band.FAILED),
        (5999, 10_000, Band.FAILED),
        (6000, 10_000, Band.PASSED),
        (7999, 10_000, Band.PASSED),
        (8000, 10_000, Band.GOOD),
        (8999, 10_000, Band.GOOD),
        (9000, 10_000, Band.EXCELLENT),
        (10_000, 10_000, Band.EXCELLENT),
        (7199, 12_000, Band.FAILED),
        (7200, 12_000, Band.PASSED),
        (9599, 12_000, Band.PASSED),
        (9600, 12_000, Band.GOOD),
        (10_799, 12_000, Band.GOOD),
        (10_800, 12_000, Band.EXCELLENT),
        (1799, 3000, Band.FAILED),
        (1800, 3000, Band.PASSED),
        (1, 1, Band.EXCELLENT),
        (4199, 7000, Band.FAILED),  # 59.99 %, not rounded to 60
        (4200, 7000, Band.PASSED),
    ],
)
def test_bands(score: int, full: int, expected: Band) -> None:
    assert band(score, full, BANDS) is expected


def test_the_city_sets_the_bands() -> None:
    bands = Bands(passed=7000, good=8500, excellent=9500)
    found = [band(score, 10_000, bands) for score in (6999, 7000, 8499, 8500, 9499, 9500)]
    assert found == [Band.FAILED, Band.PASSED, Band.PASSED, Band.GOOD, Band.GOOD, Band.EXCELLENT]


@pytest.mark.parametrize("full", [0, -1])
def test_a_band_needs_full_marks(full: int) -> None:
    with pytest.raises(ValueError, match="full marks"):
        band(0, full, BANDS)


@pytest.mark.parametrize(
    ("scores", "highest", "first", "last"),
    [([70], 0, 0, 0), ([70, 80, 60], 1, 0, 2), ([80, 70, 80], 0, 0, 2), ([0, 0, 1], 2, 0, 2)],
)
def test_which_attempt_counts(scores: list[int], highest: int, first: int, last: int) -> None:
    assert [kept(scores, keep) for keep in (Keep.HIGHEST, Keep.FIRST, Keep.LAST)] == [highest, first, last]


def test_no_attempt_counts_when_there_is_none() -> None:
    with pytest.raises(ValueError, match="no attempt"):
        kept([], Keep.LAST)


@pytest.mark.parametrize(
    ("rate", "percent"),
    [
        (Rate(0, 0), None),
        (Rate(0, 3), "0.00"),
        (Rate(2, 3), "66.67"),
        (Rate(1, 3), "33.33"),
        (Rate(7, 7), "100.00"),
        (Rate(1, 800), "0.13"),  # 0.125
        (Rate(1, 20_000), "0.01"),  # 0.005
        (Rate(1, 20_001), "0.00"),
    ],
)
def test_percent_of_a_rate(rate: Rate, percent: str | None) -> None:
    assert rate.percent == (None if percent is None else Decimal(percent))
    assert percent is None or str(rate.percent) == percent


CITY = [
    sitter("甲", 9000),
    sitter("甲", 8999),
    sitter("甲", 6000),
    sitter("甲", 5999, 6100),
    sitter("甲", 3000, 5000),
    sitter("甲", None, 7000, excuse=Excuse.DEFERRED),
    sitter("甲", excuse=Excuse.DEFERRED),
    sitter("甲", excuse=Excuse.EXCUSED),
    sitter("甲"),
    sitter("甲", None, 5999),
    sitter("乙", 7200, full=12_000, group=Group.LEADER, category="leader"),
    sitter("乙", 7199, 5900, full=12_000, makeup_full=9000, group=Group.LEADER, category="leader"),
    sitter("乙", 8001, excuse=Excuse.DEFERRED),
    sitter("乙", 9900, 100, excuse=Excuse.EXCUSED),
    sitter("丙", excuse=Excuse.EXCUSED),
]

FIRST = Figures(
    due=9,
    sat=5,
    deferred=2,
    excused=1,
    passed=3,
    good=1,
    excellent=1,
    highest=9000,
    lowest=3000,
    mean=6600,  # 32998 / 5 = 6599.6
    full_marks=(10_000,),
    made_up=4,
    sat_any=7,
    passed_any=5,
)
SECOND = Figures(
    due=3,
    sat=3,
    deferred=0,
    excused=1,
    passed=2,
    good=1,
    excellent=0,
    highest=8001,
    lowest=7199,
    mean=7467,  # 22400 / 3 = 7466.67
    full_marks=(10_000, 12_000),
    made_up=1,
    sat_any=3,
    passed_any=3,
)
THIRD = Figures(
    due=0,
    sat=0,
    deferred=0,
    excused=1,
    passed=0,
    good=0,
    excellent=0,
    highest=None,
    lowest=None,
    mean=None,
    full_marks=(),
    made_up=0,
    sat_any=0,
    passed_any=0,
)
TOTAL = Figures(
    due=12,
    sat=8,
    deferred=2,
    excused=3,
    passed=5,
    good=2,
    excellent=1,
    highest=9000,
    lowest=3000,
    mean=6925,  # 55398 / 8 = 6924.75; the mean of the means would be 7033
    full_marks=(10_000, 12_000),
    made_up=5,
    sat_any=10,
    passed_any=8,
)


def test_a_row_for_each_unit() -> None:
    assert list(figures_by(CITY, lambda one: one.unit, BANDS).items()) == [
        ("甲", FIRST),
        ("乙", SECOND),
        ("丙", THIRD),
    ]


def test_the_total_is_of_all_persons() -> None:
    assert figures(CITY, BANDS) == TOTAL


def test_rates_keep_both_numbers() -> None:
    assert TOTAL.absent == 2
    assert TOTAL.attendance == Rate(8, 12)
    assert TOTAL.attendance_with_excused == Rate(8, 15)
    assert TOTAL.pass_rate == Rate(5, 8)
    assert TOTAL.good_rate == Rate(2, 8)
    assert TOTAL.excellent_rate == Rate(1, 8)
    assert TOTAL.pass_rate_after_makeup == Rate(8, 10)
    assert (FIRST.absent, SECOND.absent, THIRD.absent) == (2, 0, 0)
    assert str(TOTAL.attendance.percent) == "66.67"
    assert THIRD.attendance.percent is None
    assert THIRD.attendance_with_excused == Rate(0, 1)


def test_rows_by_anything_else() -> None:
    leagues = {"甲": 1, "乙": 2, "丙": 2}
    by_league = figures_by(CITY, lambda one: leagues[one.unit], BANDS)
    assert by_league[1] == FIRST
    assert (by_league[2].due, by_league[2].excused, by_league[2].passed) == (3, 2, 2)
    by_category = figures_by(CITY, lambda one: one.category, BANDS)
    assert list(by_category) == ["staff", "leader"]
    assert by_category["leader"].full_marks == (12_000,)
    assert by_category["leader"].pass_rate == Rate(1, 2)
    assert by_category["leader"].pass_rate_after_makeup == Rate(2, 2)


def test_half_a_hundredth_of_a_mean_is_rounded_up() -> None:
    assert figures([sitter("甲", 6000), sitter("甲", 6001)], BANDS).mean == 6001


def test_nobody_makes_an_empty_line() -> None:
    nobody = figures([], BANDS)
    assert (nobody.due, nobody.absent, nobody.mean, nobody.pass_rate.percent) == (0, 0, None, None)
    assert figures_by([], lambda one: one.unit, BANDS) == {}


SITTERS = st.lists(
    st.builds(
        Sitter,
        unit=st.sampled_from("甲乙丙"),
        category=st.just("staff"),
        group=st.sampled_from(Group),
        excuse=st.sampled_from(Excuse),
        full=st.sampled_from([9000, 10_000]),
        score=st.none() | st.integers(0, 9000),
        makeup_score=st.none() | st.integers(0, 9000),
    )
)
COUNTS = (
    "due",
    "sat",
    "deferred",
    "excused",
    "absent",
    "passed",
    "good",
    "excellent",
    "made_up",
    "sat_any",
    "passed_any",
)


@given(SITTERS)
def test_always(sitters: list[Sitter]) -> None:
    total, rows = figures(sitters, BANDS), figures_by(sitters, lambda one: one.unit, BANDS).values()
    for name in COUNTS:
        assert getattr(total, name) == sum(getattr(row, name) for row in rows)
        assert getattr(total, name) >= 0
    assert total.due + total.excused == len(sitters)
    assert total.good + total.excellent <= total.passed <= total.sat <= total.sat_any <= total.due
    assert total.passed <= total.passed_any <= total.sat_any
    assert total.passed_any - total.passed <= total.made_up
    assert total == figures(reversed(sitters), BANDS)
    if total.lowest is not None and total.mean is not None and total.highest is not None:
        assert total.lowest <= total.mean <= total.highest
