"""Posting past hours that a second admin confirmed: what fits under the cap of its form, day by day."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from handlers.actions.standings import load_standings
from storage import ledger, people, reversals
from storage.batches import Batch
from storage.database import Tx
from storage.ledger import Line
from storage.scope import EVERYTHING
from training.batches import PastHours
from training.errors import BatchOvertaken
from training.forms import FORM_RULES, rule_on
from training.hours import Entry, Standing, decimal, fitting, hundredths
from training.names import FORMS
from training.past_hours import PastLine
from training.people import Category, Fact, Field, values_on
from training.rules import Rules

SOURCE: Final = "import"


async def known_refs(tx: Tx, refs: Sequence[str]) -> frozenset[str]:
    return await reversals.known_refs(tx, EVERYTHING, SOURCE, refs)


async def post(tx: Tx, rules: Rules, past: PastHours, batch: Batch, *, by: str, now: datetime) -> list[Line]:
    """Raises: BatchOvertaken when one of the events has been posted since."""
    lines = sorted(past.lines, key=lambda line: (line.starts, line.person))
    if await known_refs(tx, [line.ref for line in lines]):
        raise BatchOvertaken(batch.number, "台账")
    facts = await people.facts_of(tx, EVERYTHING, {line.person for line in lines})
    entries: list[Entry] = []
    for year in sorted({line.year for line in lines}):
        of_year = [line for line in lines if line.year == year]
        standings = await load_standings(tx, rules, {line.person for line in of_year}, year, lock=True)
        for line in of_year:
            entry = _entry(line, standings[line.person], facts.get(line.person, []), by, now)
            standings[line.person] = _after(standings[line.person], entry)
            entries.append(entry)
        await ledger.keep_standings(tx, year, standings)
    return await ledger.post(tx, entries)


def _after(standing: Standing, entry: Entry) -> Standing:
    so_far = standing.by_form.get(entry.form, 0)
    return Standing(standing.owed, {**standing.by_form, entry.form: so_far + hundredths(entry.hours)})


def _entry(line: PastLine, standing: Standing, facts: Sequence[Fact], by: str, now: datetime) -> Entry:
    held = _held(facts, line)
    stated, cap = hundredths(line.hours), rule_on(FORM_RULES, line.form, line.starts).yearly_cap
    so_far = standing.by_form.get(line.form, 0)
    fits = stated if cap is None else fitting(stated, so_far, cap)
    note = "" if fits == stated else f"申报 {line.hours}，按年度上限认定 {decimal(fits)}"
    return Entry(
        person=line.person,
        unit=held.get(Field.UNIT, ""),
        category=held.get(Field.CATEGORY, Category.OTHER),
        mark=bool(held.get(Field.MARK)),
        year=line.year,
        starts_on=line.starts,
        ends_on=line.ends,
        form=line.form,
        content_classes=line.classes,
        title=line.title,
        hours=decimal(fits),
        rule=f"{FORMS.get(line.form, line.form)}，按佐证认定",
        source=SOURCE,
        source_ref=line.ref,
        recorded_at=now,
        organiser=line.organiser,
        mode="导入",
        evidence=line.evidence,
        approved_by=by,
        approved_at=now,
        note=note,
    )


def _held(facts: Sequence[Fact], line: PastLine) -> Mapping[str, str]:
    """As on the last day; of somebody who is on record only later, as recorded first."""
    held = values_on(facts, line.ends)
    first = min((fact.valid_from for fact in facts), default=line.ends)
    return held if Field.UNIT in held else values_on(facts, max(first, line.ends))
