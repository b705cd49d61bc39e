"""A cell that cannot be read, or is another spelling of the same amount, is named by its line.

On SQLite a column holds any text.
"""

import pytest

from tests.bot.cli.terminal import Terminal
from tests.bot.cli.test_ledger import post

CELLS = {"starts_on": "2026-1x-23", "recorded_at": "2026-11-23 08:00:0x.123456", "hours": "0.1x"}


@pytest.mark.parametrize("column", CELLS)
def test_a_cell_that_cannot_be_read_is_named_by_its_line(terminal: Terminal, column: str) -> None:
    post(terminal)
    terminal.rows("DROP TRIGGER ledger_entry_no_update")
    terminal.rows(f"UPDATE ledger_entry SET {column} = ? WHERE seq = 3", CELLS[column])
    assert "第 3 条" in terminal.refused("ledger", "verify")


def test_a_third_place_behind_the_point_is_found(terminal: Terminal) -> None:
    post(terminal)
    terminal.rows("DROP TRIGGER ledger_entry_no_update")
    terminal.rows("UPDATE ledger_entry SET hours = '0.104' WHERE seq = 3")
    assert "第 3 条" in terminal.refused("ledger", "verify")
