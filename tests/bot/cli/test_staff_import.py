"""`xuefa staff import`: who is told of new admins, and numbers that are written in another width."""

import json

from tests.bot.cli.terminal import Terminal

HEADER = "姓名,单位,人员类别,账号,人员编号,角色\n"
NEW = "丙管,sfj,工作人员,third,A3,市级管理员\n丁督,sfj,工作人员,fourth,A4,督察员\n戊员,sfj,工作人员,fifth,P9,学员\n"


def test_the_other_city_admins_hear_of_new_ones_who_are_there_at_once(terminal: Terminal) -> None:
    terminal.bring(numbers=())
    terminal.admins()
    assert terminal.rows("SELECT * FROM outbox") == []  # nobody was there to be told
    file = terminal.file("more.csv", HEADER + NEW)
    assert terminal.json("staff", "import", file, "--dry-run")["appointed"] == [
        {"person": "A3", "role": "city_admin"},
        {"person": "A4", "role": "auditor"},
    ]
    assert terminal.rows("SELECT * FROM outbox") == []
    told = terminal.run("staff", "import", file).stdout
    assert "市级管理员 丙管（A3）、督察员 丁督（A4）；已通知其他市级管理员 2 人。" in told
    [(receivers, body)] = terminal.rows("SELECT receivers, body FROM outbox")
    assert receivers == "first|second"
    said = json.loads(body)["text"]["content"]
    assert "新增：市级管理员 丙管（A3）、督察员 丁督（A4），已经生效" in said
    [(actor,)] = terminal.rows("SELECT DISTINCT actor FROM audit_log WHERE what = 'staff.import'")
    assert f"操作人 {actor} " in said
    assert terminal.rows("SELECT role FROM person_now WHERE number = 'A3'") == [("city_admin",)]


def test_without_a_channel_the_terminal_says_who_came(terminal: Terminal) -> None:
    terminal.bring(numbers=())
    terminal.admins()
    text = terminal.config.read_text(encoding="utf-8")
    terminal.config.write_text(text[: text.index("[wecom]")], encoding="utf-8")
    told = terminal.run("staff", "import", terminal.file("more.csv", HEADER + NEW)).stdout
    assert "新增有管理或监督权限的人员：市级管理员 丙管（A3）、督察员 丁督（A4）。" in told
    assert terminal.rows("SELECT * FROM outbox") == []


def test_learners_are_no_news(terminal: Terminal) -> None:
    terminal.bring(numbers=())
    terminal.admins()
    told = terminal.run("staff", "import", terminal.file("more.csv", HEADER + NEW.splitlines()[2] + "\n")).stdout
    assert "权限" not in told
    assert terminal.rows("SELECT * FROM outbox") == []


def test_a_wide_number_means_the_same_person_on_the_command_line(terminal: Terminal) -> None:
    terminal.bring(numbers=())
    terminal.admins()
    change = ("--set", "职务=副科长", "--as", "first", "--reason", "晋升")
    assert terminal.json("staff", "change", " Ｐ１", *change)["changes"] == [{"person": "P1", "name": "张三"}]
    assert terminal.json("ledger", "explain", "Ｐ１", "--year", "2026")["person"] == "P1"
    merged = terminal.json("staff", "merge", "Ｐ１", "Ｐ２", "--dry-run")
    assert (merged["person"], merged["into"]) == ("P1", "P2")
    assert "p1" in terminal.refused("staff", "change", "p1", *change)  # letter case is part of a number
