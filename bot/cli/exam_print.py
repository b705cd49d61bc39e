"""`xuefa exam print`: papers A and B of every group, answer sheets and the sealed key, as pages for a printer.

The key is readable for nobody but who runs the command.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from bot.cli.exam_number import of_exam
from bot.cli.frame import Call, Refused, operator, runs
from bot.cli.options import PATH
from handlers.actions.exam_print import Print, Sheet, printed
from handlers.papers.exam_papers import answer_sheet, key, name_of, paper
from handlers.texts.exam_rules import moment

SEALED: Final = "答案-密封.html"
UNSEALED: Final = "答案.html"
_FOR_ALL: Final = 0o644
_FOR_ONE: Final = 0o600


@click.command("print", help="生成纸质试卷（A、B 卷）、答题纸和密封答案，用浏览器打开后打印（A4）。")
@of_exam
@click.option("--out", type=PATH, required=True, help="输出目录，须不存在或为空")
@runs
async def print_(call: Call, number: int, out: Path) -> None:
    _demand_empty(out)
    async with call.database() as database, database.write() as tx:
        made = await printed(tx, number, datetime.now(UTC), by=operator())
    key_name = SEALED if made.sealed else UNSEALED
    files = {name: text for sheet in made.sheets for name, text in _pages(made, sheet)}
    _write_all(out, files, key_name, key(made))
    call.tell(_document(made, out, [*files, key_name]), *_said(made, out, key_name))


def _demand_empty(out: Path) -> None:
    """Raises: Refused."""
    if out.exists() and not out.is_dir():
        raise Refused(f"{out} 是一个文件，请用 --out 指定一个目录。")
    if out.is_dir() and any(out.iterdir()):
        raise Refused(f"目录 {out} 不是空的，请换一个目录，以免和以前的试卷混在一起。")
    if not out.absolute().parent.is_dir():
        raise Refused(f"目录 {out.parent} 不存在，请先建好再生成。")


def _pages(made: Print, sheet: Sheet) -> Iterator[tuple[str, str]]:
    group = name_of(sheet.group)
    yield f"试卷{sheet.letter}-{group}.html", paper(made, sheet)
    yield f"答题纸{sheet.letter}-{group}.html", answer_sheet(made, sheet)


def _write_all(out: Path, files: Mapping[str, str], key_name: str, key_page: str) -> None:
    out.mkdir(exist_ok=True)
    for name, text in files.items():
        _write(out / name, text, _FOR_ALL)
    _write(out / key_name, key_page, _FOR_ONE)


def _write(path: Path, text: str, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        file.write(text)


def _document(made: Print, out: Path, files: list[str]) -> dict[str, Any]:
    papers = [
        {"group": str(one.group), "paper": one.letter, "number": one.number, "items": len(one.asked)}
        for one in made.sheets
    ]
    sealed = made.sealed_until.isoformat() if made.sealed else None
    told = {"id": made.exam.number, "out": str(out), "fingerprint": made.fingerprint, "sealed_until": sealed}
    return {**told, "papers": papers, "files": files}


def _said(made: Print, out: Path, key_name: str) -> Iterator[str]:
    yield f"已生成到 {out}，请用浏览器打开，按 A4 打印（题库指纹 {made.fingerprint}）："
    for sheet in made.sheets:
        yield f"  {name_of(sheet.group)} {sheet.letter} 卷：试卷编号 {sheet.number}，{len(sheet.asked)} 题"
    for group, shared in made.shared.items():
        if shared:
            yield f"  提示：{name_of(group)} A、B 卷有 {shared} 道相同的题，顺序不同。"
    if made.sealed:
        yield f"{key_name} 是答案，请另行保管，{moment(made.sealed_until)} 考试（含补考）结束前不得拆阅、外传。"
