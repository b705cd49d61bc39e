"""`xuefa doctor`: one line a check, ✓, ✗ with what to do, or `!` for a remark; exit 1 when any is ✗."""

from datetime import UTC, datetime

import click

from bot.app import api_settings
from bot.cli import checks, checks_database, checks_network, checks_outbox, checks_rules
from bot.cli.checks import Check, Mark
from bot.cli.frame import Call, Refused, runs
from bot.config import BadConfig, Config
from training.calendar import day_of


@click.command(
    help="检查配置、数据库、时钟、日历、题库、发送、企业微信、回调、合规和时间；有 ✗ 时退出 1。只查看，不改动。"
)
@runs
async def command(call: Call) -> None:
    found = await _all(call)
    document = {"checks": [{"name": c.name, "ok": c.ok, "detail": c.detail} for c in found]}
    call.tell(document, *(check.line() for check in found))
    failed = sum(not check.ok for check in found)
    if failed:
        raise Refused(f"{failed} 项没有通过，请按上面的提示处理后再查。", told=True)


async def _all(call: Call) -> list[Check]:
    """Only the first line when there is no configuration to check by."""
    try:
        config = call.config()
    except BadConfig as bad:
        return [Check("config", "配置", Mark.FAILED, bad.sentence)]
    read = Check("config", "配置", Mark.OK, f"{call.config_path} 没有错误。")
    return [read, *await _by(config, datetime.now(UTC))]


async def _by(config: Config, now: datetime) -> list[Check]:
    settings = api_settings(config)
    of_database = await checks_database.checks(config.database.url, day_of(now))
    return [
        *of_database,
        *([await checks_outbox.sending(config.database.url, now)] if of_database[0].ok else []),
        *await checks_rules.checks(config, day_of(now), with_roll=of_database[0].ok),
        await checks_network.clock(settings),
        *await checks_network.wecom(config, settings),
        *checks_network.contacts(config),
        *checks.callback_keys(config),
        await checks_network.own_server(config.server),
        checks.public_url(config),
        *checks.compliance(config),
        *checks.schedule(config, now),
    ]
