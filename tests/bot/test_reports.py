"""What a report is about: units as they were then, and never more than whoever asks may see today."""

from datetime import UTC, datetime

import pytest

from bot import reports
from bot.config import Config, RulesSection
from bot.rule_files import rules_in
from storage.database import Database
from tests.handlers.hours_city import build
from training.errors import NoSuchNumber
from training.rules import DEFAULT_VERSION, Rules
from training.summaries import Cut

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


async def units(database: Database, codes: tuple[str, ...], within: frozenset[str] | None) -> frozenset[str] | None:
    report = await reports.asked(database, Rules(), reports.LINES, 2026, codes, Cut(), NOW, within)
    return report.wanted.units


async def test_units_with_those_below_them_and_no_further_than_one_may_see(database: Database) -> None:
    async with database.write() as tx:
        await build(tx)
    assert await units(database, (), None) is None
    assert await units(database, ("sfj",), None) == {"sfj", "zfk"}
    assert await units(database, ("sfj",), frozenset({"sfj", "czj"})) == {"sfj"}
    assert await units(database, ("sfj",), frozenset()) == frozenset()
    with pytest.raises(NoSuchNumber):
        await units(database, ("nope",), None)


def test_rules_read_before_are_those_of_the_text() -> None:
    text = '[[requirement]]\nstaff = "44"\n'
    found = rules_in(text, Config(rules=RulesSection(file="gone-since.toml")))
    assert found.version.startswith(f"{DEFAULT_VERSION}+")
    assert found.policies[-1].staff == 44
