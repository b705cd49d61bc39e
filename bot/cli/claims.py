"""`xuefa claims`: a command a place, each with imports of its own."""

from typing import Final

import click

from bot.cli.lazy import Lazy

_PLACES: Final = {
    "list": "bot.cli.claims_show:list_",
    "approve": "bot.cli.claims_decide:approve",
    "reject": "bot.cli.claims_decide:reject",
    "return": "bot.cli.claims_decide:return_",
    "import": "bot.cli.claims_import:import_",
}


@click.group(cls=Lazy, places=_PLACES, help="学时申报：列出、通过（批次）、不通过、退回，代为批量申报。")
def command() -> None:
    pass
