"""What a year's hours consist of, and which limits were met."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.composition import Composition, FormPart, OnlineGroup, composition, online_part
from training.content import ContentClass
from training.forms import FORM_RULES, Form
from training.hours import HoursRules, Standing, counted
from training.rules import Rules
from training.summaries import Amount, recorded

DAY = date(2026, 11, 23)


def amount(form: str, hundredths: int, *classes: str, unit: str = "u") -> Amount:
    return Amount("p", unit, form, classes, hundredths, 1)


def of(*amounts: Amount, owed: int | None = 5000, rules: Rules | None = None, day: date = DAY) -> Composition:
    return composition(owed, recorded(amounts), rules or Rules(), day)


@pytest.mark.parametrize(
    ("owed", "online", "group"),
    [
        (5000, 0, OnlineGroup(0, 0, 1250, 25, False)),
        (5000, 1249, OnlineGroup(1249, 1249, 1250, 25, False)),
        (5000, 1250, OnlineGroup(1250, 1250, 1250, 25, False)),
        (5000, 1251, OnlineGroup(1251, 1250, 1250, 25, False)),
        (4150, 1100, OnlineGroup(1100, 1037, 1037, 25, False)),  # 10.375: what counts is rounded down
        (0, 1300, OnlineGroup(1300, 1300, None, 25, False)),
        (None, 1300, OnlineGroup(1300, 1300, None, 25, False)),
    ],
)
def test_what_of_answering_counts(owed: int | None, online: int, group: OnlineGroup) -> None:
    assert online_part(Standing(owed, {"daily": online, "lecture": 800}), HoursRules()) == group
    halves = {"practice": online // 2, "quiz": online - online // 2, "lecture": 800}
    assert online_part(Standing(owed, halves), HoursRules()) == group


@pytest.mark.parametrize("owed", [5000, 0, None])
def test_a_city_may_take_answering_out(owed: int | None) -> None:
    group = online_part(Standing(owed, {"daily": 300, "lecture": 800}), HoursRules(counts_toward_quota=False))
    assert (group.recorded, group.counted, group.cut, group.taken_out) == (300, 0, 300, True)


@given(
    st.dictionaries(st.sampled_from([form.value for form in Form]), st.integers(0, 10_000)),
    st.none() | st.integers(0, 6000),
    st.booleans(),
    st.integers(0, 100),
)
def test_the_group_alone_makes_counted_differ(
    sums: dict[str, int], owed: int | None, counts: bool, percent: int
) -> None:
    standing = Standing(owed, sums)
    rules = HoursRules(online_share_percent=percent, counts_toward_quota=counts)
    group = online_part(standing, rules)
    assert standing.recorded - group.cut == counted(standing, rules)
    assert 0 <= group.counted <= group.recorded
    if counts and group.cut:
        assert group.counted == group.limit


@pytest.mark.parametrize(
    ("hundredths", "cap", "full"),
    [(1, 1000, False), (999, 1000, False), (1000, 1000, True), (1001, 1000, True), (9999, None, False)],
)
def test_a_form_is_full_from_its_cap_on(hundredths: int, cap: int | None, full: bool) -> None:
    assert FormPart("daily", hundredths, cap).full is full


def test_forms_stand_with_their_caps_the_most_first() -> None:
    parts = of(
        *(amount("daily", 1000), amount("lecture", 400), amount("exam", 200, "宪法")),
        *(amount("collective", 2100), amount("lecture", 300, unit="v"), amount("later", 5)),
    )
    assert parts.forms == (
        *(FormPart("collective", 2100, 2000), FormPart("daily", 1000, 1000), FormPart("lecture", 700, None)),
        *(FormPart("exam", 200, 200), FormPart("later", 5, None)),
    )
    assert [part.full for part in parts.forms] == [True, True, False, True, False]


def test_the_cap_is_the_one_in_force() -> None:
    july = date(2026, 7, 1)
    [row] = [row for row in FORM_RULES if row.form is Form.COLLECTIVE]
    rules = Rules(forms=(*FORM_RULES, replace(row, yearly_cap=1200, valid_from=july)))
    for day, cap in ((date(2026, 6, 30), 2000), (july, 1200)):
        assert of(amount("collective", 100), rules=rules, day=day).forms == (FormPart("collective", 100, cap),)
    [daily] = of(amount("daily", 100), rules=Rules(hours=HoursRules(daily_cap="7.5"))).forms
    assert daily.cap == 750


@pytest.mark.parametrize(
    ("amounts", "classes"),
    [
        ((), ()),
        ((amount("lecture", 300, "业务知识", "宪法"), amount("exam", 200, "宪法", "业务知识")),
         (("宪法", 200), ("业务知识", 300))),
        ((amount("lecture", 300, "宪法"), amount("daily", 10, "宪法")), (("宪法", 310),)),
        ((amount("exam", 200), amount("lecture", 100, "别的"), amount("daily", 10, "业务知识")),
         (("业务知识", 10), ("别的", 100), ("", 200))),
        ((amount("lecture", 300, "宪法"), amount("lecture", -300, "宪法"), amount("daily", 10, "公共法律")),
         (("公共法律", 10),)),
        ((amount("lecture", 300, "宪法"), amount("lecture", -100, "宪法")), (("宪法", 200),)),
        (tuple(amount("daily", 10, name) for name in sorted(ContentClass)),
         tuple((name, 10) for name in ("习近平法治思想", "宪法", "党内法规", "公共法律", "专业法律", "业务知识"))),
    ],
)  # fmt: skip
def test_classes_by_the_main_one(amounts: tuple[Amount, ...], classes: tuple[tuple[str, int], ...]) -> None:
    assert of(*amounts).classes == classes


def test_what_was_reversed_whole_is_left_out() -> None:
    parts = of(amount("lecture", 300, "宪法"), amount("lecture", -300, "宪法"))
    assert (parts.forms, parts.classes, parts.recorded) == ((), (), 0)


AMOUNTS = st.builds(
    lambda form, hundredths, classes: amount(form, hundredths, *classes),
    st.sampled_from([form.value for form in Form]),
    st.integers(-2000, 2000),
    st.lists(st.sampled_from([name.value for name in ContentClass]), max_size=3, unique=True),
)


@given(st.lists(AMOUNTS, max_size=30))
def test_forms_and_classes_come_to_the_same(amounts: list[Amount]) -> None:
    parts = of(*amounts)
    total = sum(one.amount for one in amounts)
    assert sum(part.recorded for part in parts.forms) == parts.recorded == total
    assert sum(hundredths for _, hundredths in parts.classes) == total
    assert parts.recorded - parts.online.cut == parts.counted
