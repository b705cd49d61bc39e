"""Every table, as it is after the last migration.

Append-only tables are guarded by triggers (`storage.guards`). Amounts in columns named `…_hundredths` are whole
hundredths of an hour. JSON stands in text columns, because both engines and the hash chain must see the same bytes.
"""

from storage.tables.activities import activity, activity_unit, attendance, wrong_code
from storage.tables.bank import daily_answer, daily_question, question, question_version
from storage.tables.base import metadata
from storage.tables.batches import batch
from storage.tables.broadcasts import (
    broadcast,
    broadcast_part,
    broadcast_question,
    broadcast_receiver,
    media,
    media_place,
    quiz_answer,
)
from storage.tables.claims import claim, evidence, objection
from storage.tables.contacts import contact_change
from storage.tables.duty_facts import duty_fact, known_law, study_plan
from storage.tables.earned import ledger_earned
from storage.tables.exams import (
    exam,
    exam_answer,
    exam_attempt,
    exam_key,
    exam_mark,
    exam_paper,
    exam_pool,
    exam_progress,
    exam_roll,
)
from storage.tables.hours import ledger_entry, ledger_head, person_year
from storage.tables.machine import audit_log, calendar_day, job_run
from storage.tables.messages import feedback, focus, inbox, outbox, push_week
from storage.tables.pace import account_minute, call_minute, channel_state, send_day
from storage.tables.reports import report_job
from storage.tables.roll import (
    account,
    person,
    person_fact,
    person_now,
    person_status,
    person_wishes,
    unit,
    unit_fact,
    unit_now,
)
from storage.tables.roll_reports import roll_report
from storage.tables.year_end import spot_check, spot_check_line, unit_confirmation, year_snapshot
from storage.tables.years import year_event

__all__ = [
    "account",
    "account_minute",
    "activity",
    "activity_unit",
    "attendance",
    "audit_log",
    "batch",
    "broadcast",
    "broadcast_part",
    "broadcast_question",
    "broadcast_receiver",
    "calendar_day",
    "call_minute",
    "channel_state",
    "claim",
    "contact_change",
    "daily_answer",
    "daily_question",
    "duty_fact",
    "evidence",
    "exam",
    "exam_answer",
    "exam_attempt",
    "exam_key",
    "exam_mark",
    "exam_paper",
    "exam_pool",
    "exam_progress",
    "exam_roll",
    "feedback",
    "focus",
    "inbox",
    "job_run",
    "known_law",
    "ledger_earned",
    "ledger_entry",
    "ledger_head",
    "media",
    "media_place",
    "metadata",
    "objection",
    "outbox",
    "person",
    "person_fact",
    "person_now",
    "person_status",
    "person_wishes",
    "person_year",
    "push_week",
    "question",
    "question_version",
    "quiz_answer",
    "report_job",
    "roll_report",
    "send_day",
    "spot_check",
    "spot_check_line",
    "study_plan",
    "unit",
    "unit_confirmation",
    "unit_fact",
    "unit_now",
    "wrong_code",
    "year_event",
    "year_snapshot",
]
