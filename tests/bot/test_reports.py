"""What a report is about: units as they were then, and never more than whoever asks may see today."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot import reports
from bot.config import Config, RulesSection
from bot.rule_files import rules_in
from storage.database import Database
from tests.handlers.hours_city import build
from training.calendar import DAY
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


async def test_reports_that_differ_in_anything_have_different_numbers(database: Database) -> None:
    async with database.write() as tx:
        await build(tx)
    asked = [
        (reports.LINES, 2026, (), Cut()),
        (reports.LINES, 2026, ("sfj",), Cut()),
        (reports.LINES, 2026, ("czj",), Cut()),
        (reports.LINES, 2025, (), Cut()),
        (reports.SUMMARY, 2026, (), Cut()),
        (reports.LINES, 2026, (), Cut(known_at=datetime(2026, 6, 1, tzinfo=UTC))),
    ]
    made = [await reports.asked(database, Rules(), *words, NOW) for words in asked]
    assert len({report.particulars().number for report in made}) == len(asked)
    again = await reports.asked(database, Rules(), *asked[1], NOW)
    assert again.particulars().number == made[1].particulars().number
    assert made[0].particulars().scope == "全市"
    assert made[1].particulars().scope == "司法局（sfj）及下级，共 2 个单位"


async def test_the_number_is_of_the_dates_that_are_printed(database: Database) -> None:
    """Whether they were typed or not, and to the second."""
    async with database.write() as tx:
        await build(tx)

    async def mark(*cuts: Cut, now: datetime = NOW) -> set[str]:
        made = [await reports.asked(database, Rules(), reports.LINES, 2026, (), cut, now) for cut in cuts]
        return {report.particulars().number.rsplit("-", 1)[1] for report in made}

    late = NOW + timedelta(microseconds=300_000)
    same = await mark(Cut(), Cut(date(2026, 11, 23)), Cut(known_at=late), now=late)
    assert len(same) == 1
    assert same == await mark(Cut(date(2026, 11, 23), NOW + timedelta(microseconds=999_999)), now=NOW + DAY)
    assert not same & await mark(Cut(), now=NOW + timedelta(seconds=1))
    assert not same & await mark(Cut(date(2026, 11, 22)), now=late)


async def test_what_will_have_been_recorded_nobody_knows(database: Database) -> None:
    async with database.write() as tx:
        await build(tx)
    future = Cut(known_at=datetime(2030, 1, 1, tzinfo=UTC))
    report = await reports.asked(database, Rules(), reports.LINES, 2026, (), future, NOW)
    assert report.particulars().known_at == NOW
