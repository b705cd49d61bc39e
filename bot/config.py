"""The configuration: one TOML file, read once into frozen, strict sections, passed down section by section.

Any key can be given by the environment as `XUEFA_SECTION__KEY`. A misspelt key stops the start and is named; no
value of a secret is ever printed.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from training.exams import Mode
from training.hours import HoursRules
from training.rules import Compliance

ENVIRONMENT_PREFIX: Final = "XUEFA_"
_AES_KEY: Final = re.compile(r"[0-9A-Za-z+/]{43}")  # base64, though WeCom hands out letters and digits only
_DATABASES: Final = ("sqlite", "sqlite+aiosqlite", "postgresql", "postgres", "postgresql+asyncpg")
_AMOUNT: Final = re.compile(r"\d{1,4}(\.\d{1,2})?")
_KINDS: Final = {"str": "文本（加引号）", "int": "整数", "float": "数字", "bool": "true 或 false", "object": "一节"}


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Server(_Section, frozen=True):
    """`public_url` is what WeCom and phones reach; empty while no page needs it."""

    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    metrics_public: bool = False
    shutdown_seconds: float = 10.0
    verify_folder: str = "var/verify"  # holds WW_verify_*.txt from the WeCom console


class DatabaseSection(_Section, frozen=True):
    """`migrate_url` is the owner's role on PostgreSQL, `url` then the app's."""

    url: str = "sqlite+aiosqlite:///var/xuefa.db"
    migrate_url: str = ""


class WeComSection(_Section, frozen=True):
    corp_id: str = ""
    agent_id: int | str = ""
    secret: str = ""
    token: str = ""
    encoding_aes_key: str = ""
    api_base: str = "https://qyapi.weixin.qq.com/cgi-bin"
    oauth_base: str = "https://open.weixin.qq.com"
    login_base: str = "https://login.work.weixin.qq.com"
    contact_secret: str = ""
    contact_token: str = ""
    contact_aes_key: str = ""

    def faults(self) -> dict[str, str]:
        """Key → what is wrong with it, of the keys that `serve` cannot do without; never a value."""
        needed = ("corp_id", "agent_id", "secret", "token", "encoding_aes_key")
        found = {key: "未填写" for key in needed if not str(getattr(self, key)).strip()}
        if not str(self.agent_id).strip().isdecimal():
            found.setdefault("agent_id", "应为数字")
        if not _AES_KEY.fullmatch(self.encoding_aes_key):
            found.setdefault("encoding_aes_key", "应为 43 位字母和数字")
        if not self.api_base.startswith(("https://", "http://")):
            found["api_base"] = "应以 https:// 开头"
        return found


class Network(_Section, frozen=True):
    proxy: str = ""
    ca_file: str = ""


class Schedule(_Section, frozen=True):
    """Times of day as `HH:MM`; `quiet_hours` as `HH:MM-HH:MM`. Only Asia/Shanghai is supported."""

    timezone: str = "Asia/Shanghai"
    daily_at: str = "09:07"
    remind_at: str = "16:37"
    quiet_hours: str = "20:00-08:00"


class RulesSection(_Section, frozen=True):
    """`file`: the city's rule file, from the folder of the configuration; empty: the built-in rules."""

    file: str = ""


class ExamSection(_Section, frozen=True):
    mode: Mode = Mode.CARD


class Config(_Section, frozen=True):
    server: Server = Server()
    database: DatabaseSection = DatabaseSection()
    wecom: WeComSection = WeComSection()
    network: Network = Network()
    schedule: Schedule = Schedule()
    rules: RulesSection = RulesSection()
    hours: HoursRules = HoursRules()
    compliance: Compliance = Compliance()
    telegram: dict[str, Any] = {}
    aibot: dict[str, Any] = {}
    exam: ExamSection = ExamSection()
    boards: dict[str, Any] = {}


@dataclass(eq=False)
class BadConfig(Exception):
    """`sentence` says in one line what is wrong, where, and what to do."""

    sentence: str

    def __str__(self) -> str:
        return self.sentence


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """`rules.file` becomes a path that does not depend on where a command is run. Raises: BadConfig."""
    text = text_at(path, f"配置文件 {path}", "请先运行 xuefa init 生成，或用 --config 指定。")
    values = _with_environment(toml_in(text, f"配置文件 {path}"), environment)
    try:
        config = msgspec.convert(values, Config, strict=True)
    except msgspec.ValidationError as error:
        raise BadConfig(_sentence(path, str(error))) from None
    _check(config, path)
    file = config.rules.file.strip()
    return replace(config, rules=RulesSection(str((path.parent / file).absolute()) if file else ""))


