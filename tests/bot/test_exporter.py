"""Reports by chat, from the word to the file: real child processes on both engines."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.channel import Outcome, Verdict
from bot.channels.wecom import WeCom
from bot.channels.wecom_api import Client, open_session
from bot.config import Config, DatabaseSection
from bot.sender import Sender
from handlers.actions import heads
from handlers.texts import exports as texts
from storage import audit, ledger, people
from storage.database import Database
from storage.tables import media, outbox, report_job
from tests.bot.channels.fault_server import FaultyWeCom, settings
from tests.bot.desk import rows
from tests.bot.exporting import column, exporter_of, files, table
from tests.databases import on_sqlite
from tests.handlers.report_city import build
from tests.handlers.stage import MONDAY, Stage, at
from training.people import Fact, Field

FAILED = "报表（编号 1）没有生成成功，请稍后再试；如再次出现，请把编号告诉系统管理员。"


@pytest.fixture
async def stage(database: Database) -> Stage:
    await build(database)
    return Stage(database)


async def states(stage: Stage) -> list[tuple[Any, ...]]:
    return await rows(stage.database, report_job.c.id, report_job.c.state, report_job.c.tries, report_job.c.problem)


async def test_a_summary_of_the_city(stage: Stage) -> None:
    admin = stage.phone("admin")
    await admin("导出 汇总")
    assert await exporter_of(stage).make_due()
    assert (await admin.read()).splitlines()[-1] == "<file 2026年度学时汇总（全市）20261123.xlsx>"
    [(receivers, _, content)] = files(stage)
    assert receivers == ("admin",)
    found = table(content)
    assert column(found, "姓名") == ["=姓名P6", "=姓名P1", "=姓名P2", "=姓名P3"]
    assert column(found, "单位") == ["财政局", "司法局", "司法局", "司法局"]
    assert await states(stage) == [(1, "done", 1, "")]
    assert not await exporter_of(stage).make_due()


async def test_the_lines_of_a_unit_for_its_admin(stage: Stage) -> None:
    guan = stage.phone("guan")
    await guan("导出 台账")
    assert await exporter_of(stage).make_due()
    assert await guan.read() == "<file 2026年度学时台账（司法局及下级）20261123.xlsx>"
    [(receivers, _, content)] = files(stage)
    found = table(content)
    assert receivers == ("guan",)
    assert set(column(found, "单位")) == {"司法局", "执法科"}
    assert len(column(found, "姓名")) == 11  # of twelve lines one is of another unit
    async with stage.database.read() as tx:
        head = await ledger.head(tx)
    assert any(f"第 {head.seq} 条 {head.hash}" in str(row[0]) for row in found)


async def test_a_sheet_to_sign_says_what_was_said_of_the_year(stage: Stage) -> None:
    guan = stage.phone("guan")
    await guan("导出 年终确认单 2026")
    assert await exporter_of(stage).make_due()
    assert await guan.read() == "<file 2026年度学时年终确认单（司法局及下级）20261123.xlsx>"
    [(_, _, content)] = files(stage)
    found = [str(row[0]) for row in table(content)]
    assert "系统中的确认：司法局：尚未确认" in found
    assert any(line.startswith("核对意见：□ 核对无误") for line in found)


@on_sqlite
async def test_a_unit_that_was_named(stage: Stage) -> None:
    await stage.phone("du")("导出 汇总 2026 财政局")
    assert await exporter_of(stage).make_due()
    assert "<file 2026年度学时汇总（财政局及下级）20261123.xlsx>" in await stage.phone("du").read()
    [(_, _, content)] = files(stage)
    assert set(column(table(content), "单位")) == {"财政局"}


async def test_the_signed_head_goes_before_it_to_the_officers_once(stage: Stage) -> None:
    for words in ("导出 汇总", "导出 台账"):
        await stage.phone("guan")(words)
    made = exporter_of(stage)
    assert [await made.make_due(), await made.make_due()] == [True, True]
    await stage.send_all()
    async with stage.database.read() as tx:
        head = await ledger.head(tx)
    for officer in ("admin", "admin2", "du"):
        [message] = stage.wire.boxes[officer]
        assert heads.check(message.text.encode()) == head
    assert [draft.file and draft.file.type for draft, _ in stage.wire.sent] == [None, "file", "file"]


@on_sqlite
async def test_what_left_is_in_the_audit_log(stage: Stage) -> None:
    await stage.phone("guan")("导出 汇总")
    await exporter_of(stage).make_due()
    await stage.send_all()
    async with stage.database.read() as tx:
        acts = [line.act for line in await audit.pages(tx)]
    assert [(act.actor, act.via, act.what) for act in acts] == [
        ("R8", "chat", "report.ask"),
        ("R8", "clock", "report.send"),
    ]
    [(_, _, content)] = files(stage)
    assert acts[1].after.startswith(f"summary 2026 sfj {len(content)} ")


async def test_it_reaches_wecom_as_a_file(stage: Stage) -> None:
    wecom = FaultyWeCom()
    await wecom.start()
    chosen = replace(settings(wecom.base_url), upload_seconds=5.0, total_seconds=5.0)
    async with open_session(chosen) as session:
        real = WeCom(chosen, Client(chosen, session))
        await stage.phone("guan")("导出 汇总")
        await exporter_of(stage).make_due()
        sender = Sender(stage.database, {"wecom": real}, stage.clock, stage.metrics)
        while await sender.send_due():
            pass
    await wecom.stop()
    [uploaded] = wecom.bodies("media/upload")
    assert b"PK\x03\x04" in uploaded
    assert wecom.bodies("message/send")[-1] == (
        b'{"touser":"guan","agentid":1000002,"msgtype":"file","file":{"media_id":"M1"}}'
    )


async def test_a_file_that_wecom_would_not_take(stage: Stage) -> None:
    guan = stage.phone("guan")
    await guan("导出 汇总")
    assert await exporter_of(stage, most_bytes=1000).make_due()
    assert await guan.read() == texts.TOO_LARGE
    assert files(stage) == []
    assert await states(stage) == [(1, "failed", 1, "too_large")]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (Field.ROLE, "learner", "这项操作需要管理员权限。如需开通，请联系市司法局。"),
        (Field.MANAGED_UNITS, "", "您还没有管辖单位，暂时不能导出。请联系市司法局登记管辖单位。"),
    ],
)
async def test_who_lost_the_right_meanwhile_gets_none(stage: Stage, field: Field, value: str, said: str) -> None:
    guan = stage.phone("guan")
    await guan("导出 汇总")
    async with stage.database.write() as tx:
        changed = [Fact("R8", field, value, date(2026, 1, 1), at(MONDAY))]
        await people.add(tx, changed, [], [], by="test", now=at(MONDAY), today=MONDAY)
    await exporter_of(stage).make_due()
    assert await guan.read() == said
    assert files(stage) == []


@on_sqlite
async def test_who_got_another_unit_meanwhile_gets_that_one(stage: Stage) -> None:
    """Not what one could see when one asked."""
    await stage.phone("guan")("导出 汇总")
    async with stage.database.write() as tx:
        changed = [Fact("R8", Field.MANAGED_UNITS, "czj", date(2026, 1, 1), at(MONDAY))]
        await people.add(tx, changed, [], [], by="test", now=at(MONDAY), today=MONDAY)
    await exporter_of(stage).make_due()
    await stage.send_all()
    [(_, name, content)] = files(stage)
    assert name == "2026年度学时汇总（财政局及下级）20261123.xlsx"
    assert set(column(table(content), "单位")) == {"财政局"}


@on_sqlite
async def test_a_report_that_cannot_be_made_is_given_up_without_its_reason(stage: Stage) -> None:
    guan = stage.phone("guan")
    await guan("导出 汇总")
    nowhere = Config(database=DatabaseSection(url="postgresql+asyncpg://nobody:geheim@127.0.0.1:9/none"))
    made = exporter_of(stage, config=nowhere)
    for tries in (1, 2, 3):
        assert await made.make_due()
        assert not await made.make_due()  # it rests
        assert (await states(stage))[0][2] == tries
        stage.clock.on(seconds=11)
    assert await guan.read() == FAILED
    assert await states(stage) == [(1, "failed", 3, "failed")]
    assert (await made.make_due(), files(stage)) == (False, [])


@on_sqlite
async def test_the_log_names_nobody(stage: Stage) -> None:
    await stage.phone("guan")("导出 汇总")
    with capture_logs() as logged:
        await exporter_of(stage).make_due()
    [line] = [one for one in logged if one["event"] == "report"]
    assert line.keys() == {"event", "log_level", "id", "outcome", "seconds", "bytes", "tries"}
    assert (line["id"], line["outcome"], line["tries"]) == (1, "done", 1)


@on_sqlite
@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Outcome(Verdict.SENT), False),
        (Outcome(Verdict.SENT, invalid=("guan",)), True),
        (Outcome(Verdict.UNKNOWN, reason="TimeoutError"), True),
        (Outcome(Verdict.REFUSED, 40006, "size"), True),
    ],
)
async def test_what_was_sent_is_not_kept_and_what_was_lost_is_told(
    stage: Stage, outcome: Outcome, told: bool
) -> None:
    guan = stage.phone("guan")
    await guan("导出 汇总")
    made = exporter_of(stage)
    await made.make_due()
    stage.wire.script = [Outcome(Verdict.SENT), outcome]  # the head, then the file
    await stage.send_all()
    guan.seen = len(stage.wire.boxes.get("guan", []))
    for _ in range(2):
        await made.settle()
    words = "《2026年度学时汇总》（编号 1）可能没有送达。如果没有收到文件，请重新导出。" if told else ""
    assert await guan.read() == words
    assert ("report-1", "") in await rows(stage.database, outbox.c.ref, outbox.c.media)
    assert await rows(stage.database, media.c.name) == []
