"""What arguments and options of several commands share: paths, and words that must not be empty.

Light: every command imports it, and so does the help page.
"""

from pathlib import Path
from typing import Final

import click
from click.core import ParameterSource

# Whether a file can be read is seen when it is read, where its name and the reason are said.
PATH: Final = click.Path(path_type=Path, readable=False)


class Empty(click.BadParameter):
    """Something was given, and it is empty."""


def filled(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """What is given but empty is no word left out, but most often a variable of the shell that is not set.

    Raises: Empty.
    """
    given = ctx.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE
    if given and not value.strip():
        raise Empty("", ctx, param)
    return value
