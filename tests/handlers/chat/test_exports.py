"""Reports by chat: who gets which, what is said, and what is written down."""

import asyncio

import pytest

from handlers.chat.exports import REPORT, understood
from storage import audit, reports
from storage.database import Database
from storage.scope import EVERYTHING
from storage.tables import report_job
from tests.bot.desk import rows
from tests.databases import on_postgresql
from tests.handlers.report_city import build
from tests.handlers.stage import Stage
from training.errors import Malformed
from training.exports import Kind, Wish

NOT_ALLOWED = "这项操作需要管理员权限。如需开通，请联系市司法局。"
CHOICES = (
    "【导出】发送下面的一句，报表会以文件发给您：\n"
    "导出 台账 2026 — 学时台账，每笔一行\n"
    "导出 汇总 2026 — 学时汇总，每人一行\n"
    "导出 年终确认单 2025 — 每人一行，供打印核对、签字盖章\n"
    "导出 考试 — 最近一次考试的汇总、明细和未参加名单（导出 考试 3 为编号 3 的考试）\n"
    "年度不写为今年（年终确认单为上一年）；末尾可以写单位名称或代码，只导出这个单位及下级。\n"
    "您可以导出的范围：{range}。"
)
MAKING = "正在生成《2026年度{title}》（范围：{range}），完成后会以文件发给您。"


@pytest.fixture
async def stage(database: Database) -> Stage:
    await build(database)
    return Stage(database)


async def acts(stage: Stage) -> list[tuple[str, str, str, str, str]]:
    async with stage.database.read() as tx:
        lines = await audit.pages(tx)
    return [(one.act.actor, one.act.via, one.act.what, one.act.subject, one.act.after) for one in lines]


async def jobs(stage: Stage) -> list[tuple[str, str, int, str]]:
    async with stage.database.read() as tx:
        return [(job.account, job.kind, job.year, job.unit) for job in await reports.under_way(tx, EVERYTHING)]


@pytest.mark.parametrize(
    ("account", "scope"),
    [("admin", "全市"), ("du", "全市"), ("guan", "司法局及下级"), ("both", "执法科、财政局及下级")],
)
async def test_the_word_alone_shows_the_choices(stage: Stage, account: str, scope: str) -> None:
    assert await stage.phone(account)("导出") == CHOICES.format(range=scope)
    assert await jobs(stage) == []


@pytest.mark.parametrize("account", ["zhou", "sys"])
@pytest.mark.parametrize("words", ["导出", "导出 汇总", "导出 台账 2026 司法局", "导出 什么", "导出 汇总 卫健委"])
async def test_learners_have_none(stage: Stage, account: str, words: str) -> None:
    assert await stage.phone(account)(words) == NOT_ALLOWED
    assert (await jobs(stage), await acts(stage)) == ([], [])


@pytest.mark.parametrize(
    ("account", "words", "title", "scope", "job"),
    [
        ("admin", "导出 汇总", "学时汇总", "全市", ("summary", 2026, "")),
        ("admin", "导出台账", "学时台账", "全市", ("lines", 2026, "")),
        ("admin", "导出 汇总 2026 市司法局", "学时汇总", "司法局及下级", ("summary", 2026, "sfj")),
        ("du", "导出 学时台账 ２０２６年 ZFK", "学时台账", "执法科及下级", ("lines", 2026, "zfk")),
        ("du", "导出：明细，财政局", "学时台账", "财政局及下级", ("lines", 2026, "czj")),
        ("guan", "导出 汇总", "学时汇总", "司法局及下级", ("summary", 2026, "")),
        ("guan", "导出 汇总 2026 执法科", "学时汇总", "执法科及下级", ("summary", 2026, "zfk")),
        ("both", "导出 台账", "学时台账", "执法科、财政局及下级", ("lines", 2026, "")),
    ],
)
async def test_who_gets_what(
    stage: Stage, account: str, words: str, title: str, scope: str, job: tuple[str, int, str]
) -> None:
    assert await stage.phone(account)(words) == MAKING.format(title=title, range=scope)
    assert await jobs(stage) == [(account, *job)]
    assert [later.kind for later in stage.later] == [REPORT]


