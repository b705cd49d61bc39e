"""`xuefa doctor`: what each line says, what makes it fail, and that no secret is in any of them."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.wecom_api import ApiSettings
from bot.channels.wecom_check import AgentRefused, api_clock, look_at_agent
from bot.cli import checks, checks_database, checks_network, checks_outbox
from bot.cli.checks import Check, Mark
from bot.config import Config, Schedule, Server, WeComSection
from storage import channel_holds, outbox
from storage.database import open_database
from storage.outbox import Draft, Ending, State
from tests.bot.channels.fault_server import FaultyWeCom, answer, drop, errcode, ok
from tests.bot.cli.terminal import AES_KEY, SECRETS, Terminal, questions
from training.people import Group
from training.rules import Compliance

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
AGENT = ok(agentid=1000002, name="学法", close=0, isreportenter=1)


@pytest.fixture
async def wecom() -> AsyncIterator[FaultyWeCom]:
    server = FaultyWeCom()
    server.answers["agent/get"] = AGENT
    await server.start()
    yield server
    await server.stop()


def settings(wecom: FaultyWeCom) -> ApiSettings:
    return ApiSettings("wx5823bf96d3bd56c7", "1000002", "the-app-secret", wecom.base_url, total_seconds=2.0)


def config(**wecom: Any) -> Config:
    keys = {"corp_id": "wx1", "agent_id": 7, "secret": "the-app-secret", "token": "QDG6eKtoken"}
    return Config(wecom=WeComSection(**{**keys, "encoding_aes_key": AES_KEY, **wecom}))


def marks(found: list[Check]) -> dict[str, str]:
    return {check.name: str(check.mark) for check in found}


async def asked(wecom: FaultyWeCom) -> list[Check]:
    return await checks_network.wecom(config(), settings(wecom))


async def test_everything_right_is_exit_0(wecom: FaultyWeCom, tmp_path: Path) -> None:
    """The whole command in a process of its own, against a WeCom and a bot that answer."""
    bot = TestServer(_healthy())
    await bot.start_server()
    folder = tmp_path / "d"
    folder.mkdir()
    terminal = Terminal(folder, f"sqlite:///{folder}/xuefa.db", wecom.base_url)
    text = terminal.config.read_text() + f'[server]\nport = {bot.port}\npublic_url = "https://xuefa.example"\n'
    terminal.config.write_text(text + '[compliance]\nfiling_no = "皖-1"\n')
    await _xuefa(terminal, "db", "upgrade")
    await _xuefa(terminal, "bank", "import", "--shipped")
    code, told, errors = await _xuefa(terminal, "doctor", "--json")
    await bot.close()
    found = json.loads(told)
    assert (code, errors, told.count("\n")) == (0, "", 1)
    assert {frozenset(check) for check in found["checks"]} == {frozenset(("name", "ok", "detail"))}
    assert [check["name"] for check in found["checks"]] == [
        *("config", "database", "database.writable", "database.durability", "calendar", "bank", "outbox", "rules"),
        *("clock", "wecom"),
        *("callback.token", "callback.aes_key", "callback.server", "callback.public_url"),
        *("compliance.filing", "compliance.rules", "schedule.daily_at", "schedule.remind_at"),
    ]
    assert all(check["ok"] for check in found["checks"])
    assert not any(secret in told for secret in (*SECRETS, wecom.token))


def _healthy() -> web.Application:
    async def healthz(request: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    return app


async def _xuefa(terminal: Terminal, *words: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words, "--config", str(terminal.config)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, errors = await process.communicate()
    return process.returncode, told.decode(), errors.decode()


def test_failures_are_marked_and_exit_1(terminal: Terminal) -> None:
    result = terminal.run("doctor", exit_code=1)
    lines = result.stdout.splitlines()
    assert lines[0] == f"✓ 配置：{terminal.config} 没有错误。"
    failed = [line for line in lines if line.startswith("✗")]
    assert [line[2:4] for line in failed] == ["题库", "企业"]
    assert all(line[0] in "✓✗!" and line[1] == " " for line in lines)
    assert result.stderr == "2 项没有通过，请按上面的提示处理后再查。\n"
    document = terminal.run("doctor", "--json", exit_code=1)
    assert len(json.loads(document.stdout)["checks"]) == len(lines)
    assert not any(secret in result.output + document.output for secret in SECRETS)


def test_a_bad_configuration_is_the_only_line(terminal: Terminal) -> None:
    terminal.config.write_text("[wecom]\nsecrt = 'the-app-secret'\n")
    result = terminal.run("doctor", exit_code=1)
    assert result.stdout.startswith("✗ 配置：")
    assert "[wecom] secrt" in result.stdout
    document = json.loads(terminal.run("doctor", "--json", exit_code=1).stdout)
    assert [(check["name"], check["ok"]) for check in document["checks"]] == [("config", False)]


def test_looking_makes_no_database(bare: Terminal) -> None:
    told = bare.run("doctor", exit_code=1).stdout
    assert "✗ 数据库：还没有数据库文件" in told
    assert not (bare.folder / "xuefa.db").exists()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "请升级本程序"),
        ("DELETE FROM alembic_version", "还没有建表"),
    ],
)
def test_the_form_of_the_database(terminal: Terminal, damage: str, said: str) -> None:
    terminal.rows(damage)
    line = terminal.run("doctor", exit_code=1).stdout.splitlines()[1]
    assert line.startswith("✗ 数据库：")
    assert said in line


def test_the_bank_has_to_have_something_for_every_group(terminal: Terminal) -> None:
    only = '{"id": "s", "kind": "judge", "stem": "只给工作人员。", "answer": ["对"], "audience": ["staff"]}\n'
    terminal.run("bank", "import", terminal.file("s.jsonl", only))
    told = terminal.run("doctor", exit_code=1).stdout
    assert "✗ 题库：可用于每日一题：行政执法人员 0 题、领导干部 0 题、工作人员 1 题。" in told
    terminal.run("bank", "import", terminal.file("b.jsonl", questions(1, 2)))
    assert (
        "! 题库：可用于每日一题：行政执法人员 2 题、领导干部 2 题、工作人员 3 题。"
        in terminal.run("doctor", exit_code=1).stdout
    )


async def test_a_hold_and_unknown_messages_are_remarks(terminal: Terminal) -> None:
    good = await checks_outbox.sending(terminal.url, NOW)
    assert good.line() == "✓ 发送：没有暂停，没有结果不明的消息。"
    database = open_database(terminal.url)
    async with database.write() as tx:
        await channel_holds.hold(tx, "wecom", NOW + timedelta(minutes=5), 45009)
        draft = Draft("message/send", b"{}", ("a",))
        await outbox.add(tx, "wecom", "reply-1", [draft], lane="reply", mass=False, now=NOW)
        (claimed,) = await outbox.claim(tx, "wecom", NOW)
        await outbox.finish(tx, claimed, Ending(State.UNKNOWN), NOW)
    await database.close()
    line = (await checks_outbox.sending(terminal.url, NOW)).line()
    assert line.startswith("! 发送：暂停发送到 11-23 16:05:00：")
    assert "（45009）" in line
    assert "有 1 条不知是否送达" in line


async def test_the_calendar_has_to_know_this_year_and_from_december_the_next(terminal: Terminal) -> None:
    async def mark(today: date) -> str:
        return marks(await checks_database.checks(terminal.url, today))["calendar"]

    assert await mark(date(2026, 11, 30)) == "✓"
    assert await mark(date(2039, 5, 1)) == "✗"
    code, *_ = await _xuefa(terminal, "calendar", "import", terminal.file("d.csv", "日期,类型\n2039-01-01,放假\n"))
    assert code == 0
    assert await mark(date(2039, 5, 1)) == "✓"
    assert await mark(date(2039, 11, 30)) == "✓"
    assert await mark(date(2039, 12, 1)) == "✗"


async def test_the_app_answers(wecom: FaultyWeCom) -> None:
    assert [check.line() for check in await asked(wecom)] == ["✓ 企业微信：凭证有效，应用“学法”已启用。"]
    [query] = [query for path, query, _ in wecom.seen if path == "agent/get"]
    assert query["agentid"] == "1000002"


async def test_an_app_that_does_not_report_who_enters_is_a_remark(wecom: FaultyWeCom) -> None:
    wecom.answers["agent/get"] = AGENT | {"isreportenter": 0}
    assert marks(await asked(wecom)) == {"wecom": "✓", "wecom.enter": "!"}


async def test_a_closed_app_fails(wecom: FaultyWeCom) -> None:
    wecom.answers["agent/get"] = AGENT | {"close": 1}
    assert [check.line() for check in await asked(wecom)] == [
        "✗ 企业微信：应用“学法”已停用，请在企业微信管理后台启用它。"
    ]


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("gettoken", 40001, "wecom.secret 不对"),
        ("gettoken", 40013, "wecom.corp_id 不对"),
        ("agent/get", 40056, "wecom.agent_id 不对"),
        ("agent/get", 301002, "不是同一个应用"),
        ("agent/get", 50003, "已停用"),
        ("agent/get", 99999, "错误码 99999"),
    ],
)
async def test_which_key_is_wrong(wecom: FaultyWeCom, path: str, code: int, said: str) -> None:
    wecom.always[path] = errcode(code, "invalid the-app-secret, hint: [1]")
    [check] = await asked(wecom)
    assert (check.mark, said in check.detail) == (Mark.FAILED, True)
    assert "the-app-secret" not in check.detail


async def test_an_address_that_is_not_trusted_is_shown(wecom: FaultyWeCom) -> None:
    words = (
        "not allow to access from your ip, hint: [17], from ip: 203.0.113.9, more info at https://example/e=60020"
    )
    wecom.always["agent/get"] = errcode(60020, words)
    [check] = await asked(wecom)
    assert "203.0.113.9" in check.detail
    assert "企业可信IP" in check.detail
    assert "203" not in checks_network.refusal(AgentRefused(60020))


async def test_a_wecom_that_is_away_fails_without_an_address(wecom: FaultyWeCom) -> None:
    wecom.always["gettoken"] = drop
    [check] = await asked(wecom)
    assert check.mark is Mark.FAILED
    assert "连不上" in check.detail
    assert not any(secret in check.detail for secret in (*SECRETS, wecom.base_url))
    lost = ApiSettings("c", "1", "s", wecom.base_url, ca_file="/nowhere.pem")
    assert "FileNotFoundError" in repr(await look_at_agent(lost))


async def test_missing_keys_are_named_and_nobody_is_asked(wecom: FaultyWeCom) -> None:
    found = await checks_network.wecom(config(secret="", agent_id="seven"), settings(wecom))
    assert [check.mark for check in found] == [Mark.FAILED]
    assert "wecom.secret 未填写、wecom.agent_id 应为数字" in found[0].detail
    assert wecom.seen == []
    assert marks(await checks_network.wecom(config(token="", encoding_aes_key="x"), settings(wecom))) == {
        "wecom": "✓"
    }


@pytest.mark.parametrize(
    ("seconds", "mark"),
    [(0, "✓"), (-50, "✓"), (70, "!"), (-90, "!"), (-590, "!"), (620, "✗"), (-5000, "✗")],
)
async def test_the_clock_is_compared_with_wecoms(wecom: FaultyWeCom, seconds: int, mark: str) -> None:
    there = datetime.now(UTC) + timedelta(seconds=seconds)
    wecom.always["gettoken"] = answer(b"{}", Date=format_datetime(there, usegmt=True))
    check = await checks_network.clock(settings(wecom))
    assert check.mark == mark
    assert ("慢" in check.detail) is (seconds > 60)
    assert ("快" in check.detail) is (seconds < -60)


async def test_a_clock_that_cannot_be_had_is_a_remark(wecom: FaultyWeCom) -> None:
    wecom.always["gettoken"] = answer(b"{}", Date="yesterday")
    assert (await checks_network.clock(settings(wecom))).mark is Mark.REMARK
    wecom.always["gettoken"] = drop
    assert await api_clock(settings(wecom)) is None


@pytest.mark.parametrize(
    ("keys", "token", "aes_key"),
    [
        ({}, "✓", "✓"),
        ({"token": ""}, "✗", "✓"),
        ({"token": "with blank"}, "✗", "✓"),
        ({"token": "x" * 33}, "✗", "✓"),
        ({"encoding_aes_key": ""}, "✓", "✗"),
        ({"encoding_aes_key": AES_KEY[:-1]}, "✓", "✗"),
        ({"encoding_aes_key": AES_KEY + "="}, "✓", "✗"),
        ({"encoding_aes_key": AES_KEY[:-1] + "!"}, "✓", "✗"),
    ],
)
def test_the_shape_of_the_callback_keys(keys: dict[str, str], token: str, aes_key: str) -> None:
    found = list(checks.callback_keys(config(**keys)))
    assert marks(found) == {"callback.token": token, "callback.aes_key": aes_key}
    assert not any(value and value in check.detail for check in found for value in keys.values())


async def test_our_own_server(wecom: FaultyWeCom) -> None:
    bot = TestServer(_healthy())
    await bot.start_server()
    port = bot.port or 0
    assert (await checks_network.own_server(Server(port=port))).mark is Mark.OK
    assert (await checks_network.own_server(Server(host="0.0.0.0", port=port))).mark is Mark.OK
    await bot.close()
    gone = await checks_network.own_server(Server(port=port))
    assert (gone.mark, "没有运行" in gone.detail) == (Mark.REMARK, True)
    stranger = int(wecom.base_url.split(":")[2].split("/")[0])
    assert (await checks_network.own_server(Server(port=stranger))).mark is Mark.FAILED


@pytest.mark.parametrize(("url", "mark"), [("", "!"), ("xuefa.example", "✗"), ("https://xuefa.example/", "✓")])
def test_the_public_url(url: str, mark: str) -> None:
    check = checks.public_url(Config(server=Server(public_url=url)))
    assert check.mark == mark
    assert ("https://xuefa.example/wecom/callback" in check.detail) is (mark == "✓")


def test_compliance_says_which_rules_are_on() -> None:
    filing, rules = checks.compliance(Config())
    assert (filing.mark, "试运行·自愿使用" in filing.detail) == (Mark.REMARK, True)
    for said in ("个人排行和积分：关", "每人每周 12 条", "20:00-08:00"):
        assert said in rules.detail
    filed, budget = checks.compliance(Config(compliance=Compliance(filing_no="皖-1", push_budget_per_week=5)))
    assert (filed.mark, "皖-1" in filed.detail, "每周 5 条" in budget.detail) == (Mark.OK, True, True)


@pytest.mark.parametrize(
    ("daily_at", "quiet", "mark", "said"),
    [
        ("09:07", "20:00-08:00", "✓", "09:07"),
        ("09:00", "20:00-08:00", "!", "推迟到 09:02"),
        ("09:29", "20:00-08:00", "!", "推迟到 09:32"),
        ("08:59", "20:00-08:00", "!", "推迟到 09:02"),
        ("09:02", "20:00-08:00", "✓", "09:02"),
        ("07:59", "20:00-08:00", "!", "免打扰"),
        ("20:10", "20:00-08:00", "!", "免打扰"),
        ("12:40", "12:00-13:00", "!", "免打扰"),
        ("13:10", "12:00-13:00", "✓", "13:10"),
    ],
)
def test_the_time_of_the_daily_question(daily_at: str, quiet: str, mark: str, said: str) -> None:
    times = Schedule(daily_at=daily_at, quiet_hours=quiet)
    check, _ = checks.schedule(Config(schedule=times), NOW)
    assert (check.mark, said in check.detail) == (mark, True)


def test_groups_of_the_bank_are_all_named() -> None:
    assert checks_database.bank(dict.fromkeys(Group, 500)).mark is Mark.OK
