"""`xuefa broadcast FILE.toml`: what is sent to many, from a file; and the commands for what was ordered.

A first word that is no command is the file, or an option of sending it.
"""

from typing import Final

import click

from bot.cli.lazy import Lazy

_SEND: Final = "send"
_PLACES: Final = {
    _SEND: "bot.cli.broadcast_send:send",
    "example": "bot.cli.broadcast_send:example",
    "list": "bot.cli.broadcast_show:list_",
    "show": "bot.cli.broadcast_show:show",
    "cancel": "bot.cli.broadcast_stop:cancel",
    "recall": "bot.cli.broadcast_stop:recall",
}


class _FileOrCommand(Lazy):
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in _PLACES and args[0] != "--help":
            args = [_SEND, *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_FileOrCommand,
    places=_PLACES,
    no_args_is_help=True,
    help="群发：xuefa broadcast 文件.toml 发送或定时发送答题、通知、图片、文件；样例：xuefa broadcast example。",
)
def command() -> None:
    pass
