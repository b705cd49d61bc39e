"""The city's rule file: what it changes and leaves, how versions differ, and that every mistake is named."""

import re
import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from handlers.texts.rule_example import example
from handlers.texts.rule_file import said
from training.duties import In, Origin
from training.forms import FORM_RULES, Achievement, Basis, Form
from training.hours import HoursRules
from training.people import UnitField
from training.requirements import Policy
from training.rule_errors import BadRules
from training.rule_file import read_rules
from training.rules import DEFAULT_VERSION, Rules
from training.statuses import STATUSES, CountedAt, ExamRule, HoursRule, status_named

JULY = date(2026, 7, 1)
JUNE = date(2026, 6, 30)


def rules(text: str, **hours: Any) -> Rules:
    return read_rules(tomllib.loads(text), HoursRules(**hours))


def refused(text: str) -> str:
    with pytest.raises(BadRules) as bad:
        rules(text)
    sentence = said(bad.value)
    assert "\n" not in sentence
    return sentence


def test_an_empty_file_is_the_built_in_rules() -> None:
    assert rules("") == Rules()
    assert rules("").version == DEFAULT_VERSION == "2024-1"


def test_the_example_spells_out_the_built_in_rules() -> None:
    values = tomllib.loads(example())
    assert rules(example()) == Rules()
    assert rules(example()).version == DEFAULT_VERSION
    assert {row["form"] for row in values["form"]} == set(Form) - {Form.DAILY}
    assert {row["name"] for row in values["status"]} == {status.name for status in STATUSES} - {"并档"}
    assert [row["key"] for row in values["duty"]] == [duty.key for duty in Rules().duties if duty.quota != "hours"]


def test_the_daily_question_of_the_example_is_the_built_in_one_too() -> None:
    lines = example().split("\n")
    start = lines.index("# [[form]]  # 每日一题")
    lines[start : start + 4] = [line.removeprefix("# ") for line in lines[start : start + 4]]
    spelt = rules("\n".join(lines))
    assert spelt.own_daily
    assert spelt.forms == Rules().forms
    assert spelt.version == DEFAULT_VERSION


def test_amounts_from_a_day_on_and_since_ever() -> None:
    found = rules('[[requirement]]\nfrom = 2026-07-01\nleader = "45.5"\n[[requirement]]\nstaff = "48"\n')
    assert [policy.valid_from for policy in found.policies] == [date.min, JULY]
    assert [policy.leader for policy in found.policies] == [Decimal(40), Decimal("45.5")]
    assert [policy.staff for policy in found.policies] == [Decimal(48), Decimal(48)]  # inherited
    assert [policy.enforcement for policy in found.policies] == [Decimal(60), Decimal(60)]


def test_the_rules_of_proration() -> None:
    found = rules('[[requirement]]\nmonth_days = 10\nstep = "0.01"\ncount_months = 0\n').policies
    assert found == (Policy(month_days=10, step=Decimal("0.01"), count_months=0),)


def test_a_form_row_inherits_what_it_does_not_say() -> None:
    found = rules('[[form]]\nform = "collective"\nfrom = 2026-07-01\nyearly_cap = "16"\nleast = "1"\n')
    before, after = (found.form(Form.COLLECTIVE, day) for day in (JUNE, JULY))
    assert before in FORM_RULES
    assert (after.yearly_cap, after.least, after.most, after.minutes_an_hour) == (1600, 100, 400, 45)
    assert len(found.forms) == len(FORM_RULES) + 1


def test_rows_follow_each_other_by_day_wherever_they_stand() -> None:
    found = rules(
        '[[form]]\nform = "online"\nfrom = 2026-09-01\nleast = "1"\n'
        '[[form]]\nform = "online"\nfrom = 2026-07-01\nyearly_cap = "不限"\n'
        '[[form]]\nform = "online"\nmost = "10"\n'
    )
    rows = [found.form(Form.ONLINE, day) for day in (JUNE, JULY, date(2026, 9, 1))]
    assert [(row.yearly_cap, row.least, row.most) for row in rows] == [
        *((2000, 0, 1000), (None, 0, 1000), (None, 100, 1000))
    ]


