"""The figures of an exam in a few lines, for an admin: who sat, how many passed, each rate with its base."""

from collections.abc import Iterator
from datetime import datetime

from training.exam_results import Figures
from training.exam_words import full_words, is_over, points_words, rate_words
from training.exams import Exam


def said(exam: Exam, line: Figures, now: datetime, scope: str = "") -> str:
    """`scope` names the units, empty for all. Scores are said whether they are released or not: it is marked."""
    return "\n".join(_lines(exam, line, now, scope))


def _lines(exam: Exam, line: Figures, now: datetime, scope: str) -> Iterator[str]:
    yield f"【{exam.settings.title}】{scope}"
    if not line.due and not line.excused:
        yield "应考名单中没有这些单位的人员。"
        return
    absent = f"缺考 {line.absent}" if is_over(exam, now) else f"尚未参加 {line.absent}"
    yield f"应考 {line.due} 人：实考 {line.sat}，缓考 {line.deferred}，{absent}；另有免考 {line.excused} 人"
    with_excused = rate_words(line.attendance_with_excused)
    yield f"参考率 {rate_words(line.attendance)}，含免考 {with_excused}"
    if line.sat:
        yield f"合格率 {rate_words(line.pass_rate)}，优秀率 {rate_words(line.excellent_rate)}"
        yield _points(line)
    if line.made_up:
        yield f"补考 {line.made_up} 人，补考后合格率 {rate_words(line.pass_rate_after_makeup)}"
    if not is_over(exam, now):
        yield "考试尚未截止。"
    if not exam.scores_told:
        yield "成绩未公布，请勿外传。"


def _points(line: Figures) -> str:
    """`平均分 74.5，最高 96，最低 40（满分 100）`"""
    named = (("平均分", line.mean), ("最高", line.highest), ("最低", line.lowest))
    listed = "，".join(f"{name} {points_words(points)}" for name, points in named if points is not None)
    return f"{listed}（满分 {full_words(line.full_marks)}）"
