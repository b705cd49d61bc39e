"""并档: a second number of one human being is merged into the first, in one transaction.

Its accounts, answers, wishes and open requests become the other's; its facts, statuses and ledger lines stay on
record under it, the lines taken back and posted again for the other (`handlers.actions.merge_lines`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from handlers.actions.merge_lines import entries_of, posted_again
from handlers.actions.refilling import approved
from handlers.actions.standings import load_standings
from storage import calendar, daily, focus, ledger, merge_records, merges, people, quizzes, refills, wishes, years
from storage.batches import Batch
from storage.database import Tx
from storage.ledger import Line
from storage.scope import EVERYTHING, own
from training import broadcasts, quiz_merge
from training.batches import PersonMerge
from training.calendar import day_of
from training.daily import Answered
from training.errors import BatchOvertaken, OwnBatch
from training.forms import Form
from training.hours import Standing
from training.line_days import DayRules
from training.merge_moves import (
    Books,
    Move,
    answers_moved,
    days_of_questions,
    earned_again,
    moves,
    room_of,
    sums_after,
)
from training.merge_proposal import proposal
from training.person_merge import CannotMergePerson, demand_mergeable, off_the_roll, wishes_of_both
from training.roll import KnownPerson
from training.rules import Rules
from training.years import ClosedMeanwhile, closed_days

Standings = Mapping[int, Mapping[str, Standing]]  # year → person → standing


@dataclass(frozen=True, slots=True)
class Merge:
    """What is known of both, and what becomes of the lines and answers of the one who goes.

    `closed`: closed years and their days.
    """

    person: KnownPerson
    into: KnownPerson
    standings: Standings
    books: Books
    closed: Mapping[int, date]
    moved: tuple[Move, ...]
    answers: tuple[Answered, ...]
    quiz_answers: tuple[broadcasts.Answered, ...]


async def proposed(tx: Tx, rules: Rules, number: str, into: str, now: datetime) -> PersonMerge:
    """What would happen now. Raises: CannotMergePerson."""
    person, other = await _both(tx, number, into)
    wanted = sorted(await merges.years_of(tx, EVERYTHING, number))
    standings = {year: await load_standings(tx, rules, [number, into], year) for year in wanted}
    found = await _planned(tx, rules, person, other, standings)
    return proposal(person, other, found.moved, found.closed, day_of(now))


async def merge(tx: Tx, rules: Rules, changes: PersonMerge, batch: Batch, *, by: str, now: datetime) -> list[Line]:
    """Returns the new lines. Raises: OwnBatch, BatchOvertaken, ClosedMeanwhile.

    If the two numbers are one human being, that one may not be both who proposed it and who confirms it.
    """
    if {by, batch.proposed_by} <= {changes.person, changes.into}:
        raise OwnBatch
    standings = await _locked(tx, rules, changes)
    person, into = await _unchanged(tx, changes, batch)
    found = await _planned(tx, rules, person, into, standings)
    _demand_years(found, changes, batch)
    periods = off_the_roll(person, into.number, now)
    today = day_of(now)
    await people.add(tx, [], periods, [], by=by, now=now, today=today, statuses=rules.statuses_on(today))
    await _hand_over(tx, found)
    await _keep_standings(tx, found)
    return await _post(tx, found, by, now)


async def _both(tx: Tx, number: str, into: str) -> tuple[KnownPerson, KnownPerson]:
    """Raises: CannotMergePerson."""
    facts = await people.facts_of(tx, EVERYTHING, [number, into])
    periods = await people.periods_of(tx, EVERYTHING, [number, into])
    person, other = [
        KnownPerson(
            one,
            tuple(facts.get(one, ())),
            tuple(periods.get(one, ())),
            tuple((await people.account_rows(tx, own(one))).get(one, ())),
        )
        for one in (number, into)
    ]
    demand_mergeable(person, other)
    return person, other


async def _locked(tx: Tx, rules: Rules, changes: PersonMerge) -> Standings:
    """The year rows of both, and then the head, so that no line of either is posted while theirs are read."""
    both = [changes.person, changes.into]
    wanted = sorted(await merges.years_of(tx, EVERYTHING, changes.person), reverse=True)  # as others lock them
    standings = {year: await load_standings(tx, rules, both, year, lock=True) for year in wanted}
    await ledger.head(tx, lock=True)
    return standings


async def _unchanged(tx: Tx, changes: PersonMerge, batch: Batch) -> tuple[KnownPerson, KnownPerson]:
    """Nothing was recorded of either since it was proposed, and the accounts are those that were shown.

    Lines may have come since: whoever answers daily could never be merged otherwise. Raises: BatchOvertaken.
    """
    try:
        person, into = await _both(tx, changes.person, changes.into)
    except CannotMergePerson:
        raise _overtaken(changes, batch) from None
    moments = [fact.recorded_at for one in (person, into) for fact in one.facts]
    moments += [period.recorded_at for one in (person, into) for period in one.periods]
    accounts = tuple(account.account for account in person.accounts)
    if accounts != changes.accounts or any(moment >= batch.proposed_at for moment in moments):
        raise _overtaken(changes, batch)
    return person, into


def _overtaken(changes: PersonMerge, batch: Batch) -> BatchOvertaken:
    return BatchOvertaken(batch.number, f"{changes.person}、{changes.into}")


def _demand_years(found: Merge, changes: PersonMerge, batch: Batch) -> None:
    """Raises: BatchOvertaken, ClosedMeanwhile."""
    for move in found.moved:
        year = move.entry.year
        if year not in found.standings:  # the first line of its year, posted just now
            raise _overtaken(changes, batch)
        if year in found.closed and year not in changes.closed:
            raise ClosedMeanwhile(batch.number, "台账", year, found.closed[year])


async def _planned(tx: Tx, rules: Rules, person: KnownPerson, into: KnownPerson, standings: Standings) -> Merge:
    goes, stays = person.number, into.number
    books, others = await _books(tx, goes), await _books(tx, stays)
    answers = await daily.answers(tx, EVERYTHING, [goes, stays], date.min, date.max)
    days = days_of_questions(others.lines, [day for day, number in answers if number == stays])
    sums = {year: rows[stays].by_form for year, rows in standings.items()}
    room = room_of(others, sums, DayRules(await calendar.imported(tx), rules.forms, rules.day_limit))
    quiz = await quizzes.all_of(tx, EVERYTHING, [goes, stays])
    given, kept = [[one for one in quiz if one[0].person == number] for number in (goes, stays)]
    moved = moves(books, others, days, room, quiz_merge.titles_twice(given, kept))
    theirs = [answer for (_, number), answer in sorted(answers.items()) if number == goes]
    closed = closed_days(await years.last_events(tx))
    daily_answers = answers_moved(theirs, stays, days, moved, books.lines)
    quiz_answers = quiz_merge.answers_moved(given, kept, stays, moved)
    return Merge(person, into, standings, books, closed, moved, daily_answers, quiz_answers)


async def _books(tx: Tx, number: str) -> Books:
    kept = await refills.earned_of(tx, EVERYTHING, [number], (date.min.year, date.max.year), list(Form))
    return Books(await merges.lines_of(tx, EVERYTHING, number), kept)


async def _hand_over(tx: Tx, found: Merge) -> None:
    goes, stays = found.person.number, found.into.number
    await merges.hand_over(tx, goes, stays)
    await merge_records.hand_over(tx, goes, stays)
    await merge_records.hand_over_attendance(tx, goes, stays)
    await merges.hand_over_answers(tx, goes, found.answers)
    await merges.hand_over_quizzes(tx, goes, stays, found.quiz_answers)
    held = await merges.wishes_of(tx, EVERYTHING, [goes, stays])
    if goes in held:
        (theirs, shown_at), (mine, shown_before) = held[goes], held.get(stays, (None, None))
        if shown_at is not None and shown_before is None:
            await wishes.mark_privacy_shown(tx, [stays], shown_at)
        await wishes.keep(tx, stays, theirs if mine is None else wishes_of_both(theirs, mine))
    await _hand_over_focus(tx, goes, stays)


async def _hand_over_focus(tx: Tx, goes: str, stays: str) -> None:
    """A typed word goes to what this human being was shown last, under whichever number."""
    shown = await merges.focus_of(tx, EVERYTHING, [goes, stays])
    if goes in shown:
        last = shown[goes]
        if stays not in shown or last.shown_at > shown[stays].shown_at:
            await focus.show(tx, [stays], last.kind, last.ref, last.shown_at)
        await focus.leave(tx, [goes])


async def _keep_standings(tx: Tx, found: Merge) -> None:
    """What the one who goes owes is computed anew: nothing."""
    goes, stays = found.person.number, found.into.number
    for year, rows in found.standings.items():
        of_year = [move for move in found.moved if move.entry.year == year]
        taken = sums_after(rows[goes].by_form, [(move.entry.form, -move.amount) for move in of_year])
        given = [(move.entry.form, move.posted) for move in of_year if move.days is not None]
        kept = {goes: Standing(None, taken)}
        if given:
            kept[stays] = Standing(rows[stays].owed, sums_after(rows[stays].by_form, given))
        await ledger.keep_standings(tx, year, kept)


async def _post(tx: Tx, found: Merge, by: str, now: datetime) -> list[Line]:
    closed = found.closed
    posted = await ledger.post(
        tx,
        [
            approved(one, by, now, late=one.late or one.year in closed)
            for one in entries_of(found.moved, found.into.number)
        ],
    )
    again = zip(posted_again(found.moved), posted[len(found.moved) :], strict=True)
    numbers = {move.seq: line.seq for move, line in again}
    await refills.keep(tx, earned_again(found.moved, numbers, found.books.kept))
    return posted
