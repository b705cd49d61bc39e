"""Hours: exact amounts, caps, what counts, the outlook, and the hash of a line."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from training.calendar import CITY
from training.hours import (
    Entry,
    HoursRules,
    Standing,
    counted,
    decimal,
    fitting,
    forecast,
    hundredths,
    line_hash,
    missing,
    weekly,
)

AMOUNTS = st.integers(0, 100_000)


@pytest.mark.parametrize(
    ("hours", "amount"),
    [
        ("0", 0),
        ("0.10", 10),
        ("0.1", 10),
        ("0.104", 10),
        ("0.1049999", 10),
        ("0.105", 11),
        ("2.675", 268),  # a float would say 267
        ("41.67", 4167),
        ("-0.10", -10),
        ("-0.105", -11),
    ],
)
def test_hours_are_rounded_half_up_to_a_hundredth(hours: str, amount: int) -> None:
    assert hundredths(Decimal(hours)) == amount


@given(st.integers(-10_000_000, 10_000_000))
def test_hundredths_and_decimals_are_the_same(amount: int) -> None:
    shown = decimal(amount)
    assert hundredths(shown) == amount
    assert shown.as_tuple().exponent == -2


def test_decimals_always_have_two_places() -> None:
    assert [str(decimal(n)) for n in (0, 5, 10, 100, 4167, -10)] == [
        "0.00",
        "0.05",
        "0.10",
        "1.00",
        "41.67",
        "-0.10",
    ]


def test_rules_are_read_as_exact_texts() -> None:
    rules = HoursRules(daily_credit="0.15", daily_cap="7.5")
    assert (rules.daily_credit_hundredths, rules.daily_cap_hundredths) == (15, 750)
    assert (HoursRules().daily_credit_hundredths, HoursRules().daily_cap_hundredths) == (10, 1000)


@pytest.mark.parametrize(
    ("earned", "so_far", "fits"),
    [
        (10, 0, 10),
        (10, 989, 10),
        (10, 990, 10),
        (10, 991, 9),
        (10, 995, 5),
        (10, 999, 1),
        (10, 1000, 0),
        (10, 1001, 0),  # a cap that was lowered takes nothing away
        (0, 0, 0),
    ],
)
def test_only_what_fits_under_the_cap_is_posted(earned: int, so_far: int, fits: int) -> None:
    assert fitting(earned, so_far, 1000) == fits


@pytest.mark.parametrize(
    ("owed", "by_form", "amount"),
    [
        (5000, {}, 0),
        (5000, {"daily": 10}, 10),
        (5000, {"daily": 1250}, 1250),
        (5000, {"daily": 1251}, 1250),
        (5000, {"daily": 1000, "practice": 600}, 1250),  # the group has one share
        (5000, {"daily": 1000, "practice": 600, "quiz": 100, "lecture": 800}, 2050),
        (5000, {"lecture": 9000}, 9000),
        (4150, {"daily": 1037}, 1037),
        (4150, {"daily": 1038}, 1037),  # 1037.5, and a hundredth is whole
        (0, {"daily": 100, "lecture": 50}, 150),  # nothing is owed: no share of it
        (None, {"daily": 9000}, 9000),
    ],
)
def test_a_quarter_of_what_is_owed_may_come_from_the_phone(
    owed: int | None, by_form: dict[str, int], amount: int
) -> None:
    assert counted(Standing(owed, by_form), HoursRules()) == amount


def test_the_share_is_the_citys() -> None:
    standing = Standing(5000, {"daily": 3000, "lecture": 100})
    assert counted(standing, HoursRules(online_share_percent=50)) == 2600
    assert counted(standing, HoursRules(online_share_percent=0)) == 100
    assert counted(standing, HoursRules(counts_toward_quota=False)) == 100


@given(st.none() | AMOUNTS, st.dictionaries(st.sampled_from(["daily", "practice", "lecture", "exam"]), AMOUNTS))
def test_no_more_counts_than_was_recorded_and_nothing_is_owed_below_zero(
    owed: int | None, by_form: dict[str, int]
) -> None:
    standing = Standing(owed, by_form)
    assert 0 <= counted(standing, HoursRules()) <= standing.recorded == sum(by_form.values())
    assert missing(standing, HoursRules()) == max(0, (owed or 0) - counted(standing, HoursRules()))


@pytest.mark.parametrize(
    ("amount", "day", "at_the_end"),
    [
        (100, date(2026, 1, 1), 36_500),
        (100, date(2026, 12, 31), 100),
        (100, date(2026, 4, 10), 365),  # the 100th day
        (100, date(2028, 12, 31), 100),  # a leap year
        (100, date(2028, 1, 1), 36_600),
        (0, date(2026, 6, 1), 0),
    ],
)
def test_the_pace_leads_to(amount: int, day: date, at_the_end: int) -> None:
    assert forecast(amount, day) == at_the_end


@pytest.mark.parametrize(
    ("amount", "day", "a_week"),
    [
        (0, date(2026, 6, 1), 0),
        (365, date(2026, 1, 1), 7),
        (366, date(2026, 1, 1), 8),  # rounded up
        (700, date(2026, 12, 25), 700),  # seven days are left, today among them
        (700, date(2026, 12, 26), 700),  # a started week is a week
        (700, date(2026, 12, 31), 700),
        (701, date(2026, 12, 18), 351),
    ],
)
def test_what_a_week_takes(amount: int, day: date, a_week: int) -> None:
    assert weekly(amount, day) == a_week


LINE = Entry(
    person="R000001",
    unit="11",
    category="staff",
    mark=False,
    year=2026,
    starts_on=date(2026, 11, 23),
    ends_on=date(2026, 11, 23),
    form="daily",
    content_classes=("宪法", "公共法律"),
    title="每日一题 2026-11-23 xf-0001",
    hours=Decimal("0.10"),
    rule="每日一题 0.10 学时/题，每年至多 10 学时",
    source="daily",
    source_ref="2026-11-23:R000001",
    recorded_at=datetime(2026, 11, 23, 1, 7, 5, 123_456, UTC),
)
PREVIOUS = "0" * 64
GOLDEN = "04b9cc1b0d2ec4b4157b3cc81cdb6f4618e43248d585a945c73990a43730407e"
CHANGED: dict[str, Any] = {
    "person": "R000002",
    "unit": "12",
    "category": "leader",
    "mark": True,
    "year": 2027,
    "starts_on": date(2026, 11, 22),
    "ends_on": date(2026, 11, 24),
    "form": "lecture",
    "content_classes": ("公共法律", "宪法"),
    "title": "每日一题 2026-11-23 xf-0002",
    "hours": Decimal("0.11"),
    "rule": "",
    "source": "import",
    "source_ref": "2026-11-23:R000002",
    "recorded_at": LINE.recorded_at + timedelta(microseconds=1),
    "organiser": "司法局",
    "mode": "现场",
    "minutes": 45,
    "evidence": "卷 1",
    "approved_by": "R000009",
    "approved_at": LINE.recorded_at,
    "late": True,
    "reverses": 1,
    "note": "说明",
}


def test_the_hash_of_a_line_never_changes() -> None:
    """Golden: with another one no ledger that was ever written would verify."""
    assert line_hash(1, PREVIOUS, LINE) == GOLDEN


def test_anybody_can_compute_the_hash_with_the_standard_library() -> None:
    line = (
        *(1, PREVIOUS, "R000001", "11", "staff", False, 2026, "2026-11-23", "2026-11-23", "daily"),
        *("宪法、公共法律", "每日一题 2026-11-23 xf-0001", "0.10", LINE.rule, "daily", "2026-11-23:R000001"),
        *(1_795_396_025_123_456, "", "线上", None, "", "", None, False, None, ""),
    )
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == GOLDEN


@pytest.mark.parametrize("field", Entry.__struct_fields__)
def test_the_hash_covers_every_field(field: str) -> None:
    assert line_hash(1, PREVIOUS, replace(LINE, **{field: CHANGED[field]})) != GOLDEN


def test_the_hash_covers_the_place_in_the_chain() -> None:
    assert len({line_hash(1, PREVIOUS, LINE), line_hash(2, PREVIOUS, LINE), line_hash(1, "1" * 64, LINE)}) == 3


def test_equal_values_hash_alike_however_they_are_written() -> None:
    """What a database gives back: another time zone, another number of places."""
    shanghai = LINE.recorded_at.astimezone(CITY)
    assert line_hash(1, PREVIOUS, replace(LINE, hours=Decimal("0.1"), recorded_at=shanghai)) == GOLDEN


def test_texts_cannot_move_between_fields() -> None:
    one, other = replace(LINE, organiser="ab", mode="c"), replace(LINE, organiser="a", mode="bc")
    assert line_hash(1, PREVIOUS, one) != line_hash(1, PREVIOUS, other)
