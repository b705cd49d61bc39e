"""The files a city brings: units as csv, the roll as xlsx, questions as JSON Lines."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

UNITS = (
    ("单位代码", "单位名称", "上级单位代码", "排名组", "单位性质"),
    ("A00", "测试市政府", "", "", "市政府"),
    ("A01", "测试市司法局", "A00", "政府部门组", "政府部门"),
    ("A02", "测试市城市管理局", "A00", "政府部门组", "政府部门"),
    ("A03", "东山镇政府", "A00", "乡镇街道组", "乡镇政府"),
)
STAFF_COUNT = 2000
LEADERS = ("Lead.One", "lead_two", "lead-three")
ENFORCERS = ("enf1", "enf2", "enf3", "enf4")


@dataclass(frozen=True)
class Person:
    """A row of the roll; `number` is the 人员编号."""

    number: str
    name: str
    account: str
    unit: str
    category: str


def staff() -> list[Person]:
    units = ("A01", "测试市城市管理局", "测试市政府/东山镇政府")
    numbers = range(1, STAFF_COUNT + 1)
    return [Person(f"S{n:05}", f"职工{n}", f"Staff{n}", units[n % 3], "工作人员") for n in numbers]


def others() -> list[Person]:
    leaders = [Person(f"L{n}", f"领导{n}", name, "A01", "领导干部") for n, name in enumerate(LEADERS)]
    marks = ("行政执法人员", "工作人员；行政执法人员")
    marked = [Person(f"E{n}", f"执法{n}", name, "A02", marks[n % 2]) for n, name in enumerate(ENFORCERS)]
    return leaders + marked


HEADER = ("人员类别", "姓名", "账号", "单位", "人员编号")


def _roll(people: Iterable[Person]) -> list[Sequence[str]]:
    return [HEADER, *((one.category, one.name, one.account, one.unit, one.number) for one in people)]


def write_csv(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def write_xlsx(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("名册")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def write_rolls(folder: Path) -> tuple[Path, Path]:
    """units.csv and staff.xlsx"""
    return write_csv(folder / "units.csv", UNITS), write_xlsx(folder / "staff.xlsx", _roll([*staff(), *others()]))


CITATION = {"law": "行政处罚法", "article": 33, "version": "2021-01-22"}
SINGLE = {
    "id": "out-1", "kind": "single", "stem": "违法行为轻微并及时改正，没有造成危害后果的，行政机关应当怎样处理？",
    "options": ["从重处罚", "不予行政处罚", "移送司法机关", "加处罚款"], "answer": ["B"],
    "explanation": "轻微违法及时改正且无后果的，不予行政处罚。", "citations": [CITATION], "audience": ["staff"],
}  # fmt: skip
LONG_MULTIPLE = {
    "id": "out-2", "kind": "multiple",
    "stem": "某市城市管理局接到群众举报后检查，" + "执法人员出示证件并制作笔录，" * 14 + "接下来怎样做？",
    "options": [f"第{n}种办法，" + "应当依照法定程序全面客观收集证据，" * 7 + f"结束语{n}" for n in "甲乙丙丁"],
    "answer": ["A", "B", "C"], "explanation": "调查取证应当全面、客观、公正。" * 8,
    "citations": [{"law": "行政处罚法", "article": 54}], "audience": ["leader"],
}  # fmt: skip
JUDGE = {
    "id": "out-3", "kind": "judge", "stem": "行政机关可以给予当事人两次以上罚款的行政处罚。", "answer": ["错"],
    "explanation": "对同一违法行为不得给予两次以上罚款。", "citations": [{"law": "行政处罚法", "article": 29}],
    "audience": ["enforcement"],
}  # fmt: skip


def write_bank(path: Path, *questions: object) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in questions), encoding="utf-8")
    return path