def test_everything_that_a_form_can_say() -> None:
    text = (
        '[[form]]\nform = "collective"\nby = ["length", "day_parts"]\nminutes_an_hour = 40\nwhole_day = "6"\n'
        'half_day = "3"\nfactor = "1.5"\nleast = "0.5"\nmost = "5"\nyearly_cap = "24"\nday_limited = false\n'
        'most_absence = "1/5"\n'
        '[[form]]\nform = "practice"\namount = "0.25"\nitems = 5\nleast_right_percent = 80\nitems_a_day = "不限"\n'
        '[[form]]\nform = "competition"\ntook_part = "1"\n'
    )
    found = rules(text)
    row = found.form(Form.COLLECTIVE, JULY)
    assert row.by == (Basis.LENGTH, Basis.DAY_PARTS)
    assert (row.minutes_an_hour, row.whole_day, row.half_day, row.factor) == (40, 600, 300, Fraction(3, 2))
    assert (row.least, row.most, row.yearly_cap, row.day_limited) == (50, 500, 2400, False)
    assert row.most_absence == Fraction(1, 5)
    row = found.form(Form.PRACTICE, JULY)
    assert (row.amount, row.items, row.least_right_percent, row.items_a_day) == (25, 5, 80, None)
    prizes = found.form(Form.COMPETITION, JULY).points
    assert prizes == {Achievement.TOOK_PART: 100, Achievement.PRIZE: 400}


def test_the_daily_question_follows_the_configuration_until_the_file_names_it() -> None:
    hours = {"daily_credit": "0.20", "daily_cap": "12"}
    plain = rules("", **hours).form(Form.DAILY, JULY)
    assert (plain.amount, plain.yearly_cap) == (20, 1200)
    found = rules('[[form]]\nform = "daily"\nfrom = 2026-07-01\namount = "0.05"\n', **hours)
    assert [(row.amount, row.yearly_cap) for row in (found.form(Form.DAILY, d) for d in (JUNE, JULY))] == [
        *((20, 1200), (5, 1200))
    ]


def test_a_status_from_a_day_on_begins_a_policy() -> None:
    found = rules('[[status]]\nname = "产假"\nfrom = 2026-07-01\nhours = "halved"\npushes = true\n')
    assert [policy.valid_from for policy in found.policies] == [date.min, JULY]
    before, after = (status_named("产假", found.statuses_on(day)) for day in (JUNE, JULY))
    assert before == status_named("产假")
    assert after is not None
    assert (after.hours, after.pushes, after.exam) == (HoursRule.HALVED, True, ExamRule.DEFERRED)
    assert after.aliases == ("生育假", "休产假")
    others = [status for status in found.statuses_on(JULY) if status.name != "产假"]
    assert others == [status for status in STATUSES if status.name != "产假"]


def test_a_new_status_is_known_before_its_day_too() -> None:
    text = (
        '[[status]]\nname = "育儿 假"\nnew = true\nfrom = 2026-07-01\nhours = "monthly"\nexam = "sits"\n'
        'counted_at = "leavers"\nleast_days = 5\naliases = ["陪产假（男）"]\n'
        '[[status]]\nname = "育儿假"\nfrom = 2027-01-01\nhours = "full"\n'
    )
    found = rules(text)
    for day in (JUNE, JULY):
        status = status_named("陪产假(男)", found.statuses_on(day))
        assert status is not None
        assert (status.name, status.hours, status.least_days) == ("育儿假", HoursRule.MONTHLY, 5)
        assert (status.counted_at, status.pushes) == (CountedAt.LEAVERS, True)
    later = status_named("育儿假", found.statuses_on(date(2027, 1, 1)))
    assert later is not None
    assert later.hours is HoursRule.FULL


