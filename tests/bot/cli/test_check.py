"""`xuefa check`: what was drawn, and that the kept seed draws it again from the ledger."""

from datetime import date
from decimal import Decimal

import pytest

from storage import ledger, spot_checks
from storage.database import Tx
from tests.bot.cli.terminal import Terminal
from tests.handlers.stage import at
from tests.storage.rows import entry
from training.spot_checks import Drawn, draw

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def city(terminal: Terminal) -> Terminal:
    return terminal


def drawn(city: Terminal, lines: tuple[int, ...] | None = None) -> tuple[int, ...]:
    kept = draw(range(1, 42), "a1b2") if lines is None else lines

    async def keep(tx: Tx) -> None:
        moment = at(date(2026, 10, 13))
        posted = [
            entry(n, source="claim", source_ref=f"claim:{n}", recorded_at=moment, hours=Decimal(4))
            for n in range(1, 42)
        ]
        await ledger.post(tx, posted)
        await spot_checks.keep(tx, Drawn(OCTOBER, "a1b2", at(date(2026, 11, 2)), 41, 41), kept)

    city.inside(keep)
    return kept


def test_what_was_drawn_is_listed_and_drawn_again(city: Terminal) -> None:
    kept = drawn(city)
    told = city.json("check", "list")
    assert (told["month"], told["seed"], told["pool"], told["through"]) == ("2026-10", "a1b2", 41, 41)
    assert [one["seq"] for one in told["lines"]] == list(kept)
    again = city.json("check", "draw", "--month", "2026-10")
    assert again == {"month": "2026-10", "seed": "a1b2", "pool": 41, "lines": list(kept), "same": True}
    assert "与保存的相同" in city.run("check", "draw", "--month", "2026-10").stdout
    assert "待核查 3 条" in city.run("check", "list", "--month", "2026-10").stdout


def test_another_draw_than_the_seed_s_is_found_out(city: Terminal) -> None:
    drawn(city, (1, 2, 3))
    assert "重新抽取与保存的不同" in city.refused("check", "draw", "--month", "2026-10")


def test_a_month_that_was_not_drawn(city: Terminal) -> None:
    city.run("db", "upgrade")
    assert "2026-09 没有抽查" in city.refused("check", "draw", "--month", "2026-09")
    assert city.json("check", "list") == {"month": None, "lines": []}


def test_clues_are_listed_with_their_caution(city: Terminal) -> None:
    drawn(city)
    found = city.json("check", "clues", "--year", "2026")
    assert (found["year"], found["caution"], found["clues"]) == (2026, "仅供核查，不代表有问题。", [])
    assert "2026 年异常线索 0 条" in city.run("check", "clues", "--year", "2026").stdout
