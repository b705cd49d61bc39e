"""An activity, a claim, evidence, an objection, duty facts, and what a year's end leaves."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import insert

from storage import tables
from storage.database import Tx

MONTH = date(2026, 11, 1)


async def fill_recognition(tx: Tx, now: datetime) -> None:
    today = now.date()
    rows: tuple[tuple[Any, dict[str, Any]], ...] = (
        (tables.activity, _activity(now)),
        (tables.activity_unit, {"activity": 1, "unit": "sfj", "place": 0}),
        (
            tables.attendance,
            {"activity": 1, "person": "p1", "day": today, "unit": "sfj", "mark": "signed", "came_at": now}
            | {"by": "p1", "at": now, "note": ""},
        ),
        (tables.wrong_code, {"person": "p1", "since": now, "tries": 2}),
        (tables.claim, _claim(now)),
        (tables.evidence, _evidence(now)),
        (tables.objection, _objection(now)),
        (tables.duty_fact, _duty_fact(now)),
        (
            tables.study_plan,
            {"year": 2026, "unit": "", "month": 3, "title": "民法典", "form": "", "recorded_at": now}
            | {"laws": "民法典", "responsible": "司法局"},
        ),
        (tables.known_law, {"year": 2026, "law": "宪法", "group": "", "note": "", "recorded_at": now}),
        (tables.roll_report, _roll_report(now)),
        (
            tables.year_snapshot,
            {"year": 2025, "taken_at": now, "head_seq": 3, "head_hash": "f" * 64, "figures": "{}"},
        ),
        (
            tables.unit_confirmation,
            {"year": 2025, "unit": "sfj", "kind": "confirmed", "by": "p1", "at": now, "head_seq": 3}
            | {"figures": "{}", "note": "第一行\n第二行"},
        ),
        (tables.spot_check, {"month": MONTH, "seed": "s", "drawn_at": now, "through_seq": 3, "pool": 3}),
        (
            tables.spot_check_line,
            {"month": MONTH, "seq": 1, "result": "sound", "by": "p2", "at": now, "note": "", "batch": 0},
        ),
    )
    for table, values in rows:
        await tx.execute(insert(table).values(**values))


def _activity(now: datetime) -> dict[str, Any]:
    planned = {"state": "signing", "settings": '{"title":"甲"}', "form": "lecture", "organiser": "p1"}
    times = {"starts_at": now, "ends_at": now, "created_at": now, "created_by": "p1"}
    rest = {"secret": b"\x00\xff", "minutes": "", "batch": 0, "digest": "", "invited_through": "", "note": ""}
    return {**planned, **times, **rest, "concluded_by": ""}


def _claim(now: datetime) -> dict[str, Any]:
    stated = {"stated": '{"title":"甲"}', "alike": "a", "starts_on": now.date(), "ends_on": now.date()}
    rest = {"source": "", "level": "sfj", "doubles": "第一行\n第二行", "decided_by": "", "reason": ""}
    return {"person": "p1", "unit": "sfj", "state": "submitted", "written_at": now, **stated, **rest}


def _evidence(now: datetime) -> dict[str, Any]:
    brought = {"subject": "claim:1", "person": "p1", "channel": "wecom", "account": "zhangsan", "media_id": "m"}
    kept = {"type": "image/png", "name": "", "digest": "d" * 64, "size_bytes": 3, "content": b"\x89\x00\xff"}
    return {**brought, **kept, "state": "kept", "received_at": now, "kept_at": now, "tries": 1, "reason": ""}


def _objection(now: datetime) -> dict[str, Any]:
    said = {"person": "p1", "unit": "sfj", "subject": "line:1", "text": "有误\n第二行", "sent_at": now}
    rest = {"against": "p2", "level": "", "due_on": now.date(), "state": "waiting", "answer": "", "batch": 0}
    return {**said, **rest, "answered_by": ""}


def _duty_fact(now: datetime) -> dict[str, Any]:
    done = {"quota": "class", "subject": "p1", "unit": "sfj", "day": now.date(), "year": 2026, "title": "甲"}
    rest = {"form": "teaching", "content": "", "activity": 1, "evidence": "", "source": "activity"}
    written = {"source_ref": "1:class:p1", "recorded_by": "p1", "recorded_at": now, "revokes": 0, "reason": ""}
    return {**done, **rest, **written}


def _roll_report(now: datetime) -> dict[str, Any]:
    said = {"unit": "sfj", "month": MONTH, "kind": "none", "person": "", "changes": "", "shown": "本月无变动"}
    rest = {"receiving": "", "state": "done", "by": "p1", "at": now, "received_by": "", "batch": 0, "note": ""}
    return {**said, **rest}
