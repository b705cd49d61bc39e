"""`证书`: the newest exam that somebody has passed and whose scores are out, or why there is no certificate."""

from handlers.actions.exam_credit import counting
from storage import exam_marks, exams
from storage.database import Tx
from storage.exams import Sitter
from storage.scope import own
from training.calendar import day_of
from training.certificates import Certificate, NoCertificate, Why, number_of
from training.exam_results import Band, band
from training.exams import Exam, Excuse, State


async def certificate(tx: Tx, person: str) -> Certificate | NoCertificate:
    """Of somebody's own results. Who is 免考 has no score that counts."""
    lacking: list[tuple[Why, Exam]] = []
    for exam, sitter in await _sat_or_to_sit(tx, person):
        found = await _of(tx, exam, sitter)
        if isinstance(found, Certificate):
            return found
        lacking.append((found, exam))
    if not lacking:
        return NoCertificate(Why.NOT_SAT)
    why, exam = min(lacking, key=lambda one: list(Why).index(one[0]))
    return NoCertificate(why, exam)


async def _sat_or_to_sit(tx: Tx, person: str) -> list[tuple[Exam, Sitter]]:
    """Published exams on whose roll the person is, the latest first."""
    found = []
    for number, sitter in (await exams.rolls_of(tx, own(person), person)).items():
        exam = await exams.one(tx, number)
        if exam is not None and exam.state is not State.DRAFT and sitter.excuse is not Excuse.EXCUSED:
            found.append((exam, sitter))
    return sorted(found, key=lambda one: (one[0].closes_at, one[0].number), reverse=True)


async def _of(tx: Tx, exam: Exam, sitter: Sitter) -> Certificate | Why:
    results = await exam_marks.results(tx, own(sitter.person), exam.number, person=sitter.person)
    if not results:
        return Why.NOT_SAT
    if not exam.scores_told:
        return Why.NOT_TOLD
    counts = counting(exam, results[sitter.person])
    reached = band(counts.score, counts.full_marks, exam.settings.bands)
    if reached is Band.FAILED:
        return Why.FAILED
    settings = exam.settings
    return Certificate(
        number=number_of(exam, sitter.person),
        person=sitter.person,
        unit=sitter.unit,
        title=settings.title,
        year=settings.year,
        score=counts.score,
        full=counts.full_marks,
        band=reached,
        day=day_of(counts.ended_at),
    )
