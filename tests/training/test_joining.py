"""Since when a person is on the roll is the same for what is owed and for the summary."""

from datetime import date, timedelta

from tests.training.rolls import NEW_YEAR, NOW
from training.people import Fact, Field
from training.requirements import owed
from training.statuses import STATUSES
from training.summary_roll import place_on

TODAY = date(2026, 9, 1)
FACTS = [
    Fact("R1", Field.UNIT, "11", NEW_YEAR, NOW),
    Fact("R1", Field.CATEGORY, "staff", NEW_YEAR, NOW),
    Fact("R1", Field.JOINED_ON, "2026-02-01", TODAY, NOW),
    Fact("R1", Field.JOINED_ON, "2026-06-01", TODAY, NOW + timedelta(minutes=5)),
]


def test_the_corrected_day_is_the_same_everywhere() -> None:
    assert owed(FACTS, [], 2026).reduced_months == 5  # January to May
    place = place_on("R1", FACTS, [], TODAY, 2026, STATUSES)
    assert place.spans == ((date(2026, 6, 1), date(2026, 12, 31)),)
