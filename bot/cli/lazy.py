"""A group that knows its commands by name and imports one when it is called."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

import click

from bot.cli.chinese import in_chinese


@cache
def _imported(place: str) -> click.Command:
    module, _, name = place.partition(":")
    found: click.Command = getattr(import_module(module), name)
    in_chinese(found)
    return found


class Lazy(click.Group):
    """`places`: name → `module:attribute`."""

    def __init__(self, *given: Any, places: Mapping[str, str], **extra: Any) -> None:
        super().__init__(*given, **extra)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self._places.get(cmd_name)
        return _imported(place) if place is not None else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as unknown:  # which would compare with commands imported so far
            raise click.NoSuchCommand(unknown.command_name, possibilities=self._places, ctx=ctx) from None
