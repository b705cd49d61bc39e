"""What the transcripts ask for: a bot on an empty city's database."""

import pytest

from storage.database import Database
from tests.handlers.city import populate
from tests.handlers.stage import Stage


@pytest.fixture
async def stage(database: Database) -> Stage:
    """It is Monday, 10 o'clock; everybody knows the privacy notice."""
    await populate(database)
    return Stage(database)
