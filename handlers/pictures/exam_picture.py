"""成绩分布 as a picture for a report: how many reached which tenth of the full marks, and the figures of the exam.

What passed and what did not differ in colour (blue and orange, which colour-blind readers tell apart) and in
hatching, which is left on a black and white print. Lengths are those of a drawing 1000 wide, drawn at 1.6 times it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from handlers.pictures.rendering import png_from, svg_from
from handlers.pictures.typesetting import lines, width
from training.calendar import day_of
from training.exam_distribution import BANDS_OF_TEN, Column, distribution
from training.exam_results import HUNDRED, Figures, Sitter, figures
from training.exam_words import full_words, points_words, rate_words
from training.exams import Exam

WIDTH: Final = 1000
SCALE: Final = 1.6
LEFT: Final = 90
PLOT_WIDTH: Final = 860
PLOT_HEIGHT: Final = 280
BAR_SHARE: Final = 0.72  # of a column's width
MOST_GRID_LINES: Final = 5
_STEPS: Final = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class ExamPicture:
    """`pass_mark` is hundredths of a percent of the full marks; `told`: scores have been released."""

    title: str
    as_of: date
    figures: Figures
    columns: tuple[Column, ...]
    pass_mark: int
    told: bool


def picture_of(exam: Exam, sitters: Iterable[Sitter], now: datetime) -> ExamPicture:
    everybody, bands = list(sitters), exam.settings.bands
    line, columns = figures(everybody, bands), distribution(everybody, bands)
    return ExamPicture(exam.settings.title, day_of(now), line, columns, bands.passed, exam.scores_told)


def draw(picture: ExamPicture) -> bytes:
    """A PNG, 1600 pixels wide."""
    return png_from(svg_of(picture))


def svg_of(picture: ExamPicture) -> str:
    title = lines(picture.title, 24, 2)
    facts = _facts(picture.figures)
    most = max(column.count for column in picture.columns)
    step = _step(most)
    top = step * max(1, -(-most // step))
    plot = 222 + 46 * len(title)  # its upper edge
    return svg_from(
        "exam_picture.svg",
        picture=picture,
        title=title,
        facts=facts,
        fact_size=min(fact.size for fact in facts),
        plot=plot,
        height=plot + PLOT_HEIGHT + 118,
        scale=SCALE,
        bars=[_bar(number, column, top) for number, column in enumerate(picture.columns)],
        grid=[(PLOT_HEIGHT - PLOT_HEIGHT * at / top, at) for at in range(0, top + 1, step)],
        line=LEFT + PLOT_WIDTH * picture.pass_mark / HUNDRED,
        line_label=_line_label(picture),
        axis="分数段（分）" if picture.figures.full_marks == (HUNDRED,) else "得分率（占满分的百分比）",
    )


@dataclass(frozen=True, slots=True)
class _Fact:
    """The sizes make both fit into the `room`."""

    label: str
    figure: str
    left: int
    room: int

    @property
    def label_size(self) -> float:
        return min(19.0, self.room / width(self.label))

    @property
    def size(self) -> float:
        return min(26.0, self.room / width(self.figure))


def _facts(line: Figures) -> Sequence[_Fact]:
    mean = "—" if line.mean is None else points_words(line.mean)
    return (
        _Fact("应考", f"{line.due} 人", 40, 116),
        _Fact("实考", f"{line.sat} 人", 170, 116),
        _Fact("合格率", rate_words(line.pass_rate), 300, 226),
        _Fact("优秀率", rate_words(line.excellent_rate), 540, 226),
        _Fact(f"平均分（满分 {full_words(line.full_marks) or '—'}）", mean, 780, 180),
    )


def _line_label(picture: ExamPicture) -> str:
    marks = points_words(picture.pass_mark)
    return f"合格线 {marks}" + (" 分" if picture.figures.full_marks == (HUNDRED,) else "%")


def _step(most: int) -> int:
    """The least of 1, 2, 5, 10, 20 … that needs few lines."""
    size = 1
    while True:
        for step in _STEPS:
            if step * size * MOST_GRID_LINES >= most:
                return step * size
        size *= 10


@dataclass(frozen=True, slots=True)
class _Bar:
    """Heights of its two parts, the one that failed below."""

    left: float
    width: float
    failed: float
    passed: float
    label: str
    count: int


def _bar(number: int, column: Column, top: int) -> _Bar:
    wide = PLOT_WIDTH / BANDS_OF_TEN
    bar = wide * BAR_SHARE
    return _Bar(
        round(LEFT + wide * number + (wide - bar) / 2, 2),
        round(bar, 2),
        round(PLOT_HEIGHT * column.failed / top, 2),
        round(PLOT_HEIGHT * column.passed / top, 2),
        f"{column.least}–{column.most}",
        column.count,
    )
