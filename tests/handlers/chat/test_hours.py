"""`学时构成` and why less counts than is recorded, as a person sees it; the card with its three buttons."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from bot.sandbox.cards import check_card, unshown_fields, width_violations
from handlers.texts.hours import BODY_CHARACTERS
from storage import ledger
from storage.database import Database
from storage.scope import EVERYTHING
from tests.handlers.chat.saying import lines
from tests.handlers.city import populate
from tests.handlers.past import Books, past
from tests.handlers.stage import BREAK, MONDAY, Stage
from tests.storage.rows import entry
from training.content import ContentClass
from training.forms import Form
from training.hours import HoursRules, Standing
from training.rules import Rules

HEAD = "我的学时 · 2026年度\n周敏 · 工作人员 · 截至11月23日\n"
PACE = "按目前进度，年底约 4.46 学时。到 12 月 31 日每周还需约 8.26 学时。\n学时以外的要求请看“我的要求”。"
BUTTONS = "[明细]\n[差额]\n[构成]"
# form, classes, hundredths
Posted = tuple[str, tuple[str, ...], int]


async def posts(stage: Stage, *posted: Posted, person: str = "R1") -> None:
    """Lines and the year row, as every action writes both."""
    entries = [
        entry(n, person=person, unit="11", form=form, content_classes=classes, hours=Decimal(amount).scaleb(-2))
        for n, (form, classes, amount) in enumerate(posted, 1)
    ]
    sums: dict[str, int] = {}
    for form, _, amount in posted:
        sums[form] = sums.get(form, 0) + amount
    async with stage.database.write() as tx:
        await ledger.keep_standings(tx, 2026, {person: Standing(None, sums)})
        await ledger.post(tx, entries)


def body_of(whole: str) -> str:
    """What of the text stands on the card: all but the heading and the sums, which are in its rows."""
    return whole.split("学时。\n")[1]


async def test_nothing_yet(stage: Stage) -> None:
    chen = stage.phone("chen")
    assert await chen("学时构成") == "【学时构成 · 2026年度】\n今年还没有已认定的学时。"
    await chen("我的学时")
    assert "\n今年还没有已认定的学时。\n计入学时：0.00 / 40.00\n" in await chen.tap("构成")


async def test_by_form_and_by_class(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("今日一题")
    await zhou("B")
    parts = (
        "按形式：\n每日一题 0.10（年度上限 10.00）\n"
        "在线答题类合计 0.10，计入 0.10（至多 12.50，为应完成的 25%）\n按内容类别（按主类计）：\n"
    )
    said = await zhou("学时构成")
    assert said.startswith(f"【学时构成 · 2026年度】\n已认定 0.10，计入 0.10 学时。\n{parts}")
    assert said.endswith(" 0.10")
    assert await zhou("学时分类") == await zhou("构成") == await zhou(" 学时 构成　") == said
    await zhou("我的学时")
    rows = "计入学时：0.10 / 50.00\n还差：49.90\n每日一题：0.10"
    assert await zhou.tap("构成") == f"{HEAD}{body_of(said)}\n{rows}\n{BUTTONS}"


async def test_limits_are_named_where_they_act(stage: Stage) -> None:
    law = ("公共法律", "宪法")
    await posts(
        stage,
        *(("daily", law, 1000), ("practice", ("专业法律",), 310), ("lecture", ("业务知识", "宪法"), 400)),
        *(("lecture", ("宪法",), 300), ("lecture", ("宪法",), -300), ("exam", (), 200)),
    )
    zhou = stage.phone("zhou")
    whole = (
        "【学时构成 · 2026年度】\n已认定 19.10，计入 18.50 学时。\n"
        "按形式：\n每日一题 10.00（年度上限 10.00，已满）\n专题讲座 4.00\n练习 3.10（年度上限 6.00）\n"
        "法律知识考试 2.00（年度上限 2.00，已满）\n"
        "在线答题类合计 13.10，计入 12.50（至多 12.50，为应完成的 25%）\n"
        "按内容类别（按主类计）：\n公共法律 10.00\n专业法律 3.10\n业务知识 4.00\n未注明 2.00"
    )
    assert await zhou("学时构成") == whole
    assert await zhou("学时差额") == (
        "应完成 50.00 学时：1—12月按工作人员。\n已计入 18.50，还差 31.50 学时。\n"
        "在线答题类已认定 13.10，至多计入 12.50。"
    )
    card = await zhou("我的学时")
    assert "\n学时以外的要求请看“我的要求”。\n计入学时：18.50 / 50.00\n已认定：19.10\n" in card
    assert card.endswith(BUTTONS)
    assert len(body_of(whole)) > BODY_CHARACTERS
    assert await zhou.tap("构成") == f"{card}{BREAK}{whole}"


async def test_a_city_that_takes_answering_out(database: Database) -> None:
    await populate(database)
    stage = Stage(database, rules=Rules(hours=HoursRules(counts_toward_quota=False)))
    await posts(stage, ("daily", ("宪法",), 300), ("lecture", ("宪法",), 400))
    said = await stage.phone("zhou")("学时构成")
    assert "\n已认定 7.00，计入 4.00 学时。\n" in said
    assert "\n在线答题类合计 3.00，按本市规定不计入\n" in said
    gap = "\n已计入 4.00，还差 46.00 学时。\n在线答题类已认定 3.00，按本市规定不计入。"
    assert (await stage.phone("zhou")("学时差额")).endswith(gap)


async def test_who_owes_nothing_has_no_limit(stage: Stage) -> None:
    await posts(stage, ("daily", ("宪法",), 300), person="R4")
    lin = stage.phone("lin")
    assert "\n在线答题类合计 3.00，不设上限\n" in await lin("学时构成")
    assert await lin("学时差额") == "您不在考核范围内，没有学时要求。"


async def test_sums_are_not_cut_where_the_lines_are(stage: Stage) -> None:
    await posts(stage, *(("lecture", ("宪法",), 1) for _ in range(250)), ("exam", ("党内法规",), 200))
    said = await stage.phone("zhou")("学时构成")
    assert "\n专题讲座 2.50\n法律知识考试 2.00（年度上限 2.00，已满）\n" in said
    assert said.endswith("\n宪法 2.50\n党内法规 2.00")


async def test_a_reversal_is_taken_off_where_the_line_stood(stage: Stage) -> None:
    books = Books(stage.database)
    await books.post(past("lecture", "宪法讲座", "4"), past("court_hearing", "旁听", "2"))
    said = await stage.phone("zhou")("学时构成")
    assert "\n专题讲座 4.00\n旁听庭审 2.00（年度上限 8.00）\n" in said
    assert said.endswith("\n宪法 6.00")
    await books.reverse("宪法讲座")
    assert await stage.phone("zhou")("学时构成") == (
        "【学时构成 · 2026年度】\n已认定 2.00，计入 2.00 学时。\n"
        "按形式：\n旁听庭审 2.00（年度上限 8.00）\n按内容类别（按主类计）：\n宪法 2.00"
    )


async def test_one_sees_ones_own_year_alone(stage: Stage) -> None:
    await posts(stage, ("lecture", ("宪法",), 400))
    assert "还没有" in await stage.phone("chen")("学时构成")
    stage.clock.to(date(2027, 1, 4))
    said = await stage.phone("zhou")("学时构成")
    assert said == "【学时构成 · 2027年度】\n今年还没有已认定的学时。"


async def test_the_text_names_the_words(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await zhou("文字版")
    said = await zhou("我的学时")
    assert said.endswith("\n回复“学时明细”“学时差额”“学时构成”查看详情，“我的要求”看学时以外的要求。")
    assert "\n学时构成 — " in await zhou("帮助")


@pytest.mark.parametrize("beyond", [0, 1])
async def test_the_card_holds_it_up_to_the_last_character(stage: Stage, beyond: int) -> None:
    room = BODY_CHARACTERS - len("按形式：\n专题讲座 4.00\n按内容类别（按主类计）：\n 4.00")
    name = "类" * (room + beyond)
    await posts(stage, ("lecture", (name,), 400))
    zhou = stage.phone("zhou")
    card = await zhou("我的学时")
    whole = await zhou("学时构成")
    assert whole.endswith(f"\n{name} 4.00")
    tapped = await zhou.tap("构成")
    assert tapped == (f"{card}{BREAK}{whole}" if beyond else card.replace(PACE, body_of(whole)))


@pytest.mark.parametrize("amount", [10, 99_999, 10_000_000])
async def test_everything_at_once_stays_within_a_card(stage: Stage, amount: int) -> None:
    """By the channel's reading of the protocol, which refuses a card that is too wide, and by the sandbox's."""
    classes = list(ContentClass)
    await posts(stage, *((form.value, (classes[n % 6].value,), amount) for n, form in enumerate(Form)))
    zhou = stage.phone("zhou")
    card = await zhou("我的学时")
    assert card.startswith(HEAD)
    assert card.count("\n[") == 3
    [sent] = [msgspec.json.decode(draft.body)["template_card"] for draft, _ in stage.wire.sent]
    check_card(sent)
    assert (width_violations(sent), unshown_fields(sent)) == ([], [])
    tapped, whole = (await zhou.tap("构成")).split(BREAK)
    assert tapped == card
    assert whole == await zhou("学时构成")
    assert all(f"\n{name} " in whole for name in classes)
    assert len(await lines(stage)) == len(Form)


async def test_an_old_button_that_nobody_knows(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    assert "按形式" not in await zhou.key("hours:other")
    async with stage.database.read() as tx:
        assert await ledger.lines_of(tx, EVERYTHING, "R1", MONDAY.year, at_most=9) == []
