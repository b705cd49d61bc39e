"""What holds for every command: configuration, exit codes, help, one document, lazy imports."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import COMMANDS, main
from bot.config import load
from storage import migrating
from tests.bot.cli.terminal import SECRETS, Terminal


def every_command(command: click.Command = main, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from every_command(below, *path, name)


@pytest.mark.parametrize(("path", "command"), [pytest.param(p, c, id=" ".join(p)) for p, c in every_command()])
def test_help_is_complete_and_chinese(path: tuple[str, ...], command: click.Command) -> None:
    result = CliRunner().invoke(main, [*path, "--help"], prog_name="xuefa")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"用法：{' '.join(('xuefa', *path))} ")
    assert re.search(r"[一-鿿]", command.help or "")
    for option in command.params:
        if isinstance(option, click.Option):
            assert re.search(r"[一-鿿]|JSON", option.help or ""), option.name
    assert not re.search(r"Usage|Options:|Commands:|required|Show", result.stdout)


def test_every_listed_command_is_there() -> None:
    paths = {" ".join(path) for path, _ in every_command()}
    assert set(COMMANDS) <= paths
    assert {
        *("db upgrade", "units import", "staff import", "staff export", "bank import", "bank export", "bank check"),
        *("calendar import", "push daily", "ledger export", "ledger verify", "ledger explain", "ledger import"),
        *(
            "ledger reverse",
            "ledger head",
            "staff change",
            "units merge",
            "batch list",
            "duty list",
            "audit export",
        ),
    } <= paths


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nope", "没有命令 nope。"),
        ("leger", "没有命令 leger。是否想用 ledger？"),
        ("ledger verfy", "没有命令 verfy。是否想用 verify？"),
        ("staff improt", "没有命令 improt。"),
        ("--confg x", "没有选项 --confg。"),
        ("bank import --frmat x", "没有选项 --frmat。是否想用 --format？"),
        ("staff import", "缺少 FILE。"),
        ("ledger export", "缺少 --year。"),
        ("ledger export --year x --out a.csv", "--year 的值不对：应为整数。"),
        ("push daily --group x", "--group 的值不对：只能是 enforcement、leader、staff 之一。"),
        ("push daily --date 2026-13-01", "--date 的值不对：应为日期，如 2026-11-23。"),
        ("demo --port 0", "--port 的值不对：应为 1 到 65535 的整数。"),
        ("doctor --config", "选项 --config 后面缺少值"),
        ("doctor extra", "参数不对"),
    ],
)
def test_bad_usage_is_exit_2_and_said_in_chinese(words: str, said: str) -> None:
    result = CliRunner().invoke(main, words.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(said)
    assert "--help" in result.stderr


def test_init_writes_what_loads_and_never_writes_over(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    result = CliRunner().invoke(main, ["init", "--config", str(path), "--json"])
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"written": str(path)})
    assert path.stat().st_mode & 0o077 == 0
    assert set(load(path, {}).wecom.faults()) == {"corp_id", "agent_id", "secret", "token", "encoding_aes_key"}
    path.write_text("# mine\n")
    again = CliRunner().invoke(main, ["init", "--config", str(path)])
    assert (again.exit_code, again.stdout) == (1, "")
    assert "已经存在" in again.stderr
    assert path.read_text() == "# mine\n"


def test_init_into_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["init", "--config", str(tmp_path / "no" / "config.toml")])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


def test_config_goes_before_and_after_the_command(terminal: Terminal) -> None:
    other = terminal.folder / "other.toml"
    terminal.config.rename(other)
    for words in (
        ["--config", str(other), "ledger", "verify", "--json"],
        ["ledger", "verify", "--json", "--config", str(other)],
        ["--config", "nowhere.toml", "ledger", "verify", "--config", str(other), "--json"],
    ):
        result = CliRunner().invoke(main, words)
        assert (result.exit_code, json.loads(result.stdout)["lines"]) == (0, 0)
    missing = CliRunner().invoke(main, ["ledger", "verify"])
    assert missing.exit_code == 1
    assert missing.stderr == "找不到配置文件 config.toml。请先运行 xuefa init 生成，或用 --config 指定。\n"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[wecom]\nsecrt = 'the-app-secret'\n", "[wecom] secrt"),
        ("[server]\nport = 'the-app-secret'\n", "server.port"),
        ("[wecom\n", "TOML"),
        ("[database]\nurl = 'mysql://u:the-app-secret@h/d'\n", "database.url"),
    ],
)
def test_a_bad_configuration_is_one_line_without_values(terminal: Terminal, text: str, named: str) -> None:
    terminal.config.write_text(text)
    said = terminal.refused("ledger", "verify")
    assert named in said
    assert "the-app-secret" not in said


@pytest.mark.parametrize(
    "words",
    [
        ("staff", "export", "r.csv"),
        ("bank", "check"),
        ("ledger", "verify"),
        ("push", "daily"),
        ("ledger", "export", "--year", "2026", "--out", "l.csv"),
    ],
)
def test_a_database_without_tables_is_refused_with_what_to_do(bare: Terminal, words: tuple[str, ...]) -> None:
    """An inspector must not be told that nothing is wrong with a ledger that is not there."""
    assert bare.refused(*words) == "数据库还没有建表，请先运行 xuefa db upgrade（xuefa serve 会自动完成）。"


@pytest.mark.parametrize("words", [("units", "import", "units.csv"), ("calendar", "import", "days.csv")])
def test_an_import_begins_an_installation(bare: Terminal, words: tuple[str, ...]) -> None:
    bare.file("units.csv", "单位代码,单位名称\na,甲\n")
    bare.file("days.csv", "日期,类型\n2027-01-01,放假\n")
    bare.json(*words)
    assert bare.json("db", "upgrade")["before"] == migrating.newest()


def test_a_database_that_cannot_be_opened_is_refused(terminal: Terminal) -> None:
    terminal.file("xuefa.db", b"this is no database, but long enough to be looked at" * 30)
    assert "打不开数据库" in terminal.refused("ledger", "verify")


def test_commands_that_need_wecom_name_the_keys_and_no_value(terminal: Terminal) -> None:
    text = terminal.config.read_text().replace("B2C", "B2").replace("1000002", "abc")
    terminal.config.write_text(text)
    said = terminal.refused("push", "daily")
    assert "wecom.agent_id 应为数字" in said
    assert "wecom.encoding_aes_key 应为 43 位字母和数字" in said
    assert not any(secret in said for secret in SECRETS)


def test_db_upgrade_says_whether_there_was_anything_to_do(bare: Terminal) -> None:
    first = bare.json("db", "upgrade")
    assert (first["before"], bool(first["after"])) == ("", True)
    assert bare.json("db", "upgrade") == {"before": first["after"], "after": first["after"]}
    assert "无需升级" in bare.run("db", "upgrade").stdout


def test_a_database_of_a_later_version_is_refused(terminal: Terminal) -> None:
    terminal.rows("UPDATE alembic_version SET version_num = '9999'")
    assert "9999" in terminal.refused("ledger", "verify")
    assert "9999" in terminal.refused("db", "upgrade")


def test_python_m_bot_is_xuefa_and_help_imports_nothing_heavy() -> None:
    told = subprocess.run([sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, timeout=30)
    assert (told.returncode, told.stdout.splitlines()[0]) == (0, "用法：xuefa [选项] 命令 [参数]...")
    loaded = "import sys, bot.cli; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, timeout=30).stdout
    assert not {"sqlalchemy", "aiohttp", "wechatpy", "msgspec", "storage", "handlers"} & set(modules.split())


def test_a_reader_who_has_enough_is_no_error(terminal: Terminal) -> None:
    """`xuefa duty list | head`: more is written than a pipe holds, and nobody reads it."""
    header = "姓名,单位,人员类别\n"
    rows = "".join(f"人员{n},单位{n},领导干部\n" for n in range(800))
    terminal.run("staff", "import", terminal.file("many.csv", header + rows))
    command = [sys.executable, "-m", "bot", "duty", "list", "--year", "2026", "--config", str(terminal.config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0
