"""`xuefa exam`: a command a place, each with imports of its own."""

from typing import Final

import click

from bot.cli.lazy import Lazy

_PLACES: Final = {
    "example": "bot.cli.exam_create:example",
    "create": "bot.cli.exam_create:create",
    "makeup": "bot.cli.exam_create:makeup",
    "drop": "bot.cli.exam_create:drop",
    "list": "bot.cli.exam_show:list_",
    "sample": "bot.cli.exam_show:sample",
    "publish": "bot.cli.exam_move:publish",
    "open": "bot.cli.exam_move:open_",
    "close": "bot.cli.exam_move:close",
    "release": "bot.cli.exam_move:release",
    "roll": "bot.cli.exam_roll:roll",
    "defer": "bot.cli.exam_roll:defer",
    "excuse": "bot.cli.exam_roll:excuse",
    "void": "bot.cli.exam_keys:void",
    "correct": "bot.cli.exam_keys:correct",
    "print": "bot.cli.exam_print:print_",
    "import-scores": "bot.cli.exam_scores:command",
    "report": "bot.cli.exam_report:report",
}


@click.group(cls=Lazy, places=_PLACES, help="法律知识考试：创建、发布、开放、截止、公布，应考名单和补考。")
def command() -> None:
    pass
