"""Whatever is earned in whatever order: no cap is ever passed, no order matters, and tapping never makes a year."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from training.calendar import Calendar
from training.crediting import Certified, DayPart, Event, Items, Length, Measure, Part, earned, in_blocks, worth
from training.forms import DAY_LIMIT, FORM_RULES, Form, rule_on
from training.hours import HoursRules, Standing, counted
from training.limits import Posting, Recorded, post, refill

CALENDAR = Calendar()
CAPS = {row.form: row.yearly_cap for row in FORM_RULES}


def part(form: Form, amount: int, day: date) -> Part:
    return Part(form, day, day.year, amount, rule_on(FORM_RULES, form, day).day_limited)


def sums(postings: Iterable[Posting]) -> tuple[Counter[date], Counter[tuple[Form, int]]]:
    days, years = Counter[date](), Counter[tuple[Form, int]]()
    for posting in postings:
        days[posting.part.day] += posting.posted if posting.part.day_limited else 0
        years[posting.part.form, posting.part.year] += posting.posted
    return days, years


@given(
    start=st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    days=st.integers(0, 40),
    minutes=st.integers(0, 5000),
    first=st.sampled_from(DayPart),
    last=st.sampled_from(DayPart),
    held=st.frozensets(st.integers(0, 40)),
)
def test_the_days_together_are_worth_the_event(
    start: date, days: int, minutes: int, first: DayPart, last: DayPart, held: frozenset[int]
) -> None:
    end = start + timedelta(days)
    held_on = frozenset(start + timedelta(n) for n in held if n <= days)
    event = Event(Form.LECTURE, start, end, Length(minutes), first, last, held_on)
    parts = earned(event, CALENDAR)
    assert sum(part.earned for part in parts) == worth(rule_on(FORM_RULES, "lecture", start), Length(minutes))
    assert all(part.earned >= 0 and start <= part.day <= end and part.year == part.day.year for part in parts)
    assert [part.day for part in parts] == sorted({part.day for part in parts})
    assert held_on <= {part.day for part in parts}


@given(st.lists(st.lists(st.booleans(), max_size=25), max_size=8))
def test_practice_is_worth_the_same_in_whatever_sets(sets: list[list[bool]]) -> None:
    rule = rule_on(FORM_RULES, "practice", date(2026, 3, 2))
    amount, waiting = 0, tuple[bool, ...]()
    for answers in sets:
        more, waiting = in_blocks(rule, (*waiting, *answers))
        amount += more
    together = [answer for answers in sets for answer in answers]
    assert (amount, waiting) == in_blocks(rule, together)
    assert amount <= len(together) // 10 * 20
    assert len(waiting) == len(together) % 10


EVENTS = st.lists(
    st.builds(
        part,
        st.sampled_from(Form),
        st.integers(0, 1500),
        st.dates(date(2026, 12, 28), date(2027, 1, 3)),
    ),
    max_size=40,
)


@given(EVENTS)
def test_no_limit_is_ever_passed(parts: list[Part]) -> None:
    postings = post(parts, {}, {})
    days, years = sums(postings)
    assert max(days.values(), default=0) <= DAY_LIMIT
    assert all(cap is None or years[form, year] <= cap for form, cap in CAPS.items() for year in (2026, 2027))
    assert [posting.part for posting in postings] == parts
    for posting in postings:
        assert 0 <= posting.posted <= posting.within_day <= posting.part.earned


@given(EVENTS, st.integers(0, 40))
def test_posting_in_two_goes_is_posting_in_one(parts: list[Part], cut: int) -> None:
    first = post(parts[:cut], {}, {})
    assert first + post(parts[cut:], *sums(first)) == post(parts, {}, {})


@given(EVENTS, st.randoms())
def test_the_sum_of_a_form_does_not_depend_on_the_order(parts: list[Part], chance: random.Random) -> None:
    """Without the limit of a day, which forms share."""
    parts = [replace(each, day_limited=False) for each in parts]
    years = sums(post(parts, {}, {}))[1]
    chance.shuffle(parts)
    assert sums(post(parts, {}, {}))[1] == years


@given(EVENTS, st.randoms())
def test_the_sum_of_a_day_does_not_depend_on_the_order(parts: list[Part], chance: random.Random) -> None:
    """Without yearly caps, which days share."""
    uncapped = tuple(replace(row, yearly_cap=None) for row in FORM_RULES)
    days = sums(post(parts, {}, {}, uncapped))[0]
    chance.shuffle(parts)
    assert sums(post(parts, {}, {}, uncapped))[0] == days


def own(parts: list[Part], reversed_ones: frozenset[int]) -> list[Recorded]:
    """One person's events of one form and year, as posted in this order, some of them reversed then."""
    postings = post(parts, {}, {})
    return [Recorded(str(n), each.part, each.posted, n in reversed_ones) for n, each in enumerate(postings)]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Part], frozenset[int]]:
    form = draw(st.sampled_from(Form))
    amounts = draw(st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 10)), min_size=1, max_size=20))
    parts = [part(form, amount, date(2026, 3, 2) + timedelta(n)) for amount, n in amounts]
    return parts, draw(st.frozensets(st.integers(0, len(parts) - 1)))