def test_duties() -> None:
    text = (
        '[[duty]]\nkey = "class-township"\nuntil = 2026-12-31\n'
        '[[duty]]\nkey = "lectures"\nfrom = 2026-07-01\namount = "3"\nhard = false\n'
        '[[duty]]\nkey = "competition"\non = false\n'
    )
    rows = {(duty.key, duty.valid_from): duty for duty in rules(text).duties}
    base = {duty.key: duty for duty in Rules().duties}
    notice = base["lectures"].valid_from
    assert rows["class-township", notice].valid_until == date(2026, 12, 31)
    assert (rows["lectures", notice].amount, rows["lectures", notice].valid_until) == (Decimal(2), JUNE)
    assert (rows["lectures", JULY].amount, rows["lectures", JULY].hard) == (Decimal(3), False)
    assert rows["lectures", JULY].words == base["lectures"].words
    assert "competition" not in {key for key, _ in rows}
    assert len(rows) == len(base)  # one more, one less


OWN = (
    '[[duty]]\nkey = "class-street"\nlike = "class-township"\nname = "讲法治课（街道）"\nnature = ["街道办事处"]\n'
)


def test_a_duty_of_the_citys_own() -> None:
    found = rules(
        f'{OWN}from = 2026-07-01\namount = "2"\n[[duty]]\nkey = "class-street"\nfrom = 2027-01-01\non = false\n'
    )
    (own,) = [duty for duty in found.duties if duty.key == "class-street"]
    like = next(duty for duty in Rules().duties if duty.key == "class-township")
    assert (own.name, own.amount, own.origin, own.quota) == ("讲法治课（街道）", Decimal(2), Origin.CITY, "class")
    assert (own.valid_from, own.valid_until) == (JULY, date(2026, 12, 31))
    assert (own.forms, own.words, own.task, own.who[:-1]) == (like.forms, like.words, like.task, like.who[:-1])
    assert own.who[-1] == In(UnitField.NATURE, frozenset({"subdistrict"}))


def test_the_day_limit() -> None:
    assert rules('day_limit = "10.5"\n').day_limit == 1050


CHANGES = [
    'day_limit = "10"\n',
    '[[requirement]]\nleader = "41"\n',
    '[[requirement]]\nfrom = 2026-07-01\nleader = "41"\n',
    '[[requirement]]\nfrom = 2026-07-02\nleader = "41"\n',
    '[[form]]\nform = "online"\nyearly_cap = "19"\n',
    '[[form]]\nform = "online"\nyearly_cap = "不限"\n',
    '[[form]]\nform = "daily"\namount = "0.2"\n',
    '[[status]]\nname = "产假"\npushes = true\n',
    '[[status]]\nname = "育儿假"\nnew = true\nhours = "full"\nexam = "sits"\n',
    '[[duty]]\nkey = "class"\namount = "2"\n',
    '[[duty]]\nkey = "class"\nuntil = 2027-12-31\n',
    '[[duty]]\nkey = "class"\non = false\n',
    '[[duty]]\nkey = "class"\nhard = false\n',
    OWN,
    OWN.replace("街道办事处", "派出机构"),
    OWN.replace("class-township", "hearing"),
    f"{OWN}from = 2026-07-01\n",
]


def test_rules_that_differ_never_share_a_version() -> None:
    versions = [rules(text).version for text in CHANGES]
    assert len(set(versions)) == len(CHANGES)
    assert all(version.startswith("2024-1+") and len(version) == len("2024-1+12345678") for version in versions)
    mild = rules("", online_share_percent=30).version
    assert mild.startswith("2024-1+")
    assert mild not in versions
    assert rules("", counts_toward_quota=False).version not in (*versions, mild, DEFAULT_VERSION)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('[[requirement]]\nleader = "40.00"\n', ""),
        ('[[requirement]]\nfrom = 2026-07-01\nleader = "40"\n', ""),
        ('[[form]]\nform = "online"\nfrom = 2026-07-01\nyearly_cap = "20"\n', ""),
        ('[[duty]]\nkey = "class"\nfrom = 2026-07-01\namount = "1"\n', ""),
        ('[[status]]\nname = "产假"\nfrom = 2026-07-01\n', ""),
        (
            '[[form]]\nform = "online"\nyearly_cap = "19.50"\n# 说明\n[[requirement]]\nleader = "41"\n',
            '[[requirement]]\nleader = "41.0"\n[[form]]\nyearly_cap = "19.5"\nform = "online"\n',
        ),
    ],
)
def test_the_same_rules_have_the_same_version(text: str, same: str) -> None:
    assert rules(text).version == rules(same).version


