"""What click itself says, in Chinese: the headings of a help page, and every way of calling a command wrongly.

`in_chinese` goes over a command and all below it; a usage error stays exit code 2.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, Final

import click

from bot.cli.options import Empty

_HEADINGS: Final = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, "用法：" if prefix is None else prefix)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        with super().section(_HEADINGS.get(name, name)):
            yield

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        told = [(term, words.replace("[required]", "（必填）")) for term, words in rows]
        super().write_dl(told, col_max, col_spacing)


class Context(click.Context):
    formatter_class = _Formatter


class Misused(click.ClickException):
    """A usage error in our words; exit code 2."""

    exit_code = 2

    def __init__(self, error: click.UsageError) -> None:
        super().__init__(said(error))
        self._path = error.ctx.command_path if error.ctx else "xuefa"

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"{self.message}用法见 {self._path} --help。", file=file, err=file is None)


def said(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            return f"没有选项 {error.option_name}。{_alike(error.possibilities)}"
        case click.NoSuchCommand():
            return f"没有命令 {error.command_name}。{_alike(error.possibilities)}"
        case click.MissingParameter():
            return f"缺少 {_hint(error)}。"
        case Empty():
            return f"{_hint(error)} 后面是空的（变量可能没有赋值），请写明，或去掉这个选项。"
        case click.BadParameter():
            return f"{_hint(error)} 的值不对：{_wrong(error)}。"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 后面缺少值，或多给了值。"
    return "参数不对，可能多给或少给了。"


def _alike(possibilities: Sequence[str] | None) -> str:
    return f"是否想用 {'、'.join(possibilities)}？" if possibilities else ""


def _hint(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Option):
        return error.param.opts[0]
    return error.param.human_readable_name if error.param else "参数"


def _wrong(error: click.BadParameter) -> str:
    kind = error.param.type if error.param else None
    match kind:
        case click.Choice():
            return f"只能是 {'、'.join(str(choice) for choice in kind.choices)} 之一"
        case click.IntRange():
            return (
                f"应为 {kind.min} 到 {kind.max} 的整数" if kind.max is not None else f"应为不小于 {kind.min} 的整数"
            )
        case click.Path():
            return "应为目录，那里是一个文件"
        case click.DateTime():
            return "应为日期，如 2026-11-23"
    return "应为整数" if kind is click.INT else "请核对"


def in_chinese(command: click.Command) -> None:
    """Make this command and those below it speak Chinese."""
    command.context_class = Context
    command.options_metavar = "[选项]"
    click.help_option("--help", help="显示本说明。")(command)
    if isinstance(command, click.Group):
        command.subcommand_metavar = "命令 [参数]..."
        for below in command.commands.values():
            in_chinese(below)