@given(histories())
def test_refilling_gives_nobody_more_than_was_earned_and_passes_no_limit(
    history: tuple[list[Part], frozenset[int]],
) -> None:
    parts, reversed_ones = history
    kept = own(parts, reversed_ones)
    more = dict(refill(kept, {}))
    assert len(more) == len(refill(kept, {}))
    after = [replace(each, posted=each.posted + more.get(each.ref, 0)) for each in kept]
    live = [each for each in after if not each.reversed]
    assert all(each.posted <= each.part.earned for each in live)
    assert not any(each.ref in more for each in after if each.reversed)
    assert all(amount > 0 for amount in more.values())
    days, years = sums(Posting(each.part, each.posted, each.posted) for each in live)
    cap = CAPS[parts[0].form]
    assert cap is None or years[parts[0].form, 2026] <= cap
    assert max(days.values(), default=0) <= DAY_LIMIT
    assert refill(after, {}) == ()  # all the room is used: a second time finds none


@given(histories())
def test_without_reversals_there_is_nothing_to_fill(history: tuple[list[Part], frozenset[int]]) -> None:
    kept = own(history[0], frozenset())
    assert refill(kept, {}) == ()


@given(histories())
def test_refilled_sums_are_those_of_a_year_in_which_it_never_happened(
    history: tuple[list[Part], frozenset[int]],
) -> None:
    """For one form without day limit: the events that stay come to the same as posted alone."""
    parts, reversed_ones = [replace(each, day_limited=False) for each in history[0]], history[1]
    kept = own(parts, reversed_ones)
    alone = post([each for n, each in enumerate(parts) if n not in reversed_ones], {}, {})
    live = sum(each.posted for each in kept if not each.reversed)
    assert live + sum(dict(refill(kept, {})).values()) == sum(each.posted for each in alone)


TAPS = st.lists(
    st.tuples(
        st.sampled_from([Form.DAILY, Form.PRACTICE, Form.QUIZ]),
        st.integers(0, 364),  # day of the year
        st.integers(0, 20),  # right
        st.integers(0, 20),  # wrong
    ),
    max_size=200,
)


def tapped(form: Form, right: int, wrong: int) -> Measure:
    match form:
        case Form.DAILY:
            return Items(int(right > wrong), int(right <= wrong))
        case Form.PRACTICE:
            return Items(right, wrong)
    return Certified(right * 10)


@given(TAPS, st.integers(0, 12_000) | st.none(), st.integers(0, 3000))
def test_who_taps_all_year_gets_at_most_a_quarter_of_what_is_owed(
    taps: list[tuple[Form, int, int, int]], owed: int | None, lectures: int
) -> None:
    standing = Standing(owed, {"lecture": lectures})
    for form, day_of_year, right, wrong in taps:
        day = date(2026, 1, 1) + timedelta(day_of_year)
        parts = earned(Event(form, day, day, tapped(form, right, wrong)), CALENDAR)
        so_far = standing.by_form.get(form, 0)
        (posting,) = post(parts, {}, {(form, 2026): so_far})
        standing = Standing(owed, {**standing.by_form, form.value: so_far + posting.posted})
    assert standing.by_form.get("daily", 0) <= 1000
    assert standing.by_form.get("practice", 0) <= 600
    online = counted(standing, HoursRules()) - lectures
    if owed:
        assert 0 <= online * 4 <= owed
    assert counted(standing, HoursRules(counts_toward_quota=False)) == lectures


def test_tapping_on_every_day_of_a_year_meets_both_caps_and_the_share() -> None:
    """The extreme itself, so that the property above is not true for want of taps."""
    days = [date(2026, 1, 1) + timedelta(n) for n in range(365)]
    measures = ((Form.DAILY, Items(1)), (Form.PRACTICE, Items(20)), (Form.QUIZ, Certified(50)))
    events = [Event(form, day, day, measure) for day in days for form, measure in measures]
    postings = post([each for event in events for each in earned(event, CALENDAR)], {}, {})
    by_form = {form.value: amount for (form, _), amount in sums(postings)[1].items()}
    assert by_form == {"daily": 1000, "practice": 600, "quiz": 18_250}
    assert counted(Standing(5000, by_form), HoursRules()) == 1250
    assert counted(Standing(4150, {**by_form, "off_job": 800}), HoursRules()) == 1837
