"""The city's rule file on disk: found, read and turned into rules; what is wrong with it is said in one line."""

from datetime import datetime
from pathlib import Path

import structlog

from bot.config import BadConfig, Config, text_at, toml_in
from handlers.actions.taking_effect import take_effect, unknown_statuses
from handlers.texts.rule_file import missing_statuses, said
from storage.database import Database
from training.calendar import day_of
from training.rule_errors import BadRules
from training.rule_file import read_rules
from training.rules import Rules

_log = structlog.get_logger(__name__)


def rules_of(config: Config) -> Rules:
    """The built-in rules, or those of the city's file, which is read each time. Raises: BadConfig."""
    return rules_in(text_of(config), config)


def text_of(config: Config) -> str:
    """The rule file as it is now; empty when none is configured. Raises: BadConfig."""
    path = config.rules.file
    if not path:
        return ""
    return text_at(Path(path), _named(path), "请检查配置中的 rules.file，或用 xuefa rules init 生成。")


def rules_in(text: str, config: Config) -> Rules:
    """Of what `text_of` read; the built-in ones when no file is configured. Raises: BadConfig."""
    path = config.rules.file
    if not path:
        return Rules(hours=config.hours, compliance=config.compliance)
    try:
        return read_rules(toml_in(text, _named(path)), config.hours, config.compliance)
    except BadRules as bad:
        raise BadConfig(f"{_named(path)} 中{said(bad)}") from None


def _named(path: str) -> str:
    return f"规则文件 {path}"


async def demand_statuses(database: Database, rules: Rules, now: datetime) -> None:
    """Every status on the roll has its row. Raises: BadConfig."""
    async with database.read() as tx:
        unknown = await unknown_statuses(tx, rules, day_of(now))
    if unknown:
        raise BadConfig(missing_statuses(unknown))


async def take_up(database: Database, rules: Rules, now: datetime) -> None:
    """At the start, beside the serving: rules other than at the last one concern what was computed before."""
    try:
        if await take_effect(database, rules, now):
            _log.info("rules_in_effect", version=rules.version)
    except Exception as error:  # the night's job tries again
        _log.error("rules_not_in_effect", exc_info=error)
