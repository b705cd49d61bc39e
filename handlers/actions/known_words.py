"""What the words of a file that people bring are looked up in: units, the people whom it names, topics in use."""

from collections.abc import Collection
from datetime import datetime

from handlers.actions.exam_bank import PAGE_QUESTIONS
from storage import exams, people, units
from storage.database import Database, Tx
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.exam_file import Known
from training.exam_file_errors import BadExamFile
from training.exam_file_toml import parsed
from training.numbers import number_text
from training.people import WECOM
from training.statuses import merged_into
from training.units import UnitTree, units_on


async def topics_in_use(database: Database) -> frozenset[str]:
    found: set[str] = set()
    last = ""
    while True:
        async with database.read() as tx:
            page = await exams.bank(tx, after=last, at_most=PAGE_QUESTIONS)
        if not page:
            return frozenset(found)
        found.update(topic for _, _, question in page for topic in question.topics)
        last = page[-1][0]


async def known_words(
    tx: Tx, text: str, topics: frozenset[str], now: datetime, also: Collection[str] = ()
) -> Known:
    """Of people only those are looked up whom the file names in its audience, or who are named in `also`."""
    tree = UnitTree(units_on(await units.facts(tx), day_of(now)))
    words = [*_persons_in(text), *also]
    if not words:
        return Known(tree, topics=topics)
    numbers = set(await people.names(tx, EVERYTHING, {*words, *map(number_text, words)}))
    accounts = await people.owners(tx, EVERYTHING, WECOM, {word.casefold() for word in words})
    periods = await people.periods_of(tx, EVERYTHING, numbers | set(accounts.values()))
    became = {number: merged_into(of_one) for number, of_one in periods.items()}
    merged = {number: other for number, other in became.items() if other is not None}
    return Known(tree, numbers - set(merged), accounts, merged, topics)


def _persons_in(text: str) -> list[str]:
    """Without a word about what is wrong with the file: that is for whoever reads it as settings."""
    try:
        audience = parsed(text).get("audience")
    except BadExamFile:
        return []
    persons = audience.get("persons") if isinstance(audience, dict) else None
    words = [persons] if isinstance(persons, str) else persons if isinstance(persons, list) else []
    return [word.strip() for word in words if isinstance(word, str) and word.strip()]
