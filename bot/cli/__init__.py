"""`xuefa`: one file a noun; a command's imports are paid for only by that command."""

from importlib import import_module
from pathlib import Path
from typing import Final

import click

COMMANDS: Final = {
    "init": "写出带注释的配置文件",
    "doctor": "检查配置、数据库、时钟、日历、企业微信、回调和合规",
    "demo": "启动演示：机器人和本地企业微信",
    "serve": "运行机器人",
    "db": "数据库：upgrade 升级表结构",
    "backup": "把全部数据备份到一个目录",
    "restore": "从备份目录恢复到空数据库",
    "units": "单位：import 导入",
    "staff": "名册：import 导入、export 导出",
    "bank": "题库：import 导入、export 导出、check 检查",
    "calendar": "放假调休：import 导入",
    "push": "推送：daily 每日一题",
    "ledger": "学时台账：export 导出、verify 校验",
}


class _Lazy(click.Group):
    """Knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(f"bot.cli.{cmd_name}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=_Lazy, help="学法：企业微信里的学法用法助手。")
@click.option(
    "--config", "config_path", type=click.Path(path_type=Path), default=None, help="配置文件，默认 ./config.toml"
)
@click.version_option(package_name="xuefa")
@click.pass_context
def main(ctx: click.Context, config_path: Path | None) -> None:
    ctx.obj = config_path
