"""The file from which an exam is made, as `Settings`: a TOML document, every key of which is checked.

Every problem is found at once and raised as facts. Whether the bank can fill the papers, and whether anybody is
meant at all, is seen at publishing. Source: contract, Exam (toml); domain, Exam.
"""

from datetime import datetime
from typing import Final

from training.exam_file_checks import check_all
from training.exam_file_errors import AnswersEarly, BadExamFile, MissingKey, Problem, Wanted, WrongValue
from training.exam_file_parts import Known as Known
from training.exam_file_parts import audience_of, sections_of
from training.exam_file_table import EARLIEST_YEAR, LATEST_YEAR, TABLES, Block
from training.exam_file_toml import parsed
from training.exams import DEFAULT_MINUTES, AnswerRelease, Bands, Grading, Keep, ScoreRelease, Settings
from training.rule_errors import Place

TITLE_CHARACTERS: Final = 36  # main_title of a card, doc 90236
SEED_CHARACTERS: Final = 64
MOST_MINUTES: Final = 24 * 60
MOST_ATTEMPTS: Final = 99


def exam_settings(text: str, known: Known, now: datetime) -> Settings:
    """What the file sets; moments without a zone are Beijing time. Raises: BadExamFile, with every problem."""
    found: list[Problem] = []
    top = Block(Place(), parsed(text), TABLES[""], found)
    top.check_keys()
    top.demand("title", "year", "opens_at", "closes_at")
    settings = Settings(
        title=_title(top),
        year=top.whole("year", now.year, EARLIEST_YEAR, LATEST_YEAR),
        opens_at=top.moment("opens_at") or now,  # `now` stands in only until the problem is raised
        closes_at=top.moment("closes_at") or now,
        duration_minutes=top.whole("duration_minutes", DEFAULT_MINUTES, 1, MOST_MINUTES),
        bands=_bands(top),
        release_score=top.choice("release_score", ScoreRelease) or ScoreRelease.AT_CLOSE,
        release_answers=_release_answers(top),
        grading=top.choice("grading", Grading) or Grading.EXACT,
        attempts=top.whole("attempts", 1, 1, MOST_ATTEMPTS),
        keep=top.choice("attempts_keep", Keep) or Keep.HIGHEST,
        seed=_seed(top),
        audience=audience_of(top, known),
        sections=sections_of(top),
    )
    check_all(top, settings)
    if found:
        raise BadExamFile(tuple(found))
    return settings


def _title(top: Block) -> str:
    """What a card shows whole, on one line."""
    title = top.line("title", TITLE_CHARACTERS)
    if "title" in top.values and not title and top.sound("title"):
        top.found.append(MissingKey(top.place, "title"))
    return title


def _bands(top: Block) -> Bands:
    default = Bands()
    return Bands(
        top.points("pass_score", default.passed),
        top.points("good_score", default.good),
        top.points("excellent_score", default.excellent),
    )


def _release_answers(top: Block) -> AnswerRelease:
    """Answers have no `at_once`."""
    if top.values.get("release_answers") == ScoreRelease.AT_ONCE:
        top.found.append(AnswersEarly(top.place, "release_answers"))
        return AnswerRelease.MANUAL
    return top.choice("release_answers", AnswerRelease) or AnswerRelease.MANUAL


def _seed(top: Block) -> str:
    """A text or a whole number; empty: the caller makes one."""
    value = top.values.get("seed", "")
    if isinstance(value, bool) or not isinstance(value, str | int):
        top.found.append(WrongValue(top.place, "seed", Wanted.SEED))
        return ""
    return Block(top.place, {"seed": str(value)}, top.keys, top.found).line("seed", SEED_CHARACTERS)
