"""A row in every table of exams, with the values that are easy to lose on the way."""

from datetime import date, datetime, timedelta

from sqlalchemy import insert

from storage import tables
from storage.database import Tx


async def fill_exams(tx: Tx, now: datetime) -> None:
    await _set(tx, now)
    await _sat(tx, now)


async def _set(tx: Tx, now: datetime) -> None:
    window = {"opens_at": now, "closes_at": now + timedelta(days=10)}
    made = {"created_at": now, "created_by": "cli:root", "basis_day": date(2026, 11, 1), "makeup_of": 0}
    made |= {"invited_through": "p0", "credited_through": ""}
    await tx.execute(insert(tables.exam).values(state="open", settings='{"a":"引号\\""}', **window, **made))
    await tx.execute(insert(tables.exam_pool).values(exam=1, place=0, question="q1", version=1))
    sitter = {"unit": "sfj", "category": "staff", "mark": True, "group": "enforcement"}
    excuse = {"excuse": "deferred", "document": "宁司〔2026〕3号", "excused_at": now}
    await tx.execute(insert(tables.exam_roll).values(exam=1, person="p1", **sitter, **excuse, added_at=now))
    wrong = {"question": "q1", "voided": False, "answer": '["B"]', "reason": "答案有误\n第二行"}
    await tx.execute(insert(tables.exam_key).values(exam=1, **wrong, batch=1, recorded_at=now))


async def _sat(tx: Tx, now: datetime) -> None:
    clock = {"started_at": now, "deadline_at": now + timedelta(hours=1)}
    sitting = {"exam": 1, "person": "p1", "mode": "chat", "full_marks": 10000, "evidence": ""}
    await tx.execute(insert(tables.exam_attempt).values(number=1, ended_by="", **sitting, **clock))
    scored = {"ended_at": now, "ended_by": "clock", "score": 8950}
    await tx.execute(insert(tables.exam_attempt).values(number=2, **sitting, **clock, **scored))
    paper = {"group": "enforcement", "seed": "种子 1", "items": "[[0,-1,5]]"}
    await tx.execute(insert(tables.exam_paper).values(attempt=1, **paper))
    await tx.execute(insert(tables.exam_progress).values(attempt=1, at=0, answered="1", flagged="0"))
    given = {"chosen": '["其他"]', "sent_at": now, "received_at": now}
    await tx.execute(insert(tables.exam_answer).values(attempt=1, item=0, **given))
    marked = {"score": 8950, "earned": '["1/3"]', "reason": "交卷", "marked_at": now}
    await tx.execute(insert(tables.exam_mark).values(attempt=2, version=1, **marked))
