"""Files that people bring: read whole, refused in a clear sentence, problems listed row by row."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from bot.cli.frame import Refused
from handlers.sheets.table_file import UnknownSheetFormat
from question_bank.formats.table import Table, read_table
from question_bank.formats.unreadable import Fact, Unreadable
from question_bank.problems import Problem, Severity

MOST_SHOWN: Final = 200
MOST_BYTES: Final = 50 * 1024 * 1024
SPLIT: Final = "请拆分后导入"


def content_of(path: Path, *, too_large: str = "请核对是不是这个文件") -> bytes:
    """`too_large`: what to do then. Raises: Refused."""
    try:
        if path.is_dir():
            raise Refused(f"{path} 是目录，不是文件，请写明其中的文件。")
        if not path.is_file():
            raise Refused(f"找不到文件 {path}，请检查路径。")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise Refused(f"文件 {path} 有 {size} 字节，超过上限 {MOST_BYTES} 字节，{too_large}。")
        return path.read_bytes()
    except PermissionError:
        raise Refused(f"没有读取 {path} 的权限，请检查文件和目录的权限。") from None


def table_of(path: Path, headers: Mapping[str, str], required: Collection[str]) -> Table:
    """`headers` and `required` as `read_table` wants them. Raises: Refused."""
    try:
        return read_table(path.name, content_of(path, too_large=SPLIT), headers, required)
    except Unreadable as error:
        raise refusal(error, headers) from None


def demand_folder_of(path: Path) -> None:
    """Before anything is read for it. Raises: Refused."""
    if not path.absolute().parent.is_dir():
        raise Refused(f"目录 {path.parent} 不存在，请先建好再导出。")


def unwritable(error: UnknownSheetFormat) -> Refused:
    return Refused(f"不能写 {error.suffix or '没有扩展名的'} 文件，请用 .xlsx 或 .csv。")


def refusal(error: Unreadable, headers: Mapping[str, str]) -> Refused:
    """`headers`: header → the field it stands for; the first of each is the one of the template."""
    first: dict[str, str] = {}
    for header, field in headers.items():
        first.setdefault(field, header)
    missing = "、".join(header for field, header in first.items() if field in error.missing)
    # Whoever names a file so means a workbook, and is not helped by words about text.
    named_so = error.fact is Fact.ENCODING and error.name.casefold().endswith(".xlsx")
    sentence = _SENTENCES[Fact.NOT_XLSX if named_so else error.fact]
    return Refused(f"{error.name or '文件'}：{sentence.format(e=error, missing=missing)}")


_SENTENCES: Final = {
    Fact.EMPTY: "是空文件，没有可以导入的内容。",
    Fact.TOO_LARGE: "太大（{e.found} 字节，上限 {e.limit}），请拆分后导入。",
    Fact.TOO_MANY_ROWS: "行数太多（{e.found}，上限 {e.limit}），请拆分后导入。",
    Fact.TOO_MANY_COLUMNS: "列数太多（{e.found}，上限 {e.limit}），请删去多余的列。",
    Fact.CELL_TOO_LONG: "第 {e.row} 行有单元格超过 {e.limit} 字，请缩短。",
    Fact.BOMB: "解压后异常庞大，可能是恶意文件，没有打开。请另存为新的 xlsx 再试。",
    Fact.DAMAGED: "已损坏或不完整，请重新另存为 xlsx 再试。",
    Fact.ENCRYPTED: "设有密码，请去掉密码后再导入。",
    Fact.NOT_XLSX: "不是 xlsx 工作簿，请用 Excel 或 WPS 另存为 xlsx。",
    Fact.OLD_XLS: "是旧版 xls，请另存为 xlsx。",
    Fact.MARKUP: "其实是网页，不是表格，请另存为 xlsx。",
    Fact.ENCODING: "的编码不认识，请另存为 UTF-8 的 csv。",
    Fact.QUOTES: "第 {e.row} 行的引号没有配对，请改正。",
    Fact.NO_HEADER: "没有找到表头，缺少列：{missing}。请对照模板补上表头。",
    Fact.UNSUPPORTED: "的格式 {e.given} 还不支持，目前支持 xlsx、csv、jsonl。",
}

_WORDS: Final = {Severity.REJECTED: "未导入", Severity.WARNING: "提示"}


def problem_lines(problems: Iterable[Problem]) -> list[str]:
    """One line each, the first ones; how many more there are."""
    listed = list(problems)
    lines = [f"  {_place(p)}：{p.problem}（{_WORDS[p.severity]}）" for p in listed[:MOST_SHOWN]]
    if len(listed) > MOST_SHOWN:
        lines.append(f"  …… 还有 {len(listed) - MOST_SHOWN} 条，加 --json 可看全部。")
    return lines


def _place(problem: Problem) -> str:
    where = problem.where.replace("row ", "第 ").replace("line ", "第 ")
    return f"{where} 行" if where != problem.where else {"file": "文件"}.get(where, where)


def problem_rows(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [
        {"where": p.where, "field": p.field, "problem": p.problem, "severity": str(p.severity)} for p in problems
    ]
