"""`xuefa rules`, and how commands follow a city's rule file."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.rules import command
from bot.config import load
from bot.rule_files import rules_of
from tests.bot.cli.terminal import Terminal
from training.rules import Rules

NEW_STATUS = '[[status]]\nname = "育儿假"\nnew = true\nhours = "monthly"\nexam = "deferred"\npushes = false\n'


@pytest.fixture
def city(terminal: Terminal) -> Terminal:
    return terminal.bring(numbers=())


def run(terminal: Terminal, *words: str, exit_code: int = 0) -> Result:
    result = CliRunner().invoke(command, [*words, "--config", str(terminal.config)], catch_exceptions=False)
    assert result.exit_code == exit_code, result.output
    return result


def use(terminal: Terminal, text: str) -> Path:
    """The configuration names a rule file with this text."""
    path = Path(terminal.file("rules.toml", text))
    before = terminal.config.read_text().partition("[rules]")[0]
    terminal.config.write_text(f'{before}[rules]\nfile = "rules.toml"\n', encoding="utf-8")
    return path


def document(terminal: Terminal) -> Any:
    return json.loads(run(terminal, "show", "--json").stdout)


def test_show_the_built_in_rules(bare: Terminal) -> None:
    """No database is needed."""
    lines = run(bare, "show").stdout.splitlines()
    assert lines[0] == "规则版本：2024-1（内置规则）"
    assert lines[1] == "一人一天的培训和申报合计至多 12 学时；在线答题类合计至多计入应完成学时的 25%。"
    found = [line.split() for line in lines]
    assert ["一直", "40", "50", "60", "15", "0.5", "3"] in found
    assert ["集体学法", "collective", "一直", "每", "45", "分钟", "1", "学时，每次至多", "4", "20"] in found
    assert ["讲法治课", "teaching", "一直", "每", "45", "分钟", "1", "学时，×", "2", "10"] in found
    assert ["病假", "一直", "按月核减", "缓考", "否", "是", "人事关系单位", "否", "15", "长期病假、休病假"] in found
    assert "公职律师" in run(bare, "show").stdout
    assert not (bare.folder / "xuefa.db").exists()


def test_show_what_a_file_changes(bare: Terminal) -> None:
    text = (
        '[[requirement]]\nfrom = 2026-07-01\nleader = "45.5"\n'
        '[[form]]\nform = "collective"\nfrom = 2026-07-01\nyearly_cap = "16"\n'
        '[[status]]\nname = "产假"\nfrom = 2026-07-01\nhours = "halved"\n'
        '[[duty]]\nkey = "lectures"\nfrom = 2026-07-01\namount = "3"\n'
    )
    path = use(bare, text)
    shown = run(bare, "show").stdout
    found = [line.split() for line in shown.splitlines()]
    version = document(bare)["version"]
    assert shown.splitlines()[0] == f"规则版本：{version}（规则文件 {path}）"
    assert ["自", "2026-07-01", "45.5", "50", "60", "15", "0.5", "3"] in found
    assert sum(line[:1] == ["产假"] for line in found) == 2
    assert sum(line[:1] == ["借调"] for line in found) == 1
    lectures = [line for line in found if "lectures" in line]
    assert [line[-3:] for line in lectures] == [["2024-02-07", "至", "2026-06-30"], ["4，通知", "自", "2026-07-01"]]
    assert [line[2:5] for line in lectures] == [["每年至少", "2", "次"], ["每年至少", "3", "次"]]


def test_show_as_json(bare: Terminal) -> None:
    found = document(bare)
    assert (found["version"], found["file"], found["day_limit"]) == ("2024-1", None, "12")
    assert {"hours", "requirements", "forms", "duties"} <= found.keys()
    assert found["requirements"][0]["statuses"][0]["name"] == "在岗"
    path = use(bare, '[[form]]\nform = "online"\nyearly_cap = "不限"\n')
    found = document(bare)
    assert (found["file"], found["version"]) == (str(path), rules_of(load(bare.config, {})).version)
    assert [row["yearly_cap"] for row in found["forms"] if row["form"] == "online"] == [None]


def test_init_writes_what_holds_anyway_and_never_over_a_file(bare: Terminal) -> None:
    path = bare.folder / "rules.toml"
    said = run(bare, "init", str(path)).stdout
    assert said.startswith(f"已写出 {path}。")
    use(bare, path.read_text(encoding="utf-8"))
    assert rules_of(load(bare.config, {})) == Rules()
    assert document(bare)["version"] == "2024-1"
    path.write_text("kept")
    refused = run(bare, "init", str(path), exit_code=1)
    assert refused.stderr.startswith(f"{path} 已经存在，没有改动它。")
    assert path.read_text() == "kept"


def test_a_mistake_is_one_line_and_stops_what_needs_the_rules(city: Terminal) -> None:
    use(city, '[[form]]\nform = "online"\nyearly_cap = 20\n')
    refused = run(city, "show", exit_code=1).stderr
    assert refused.count("\n") == 1
    assert "rules.toml 中第 1 个 [[form]] 的 yearly_cap 应为加引号的学时数" in refused
    assert city.refused("duty", "list", "--year", "2026") == refused.strip()
    assert city.refused("staff", "export", city.path("out.csv")) == refused.strip()
    city.run("audit", "verify")  # does not


def test_a_status_of_the_city_is_read_from_a_roster_and_written_to_one(city: Terminal) -> None:
    roster = "姓名,单位,人员类别,人员编号,状态,状态起\n钱七,sfj,工作人员,P7,育儿假,2026-01-01\n"
    file = city.file("more.csv", roster)
    assert "状态“育儿假”无法识别" in city.json("staff", "import", file)["problems"][0]["problem"]
    use(city, NEW_STATUS)
    assert city.json("staff", "import", file)["applied"] == 1
    assert city.rows("SELECT status, pushes FROM person_now WHERE number = 'P7'") == [("育儿假", 0)]
    city.run("staff", "export", city.path("out.csv"))
    assert "育儿假" in (city.folder / "out.csv").read_text("utf-8-sig")
    owed = city.rows("SELECT owed_hundredths FROM person_year WHERE person = 'P7'")
    assert owed == [(0,)]  # on leave all year


def test_a_status_of_the_city_goes_through_a_batch(city: Terminal) -> None:
    use(city, NEW_STATUS)
    city.admins()
    words = ("--as", "first", "--reason", "休假", "--set", "状态=育儿假", "--set", "状态起=2026-01-01")
    assert city.json("staff", "change", "P1", *words)["batch"] == 1


def test_duties_follow_the_file(city: Terminal) -> None:
    keys = {duty["key"] for duty in city.json("duty", "list", "--year", "2026")["duties"]}
    use(city, '[[duty]]\nkey = "certificate"\non = false\n[[duty]]\nkey = "lectures"\namount = "5"\n')
    found = {duty["key"]: duty for duty in city.json("duty", "list", "--year", "2026")["duties"]}
    assert keys - found.keys() == {"certificate"}
    assert found["lectures"]["amount"] == "5"


def test_what_is_owed_follows_the_file(city: Terminal) -> None:
    rows = "姓名,单位,人员类别,人员编号,生效日期\n孙八,sfj,工作人员,P8,2025-06-01\n"
    city.run("staff", "import", city.file("more.csv", rows))
    words = ("ledger", "explain", "P8", "--year", "2026")
    assert city.json(*words)["owed"]["hours"] == "50.00"
    use(city, '[[requirement]]\nfrom = 2026-07-01\nstaff = "44"\n')
    assert city.json(*words)["owed"]["hours"] == "47.00"


def test_doctor_names_file_and_version(city: Terminal) -> None:
    def line() -> dict[str, Any]:
        checks = city.json("doctor", exit_code=1)["checks"]
        return next(check for check in checks if check["name"] == "rules")

    assert line() == {"name": "rules", "ok": True, "detail": "内置规则，版本 2024-1。"}
    path = use(city, 'version = "宁-2026-1"\n[[requirement]]\nstaff = "44"\n')
    found = line()
    assert found["ok"]
    assert found["detail"].startswith(f"规则文件 {path}，版本 宁-2026-1+")
    use(city, "[[requirement]]\nstaff = 44\n")
    assert line()["ok"] is False
    assert "第 1 个 [[requirement]] 的 staff 应为加引号的学时数" in line()["detail"]


def test_a_status_that_a_file_forgets_is_found(city: Terminal) -> None:
    use(city, NEW_STATUS)
    roster = "姓名,单位,人员类别,人员编号,状态,状态起\n钱七,sfj,工作人员,P7,育儿假,2026-01-01\n"
    city.run("staff", "import", city.file("more.csv", roster))
    use(city, "")
    checks = {check["name"]: check for check in city.json("doctor", exit_code=1)["checks"]}
    assert checks["rules"]["ok"] is True
    assert checks["rules.statuses"]["ok"] is False
    assert "人员状态：育儿假。" in checks["rules.statuses"]["detail"]
    assert city.refused("serve") == checks["rules.statuses"]["detail"]
