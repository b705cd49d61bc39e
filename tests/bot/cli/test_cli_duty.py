"""`xuefa duty list`."""

import asyncio
from datetime import date
from typing import Any

import pytest

from handlers.actions.duties import Listing, listing
from storage.database import open_database
from storage.scope import Scope, own
from tests.bot.cli.terminal import Terminal
from training.rules import Rules

UNITS = """单位代码,单位名称,上级单位代码,单位性质,行政机关,承担行政执法职能,生效日期
gov,市政府,,市政府,是,否,2020-01-01
sfj,司法局,gov,政府部门,是,否,2020-01-01
zfk,执法科,sfj,,否,否,2020-01-01
czj,财政局,gov,政府部门,是,是,2020-01-01
"""
ROSTER = """姓名,单位,人员类别,人员编号,职务,班子职务,任现职日期,执法证号,执法证有效期,公职律师,生效日期
孙市长,gov,领导干部,G1,市长,主要负责人,2023-01-01,,,,2025-01-01
张局长,sfj,领导干部,S1,局长,主要负责人,2023-01-01,,,,2025-01-01
李执法,zfk,行政执法人员,S2,,,,Z1,2026-02-01,是,2025-01-01
王副,czj,领导干部,C1,副局长,班子成员,2024-05-01,,,,2025-01-01
赵新,czj,领导干部,C2,,督导员,,,,,2026-11-15
"""
LIST = ("duty", "list", "--year", "2026")


@pytest.fixture
def filled(terminal: Terminal) -> Terminal:
    terminal.run("units", "import", terminal.file("units.csv", UNITS))
    terminal.run("staff", "import", terminal.file("roster.csv", ROSTER))
    return terminal


def owed_by(document: Any) -> dict[str, list[str]]:
    """Key → who owes it, of those rows that somebody owes."""
    return {d["key"]: [o["subject"] for o in d["owed_by"]] for d in document["duties"] if d["owed_by"]}


def test_the_list_from_the_two_files(filled: Terminal) -> None:
    document = filled.json(*LIST)
    owed = owed_by(document)
    assert {key: owed[key] for key in ("report", "class", "hearing", "off-job", "lectures", "public-lawyer")} == {
        "report": ["G1", "S1"],
        "class": ["G1", "S1"],
        "hearing": ["C1", "G1", "S1"],
        "off-job": ["C1"],
        "lectures": ["gov"],
        "public-lawyer": ["czj", "sfj"],
    }
    assert len(document["duties"]) == 18  # those that nobody owes too
    teaching = next(duty for duty in document["duties"] if duty["key"] == "class")
    assert {
        key: teaching[key] for key in ("task", "origin", "words", "amount", "period", "hard", "valid_from")
    } == {
        "task": 4,
        "origin": "通知",
        "words": "政府及其部门主要负责人每年至少讲1次法治课",
        "amount": "1",
        "period": "year",
        "hard": True,
        "valid_from": "2024-02-07",
    }
    assert teaching["owed_by"][1] == {
        **{"subject": "S1", "name": "张局长", "unit": "sfj", "unit_name": "司法局", "amount": "1"},
        **{"starts": "2026-01-01", "ends": "2026-12-31", "counted_months": 12, "waived": False},
        **{"state": None, "have": None, "until": None, "done": 0, "missing": 1, "facts": []},
    }


def test_what_is_open_is_listed(filled: Terminal) -> None:
    """赵新 is on the roll, at the latest, on the last day of the year before."""
    document = filled.json("duty", "list", "--year", "2027")
    assert [(gap["why"], gap["subject"], gap["name"]) for gap in document["unclear"]] == [
        ("unread", "C2", "赵新"),
        ("no_head", "czj", "财政局"),
    ]


