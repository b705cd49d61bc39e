"""`xuefa init`: a commented configuration, never over an existing one."""

from importlib import resources

import click

from bot.cli.frame import Call, Refused, runs


def example() -> str:
    """The text of config.example.toml, as shipped inside the package."""
    return (resources.files("bot.cli") / "config.example.toml").read_text(encoding="utf-8")


@click.command(help="写出带注释的配置文件（不覆盖已有的）。")
@runs
async def command(call: Call) -> None:
    path = call.config_path
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(example())
    except FileExistsError:
        raise Refused(f"{path} 已经存在，没有改动它。要重新生成，请先移走旧文件。") from None
    path.chmod(0o600)
    call.tell({"written": str(path)}, f"已写出 {path}。请填好 [wecom] 后运行 xuefa doctor 检查。")
