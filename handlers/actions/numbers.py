"""人员编号 that somebody typed, as they are on record."""

from storage import people
from storage.database import Tx
from storage.scope import EVERYTHING
from training.numbers import known_as, number_text


async def known_number(tx: Tx, written: str) -> str:
    """Whether or not there is such a person."""
    spellings = {written.strip(), number_text(written)}
    return known_as(written, await people.facts_of(tx, EVERYTHING, spellings))
