"""What the commands of the roll and of the units say: in Chinese words, of units by their names."""

import json
from pathlib import Path

import pytest

from tests.bot.cli.terminal import UNITS, Terminal

WHY = ("--as", "first", "--reason", "核对")


@pytest.fixture
def office(terminal: Terminal) -> Terminal:
    terminal.bring(numbers=())
    terminal.admins()
    return terminal


def told_in_chat(terminal: Terminal) -> str:
    [(body,)] = terminal.rows("SELECT body FROM outbox ORDER BY id DESC LIMIT 1")
    return str(json.loads(body)["text"]["content"])


def test_yes_and_no_are_said_in_words(office: Terminal) -> None:
    file = office.file(
        "units2.csv", "单位代码,单位名称,承担行政执法职能,纳入考核,单位性质\nczj,财政局,是,否,直属事业单位\n"
    )
    for said in (office.run("units", "import", file, *WHY).stdout, told_in_chat(office)):
        assert "承担行政执法职能 否→是" in said
        assert "纳入考核 是→否" in said
        assert "单位性质 政府部门→直属事业单位" in said
    change = ("--set", "人员类别=工作人员、行政执法人员", "--set", "公职律师=是", "--set", "法律职业资格=无")
    for said in (office.run("staff", "change", "P1", *change, *WHY).stdout, told_in_chat(office)):
        assert "行政执法人员 否→是" in said
        assert "公职律师 否→是" in said
        assert "法律职业资格 是→空" in said


def test_that_a_unit_is_assessed_needs_no_saying(office: Terminal) -> None:
    file = office.file("units2.csv", "单位代码,单位名称,纳入考核\nczj,财政局,是\n")
    assert office.json("units", "import", file)["same"] == 1


def test_a_unit_that_ends_in_a_merger_is_said_in_words(office: Terminal) -> None:
    words = ("units", "merge", "sfj", "czj", "--from", "2026-07-01", *WHY)
    assert "司法局（sfj）：纳入考核 是→否，2026-07-01 起；并入单位 空→财政局（czj）" in office.run(*words).stdout


def test_new_units_have_names_before_they_are_made(office: Terminal) -> None:
    roster = office.file("moved.csv", "姓名,单位,人员类别,人员编号\n张三,市政府/信访局,工作人员,P1\n")
    assert "单位 司法局（sfj）→市政府/信访局（U0001）" in office.run("staff", "import", roster, "--dry-run").stdout
    assert "单位 司法局（sfj）→信访局（U0001）" in office.run("staff", "import", roster, *WHY).stdout
    assert "单位 司法局（sfj）→信访局（U0001）" in told_in_chat(office)
    units = office.file("units2.csv", "单位代码,单位名称,上级单位代码\nnew,新局,gov\nczj,财政局,new\n")
    assert "上级单位代码 市政府（gov）→新局（new）" in office.run("units", "import", units, "--dry-run").stdout


def test_a_number_cannot_be_changed_and_is_not_offered(office: Terminal) -> None:
    refused = office.refused("staff", "change", "P1", "--set", "人员编号=P7", *WHY)
    assert refused == "人员编号不能变更；两个编号是同一个人的，请用 xuefa staff merge。"
    refused = office.refused("staff", "change", "P1", "--set", "血型=A", *WHY)
    assert "可变更的列：姓名、单位、" in refused
    assert "人员编号" not in refused


def test_a_unit_admin_is_told_who_may(office: Terminal) -> None:
    header = "姓名,单位,人员类别,账号,人员编号,角色,管辖单位\n"
    office.run("staff", "import", office.file("u.csv", header + "己管,sfj,工作人员,uadm,A9,单位管理员,sfj\n"))
    refused = office.refused("staff", "change", "P1", "--set", "职务=科长", "--as", "uadm", "--reason", "核对")
    assert refused == "账号“uadm”不是市级管理员，这项操作须由市级管理员提出，请核对 --as。"


@pytest.mark.parametrize("command", [("staff", "import"), ("units", "import"), ("bank", "import")])
def test_a_directory_is_no_file(terminal: Terminal, command: tuple[str, ...]) -> None:
    assert (
        terminal.refused(*command, str(terminal.folder))
        == f"{terminal.folder} 是目录，不是文件，请写明其中的文件。"
    )


def test_the_place_of_a_slip_in_the_configuration_is_said_in_chinese(terminal: Terminal) -> None:
    terminal.config.write_text("[server]\nport = 8000\nhost = \n", encoding="utf-8")
    refused = terminal.refused("staff", "export", "out.csv")
    assert refused.startswith(f"配置文件 {terminal.config} 在第 3 行第 8 个字符处不是正确的 TOML，请核对引号")
    terminal.config.write_text("[server", encoding="utf-8")
    assert "处不是正确的 TOML" in terminal.refused("staff", "export", "out.csv")


def test_what_begins_like_a_formula_survives_export_and_import(office: Terminal) -> None:
    header = "姓名,单位,人员类别,人员编号,职务,岗位,执法证号\n"
    office.run("staff", "import", office.file("f.csv", f"{header}庚员,sfj,工作人员,P8,=1+1,-,＠8\n"))
    out = office.path("out.csv")
    office.run("staff", "export", out)
    assert "'=1+1" in Path(out).read_text(encoding="utf-8-sig")
    again = office.json("staff", "import", out)
    assert (again["changed"], again["new"], again["problems"]) == (0, 0, [])


def test_a_unit_renamed_from_today_is_found_by_its_former_name(terminal: Terminal) -> None:
    terminal.run("units", "import", terminal.file("units.csv", UNITS))
    renamed = "单位代码,单位名称,生效日期\nsfj,市司法局,2026-02-01\n"
    terminal.run("units", "import", terminal.file("renamed.csv", renamed))
    roster = "姓名,单位,人员类别,人员编号,生效日期\n甲,司法局,工作人员,P1,2026-01-01\n乙,市政府/司法局,其他,P2,\n"
    document = terminal.json("staff", "import", terminal.file("r.csv", roster))
    assert (document["new"], document["new_units"]) == (2, [])
    assert terminal.rows("SELECT number, unit FROM person_now ORDER BY number") == [("P1", "sfj"), ("P2", "sfj")]
