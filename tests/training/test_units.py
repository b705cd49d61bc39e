from datetime import UTC, date, datetime

import pytest

from tests.training.rolls import UNITS
from training.people import Fact, UnitField
from training.units import Nature, Unit, UnitTree, unit_from, units_on


@pytest.fixture
def tree() -> UnitTree:
    return UnitTree(units_on(UNITS, date(2026, 9, 1)))


def test_path_and_line(tree: UnitTree) -> None:
    assert tree.path("11") == "市政府/司法局"
    assert tree.path("10") == "市政府"
    assert [unit.code for unit in tree.line("22")] == ["20", "22"]
    assert tree.path("99") == ""


def test_descendants(tree: UnitTree) -> None:
    assert tree.descendants("10") == {"10", "11", "12", "21"}
    assert tree.descendants("11") == {"11"}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("11", ("11",)),
        ("司法局", ("11",)),
        (" 司 法 局", ("11",)),
        ("市政府/司法局", ("11",)),
        ("市政府／司法局", ("11",)),
        ("市政府 / 司法局 /", ("11",)),
        ("办公室", ("21", "22")),
        ("桐岭镇政府/办公室", ("22",)),
        ("桐岭镇政府/司法局", ()),
        ("财政局", ()),
        ("", ()),
        ("/", ()),
    ],
)
def test_find(tree: UnitTree, text: str, codes: tuple[str, ...]) -> None:
    assert tree.find(text) == codes


def test_a_code_goes_before_a_name_and_the_whole_path_before_its_end() -> None:
    tree = UnitTree([Unit("a", "b"), Unit("b", "x"), Unit("c", "x", "a"), Unit("d", "b", "b"), Unit("e", "x", "d")])
    assert tree.find("b") == ("b",)
    assert tree.find("b/x") == ("c",)
    assert tree.find("x/b/x") == ("e",)
    assert tree.find("d/x") == ("e",)  # by the code of its parent
    assert tree.find("d/y") == ()


def test_the_end_of_a_path_is_enough_when_it_is_one() -> None:
    tree = UnitTree([Unit("a", "市政府"), Unit("b", "市场监管局", "a"), Unit("c", "城关所", "b")])
    assert tree.find("市场监管局/城关所") == ("c",)


def test_a_circle_in_old_records_ends_the_way() -> None:
    tree = UnitTree([Unit("a", "甲", "b"), Unit("b", "乙", "a")])
    assert tree.path("a") == "乙/甲"
    assert tree.descendants("a") == {"a", "b"}


@pytest.mark.parametrize(
    ("held", "unit"),
    [
        ({}, Unit("1", "1")),
        (
            {UnitField.NAME: "司法局", UnitField.NATURE: "department", UnitField.AGENCY: "1"},
            Unit("1", "司法局", league="政府部门组", nature=Nature.DEPARTMENT, agency=True),
        ),
        (
            {
                UnitField.NAME: "税务局",
                UnitField.NATURE: "vertical",
                UnitField.LEAGUE: "甲组",
                UnitField.ASSESSED: "",
            },
            Unit("1", "税务局", league="甲组", nature=Nature.VERTICAL, assessed=False),
        ),
    ],
)
def test_what_holds_for_a_unit(held: dict[str, str], unit: Unit) -> None:
    assert unit_from("1", held) == unit


def test_names_are_dated() -> None:
    recorded = datetime(2026, 1, 1, tzinfo=UTC)
    facts = [
        Fact("1", UnitField.NAME, "文体局", date(2026, 1, 1), recorded),
        Fact("1", UnitField.NAME, "教体局", date(2026, 6, 1), recorded),
    ]
    names = [next(iter(units_on({"1": facts}, date(2026, month, 1)))).name for month in (5, 6)]
    assert names == ["文体局", "教体局"]
    assert next(iter(units_on({"1": facts}, date(2025, 1, 1)))).name == "文体局"