def test_the_list_is_read_by_people(filled: Terminal) -> None:
    said = filled.run("duty", "list", "--year", "2025").stdout
    assert said.startswith("2025 年度履职要求（截至 2025-12-31，按名册和单位表）：\n")
    assert "【讲法治课】每年至少 1 次：2 人，已完成 0\n" in said
    assert "  原文：“政府及其部门主要负责人每年至少讲1次法治课”（任务 4，通知）\n" in said
    assert "  张局长（S1） 司法局：已完成 0/1\n" in said
    assert "  王副（C1） 财政局：任期自 2024-05-01，已完成 0/1\n" in said
    assert "【公职律师】长期至少 1 名，倡导性：2 个单位\n" in said
    assert "  司法局（sfj）：现有 1 名\n" in said
    assert "  李执法（S2） 执法科：即将到期（有效期至 2026-02-01）\n" in said
    assert "  李执法（S2） 执法科：应完成 60 学时，已计入 0，还差 60\n" in said
    assert "  市政府（gov）：2024—2025 年，已完成 0/1\n" in said
    assert "  财政局（czj）：名册中没有主要负责人，请核对班子职务。\n" in said
    assert "赵新" not in said  # comes in November 2026


def test_who_came_late_is_waived_and_said_so(terminal: Terminal) -> None:
    terminal.run("units", "import", terminal.file("units.csv", UNITS))
    terminal.run(
        "staff", "import", terminal.file("roster.csv", ROSTER.replace("2023-01-01,,,,2025", "2023-01-01,,,,2024"))
    )
    late = ROSTER.splitlines()[0] + "\n周晚,czj,领导干部,C9,局长,主要负责人,2025-11-01,,,,2025-11-01\n"
    terminal.run("staff", "import", terminal.file("late.csv", late))
    said = terminal.run("duty", "list", "--year", "2025", "--unit", "czj").stdout
    assert "【讲法治课】每年至少 1 次：0 人，另免除 1\n" in said
    assert "  周晚（C9） 财政局：计入月数 2，本期免除\n" in said


@pytest.mark.parametrize("unit", ["sfj", "司法局", "市政府/司法局"])
def test_a_unit_with_those_below_it(filled: Terminal, unit: str) -> None:
    owed = owed_by(filled.json(*LIST, "--unit", unit))
    assert {subject for subjects in owed.values() for subject in subjects} == {"sfj", "S1", "S2"}
    assert "lectures" not in owed


def test_a_scope_hides_everybody_else(filled: Terminal) -> None:
    """A unit admin of 司法局 sees it with those below; a learner only what is owed in person."""

    def seen(scope: Scope) -> set[str]:
        async def asked() -> Listing:
            database = open_database(filled.url)
            try:
                return await listing(database, scope, Rules(), 2026, date(2026, 12, 1))
            finally:
                await database.close()

        found = asyncio.run(asked())
        gaps = {gap.subject for gap in found.gaps}
        return gaps | found.persons.keys() | {owes.subject for _, owed in found.owed for owes in owed}

    assert seen(Scope(person="S1", units=frozenset({"sfj", "zfk"}))) == {"sfj", "S1", "S2"}
    assert seen(own("S2")) == {"S2"}


def test_refusals(filled: Terminal) -> None:
    assert filled.refused(*LIST, "--unit", "nope") == "没有找到单位“nope”，请核对编号。"
    assert "年度 20260 不在" in filled.refused("duty", "list", "--year", "20260")
    assert filled.run("duty", "list", exit_code=2).stdout == ""


def test_an_empty_city_owes_nothing(terminal: Terminal) -> None:
    assert owed_by(terminal.json(*LIST)) == {}


def test_on_postgres(on_postgres: Terminal) -> None:
    on_postgres.run("db", "upgrade")
    on_postgres.run("units", "import", on_postgres.file("units.csv", UNITS))
    on_postgres.run("staff", "import", on_postgres.file("roster.csv", ROSTER))
    assert owed_by(on_postgres.json(*LIST))["class"] == ["G1", "S1"]
