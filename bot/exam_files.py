"""The reports of an exam as a file: by the command line, and in a process of its own beside the bot."""

import hashlib
from pathlib import Path
from typing import Final

import msgspec

from handlers.actions import exam_analysis
from handlers.actions.exam_reports import Statement
from handlers.pictures import exam_picture
from handlers.sheets.exam_report import ExamParticulars, write_detail, write_report
from storage.database import Database
from training.calendar import CITY, day_of
from training.chains import Head

WORKBOOK: Final = ".xlsx"
CSV: Final = ".csv"


async def write(
    database: Database, stated: Statement, particulars: ExamParticulars, out: Path, *, keys: bool = True
) -> None:
    """`keys`: 试题分析, which shows right answers, may be in it. Raises: UnknownSheetFormat, OSError."""
    if out.suffix.lower() == CSV:
        write_detail(out, particulars, stated)
        return
    analysed = await exam_analysis.analysis(database, stated) if keys else None
    picture = exam_picture.draw(exam_picture.picture_of(stated.exam, stated.sitters(), stated.now))
    write_report(out, particulars, stated, analysed, picture)


def particulars_of(stated: Statement, head: Head, version: str) -> ExamParticulars:
    exam, now = stated.exam, stated.now
    moment = f"{now.astimezone(CITY):%Y%m%d%H%M%S}"
    return ExamParticulars(
        title=exam.settings.title,
        number=f"KS-{exam.settings.year}-{exam.number}-{moment}-{_mark(stated, head, version)}",
        as_of=day_of(now),
        known_at=now,
        rules=version,
        head=head,
        stated=stated,
    )


def _mark(stated: Statement, head: Head, version: str) -> str:
    """Of all that the report depends on: two that differ in it have different numbers."""
    everything = (stated.exam, stated.rows, stated.makeups, head.seq, head.hash, version)
    return hashlib.sha256(msgspec.json.encode(everything)).hexdigest()[:6].upper()
