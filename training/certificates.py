"""合格证书: for the score that counts of an exam whose scores are out, and its number.

A certificate is made anew from what stands whenever it is asked for: where new marks take the pass away, there is
none any more. Source: domain, Exam (ledger, certificate, ranks follow).
"""

import hashlib
from datetime import date
from enum import StrEnum

import msgspec

from training.exam_results import Band
from training.exams import Exam

_DIGITS = 10


class Certificate(msgspec.Struct, frozen=True):
    """`unit` is 单位代码 of the 应考名单; `score` and `full` in hundredths of a point; `day` that of the exam."""

    number: str
    person: str
    unit: str
    title: str
    year: int
    score: int
    full: int
    band: Band
    day: date


class Why(StrEnum):
    """Why there is none: the nearest to one of several exams."""

    NOT_TOLD = "not_told"
    FAILED = "failed"
    NOT_SAT = "not_sat"


class NoCertificate(msgspec.Struct, frozen=True):
    """`exam` is None for who was on no roll."""

    why: Why
    exam: Exam | None = None


def number_of(exam: Exam, person: str) -> str:
    """`XF2026-7-0A1B2C3D4E`: by SHA-256 of the JSON `["certificate",seed,exam,person]`; the seed is the secret."""
    said = msgspec.json.encode(("certificate", exam.settings.seed, exam.number, person))
    return f"XF{exam.settings.year}-{exam.number}-{hashlib.sha256(said).hexdigest()[:_DIGITS].upper()}"
