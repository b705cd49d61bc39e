"""`xuefa rules show/init`: the rules in force, and a file in which a city can change them."""

from pathlib import Path
from typing import Any

import click

from bot.cli.frame import Call, Refused, runs
from bot.cli.options import PATH
from bot.rule_files import rules_of
from handlers.texts.rule_example import example
from handlers.texts.rules import lines
from training.rules import Rules


@click.group(help="规则：应完成学时、学习形式、人员状态和各项要求。")
def command() -> None:
    pass


@command.command(help="列出现行规则和版本。")
@runs
async def show(call: Call) -> None:
    config = call.config()
    rules = rules_of(config)
    call.tell(_document(rules, config.rules.file), *lines(rules, config.rules.file))


def _document(rules: Rules, file: str) -> dict[str, Any]:
    return {"version": rules.version, "file": file or None, **rules.document}


@command.command(help="写出带注释的规则文件，内容与内置规则相同（不覆盖已有的）。")
@click.argument("file", type=PATH)
@runs
async def init(call: Call, file: Path) -> None:
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(example())
    except FileExistsError:
        raise Refused(f"{file} 已经存在，没有改动它。要重新生成，请先移走旧文件。") from None
    said = f"已写出 {file}。改好后在 {call.config_path} 的 [rules] 中写明 file，用 xuefa rules show 核对。"
    call.tell({"written": str(file)}, said)
