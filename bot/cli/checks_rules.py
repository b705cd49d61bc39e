"""What `xuefa doctor` says of the rules: which file and version, and whether they know every status on the roll."""

from datetime import date
from typing import Final

from bot.cli.checks import Check, Mark
from bot.cli.checks_database import opened
from bot.config import BadConfig, Config
from bot.rule_files import rules_of
from handlers.actions.taking_effect import unknown_statuses
from handlers.texts.rule_file import missing_statuses
from training.rules import Rules

_TITLE: Final = "学时规则"


async def checks(config: Config, today: date, *, with_roll: bool) -> list[Check]:
    """`with_roll`: the database can be looked into."""
    try:
        rules = rules_of(config)
    except BadConfig as bad:
        return [Check("rules", _TITLE, Mark.FAILED, bad.sentence)]
    unknown = await _unknown(config, rules, today) if with_roll else []
    if unknown:
        return [
            in_force(config, rules),
            Check("rules.statuses", "人员状态", Mark.FAILED, missing_statuses(unknown)),
        ]
    return [in_force(config, rules)]


def in_force(config: Config, rules: Rules) -> Check:
    file = f"规则文件 {config.rules.file}" if config.rules.file else "内置规则"
    return Check("rules", _TITLE, Mark.OK, f"{file}，版本 {rules.version}。")


async def _unknown(config: Config, rules: Rules, today: date) -> list[str]:
    async with opened(config.database.url) as database, database.read() as tx:
        return await unknown_statuses(tx, rules, today)
