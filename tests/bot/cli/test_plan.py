"""`xuefa plan`: brought by a city admin, shown with what is done; nobody is named."""

import pytest

from tests.bot.cli.terminal import Terminal

WHY = ("--year", "2026", "--as", "first", "--reason", "年度计划")
PLAN = "月份,学习内容,形式,法律法规,责任单位\n3月,行政处罚法专题,集体学法,行政处罚法,市司法局\n13,错的,,,\n"
LAWS = "法律名称,适用对象,备注\n行政处罚法,,第四章\n民法典,市民,\n"


@pytest.fixture
def office(either: Terminal) -> Terminal:
    either.bring()
    either.admins()
    return either


def test_a_plan_is_brought_and_shown(office: Terminal) -> None:
    file = office.file("plan.csv", PLAN)
    assert office.run("plan", "import", file, *WHY).stdout.splitlines() == [
        "读到 2 行，拒收 1；新增 1，更新 0，不变 0，移出 0。",
        "  第 3 行：月份“13”请写成 3 或 3月，不限月份请留空。（未导入）",
    ]
    again = office.json("plan", "import", file, *WHY)
    assert {key: again[key] for key in ("added", "same", "rejected")} == {"added": 0, "same": 1, "rejected": 1}
    shown = office.json("plan", "show", "--year", "2026")
    assert (shown["lines"], shown["done"], shown["plan"][0]["done_by"]) == (1, 0, [])
    assert office.run("plan", "show", "--year", "2026").stdout.splitlines() == [
        "【2026 年度学习计划】已完成 0/1",
        "  1 3月，行政处罚法专题，集体学法，《行政处罚法》，责任单位 市司法局：未完成",
    ]


def test_laws_are_brought_and_shown(office: Terminal) -> None:
    file = office.file("laws.csv", LAWS)
    assert office.json("plan", "laws", file, *WHY)["added"] == 1
    [law] = office.json("plan", "show", "--year", "2026")["laws"]
    assert law == {
        **{"law": "行政处罚法", "group": "", "note": "第四章", "activities": 0},
        **{"questions": 4, "reached": 0, "persons": 1},  # the four that the terminal brings cite it
    }


def test_refusals(office: Terminal) -> None:
    file = office.file("plan.csv", PLAN)
    assert "须写明 --as 账号、--reason 理由" in office.refused("plan", "import", file, "--year", "2026")
    wrong = office.refused("plan", "import", file, "--year", "2026", "--as", "zhangsan", "--reason", "计划")
    assert wrong == "账号“zhangsan”不是市级管理员，请核对 --as。"
    assert "不能按完整文件导入" in office.refused("plan", "import", file, *WHY, "--complete")
    assert "不能按完整文件导入" in office.refused("plan", "laws", office.file("l.csv", LAWS), *WHY, "--complete")
    assert "年度 20260 不在" in office.refused("plan", "show", "--year", "20260")
    assert office.json("plan", "show", "--year", "2026")["laws"] == []
    assert "没有学习计划和应知应会清单" in office.run("plan", "show", "--year", "2026").stdout
