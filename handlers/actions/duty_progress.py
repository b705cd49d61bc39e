"""What was done of the duties that somebody owes: registered facts, and sittings of the exam.

What stands under a number that was merged since is the person's who stays.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from storage import duty_facts, duty_sources, merges
from storage.database import Tx
from storage.scope import EVERYTHING
from training.duties import Owes, Subject
from training.duty_facts import DutyFact, Progress, progress

Done = Mapping[tuple[str, str], Sequence[DutyFact]]  # quota and subject → those that stand


async def done_by(tx: Tx, owed: Iterable[Owes], year: int) -> Done:
    """Of the subjects of `owed`, whom the caller may see; a year's sittings are those of the exams of `year`."""
    subjects = {(owes.duty.subject, owes.subject) for owes in owed}
    persons = sorted(subject for kind, subject in subjects if kind is Subject.PERSON)
    units = [subject for kind, subject in subjects if kind is Subject.UNIT]
    became = await merges.numbers_that_became(tx, EVERYTHING, persons)
    stays = {old: number for number, several in became.items() for old in several}
    numbers = [*persons, *stays]
    facts = await duty_facts.standing(tx, EVERYTHING, [*numbers, *units])
    found: dict[tuple[str, str], list[DutyFact]] = {}
    for fact in (*facts, *await duty_sources.sat(tx, EVERYTHING, numbers, year)):
        now = replace(fact, subject=stays.get(fact.subject, fact.subject))
        found.setdefault((now.quota, now.subject), []).append(now)
    return found


def progress_of(owes: Owes, done: Done) -> Progress:
    return progress(owes, done.get((owes.duty.quota, owes.subject), ()))