def text_at(path: Path, named: str, when_missing: str) -> str:
    """A file of settings, in UTF-8, with or without a byte order mark.

    `named` is what the file is for a user, with its path; `when_missing` what to do when there is none.
    Raises: BadConfig.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadConfig(f"找不到{named}。{when_missing}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig(f"{named} 读不出来（{type(error).__name__}），请检查权限，并保存为 UTF-8。") from None


def toml_in(text: str, named: str) -> dict[str, Any]:
    """Raises: BadConfig."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadConfig(f"{named} {_place(str(error))}，请核对引号、方括号和逗号是否成对（{error}）。") from None


def _place(said: str) -> str:
    """Where the text stops being TOML, of what the parser says."""
    at = re.search(r"\(at line (\d+), column (\d+)\)", said)
    where = f"第 {at[1]} 行第 {at[2]} 个字符处" if at else "末尾处"
    return f"在{where}不是正确的 TOML"


def _with_environment(values: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    merged = {name: dict(section) if isinstance(section, dict) else section for name, section in values.items()}
    for variable, text in environment.items():
        section, _, key = variable.removeprefix(ENVIRONMENT_PREFIX).lower().partition("__")
        if variable.startswith(ENVIRONMENT_PREFIX) and key:
            table = merged.setdefault(section, {})
            if isinstance(table, dict):
                table[key] = _typed(section, key, text)
    return merged


def _typed(section: str, key: str, text: str) -> Any:
    """A variable is text; where the key wants a number or yes/no it is read as that."""
    wanted = Config.__annotations__.get(section)
    kind = getattr(wanted, "__annotations__", {}).get(key, str)
    if kind in (int, float, bool):
        try:
            return msgspec.convert(text, kind, strict=False)
        except msgspec.ValidationError:
            return text
    return text


def _sentence(path: Path, problem: str) -> str:
    """msgspec says: Object contains unknown field `prot` - at `$.server`."""
    what, _, where = problem.partition(" - at ")
    place = where.strip("`").removeprefix("$").removeprefix(".")
    field = what.split("`")[1] if "`" in what else ""
    if "unknown field" in what:
        name = f"[{place}] {field}" if place else f"[{field}]"
        return f"配置文件 {path} 中有不认识的键 {name}，请对照 config.example.toml 改正拼写或删除。"
    wanted = " 或 ".join(_KINDS.get(kind, kind) for kind in field.split(" | "))
    return f"配置文件 {path} 中 {place or '顶层'} 的值类型不对，应为{wanted}，请对照 config.example.toml 改正。"


def _check(config: Config, path: Path) -> None:
    for key, wanted in _wrong(config):
        raise BadConfig(f"配置文件 {path} 中 {key} {wanted}，请改正。")


def _wrong(config: Config) -> Iterator[tuple[str, str]]:
    """Key and what it should be, of values that have the right type."""
    schedule, hours = config.schedule, config.hours
    if schedule.timezone != "Asia/Shanghai":
        yield "schedule.timezone", "只支持 Asia/Shanghai"
    for key in ("daily_at", "remind_at"):
        if clock_time(getattr(schedule, key)) is None:
            yield f"schedule.{key}", "应写成 HH:MM，如 09:07"
    start, _, end = schedule.quiet_hours.partition("-")
    if clock_time(start) is None or clock_time(end) is None:
        yield "schedule.quiet_hours", "应写成 HH:MM-HH:MM，如 20:00-08:00"
    for key in ("daily_credit", "daily_cap"):
        if not _AMOUNT.fullmatch(getattr(hours, key)):
            yield f"hours.{key}", '应为加引号的学时数，如 "0.10"'
    if not 0 <= hours.online_share_percent <= 100:
        yield "hours.online_share_percent", "应在 0 到 100 之间"
    for key in ("url", "migrate_url"):
        address = getattr(config.database, key)
        if (key == "url" or address) and address.partition("://")[0] not in _DATABASES:
            yield f"database.{key}", "应以 sqlite+aiosqlite:/// 或 postgresql+asyncpg:// 开头"
    if not 0 <= config.server.port <= 65535:
        yield "server.port", "应在 0 到 65535 之间"


def is_quiet(schedule: Schedule, at: time) -> bool:
    """Whether a time of day in the city lies in the quiet hours, which may run over midnight."""
    start, _, end = schedule.quiet_hours.partition("-")
    first, last = time(*(clock_time(start) or (0, 0))), time(*(clock_time(end) or (0, 0)))
    return first <= at < last if first <= last else at >= first or at < last


def clock_time(text: str) -> tuple[int, int] | None:
    """`09:07` → (9, 7)."""
    hour, colon, minute = text.strip().partition(":")
    if not colon or not (hour.isdigit() and minute.isdigit() and len(minute) == 2):
        return None
    return (int(hour), int(minute)) if int(hour) < 24 and int(minute) < 60 else None
