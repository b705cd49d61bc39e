"""疑似重复: same person, and days that overlap with one form or alike titles."""

from datetime import date, timedelta
from decimal import Decimal
from time import perf_counter

import pytest

from tests.storage.rows import entry
from training.doubles import doubles, standing
from training.forms import FORM_RULES
from training.past_lines import PastLine

MARCH = date(2026, 3, 2)
MOST_SECONDS = 20  # on two busy cores; comparing each row with all others takes many minutes


def line(
    n: int, title: str, first: int, last: int | None = None, *, form: str = "lecture", who: str = "P1"
) -> PastLine:
    """`n` is its ref; days from 2 March on."""
    starts, ends = (MARCH + timedelta(days=day) for day in (first, first if last is None else last))
    return PastLine(who, "张三", form, ("宪法",), title, starts, ends, Decimal(4), "司法局", "", 2026, str(n))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (line(1, "甲", 0), line(2, "乙", 0), True),  # same form and day
        (line(1, "甲", 0), line(2, "乙", 1), False),  # the next day
        (line(1, "甲", 0, 4), line(2, "乙", 4, 9), True),  # one day in common
        (line(1, "甲", 0, 3), line(2, "乙", 4, 9), False),
        (line(1, "甲", 0, 40), line(2, "乙", 35), True),  # begins in an earlier month
        (line(1, "甲", 35), line(2, "乙", 0, 40), True),
        (line(1, "甲", 0), line(2, "甲", 0, form="teaching"), True),  # one title
        (line(1, "一二三四五六七八九十", 0), line(2, "一二三 四五六七八九", 0, form="teaching"), True),  # 0.947
        (line(1, "一二三四五六七八九十", 0), line(2, "一二三四五六七八九百", 0, form="teaching"), True),  # 0.9
        (line(1, "一二三四五六七八九", 0), line(2, "一二三四五六七八百", 0, form="teaching"), False),  # 0.889
        (line(1, "甲", 0), line(2, "甲", 0, who="P2"), False),
        (line(1, "考", 0, form="exam"), line(2, "考", 0, form="exam"), False),
        (line(1, "练", 0, form="practice"), line(2, "练", 0), False),
        (line(1, "平台年度汇总", 0, form="online"), line(2, "平台年度汇总", 0, form="online"), False),
        (line(1, "课", 0, form="online"), line(2, "课二", 0, form="online"), True),
    ],
)
def test_two_rows(one: PastLine, other: PastLine, alike: bool) -> None:
    found = doubles((one, other), (7, 9), (), FORM_RULES)
    assert [(double.ref, double.place) for double in found] == ([("2", "第 7 行")] if alike else [])


def test_lines_that_stand_are_named_before_rows() -> None:
    lines = {5: entry(5, form="lecture", person="P1", title="旧课", starts_on=MARCH, ends_on=MARCH)}
    known = list(standing(lines, FORM_RULES))
    [first, second] = doubles((line(1, "甲", 0), line(2, "乙", 0)), (2, 3), known, FORM_RULES)
    assert first.place == second.place
    assert first.place.startswith("台账第 5 条（2026-03-02 专题讲座 旧课 ")


def test_a_long_file_is_not_compared_row_by_row() -> None:
    lines = [
        line(n, f"讲座{n}", n % 365, form="teaching" if n % 2 else "lecture", who=f"P{n % 8000}")
        for n in range(24_000)
    ]
    started = perf_counter()
    doubles(lines, range(24_000), (), FORM_RULES)
    assert perf_counter() - started < MOST_SECONDS
