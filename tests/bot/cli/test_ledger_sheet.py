"""`xuefa ledger sheet`: the 年终确认单 of a unit, with what its admin said and whether that still holds."""

from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from storage import year_end
from storage.database import Tx
from tests.bot.cli.terminal import Terminal
from tests.bot.cli.test_ledger_summary import read_csv
from tests.handlers.hours_city import build
from tests.handlers.stage import at
from training.year_end import Confirmation, Said, UnitFigures

UNIT = ("--year", "2026", "--unit", "sfj")
NOW = UnitFigures(people=3, assessed=3, met=1, owed=12500, recorded=5510, counted=5450)


@pytest.fixture
def city(terminal: Terminal) -> Terminal:
    terminal.inside(build)
    return terminal


def say(city: Terminal, figures: UnitFigures, kind: Said = Said.CONFIRMED, note: str = "") -> None:
    async def said(tx: Tx) -> None:
        moment = at(date(2027, 1, 6))
        await year_end.record(tx, Confirmation(2026, "sfj", kind, "P1", moment, 12, figures, note))

    city.inside(said)


def lines(city: Terminal) -> list[str]:
    city.json("ledger", "sheet", *UNIT, "--out", city.path("out.csv"))
    return [row[0] for row in read_csv(city.path("out.csv")) if row]


def test_everybody_of_the_unit_with_lines_to_sign_on(city: Terminal) -> None:
    told = city.json("ledger", "sheet", *UNIT, "--out", city.path("out.xlsx"))
    assert told["number"].startswith("QR-2026-")
    assert (told["people"], told["met"], told["left"]) == (3, 1, 2)
    assert (told["owed"], told["recorded"], told["counted"]) == ("125.00", "55.10", "54.50")
    rows = CalamineWorkbook.from_path(city.path("out.xlsx")).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows[1:4]] == ["=姓名P1", "=姓名P2", "=姓名P3"]
    written = [str(cell) for row in rows for cell in row]
    assert {"制表：", "复核：", "单位负责人（盖章）："} <= set(written)
    assert f"报表编号：{told['number']}" in written
    assert any(told["head"] in cell for cell in written)
    said = city.run("ledger", "sheet", *UNIT, "--out", city.path("out.xlsx")).stdout
    assert "已生成 3 人的年终确认单" in said


def test_what_was_said_stands_in_it(city: Terminal) -> None:
    assert "系统中的确认：司法局：尚未确认" in lines(city)
    say(city, NOW)
    assert "系统中的确认：司法局：=姓名P1 2027-01-06 10:00:00 确认无误" in lines(city)
    say(city, UnitFigures(people=4))
    assert "系统中的确认：司法局：=姓名P1 2027-01-06 10:00:00 确认无误，此后数据有变动" in lines(city)
    say(city, NOW, Said.OBJECTED, "少一人")
    assert "系统中的确认：司法局：=姓名P1 2027-01-06 10:00:00 提出有误（少一人）" in lines(city)


def test_an_unknown_unit_is_refused(city: Terminal) -> None:
    refused = city.refused("ledger", "sheet", "--year", "2026", "--unit", "nix", "--out", city.path("out.xlsx"))
    assert "没有找到单位代码" in refused
