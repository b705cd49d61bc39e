"""试题分析: a row a question of the pool, below them the figures of whole papers.

区分度 is the correlation with the rest of the paper, 区分效率 that of what was possible, both in percent; they may
be negative and are then a reason to look at the question. Letters are as the bank has them.
Source: domain, Item statistics.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final

from handlers.actions.exam_analysis import LEFT_OUT, TYPED, Analysis, Line
from handlers.sheets.cells import Cell
from handlers.sheets.exam_cells import points_cell, two_places
from question_bank.questions import Kind, letters
from training.exam_words import points_words
from training.item_statistics import PaperFigures
from training.marking import Answer, half_up

ITEMS: Final = "试题分析"
STEM_CHARACTERS: Final = 60
COLUMNS: Final[Mapping[str, float]] = {
    **{"序号": 6, "试题编号": 16, "题型": 8, "题干": 44, "试卷满分": 8, "每题分值": 8, "抽到次数": 8},
    **{"得分率(%)": 9, "区分度(%)": 9, "区分效率(%)": 9, "正确答案": 12, "各选项选择次数": 30, "更正情况": 18},
}
KINDS: Final[Mapping[Kind, str]] = {
    Kind.SINGLE: "单选",
    Kind.MULTIPLE: "多选",
    Kind.JUDGE: "判断",
    Kind.BLANK: "填空",
    Kind.CASE: "案例",
}


def item_rows(found: Analysis) -> Iterator[tuple[Cell, ...]]:
    for number, line in enumerate(found.lines, 1):
        figures = line.figures
        yield (
            *(number, line.id, KINDS[line.question.kind], _short(line.question.stem)),
            *(points_cell(line.full) if line.full else None, _points(line.points), figures.attempts),
            two_places(None if figures.facility is None else figures.facility * 100),
            *(two_places(figures.discrimination), two_places(figures.efficiency)),
            *(_key(_answer(line)), _chosen(line), _changed(line)),
        )


def paper_lines(found: Analysis) -> Iterator[str]:
    """What is said below the rows."""
    for full, paper in found.papers.items():
        yield f"试卷（满分 {points_words(full)}）：{_paper(paper)}"
    if found.unread:
        yield f"另有 {found.unread} 份答卷没有逐题记录（如线下考试导入的成绩），不在试题分析中"


def _paper(paper: PaperFigures) -> str:
    said = [f"答卷 {paper.attempts} 份"]
    if paper.mean is not None:
        said.append(f"平均分 {points_words(half_up(paper.mean))}")
    if paper.sd is not None:
        said.append(f"标准差 {points_words(half_up(Fraction(paper.sd)))}")
    alpha = two_places(paper.consistency)
    said.append("内部一致性不可计算" if alpha is None else f"内部一致性 {alpha}%")
    if paper.standard_error is not None:
        said.append(f"测量标准误 {points_words(half_up(Fraction(paper.standard_error)))}")
    return "，".join(said)


def _points(points: Fraction | None) -> Cell:
    """In points; of the parts of a case rounded to two places."""
    return None if points is None else points_cell(half_up(points))


def _short(stem: str) -> str:
    one_line = " ".join(stem.split())
    return one_line if len(one_line) <= STEM_CHARACTERS else f"{one_line[: STEM_CHARACTERS - 1]}…"


def _answer(line: Line) -> Answer:
    changed = line.change is not None and not line.change.voided
    return line.change.answer if line.change and changed else line.question.answer


def _key(answer: Answer) -> str:
    """`AC`; of blanks `法律；银行/指定的银行`."""
    if any(not isinstance(one, str) for one in answer):
        return "；".join(one if isinstance(one, str) else "/".join(one) for one in answer)
    return "".join(one for one in answer if isinstance(one, str))


def _chosen(line: Line) -> str:
    """`A 12、B 3、C 0、未答 1`"""
    if not line.figures.attempts:
        return ""
    typed = line.question.kind is Kind.BLANK
    counts = [("已答", line.chosen.get(TYPED, 0))] if typed else _counts(line)
    return "、".join(f"{name} {count}" for name, count in [*counts, ("未答", line.chosen.get(LEFT_OUT, 0))])


def _counts(line: Line) -> list[tuple[str, int]]:
    return [(letter, line.chosen.get(letter, 0)) for letter in letters(line.question)]


def _changed(line: Line) -> str:
    if line.change is None:
        return ""
    return "已作废，全部给分" if line.change.voided else f"答案已更正（原为 {_key(line.question.answer)}）"