async def test_what_a_unit_admin_may_not_have(stage: Stage) -> None:
    guan, outside = stage.phone("guan"), "“{}”不在您的管辖单位内，不能导出。发送“导出”查看您可以导出的范围。"
    assert await guan("导出 汇总 2026 财政局") == outside.format("财政局")
    assert await guan("导出 台账 gov") == outside.format("市政府")
    assert await stage.phone("none")("导出 汇总") == (
        "您还没有管辖单位，暂时不能导出。请联系市司法局登记管辖单位。"
    )
    assert (await jobs(stage), await acts(stage)) == ([], [])


async def test_a_unit_that_is_none_and_words_that_are_none(stage: Stage) -> None:
    admin = stage.phone("admin")
    assert await admin("导出 汇总 2026 卫健委") == "没有找到单位“卫健委”，请核对编号。"
    usage = "没有看懂，请按这个样子发送：导出 汇总 2026，或 导出 台账 2026 单位名称。"
    for words in ("导出 什么", "导出 汇总 2027", "导出 2026"):
        assert await admin(words) == usage
    assert await admin("导出 汇总 局") == (
        "“局”可能是：财政局（czj）、司法局（sfj）。请用括号中的单位代码再发一次。"
    )
    assert await jobs(stage) == []


async def test_it_is_logged_who_asked_for_which_scope(stage: Stage) -> None:
    await stage.phone("admin")("导出 台账")
    await stage.phone("both")("导出 汇总 2025")
    assert await acts(stage) == [
        ("R5", "chat", "report.ask", "report 1", "lines 2026 all"),
        ("R9", "chat", "report.ask", "report 2", "summary 2025 zfk,czj"),
    ]


async def test_the_same_is_not_made_twice_at_once(stage: Stage) -> None:
    admin = stage.phone("admin")
    await admin("导出 汇总")
    assert await admin("导出 汇总 2026") == (
        "《2026年度学时汇总》（范围：全市）正在生成（编号 1），没有重复生成，完成后会以文件发给您。"
    )
    assert await stage.phone("admin2")("导出 汇总") == MAKING.format(title="学时汇总", range="全市")
    assert len(await jobs(stage)) == 2
    assert len(await acts(stage)) == 2
    async with stage.database.write() as tx:
        job = await reports.take(tx, stage.clock())
        assert job is not None
    assert "没有重复生成" in await admin("导出 汇总")
    async with stage.database.write() as tx:
        await reports.done(tx, job, stage.clock())
    assert await admin("导出 汇总") == MAKING.format(title="学时汇总", range="全市")


async def test_nobody_fills_the_queue(stage: Stage) -> None:
    admin = stage.phone("admin")
    for year in range(2021, 2026):
        await admin(f"导出 汇总 {year}")
    assert await admin("导出 汇总 2026") == "您已有 5 份报表正在生成，请等收到文件后再导出。"
    assert len(await jobs(stage)) == 5


@on_postgresql
async def test_one_person_at_two_processes_at_once(stage: Stage) -> None:
    other = Stage(stage.database, stage.clock)
    for year in range(2021, 2024):
        acts = [one.act("admin", f"导出 汇总 {year}") for one in (stage, other)]
        waiting = [one.desk.submit(act) for one, act in zip((stage, other), acts, strict=True)]
        await asyncio.gather(stage.desk.drain(), other.desk.drain())
        said = [answer.result().wire.decode() for answer in waiting]
        assert sorted("没有重复生成" in one for one in said) == [False, True]
    assert len(await rows(stage.database, report_job.c.id)) == 3


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("汇总", Wish(Kind.SUMMARY, 2026)),
        ("台账2025", Wish(Kind.LINES, 2025)),
        ("台账 2025年度 市政府/司法局", Wish(Kind.LINES, 2025, "市政府/司法局")),
        ("汇总 1101", Wish(Kind.SUMMARY, 2026, "1101")),
        ("汇总 20261", Wish(Kind.SUMMARY, 2026, "20261")),
        ("汇总 2026 2001", Wish(Kind.SUMMARY, 2026, "2001")),
        ("年终确认单", Wish(Kind.CONFIRMATION, 2025)),
        ("确认单 2026 司法局", Wish(Kind.CONFIRMATION, 2026, "司法局")),
    ],
)
def test_words(words: str, wish: Wish) -> None:
    assert understood(words, 2026) == wish


@pytest.mark.parametrize("words", ["", "汇", "2026 汇总", "汇总 2027", "总结"])
def test_other_words(words: str) -> None:
    with pytest.raises(Malformed):
        understood(words, 2026)
