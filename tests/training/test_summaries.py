"""What is added up into the columns of a 学时汇总."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.storage.rows import entry
from training.hours import HoursRules
from training.people import Fact, Field, StatusPeriod
from training.requirements import MonthlyShare, Owed, Why
from training.statuses import STATUSES
from training.summaries import (
    Amount,
    Cut,
    Figures,
    Reconciliation,
    added,
    amount_of,
    figures,
    rate,
    recorded,
)
from training.summary_roll import Part, place_on, span_words

NOON = datetime(2026, 5, 1, 4, tzinfo=UTC)
YEAR = 2026


def amount(form: str, hundredths: int, *classes: str, unit: str = "u") -> Amount:
    return Amount("p", unit, form, classes, hundredths, 1)


def owes(hours: str) -> Owed:
    share = Fraction(Decimal(hours)) / 12
    return Owed(Decimal(hours), tuple(MonthlyShare(m, None, 30, share, Why.WHOLE) for m in range(1, 13)), False)


@pytest.mark.parametrize(
    ("form", "column"),
    [
        *((form, "集中培训") for form in ("lecture", "professional", "collective")),
        *((form, "在线答题") for form in ("daily", "practice", "quiz")),
        *(("off_job", "脱产"), ("online", "网络"), ("exam", "考试")),
        *(("court_hearing", "旁听"), ("teaching", "讲课")),
    ],
)
def test_every_form_has_its_column(form: str, column: str) -> None:
    row = figures(owes("50"), recorded([amount(form, 100)]), HoursRules())
    assert (row.columns, row.others) == ({column: 100}, {})


def test_other_forms_are_kept_apart_and_count() -> None:
    row = figures(owes("50"), recorded([amount("case_study", 400), amount("exam", 200)]), HoursRules())
    assert (row.columns, row.others, row.counted) == ({"考试": 200}, {"case_study": 400}, 600)


def test_the_main_class_alone_decides() -> None:
    sums = recorded([amount("lecture", 300, "业务知识", "宪法"), amount("exam", 200, "宪法", "业务知识")])
    row = figures(owes("50"), recorded([]), HoursRules())
    assert sums.by_class == {"业务知识": 300, "宪法": 200}
    assert row.classes == {}
    assert figures(owes("50"), sums, HoursRules()).classes == {"业务知识": 300, "法律法规": 200}


def test_nobody_makes_up_for_another() -> None:
    over = figures(owes("40"), recorded([amount("off_job", 6000)]), HoursRules())
    under = figures(owes("60"), recorded([amount("off_job", 3000)]), HoursRules())
    both = added([over, under, Figures(people=1, recorded=500)])
    assert (rate(over), rate(under), rate(both)) == (150_00, 50_00, 70_00)
    assert (both.people, both.assessed, both.met, both.missing, both.recorded) == (3, 2, 1, 3000, 9500)
    assert rate(Figures(people=1)) is None


def test_a_rate_is_rounded_half_up() -> None:
    """144 of 2554 is 5.638…; 1 of 800 is 0.125."""
    for owed, counted, percent in ((2554_00, 144_00, 5_64), (800, 1, 13), (2554_00, 143_00, 5_60)):
        assert rate(Figures(people=1, owed=owed, counted=counted)) == percent


def test_a_rate_is_never_rounded_up_to_the_whole() -> None:
    assert rate(Figures(people=1, owed=2554_00, counted=2553_99)) == 99_99
    short = figures(owes("60"), recorded([amount("off_job", 5999)]), HoursRules())
    assert rate(short) == 99_98


@pytest.mark.parametrize(
    ("cut", "kept"),
    [
        (Cut(), True),
        (Cut(as_of=date(2026, 5, 1)), True),
        (Cut(as_of=date(2026, 4, 30)), False),
        (Cut(known_at=NOON), True),
        (Cut(known_at=NOON.replace(second=0, microsecond=0, hour=3)), False),
        (Cut(as_of=date(2026, 5, 1), known_at=NOON.replace(hour=3)), False),
    ],
)
def test_a_cut_includes_its_day_and_its_moment(cut: Cut, kept: bool) -> None:
    line = entry(starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 3), recorded_at=NOON)
    assert cut.keeps(line) is kept
    assert amount_of(line).amount == 10


def test_a_difference_shows() -> None:
    assert Reconciliation(6010, 11, 5510, 700, 3, 200).difference == 0
    assert Reconciliation(6010, 11, 5500, 700, 3, 200).difference == 10


def fact(field: Field, value: str, since: date) -> Fact:
    return Fact("p", field, value, since, NOON)


JANUARY = date(2026, 1, 1)
HELD = [fact(Field.UNIT, "u", JANUARY), fact(Field.CATEGORY, "staff", JANUARY), fact(Field.NAME, "甲", JANUARY)]


def period(status: str, starts: date, ends: date | None = None) -> StatusPeriod:
    return StatusPeriod("p", status, starts, ends, NOON)


@pytest.mark.parametrize(
    ("periods", "day", "part", "spans"),
    [
        ([], date(2026, 6, 30), Part.COUNTED, "01-01至12-31"),
        ([period("产假", JANUARY)], date(2026, 6, 30), Part.COUNTED, "01-01至12-31"),
        ([period("退休", date(2026, 7, 1))], date(2026, 6, 30), Part.COUNTED, "01-01至06-30"),
        ([period("退休", date(2026, 7, 1))], date(2026, 7, 1), Part.LEFT, "01-01至06-30"),
        ([period("调出", JANUARY)], date(2026, 7, 1), Part.ABSENT, ""),
        ([period("编外", JANUARY)], date(2026, 7, 1), Part.ABSENT, "01-01至12-31"),
        (
            [period("调出", date(2026, 3, 1), date(2026, 4, 30))],
            date(2026, 7, 1),
            Part.COUNTED,
            "01-01至02-28、05-01至12-31",
        ),
    ],
)
def test_where_a_person_stands(periods: list[StatusPeriod], day: date, part: Part, spans: str) -> None:
    place = place_on("p", HELD, periods, day, YEAR, STATUSES)
    assert (place.part, span_words(place.spans)) == (part, spans)


def test_who_joins_within_the_year() -> None:
    joined = [*HELD, fact(Field.JOINED_ON, "2026-03-10", JANUARY)]
    before = place_on("p", joined, [], date(2026, 3, 9), YEAR, STATUSES)
    after = place_on("p", joined, [], date(2026, 3, 10), YEAR, STATUSES)
    assert (before.part, after.part, span_words(after.spans)) == (Part.ABSENT, Part.COUNTED, "03-10至12-31")


def test_moves_within_the_year_up_to_the_day() -> None:
    moved = [*HELD, fact(Field.UNIT, "v", date(2026, 6, 15)), fact(Field.UNIT, "w", date(2026, 9, 1))]
    place = place_on("p", moved, [], date(2026, 8, 31), YEAR, STATUSES)
    assert place.moves == ((JANUARY, "u"), (date(2026, 6, 15), "v"))
    assert (place.unit, place.was_in(frozenset("u")), place.was_in(frozenset("w"))) == ("v", True, False)


def test_what_was_not_recorded_is_not_known() -> None:
    late = [*HELD, Fact("p", Field.UNIT, "v", date(2026, 2, 1), NOON.replace(hour=5))]
    assert place_on("p", late, [], date(2026, 6, 1), YEAR, STATUSES, NOON).unit == "u"
    assert place_on("p", late, [], date(2026, 6, 1), YEAR, STATUSES).unit == "v"
