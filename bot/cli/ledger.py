"""`xuefa ledger`: a command a file, each with imports of its own."""

from typing import Final

import click

from bot.cli.lazy import Lazy

_PLACES: Final = {
    "export": "bot.cli.ledger_export:export",
    "explain": "bot.cli.ledger_explain:explain",
    "import": "bot.cli.ledger_import:command",
    "reverse": "bot.cli.ledger_reverse:command",
    "close": "bot.cli.ledger_close:close",
    "sheet": "bot.cli.ledger_sheet:sheet",
    "reopen": "bot.cli.ledger_close:reopen",
    "verify": "bot.cli.ledger_verify:verify",
    "head": "bot.cli.ledger_head:head",
}


@click.group(cls=Lazy, places=_PLACES, help="学时台账。")
def command() -> None:
    pass