def test_a_version_of_its_own() -> None:
    text = '[[requirement]]\nleader = "41"\n'
    named = rules(f'version = "宁-2026-1"\n{text}').version
    assert named.startswith("宁-2026-1+")
    assert rules(f'version = " "\n{text}').version == rules(text).version
    # The name of the built-in rules cannot be given to others, and a name that stays does not hide a change.
    assert rules(f'version = "2024-1"\n{text}').version == rules(text).version != DEFAULT_VERSION
    assert rules('version = "宁-2026-1"\n[[requirement]]\nleader = "42"\n').version != named
    assert rules(f'version = "宁-2026-1"\n{text}', daily_cap="12").version != named


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            'versoin = "1"\n',
            "顶层的键 versoin 不认识，可用的键：version、day_limit、requirement、form、status、duty。",
        ),
        ('[[form]]\nform = "online"\n[[form]]\nform = "daily"\ncap = "1"\n', "第 2 个 [[form]] 的键 cap 不认识"),
        ("[requirement]\nleader = '40'\n", "顶层的 requirement 应为用 [[名称]] 开头的表"),
        ("form = 1\n", "顶层的 form 应为用 [[名称]] 开头的表"),
        ("[[form]]\nfrom = 2026-07-01\n", "第 1 个 [[form]] 的 form 没有填写"),
        ('[[form]]\nform = "yoga"\n', "form “yoga”不认识，应为：daily、practice、"),
        ('[[status]]\nname = "产暇"\n', "人员状态“产暇”不认识，已有：在岗、借调、"),
        ('[[duty]]\nkey = "clas"\n', "key “clas”不认识，应为：report、meeting、class、"),
        ('[[duty]]\nkey = "hours-leader"\namount = "1"\n', "key “hours-leader”不认识"),
        (OWN.replace("class-street", "hours-leader"), "key “hours-leader”不认识"),
        (OWN.replace("class-street", "class"), "like 对 class 不起作用"),
        (OWN.replace("class-township", "report"), "like “report”不认识，应为：meeting、class、class-township、"),
        (OWN.replace("街道办事处", "街道"), "nature “街道”不认识，应为：市政府、政府部门、"),
        (OWN.replace('nature = ["街道办事处"]\n', ""), "nature 没有填写"),
        (OWN.replace('name = "讲法治课（街道）"\n', ""), "name 没有填写"),
        ('[[status]]\nname = "产假"\nhours = "half"\n', "hours “half”不认识，应为：full、halved、monthly、none。"),
        ('[[status]]\nname = "产假"\nexam = "no"\n', "exam “no”不认识，应为：sits、deferred、excused。"),
        ('[[status]]\nname = "产假"\ncounted_at = "x"\n', "应为：unit、leavers、nowhere。"),
        ('[[form]]\nform = "lecture"\nby = ["items"]\n', "by “items”不认识，应为：length、day_parts、certified。"),
        ("[[requirement]]\nleader = 40\n", '第 1 个 [[requirement]] 的 leader 应为加引号的学时数，如 "20"'),
        ("[[requirement]]\nleader = 40.5\n", "leader 应为加引号的学时数"),
        ('[[requirement]]\nleader = "四十"\n', "leader 应为加引号的学时数"),
        ('[[requirement]]\nleader = "４０"\n', "leader 应为加引号的学时数"),
        ('[[requirement]]\nleader = "40.123"\n', "leader 应为加引号的学时数"),
        ('[[requirement]]\nleader = "-1"\n', "leader 不能是负数"),
        ('[[form]]\nform = "online"\nyearly_cap = "-20"\n', "yearly_cap 不能是负数"),
        ('[[form]]\nform = "online"\nyearly_cap = "无"\n', '应为加引号的学时数，如 "20"，或 "不限"'),
        ('[[form]]\nform = "teaching"\nfactor = "-2"\n', "factor 不能是负数"),
        ('[[form]]\nform = "off_job"\nmost_absence = "1/0"\n', "most_absence 应为加引号的数或分数"),
        ('[[duty]]\nkey = "class"\namount = 2\n', 'amount 应为加引号的整数，如 "2"'),
        ('[[duty]]\nkey = "class"\namount = "1.5"\n', 'amount 应为加引号的整数，如 "2"'),
        ('[[duty]]\nkey = "class"\namount = "0"\n', "amount 应大于 0"),
        ('day_limit = "0"\n', "顶层的 day_limit 应大于 0"),
        ('[[requirement]]\nstep = "0"\n', "step 应大于 0"),
        ("[[requirement]]\nmonth_days = 29\n", "month_days 应在 1 到 28 之间"),
        ('[[requirement]]\nmonth_days = "15"\n', "month_days 应为整数（不加引号）"),
        ("[[requirement]]\nmonth_days = true\n", "month_days 应为整数（不加引号）"),
        ('[[requirement]]\nfrom = "2026-07-01"\n', "from 应为不加引号的日期，如 2026-07-01"),
        ("[[requirement]]\nfrom = 2026-07-01T00:00:00\n", "from 应为不加引号的日期"),
        ("[[requirement]]\nfrom = 20260701\n", "from 应为不加引号的日期"),
        ('[[status]]\nname = "产假"\npushes = "no"\n', "pushes 应为 true 或 false"),
        ('[[status]]\nname = "产假"\naliases = "生育假"\n', "aliases 应为加引号的文本列表"),
        ('[[status]]\nname = "产假"\naliases = ["病 假"]\n', "“病假”已属于人员状态“病假”"),
        ('[[status]]\nname = "生育假"\nhours = "full"\n', "“生育假”已属于人员状态“产假”"),
        ('[[status]]\nname = "育儿假"\nnew = true\nhours = "full"\n', "exam 没有填写"),
        ('[[status]]\nname = "并档"\npushes = true\n', "人员状态“并档”由程序自用，不能改"),
        (
            '[[form]]\nform = "online"\nfrom = 2026-07-01\n[[form]]\nform = "daily"\n'
            '[[form]]\nform = "online"\nfrom = 2026-07-01\n',
            "第 3 个 [[form]]（online）与第 1 个都自 2026-07-01 起施行",
        ),
        ('[[requirement]]\nleader = "1"\n[[requirement]]\nstaff = "1"\n', "与第 1 个都没有写施行日期 from"),
        ('[[status]]\nname = "产假"\n[[status]]\nname = "产假"\n', "（产假）与第 1 个都没有写施行日期"),
        ('[[duty]]\nkey = "class"\n[[duty]]\nkey = "class"\n', "（class）与第 1 个都没有写施行日期"),
        ('[[form]]\nform = "collective"\nleast = "5"\n', "least（5 学时）大于 most（4 学时）"),
        ('[[form]]\nform = "online"\nminutes_an_hour = 40\n', "minutes_an_hour 对 online 不起作用，这里可用的键："),
        ('[[form]]\nform = "daily"\nitems = 2\n', "items 对 daily 不起作用"),
        ('[[form]]\nform = "exam"\nprize = "2"\n', "prize 对 exam 不起作用"),
        ('[[duty]]\nkey = "qualification"\namount = "2"\n', "amount 对 qualification 不起作用"),
        ('[[duty]]\nkey = "class"\non = false\nuntil = 2026-12-31\n', "until 对 class 不起作用"),
        (
            '[[duty]]\nkey = "class"\nfrom = 2026-07-01\nuntil = 2026-06-30\n',
            "until（2026-06-30）早于 from（2026-07-01）",
        ),
    ],
)
def test_every_mistake_is_named(text: str, sentence: str) -> None:
    assert sentence in refused(text)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("damage", [lambda text: text + "x = 1\n", lambda text: "x = 1\n" + text])
def test_a_key_too_many_is_never_passed_over(change: str, damage: Callable[[str], str]) -> None:
    if change.startswith("day_limit"):
        change = '[[requirement]]\nstaff = "1"\n'
    assert "键 x 不认识" in refused(damage(change))


def test_the_examples_of_the_handbook_hold() -> None:
    text = (Path(__file__).parents[2] / "docs" / "zh" / "rules.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 6
    for block in blocks:
        assert rules(block).version != DEFAULT_VERSION
