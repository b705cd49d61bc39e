"""Events of one person that share time, to the second."""

from datetime import datetime

import pytest

from training.calendar import CITY
from training.crediting import EndsBeforeStart
from training.forms import Form
from training.overlaps import Held, overlaps


def held(ref: str, starts: str, ends: str, form: Form = Form.LECTURE, *, summary: bool = False) -> Held:
    start, end = (datetime.fromisoformat(f"2026-11-23T{text}").replace(tzinfo=CITY) for text in (starts, ends))
    return Held(ref, form, start, end, year_summary=summary)


@pytest.mark.parametrize(
    ("events", "pairs"),
    [
        ([], ()),
        ([held("a", "09:00", "10:00"), held("b", "10:00", "11:00")], ()),  # one after the other
        ([held("a", "09:00", "10:00:01"), held("b", "10:00", "11:00")], (("a", "b"),)),
        ([held("b", "10:00", "11:00"), held("a", "09:00", "10:30")], (("a", "b"),)),
        ([held("a", "09:00", "10:00"), held("b", "09:00", "10:00")], (("a", "b"),)),
        (
            [held("a", "09:00", "17:00"), held("b", "10:00", "11:00"), held("c", "10:30", "12:00")],
            (("a", "b"), ("a", "c"), ("b", "c")),
        ),
        ([held("a", "09:00", "10:00"), held("b", "09:00", "10:00", Form.DAILY)], ()),
        ([held("a", "09:00", "10:00"), held("b", "09:00", "10:00", Form.PRACTICE)], ()),  # drills
        ([held("a", "09:00", "10:00"), held("b", "09:00", "10:00", Form.ONLINE)], (("a", "b"),)),
        ([held("a", "09:00", "10:00"), held("b", "09:00", "10:00", Form.ONLINE, summary=True)], ()),
    ],
)
def test_events_that_share_time_are_flagged(events: list[Held], pairs: tuple[tuple[str, str], ...]) -> None:
    assert overlaps(events) == pairs


def test_an_event_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(EndsBeforeStart):
        overlaps([held("a", "10:00", "09:00")])
