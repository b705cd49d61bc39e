"""The city's rule file on disk: found, read and turned into rules; what is wrong with it is said in one line."""

import tomllib
from datetime import datetime
from pathlib import Path

import structlog

from bot.config import BadConfig, Config
from handlers.actions.taking_effect import take_effect, unknown_statuses
from handlers.texts.rule_file import missing_statuses, said
from storage.database import Database
from training.calendar import day_of
from training.hours import HoursRules
from training.rule_errors import BadRules
from training.rule_file import read_rules
from training.rules import Compliance, Rules

_log = structlog.get_logger(__name__)


def rules_of(config: Config) -> Rules:
    """The built-in rules, or those of the city's file, which is read each time. Raises: BadConfig."""
    if not config.rules.file:
        return Rules(hours=config.hours, compliance=config.compliance)
    return rules_at(Path(config.rules.file), config.hours, config.compliance)


def text_of(config: Config) -> str:
    """The rule file as it is now; empty when the rules are the built-in ones. Raises: BadConfig."""
    return _text(Path(config.rules.file)) if config.rules.file else ""


def rules_at(path: Path, hours: HoursRules, compliance: Compliance) -> Rules:
    """Raises: BadConfig."""
    return _read(_text(path), path, hours, compliance)


def rules_in(text: str, config: Config) -> Rules:
    """Of a file that was read before. Raises: BadConfig."""
    return _read(text, Path(config.rules.file), config.hours, config.compliance)


def _read(text: str, path: Path, hours: HoursRules, compliance: Compliance) -> Rules:
    try:
        return read_rules(tomllib.loads(text), hours, compliance)
    except tomllib.TOMLDecodeError as error:
        raise BadConfig(f"规则文件 {path} 不是正确的 TOML：{error}。") from None
    except BadRules as bad:
        raise BadConfig(f"规则文件 {path} 中{said(bad)}") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadConfig(f"找不到规则文件 {path}。请检查配置中的 rules.file，或用 xuefa rules init 生成。") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig(
            f"规则文件 {path} 读不出来（{type(error).__name__}），请检查权限，并保存为 UTF-8。"
        ) from None


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
