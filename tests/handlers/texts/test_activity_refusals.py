"""Every refusal about an activity has a sentence of its own, and every flaw of a plan."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from handlers.texts import activity_refusals, refusals
from training import activity_errors as errors
from training import activity_word_errors as words
from training import broadcast_word_errors as audience
from training.activities import State
from training.activity_errors import ActivityRefusal, Flaw

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
DAY = date(2026, 11, 24)
UNKNOWN = "这个活动现在不能这样操作，请核对后再试。"
SAID: dict[ActivityRefusal, str] = {
    errors.NoSuchActivity(9): "没有找到活动 9，请核对编号。",
    errors.WrongState(9, State.POSTED): "活动 9 现在是“已入账”，不能这样操作。",
    errors.NotOrganiser(9): "活动 9 只能由它的组织者或主办单位的管理员操作。",
    errors.UnknownUnits(("77",)): "没有这些单位：77。请核对单位代码。",
    errors.UnknownPersons(("R77",)): "没有这些人员：R77。请核对人员编号。",
    errors.BeyondScope(("12",), ("R3",)): (
        "12、R3 不在本次活动的主办单位和受邀范围内，请核对；确需参加，请由市级管理员办理。"
    ),
    errors.OnlyByCity(): "市级活动由市级管理员新建。请改为“级别：单位”。",
    errors.HearingByList(9): (
        "活动 9 是旁听庭审，没有签到码，由组织者按名单登记。组织者请回复“活动 9 到场 姓名”。"
    ),
    errors.NoSessionToday(9, DAY): "活动 9 今天没有安排，下一次是11月24日。",
    errors.NoSessionToday(9, None): "活动 9 今天没有安排，也没有以后的安排。",
    errors.WrongCode(2, AT): "签到码不对或已过期（60 秒有效），请看最新的码再试，还可试 2 次。",
    errors.WrongCode(0, AT): "签到码错了太多次，请在 16:30 以后再试，或请组织者登记到场。",
    errors.TooManyCodes(AT): "签到码错了太多次，请在 16:30 以后再试，或请组织者登记到场。",
    errors.WhichActivity(((8, "甲"), (9, "乙"))): (
        "这个码对应几个活动：8（甲）、9（乙）。请在码前写上活动编号，如“签到 8 六位码”。"
    ),
    errors.SignInOver(9, AT): "活动 9 已于 16:30 结束，签到已停止。确实到场的，请组织者登记。",
    errors.StruckOff(9): "组织者已将您登记为活动 9 缺席。如有出入，请联系组织者。",
    errors.NoSignOut(9): "活动 9 不用签退。",
    errors.NotSignedIn(9): "您今天还没有在活动 9 签到，不能签退。请先签到，或请组织者登记到场。",
    errors.NoSuchSession(9, DAY): "活动 9 在11月24日没有安排，请核对日期。",
    errors.SessionToCome(9, AT): "活动 9 要到11月24日 16:30 开始，现在还不能登记到场。",
    errors.BadTimes("R1"): "R1 的签到、签退时间对不上，请核对。",
    errors.NotOver(9, AT): "活动 9 要到11月24日 16:30 结束，结束后才能办结。",
    errors.BadMinutes(9, 1, 720): "实际时长应为 1 到 720 分钟的整数，如“办结 9 实到 150”。",
    errors.BadMinutes(9, 2, 720): (
        "实际时长应为 1 到 720 分钟的整数，共 2 次，请依次写出每次的分钟数，如“办结 9 实到 150 150”。"
    ),
    errors.NobodyPresent(9): ("活动 9 的名单上没有到场的人。请回复“活动 9 到场 姓名”登记，或“取消活动 9 理由”。"),
    words.NobodyNamed("张三", persons=True): (
        "没有找到“张三”。请核对姓名，或改写人员编号；外单位人员须在受邀范围内。"
    ),
    words.NobodyNamed("税务局", persons=False): "没有找到单位“税务局”。请核对名称，或改写单位代码。",
    words.SeveralNamed("张三", (("R1", "司法局"), ("R2", "财政局"))): (
        "“张三”有几个：R1（司法局）、R2（财政局）。请改写括号前的编号。"
    ),
    words.NoneToShow(): "今天没有由您组织、需要签到的活动。查看活动请回复“活动”。",
    words.WhichOfYours(((8, "甲"), (9, "乙"))): "今天有几个活动：8（甲）、9（乙）。请回复“活动 编号 码”。",
    words.IdentityNumberSaid(): "里面有身份证号，系统不保存，请去掉后再发。",
    words.TooLongValue("标题", 100): "标题最多 100 个字，请写短一些。",
    words.BadValue("签退", "也许", ("是", "否")): "签退“也许”没有看懂，请写是或否。",
}
MORE = (
    words.NotTaken("跑步"),
    words.BadWhen("11-25"),
    words.UnknownForm("聚餐"),
    words.UnknownClassWord("法律"),
    *(errors.Flawed(flaw, "2026-11-24") for flaw in Flaw),
)


def kinds(kind: type[ActivityRefusal]) -> Iterator[type[ActivityRefusal]]:
    for below in kind.__subclasses__():
        yield below
        yield from kinds(below)


@pytest.mark.parametrize("refusal", SAID, ids=lambda one: type(one).__name__)
def test_what_is_said(refusal: ActivityRefusal) -> None:
    assert refusals.said(refusal) == SAID[refusal]


def test_no_refusal_is_left_without_a_sentence_of_its_own() -> None:
    assert set(kinds(ActivityRefusal)) <= {type(one) for one in (*SAID, *MORE)}
    said = [refusals.said(one) for one in MORE]
    assert UNKNOWN not in said and len(set(said)) == len(said)


def test_words_of_an_audience_speak_of_an_activity() -> None:
    found = (
        audience.NotUnderstood("？"),
        audience.Beyond(("财政局",), ("司法局",)),
        audience.SomeWithoutBelow(("财政局",)),
        audience.UnknownNames(("税务局",), ()),
        audience.PersonsAndGroups(),
    )
    said = [activity_refusals.of_audience(one) for one in found]
    assert all(said) and not [one for one in said if "群发" in one or "不能发" in one]
