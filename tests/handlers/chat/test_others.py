"""Help, hours, one's own data, strangers, and what is no word at all."""

import pytest

from handlers.message import Kind
from storage.database import Database
from tests.handlers.city import populate
from tests.handlers.stage import BREAK, MONDAY, Stage
from tests.handlers.wire import heard

UNKNOWN = "没有看懂这句话。回复“今日一题”做题，“我的学时”看进度，“帮助”看全部功能。"
NOT_ON_ROLL = "您还不在学法名册中，暂时不能使用。请联系本单位的学法管理员，将您的企业微信账号登记到名册。"


async def test_my_hours_and_two_of_its_unfoldings(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    await zhou("B")
    head = "我的学时 · 2026年度\n周敏 · 工作人员 · 截至11月23日\n"
    pace = "按目前进度，年底约 0.11 学时。到 12 月 31 日每周还需约 8.96 学时。\n"
    rows = "计入学时：0.10 / 50.00\n还差：49.90\n每日一题：0.10\n[明细]\n[差额]\n[构成]"
    assert await zhou("我的学时") == head + pace + "学时以外的要求请看“我的要求”。\n" + rows
    assert [(later.kind, later.person, later.account) for later in stage.later] == [("hours_picture", "R1", "zhou")]
    assert await zhou.tap("明细") == f"{head}11-23 每日一题 +0.10\n共 1 条。\n{rows}"
    gap = "应完成 50.00 学时：1—12月按工作人员。\n已计入 0.10，还差 49.90 学时。"
    assert await zhou.tap("差额") == f"{head}{gap}\n{rows}"
    assert await zhou("学时差额") == gap
    assert await zhou("学时明细") == "【学时明细】编号 日期 形式 学时\n1 11-23 每日一题 +0.10"
    assert len(stage.later) == 1


async def test_hours_before_the_first_answer(stage: Stage) -> None:
    chen = stage.phone("chen")
    assert "\n计入学时：0.00 / 40.00\n还差：40.00\n[明细]" in await chen("学时")
    assert await chen("明细") == "今年还没有学时记录。"
    assert "\n今年还没有学时记录。\n计入学时" in await chen.tap("明细")


async def test_one_sees_nobody_elses_lines(stage: Stage) -> None:
    await stage.phone("zhou")("今日一题")
    await stage.phone("zhou")("B")
    assert await stage.phone("lin")("明细") == "今年还没有学时记录。"


async def test_my_data(stage: Stage) -> None:
    wu = stage.phone("wu")
    await wu("今日一题")
    await wu("ABC")
    assert await wu("我的数据") == (
        "【我的数据】\n人员编号：R3\n姓名：伍明\n单位代码：11\n人员类别：工作人员\n行政执法人员：是\n"
        "人员状态：在岗\n企业微信账号：wu、wu2\n每日一题作答：1 次\n2026年学时：每日一题 0.10\n"
        "每条学时见“学时明细”。如有不符，请联系本单位学法管理员。"
    )


async def test_help(stage: Stage) -> None:
    zhou, admin = stage.phone("zhou"), stage.phone("admin")
    for words in ("帮助", "help", "HELP", "ｈｅｌｐ", "?", "？", "菜单", " 帮 助 "):
        said = await zhou(words)
        assert said.startswith("【学法】可以这样用：\n今日一题 — "), words
        assert "管理员：" not in said
    more = (
        "\n管理员：\n导出 — 学时台账、学时汇总，以文件发给您\n群发 — 发通知、答题、统计，看发送结果\n"
        "审核 — 查看待确认的批次和申报\n新建活动 — 计划、发布、签到、办结培训活动\n登记 — 登记履职情况\n"
        "人员变动 — 申报本单位人员变动\n年终确认 — 核对本单位全年学时\n抽查、线索 — 抽查上月记录，查看异常线索\n"
    )
    assert more in await admin("帮助")


async def test_what_is_not_understood_gets_a_short_help(stage: Stage) -> None:
    for words in ("什么", "今日一题吗", "I", "ZZ", "", " ", "。", "🙂", "<b>&amp;]]>", "%s {0} {number}"):
        assert await stage.phone("zhou")(words) == UNKNOWN, words


async def test_every_kind_is_answered(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    only_words = "暂时只能看懂文字和卡片点选。回复“帮助”看全部功能。"
    assert await zhou.do("whatever", Kind.OTHER) == only_words
    assert (await zhou.do("", Kind.SUBSCRIBE)).startswith("您好，这里是学法。")
    assert await zhou.do("whatever", Kind.CLICK) == await zhou.do("whatever", Kind.TAP) == UNKNOWN


async def test_what_wants_no_answer_gets_none(database: Database) -> None:
    await populate(database, told=False)
    stage = Stage(database)
    for kind in (Kind.ENTER, Kind.UNSUBSCRIBE, Kind.SILENT):
        for account in ("zhou", "stranger"):
            assert await stage.phone(account).do("", kind) == ""
    assert await stage.waiting() == {}
    assert "【个人信息说明】" in await stage.phone("zhou")("帮助")  # it was not spent on silence


async def test_a_stranger_is_told_where_to_go(stage: Stage) -> None:
    stranger = stage.phone("stranger")
    for kind in (Kind.TEXT, Kind.CLICK, Kind.TAP, Kind.SUBSCRIBE, Kind.OTHER):
        assert await stranger.do("今日一题", kind) == NOT_ON_ROLL
        assert await stranger.do(f"daily:{MONDAY}:staff:B", kind) == NOT_ON_ROLL


async def test_a_menu_entry_is_a_word(stage: Stage) -> None:
    assert (await stage.phone("zhou").do("今日一题", Kind.CLICK)).startswith("每日一题 11月23日 周一")


# ---- what is kept of a person is said once --------------------------------------------------------------------


@pytest.fixture
async def untold(database: Database) -> Stage:
    await populate(database, told=False)
    return Stage(database)


@pytest.mark.parametrize("words", ["今日一题", "我的学时", "帮助", "什么", "B"])
async def test_the_privacy_notice_comes_behind_the_first_answer_once(untold: Stage, words: str) -> None:
    zhou = untold.phone("zhou")
    first = (await zhou(words)).split(BREAK)
    assert len(first) == 2
    assert first[1].startswith("【个人信息说明】")
    assert (await zhou(words)).split(BREAK) == first[:1]


async def test_the_notice_does_not_delay_or_replace_an_answer(untold: Stage) -> None:
    act = untold.act("zhou", "帮助")
    [answer] = await untold.answers(act)
    assert heard(answer.wire)[0].text.startswith("【学法】可以这样用")
    assert await untold.phone("zhou").read() != ""


async def test_the_first_tap_gets_its_card_and_then_the_notice(untold: Stage) -> None:
    await untold.phone("lin")("今日一题")
    card, notice = (await untold.phone("zhou").key(f"daily:{MONDAY}:staff:B")).split(BREAK)
    assert card.startswith("✓ 回答正确\n")
    assert notice.startswith("【个人信息说明】")


async def test_two_first_acts_in_one_batch_get_it_once(untold: Stage) -> None:
    await untold.phone("lin")("今日一题")
    key = f"daily:{MONDAY}:staff:B"
    await untold.answers(*(untold.act("zhou", key, Kind.TAP) for _ in range(3)))
    assert (await untold.phone("zhou").read()).count("【个人信息说明】") == 1


async def test_a_stranger_is_no_person_yet(untold: Stage) -> None:
    assert await untold.phone("stranger")("帮助") == NOT_ON_ROLL
