"""What one line of a 申报 says, word by word."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from training import claim_word_errors as errors
from training.claim_said import Lacking, Said, said_in, stated_of
from training.claim_words import amend, form_from, read
from training.crediting import DayPart
from training.forms import FORM_RULES

TODAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 20)
HALF, WHOLE = DayPart.HALF, DayPart.WHOLE


def line(form: str, title: str, **more: Any) -> Said:
    day = more.pop("day", FRIDAY)
    return Said(form, day, more.pop("to", day), title=title, **more)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("讲座 11-20 半天 行政处罚法培训", line("lecture", "行政处罚法培训", first=HALF, last=HALF)),
        ("讲座11-20半天行政处罚法培训", line("lecture", "行政处罚法培训", first=HALF, last=HALF)),
        ("专题讲座 11/20 上午 培训", line("lecture", "培训", first=HALF, last=HALF)),
        ("讲座 行政处罚法培训 11月20日 14:00-16:30", line("lecture", "行政处罚法培训", minutes=150)),
        ("讲座 11月20日14:00-16:30法治讲座之一", line("lecture", "法治讲座之一", minutes=150)),
        ("讲座 ２０２６年１１月２０日 下午 ２：００－４：３０ 甲，乙", None),
        ("讲座 2026-11-20 下午2点到4点半 甲，乙", line("lecture", "甲，乙", minutes=150)),
        ("业务培训 20261120 2小时 执法 记录仪", line("professional", "执法 记录仪", minutes=120)),
        ("业务培训 11.20 2.5小时 72小时执法", line("professional", "72小时执法", minutes=150)),
        ("讲课 前天 1小时30分 民法典", line("teaching", "民法典", day=date(2026, 11, 21), minutes=90)),
        ("集体学法 11-20 90分钟 宪法", line("collective", "宪法", minutes=90, classes=("宪法",))),
        (
            "网课 11-01至11-20 3学时 学习强国",
            line("online", "学习强国", day=date(2026, 11, 1), to=FRIDAY, hours=Decimal(3)),
        ),
        ("脱产 11-16 至 11-20 骨干班", line("off_job", "骨干班", day=date(2026, 11, 16), to=FRIDAY)),
        ("脱产 11月16日-20日 骨干班", line("off_job", "骨干班", day=date(2026, 11, 16), to=FRIDAY)),
        (
            "脱产 11-16下午至11-20上午 骨干班",
            line("off_job", "骨干班", day=date(2026, 11, 16), to=FRIDAY, first=HALF, last=HALF),
        ),
        ("竞赛 11-20 一等奖 执法技能竞赛", line("competition", "执法技能竞赛", prize=True)),
        ("竞赛 11-20 执法技能竞赛", line("competition", "执法技能竞赛")),
        (
            "讲座 11-20 全天 甲 主办：市司法局 佐证：档案柜3号 类别：宪法、公共法律",
            line(
                "lecture",
                "甲",
                first=WHOLE,
                last=WHOLE,
                organiser="市司法局",
                evidence="档案柜3号",
                classes=("宪法", "公共法律"),
            ),
        ),
        ("讲座 11-20 半天 内容：全天候执法", line("lecture", "全天候执法", first=HALF, last=HALF)),
        ("讲座 11-20 全天候执法", line("lecture", "全天候执法")),
        ("旁听 11-20 半天 某案", line("court_hearing", "某案", first=HALF, last=HALF)),
        ("培训班 11-20 半天", Said("", FRIDAY, FRIDAY, HALF, HALF, title="培训班")),
    ],
)
def test_what_is_understood(text: str, said: Said | None) -> None:
    found = read(text, TODAY)
    if said is None:
        assert (found.title, found.starts, found.minutes) == ("甲，乙", FRIDAY, 150)
    else:
        assert found == said


@pytest.mark.parametrize(
    ("text", "refusal", "words"),
    [
        ("讲座 13-45 半天 甲", errors.NoSuchDay, "13-45"),
        ("讲座 2-29 半天 甲", errors.NoSuchDay, "2-29"),
        ("讲座 11-20 25:00-26:00 甲", errors.NoSuchTime, "25:00-26:00"),
        ("讲座 11-20 16:30-14:00 甲", errors.NoSuchTime, "16:30-14:00"),
        ("讲座 11-19 11-20 半天 甲", errors.SaidTwice, "11-20"),
        ("讲座 11-20 90分钟 2小时 甲", errors.SaidTwice, "2小时"),
        ("讲座 11-20 2天 甲", errors.DaysByDates, "2天"),
        ("讲座 11-20 半天 类别：刑法 甲", errors.UnknownClass, "刑法"),
    ],
)
def test_what_is_not_understood_is_named(text: str, refusal: type[errors.WordRefusal], words: str) -> None:
    with pytest.raises(refusal) as refused:
        read(text, TODAY)
    assert vars(refused.value)["words"] == words


def test_half_days_of_several_and_identity_numbers_are_refused() -> None:
    with pytest.raises(errors.HalfOfSeveral):
        read("讲座 11-16至11-18 半天 甲", TODAY)
    assert read("讲座 11-16至11-17 半天 甲", TODAY).last is HALF
    with pytest.raises(errors.IdentityNumber):
        read("讲座 11-20 半天 342522199001011234", TODAY)
    with pytest.raises(errors.TooLongWords):
        read("讲座 11-20 半天 " + "甲" * 101, TODAY)


@pytest.mark.parametrize(
    ("today", "text", "day"),
    [
        (date(2027, 1, 15), "12-30", date(2026, 12, 30)),
        (date(2027, 1, 16), "12-30", date(2027, 12, 30)),  # too late for last year: it lies ahead
        (date(2027, 1, 15), "1-15", date(2027, 1, 15)),
        (date(2026, 11, 23), "11-24", date(2026, 11, 24)),
    ],
)
def test_the_year_that_is_not_said(today: date, text: str, day: date) -> None:
    assert read(f"讲座 {text} 半天 甲", today).starts == day


def test_over_new_year() -> None:
    found = read("脱产 12-30至1-2 班", date(2027, 1, 5))
    assert (found.starts, found.ends) == (date(2026, 12, 30), date(2027, 1, 2))


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("讲座", (Lacking.WHEN, Lacking.TITLE)),
        ("讲座 11-20", (Lacking.LENGTH, Lacking.TITLE)),
        ("讲座 11-16至11-20 甲", ()),  # whole days
        ("集体学法 11-16至11-20 甲", (Lacking.LENGTH,)),
        ("竞赛 11-20 甲", ()),
        ("11-20 半天 甲", (Lacking.FORM,)),
        ("网课 11-20 甲", (Lacking.LENGTH,)),
    ],
)
def test_what_is_asked_for(text: str, lacks: tuple[Lacking, ...]) -> None:
    said = read(text, TODAY)
    assert said.lacks(FORM_RULES) == lacks
    kept = said_in(stated_of(said, FORM_RULES))
    assert kept.lacks(FORM_RULES) == lacks  # a draft forgets nothing and invents nothing


def test_a_preview_is_changed_by_facts_and_labels_only() -> None:
    known = read("讲座 11-20 半天 甲", TODAY)
    assert amend("14:00-16:00", TODAY, known).minutes == 120
    assert amend("内容：乙 主办：丙", TODAY, known).title == "乙"
    assert amend("11-19", TODAY, known).starts == date(2026, 11, 19)
    for words in ("好的", "B", "半天"):
        with pytest.raises(errors.NotUnderstood):
            amend(words, TODAY, known)


def test_forms_by_their_names() -> None:
    names = ("讲座", "专题讲座", "会前学法", " 网 课 ", "旁听庭审", "什么")
    assert [form_from(name) for name in names] == [
        "lecture",
        "lecture",
        "collective",
        "online",
        "court_hearing",
        "",
    ]
