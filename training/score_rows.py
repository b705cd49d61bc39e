"""成绩导入: each row of a file as a score that waits for confirmation, or all that is wrong with it.

Who is not on the 应考名单, is 免考, or has no attempt left gets no score; a score is never above the full marks of
the person's group. Source: domain, Exam (paper and outside exams).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from question_bank.formats.table import Row, Table
from question_bank.problems import Problem
from training.calendar import day_of
from training.exam_words import points_words
from training.exams import Exam, Excuse
from training.findings import Findings
from training.people import Group
from training.roll import Roll
from training.score_cells import DAY, EVIDENCE, HEADERS, NUMBER, REQUIRED, SCORE, Stated, stated
from training.score_lines import Sat, ScoreLine

__all__ = ["HEADERS", "REQUIRED", "Hall", "Place", "ScorePlan", "plan_scores"]


@dataclass(frozen=True, slots=True)
class Place:
    """How somebody stands on the 应考名单."""

    group: Group
    excuse: Excuse = Excuse.NONE


@dataclass(frozen=True, slots=True)
class Hall:
    """The exam that was sat: who is on its roll, what they have sat; `makeups` are the numbers of its make-ups."""

    exam: Exam
    places: Mapping[str, Place]
    sat: Mapping[str, Sequence[Sat]] = field(default_factory=dict)
    makeups: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ScorePlan:
    """Every row is taken or rejected."""

    read: int
    lines: tuple[ScoreLine, ...]
    problems: tuple[Problem, ...]

    @property
    def rejected(self) -> int:
        return self.read - len(self.lines)


def plan_scores(table: Table, roll: Roll, hall: Hall) -> ScorePlan:
    """`roll.day` is today."""
    taken: dict[str, list[tuple[int, ScoreLine]]] = {}
    lines: list[ScoreLine] = []
    problems = list(table.problems)
    for row in table.rows:
        found = Findings(row.where)
        line = _line(row, found, roll, hall)
        if line is not None:
            _check_attempts(line, found, hall, taken.get(line.person, []))
        if line is not None and not found.rejected:
            taken.setdefault(line.person, []).append((row.number, line))
            lines.append(line)
        problems += found.problems
    return ScorePlan(len(table.rows), tuple(lines), tuple(problems))


def _line(row: Row, found: Findings, roll: Roll, hall: Hall) -> ScoreLine | None:
    """None when something is wrong with the row itself."""
    said = stated(row.cells, found, roll)
    if said is None:
        return None
    place = _place(said.person, found, roll, hall)
    _check_day(said.day, found, roll.day, hall.exam)
    if place is None:
        return None
    line = _scored(said, place, roll, hall)
    if line.score > line.full:
        scores = f"{points_words(line.score)} 高于满分 {points_words(line.full)}"
        found.reject(SCORE, f"成绩 {scores}，请核对，或按满分折算后填写。")
    if found.rejected:
        return None
    _warn(line, found, hall)
    return line


def _scored(said: Stated, place: Place, roll: Roll, hall: Hall) -> ScoreLine:
    full = hall.exam.settings.full_marks(place.group)
    deferred = place.excuse is Excuse.DEFERRED
    name = roll.name(said.person)
    return ScoreLine(said.person, name, said.score, full, said.way, said.day, said.evidence, deferred)


def _place(person: str, found: Findings, roll: Roll, hall: Hall) -> Place | None:
    place = hall.places.get(person)
    label = roll.label(person)
    if place is None:
        found.reject(NUMBER, f"{label}不在考试 {hall.exam.number} 的应考名单中，请核对人员编号和考试编号。")
    elif place.excuse is Excuse.EXCUSED:
        found.reject(NUMBER, f"{label}已登记免考，成绩不计入；请删去这一行，或核对免考登记。")
    return place


def _check_day(day: date, found: Findings, today: date, exam: Exam) -> None:
    """Not to come, and not before the year of the exam."""
    if day > today:
        found.reject(DAY, f"日期 {day} 还没有到，请核对。")
    elif day.year < exam.settings.year:
        found.reject(DAY, f"日期 {day} 早于考核年度 {exam.settings.year} 年，请核对日期和考试编号。")


def _warn(line: ScoreLine, found: Findings, hall: Hall) -> None:
    first, last = day_of(hall.exam.opens_at), day_of(hall.exam.closes_at)
    if not first <= line.day <= last:
        found.warn(DAY, f"日期 {line.day} 不在考试开放期间（{first} 至 {last}），请核对。")
    if not line.evidence:
        found.warn(EVIDENCE, "没有佐证编号，建议补填，便于复核。")
    if line.deferred:
        makeups = f"；补考成绩请导入考试 {'、'.join(map(str, hall.makeups))}" if hall.makeups else ""
        found.warn(NUMBER, f"{line.name}（{line.person}）已登记缓考，导入后按实考统计，请核对{makeups}。")


def _check_attempts(line: ScoreLine, found: Findings, hall: Hall, before: Sequence[tuple[int, ScoreLine]]) -> None:
    """Of sittings that are known, and of rows further up."""
    sat, attempts = hall.sat.get(line.person, ()), hall.exam.settings.attempts
    label = f"{line.name}（{line.person}）"
    same = next((row for row, other in before if _same(other, line)), None)
    if any(one.is_of(line) for one in sat):
        found.reject(NUMBER, f"{label}在 {line.day} 的同一成绩已经导入过，没有重复导入。")
    elif same is not None:
        found.reject(NUMBER, f"与第 {same} 行相同，没有重复导入。")
    elif any(not one.ended for one in sat):
        found.reject(NUMBER, f"{label}正在作答，请等交卷后再导入，或核对人员编号。")
    elif len(sat) + len(before) >= attempts:
        _reject_more(label, found, sat, before, attempts)
    else:
        _warn_of_same_day(line, label, found, sat, before)


def _warn_of_same_day(
    line: ScoreLine, label: str, found: Findings, sat: Sequence[Sat], before: Sequence[tuple[int, ScoreLine]]
) -> None:
    """Two sittings on one day may be meant, or the score of somebody else."""
    rows = [f"第 {row} 行" for row, other in before if other.day == line.day]
    rows += ["已导入的成绩" for one in sat if one.elsewhere and one.day == line.day][:1]
    if rows:
        found.warn(DAY, f"{label}在 {line.day} 另有成绩（{'、'.join(rows)}），请核对是否同一天考了两次。")


def _reject_more(
    label: str, found: Findings, sat: Sequence[Sat], before: Sequence[tuple[int, ScoreLine]], attempts: int
) -> None:
    if before:
        rows = "、".join(str(row) for row, _ in before)
        found.reject(NUMBER, f"{label}在第 {rows} 行已有成绩，本场考试每人至多 {attempts} 次，请只留一行。")
        return
    here = "已有导入的成绩" if all(one.elsewhere for one in sat) else "已在系统中参加"
    found.reject(NUMBER, f"{label}{here}（{len(sat)} 次），本场考试每人至多 {attempts} 次，请删去这一行。")


def _same(one: ScoreLine, other: ScoreLine) -> bool:
    return replace(one, evidence="", way="") == replace(other, evidence="", way="")
