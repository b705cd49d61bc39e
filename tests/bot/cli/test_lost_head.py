"""A head whose row was deleted: `verify` names it, and nothing goes on as if it were there."""

import pytest
from sqlalchemy import delete

from storage.tables import ledger_head
from tests.bot.cli.terminal import Terminal
from tests.bot.cli.test_ledger import post


@pytest.mark.parametrize("chain", ["ledger", "audit"])
def test_a_head_that_was_deleted_is_named(terminal: Terminal, chain: str) -> None:
    post(terminal)
    terminal.inside(lambda tx: tx.execute(delete(ledger_head).where(ledger_head.c.chain == chain)))
    assert "链头" in terminal.refused(chain, "verify")
