"""`xuefa activity`: a command a place, each with imports of its own."""

from typing import Final

import click

from bot.cli.lazy import Lazy

_PLACES: Final = {
    "example": "bot.cli.activity_create:example",
    "create": "bot.cli.activity_create:create",
    "publish": "bot.cli.activity_move:publish",
    "list": "bot.cli.activity_show:list_",
    "code": "bot.cli.activity_show:code",
    "attend": "bot.cli.activity_attend:attend",
    "sheet": "bot.cli.activity_sheet:sheet",
    "close": "bot.cli.activity_move:close",
    "cancel": "bot.cli.activity_move:cancel",
}


@click.group(cls=Lazy, places=_PLACES, help="培训活动：按文件新建、发布、取签到码、登记名单、办结、取消、签到表。")
def command() -> None:
    pass
