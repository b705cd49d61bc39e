"""Two numbers of one human being: who may be merged, and that the one who goes stands nowhere and owes nothing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from training.merge_proposal import proposal
from training.people import Account, Fact, Field, StatusPeriod
from training.person_merge import (
    CannotMergePerson,
    Why,
    demand_mergeable,
    off_the_roll,
    wishes_of_both,
)
from training.requirements import owed
from training.roll import KnownPerson
from training.statuses import MERGED, STATUSES, ExamRule, merged_into
from training.summary_roll import Part, place_on
from training.wishes import Wishes

RECORDED = datetime(2026, 1, 5, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
JANUARY, TODAY = date(2026, 1, 1), date(2026, 11, 23)


def person(number: str, *periods: StatusPeriod, since: date = JANUARY, **values: str) -> KnownPerson:
    held = {"name": "张三", "unit": "sfj", "category": "staff", **values}
    facts = tuple(Fact(number, Field[name.upper()], value, since, RECORDED) for name, value in held.items())
    return KnownPerson(number, facts, periods, (Account(f"account-{number}", number, since),))


def period(status: str, starts: date, ends: date | None = None, document: str = "") -> StatusPeriod:
    return StatusPeriod("A", status, starts, ends, RECORDED, document)


MERGED_BEFORE = period("并档", JANUARY, document="并入 C")


@pytest.mark.parametrize(
    ("goes", "stays", "number", "why", "became"),
    [
        (person("A"), person("A"), "A", Why.SAME, ""),
        (KnownPerson("A", ()), person("B"), "A", Why.UNKNOWN, ""),
        (person("A"), KnownPerson("B", ()), "B", Why.UNKNOWN, ""),
        (person("A", MERGED_BEFORE), person("B"), "A", Why.MERGED, "C"),
        (person("A"), person("B", MERGED_BEFORE), "B", Why.MERGED, "C"),
    ],
)
def test_refusals(goes: KnownPerson, stays: KnownPerson, number: str, why: Why, became: str) -> None:
    with pytest.raises(CannotMergePerson) as refused:
        demand_mergeable(goes, stays)
    assert (refused.value.number, refused.value.why, refused.value.into) == (number, why, became)


def test_two_numbers_on_record_can_be_merged_and_a_merge_withdrawn_counts_no_more() -> None:
    withdrawn = StatusPeriod("A", "并档", JANUARY, date(2025, 12, 31), NOW)
    demand_mergeable(person("A", MERGED_BEFORE, withdrawn), person("B"))
    assert merged_into((MERGED_BEFORE, withdrawn)) is None


LEAVE = (period("产假", date(2026, 3, 1), date(2026, 6, 30)), period("借调", date(2026, 9, 1)))


@pytest.mark.parametrize("since", [date(2024, 5, 6), JANUARY, date(2026, 8, 20)])
@pytest.mark.parametrize("periods", [(), LEAVE, (period("退休", date(2026, 10, 1)),)], ids=["", "leave", "retired"])
def test_who_goes_owes_nothing_in_any_year_and_stands_in_no_report(
    since: date, periods: tuple[StatusPeriod, ...]
) -> None:
    goes = person("A", *periods, since=since)
    after = (*periods, *off_the_roll(goes, "B", NOW))
    assert merged_into(after) == "B"
    for year in (2024, 2025, 2026, 2027):
        assert owed(goes.facts, after, year).hours == 0
        for month in range(1, 13):
            place = place_on("A", goes.facts, after, date(year, month, 15), year, STATUSES)
            assert (place.part, place.spans) == (Part.ABSENT, ())
    # What a report said before stays what it said.
    before = NOW - timedelta(days=1)
    assert owed(goes.facts, after, 2026, known_at=before) == owed(goes.facts, periods, 2026)


def test_off_the_roll_from_the_first_day_on_record_and_again_over_every_other_status() -> None:
    made = off_the_roll(person("A", *LEAVE, since=date(2026, 2, 2)), "B", NOW)
    assert [(p.status, p.starts, p.ends, p.document) for p in made] == [
        ("并档", JANUARY, None, "并入 B"),
        ("并档", date(2026, 3, 1), None, "并入 B"),
        ("并档", date(2026, 9, 1), None, "并入 B"),
    ]


def test_the_status_gets_no_pushes_and_sits_no_exam() -> None:
    assert (MERGED.pushes, MERGED.exam, MERGED.in_denominator) == (False, ExamRule.EXCUSED, False)


@pytest.mark.parametrize(
    ("goes", "stays", "both"),
    [
        (Wishes(), Wishes(), Wishes()),
        (Wishes(mute_daily=True), Wishes(), Wishes(mute_daily=True)),
        (Wishes(), Wishes(mute_daily=True), Wishes(mute_daily=True)),
        (Wishes(mute_reminders=False), Wishes(), Wishes(mute_reminders=False)),
        (Wishes(privacy_shown=True), Wishes(text_only=True), Wishes(privacy_shown=True, text_only=True)),
    ],
)
def test_a_switch_that_was_moved_stays_moved(goes: Wishes, stays: Wishes, both: Wishes) -> None:
    assert wishes_of_both(goes, stays) == both


def test_a_proposal_shows_what_the_records_disagree_about() -> None:
    same = period("借调", date(2026, 9, 1))
    goes = person("A", *LEAVE, name="张叁", post="科员", job="")
    said = proposal(goes, person("B", same, post="科长", job="法制审核"), (), (), TODAY)
    assert (said.name, said.into_name, said.accounts, said.lines, said.hours) == (
        *("张叁", "张三", ("account-A",), 0),
        Decimal("0.00"),
    )
    assert [(v.field, v.before, v.value) for v in said.differs] == [
        ("name", "张叁", "张三"),
        ("post", "科员", "科长"),
    ]
    assert [(p.status, p.starts) for p in said.periods] == [("产假", date(2026, 3, 1))]
