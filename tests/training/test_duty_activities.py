"""Which duties an activity fulfils: by form, content, who taught, who was there and who held it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.training.test_duties import TABLE, city
from training.activities import Activity, Attendance, Hearing, HeldBy, Mark, Session, Settings, State
from training.calendar import CITY
from training.duty_activities import Seen, done_in

DAY = date(2026, 5, 6)
UNITS_OF = {
    "S1": "sf",
    "S2": "sf",
    "C1": "cg",
    "C2": "cg",
    "C3": "cg",
    "Z1": "zd",
    "G1": "gov",
    "T1": "tl",
    "T2": "tl",
}


def session(day: date = DAY, minutes: int = 120) -> Session:
    starts = datetime.combine(day, time(9), CITY).astimezone(UTC)
    return Session(starts, starts + timedelta(minutes=minutes))


def held(**changed: Any) -> Settings:
    settings = Settings("法治专题讲座", "lecture", (session(),), "S2", HeldBy.UNIT, ("sf",), ("公共法律",))
    return replace(settings, **changed)


def there(*persons: str, day: date = DAY, **changed: Any) -> list[Attendance]:
    return [replace(Attendance(1, one, day, UNITS_OF[one], Mark.LISTED), **changed) for one in persons]


def done(settings: Settings, present: list[Attendance]) -> set[tuple[str, str]]:
    activity = Activity(1, State.POSTED, settings, "S2", session().starts)
    return {(one.quota, one.subject) for one in done_in(Seen(activity, present, city()), TABLE)}


HEARING = held(
    title="旁听庭审",
    form="court_hearing",
    hearing=Hearing("市法院", "（2026）行初1号", "行政诉讼"),
    units=("sf", "cg"),
)


def test_a_class_is_of_whoever_taught_it_and_is_a_head() -> None:
    settings = held(form="collective", speakers=("S1", "C2"))
    assert done(settings, there("S1", "S2", "C1", "C2")) == {("class", "S1")}


def test_who_was_to_teach_and_was_not_there_has_not_taught() -> None:
    assert done(held(form="collective", speakers=("S1",)), there("S2")) == set()


def test_a_class_of_business_alone_is_no_class_of_law() -> None:
    settings = held(form="collective", speakers=("S1",), classes=("业务知识", "公共法律"))
    assert done(settings, there("S1")) == set()


def test_a_joint_hearing_is_of_each_unit_that_was_there_and_of_each_on_the_team() -> None:
    assert done(HEARING, there("S2", "C3", "C1", "T1")) == {
        ("hearing-organised", "sf"),
        ("hearing-organised", "cg"),
        ("hearing", "C3"),
        ("hearing", "C1"),
    }


def test_a_unit_without_anybody_there_has_organised_nothing() -> None:
    assert done(HEARING, there("S2")) == {("hearing-organised", "sf")}


def test_people_below_are_the_units_own() -> None:
    assert ("hearing-organised", "cg") in done(HEARING, there("Z1"))


@pytest.mark.parametrize(
    ("kind", "title", "counts"),
    [
        ("行政诉讼", "旁听庭审", True),
        ("行政", "旁听庭审", True),
        ("行政诉讼案件", "旁听庭审", True),
        ("行政公益诉讼", "旁听庭审", True),
        ("民事", "旁听行政诉讼庭审", False),
        ("刑事", "旁听庭审", False),
        ("", "旁听行政诉讼庭审", True),
        ("", "旁听庭审", False),
    ],
)
def test_only_administrative_hearings_are_organised_ones(kind: str, title: str, counts: bool) -> None:
    found = done(replace(HEARING, title=title, hearing=Hearing(kind=kind)), there("S1"))
    assert (("hearing-organised", "sf") in found) is counts
    assert ("hearing", "S1") in found  # of any kind


def test_who_appears_has_not_come_to_listen() -> None:
    assert ("hearing", "C1") not in done(HEARING, there("C1", note="出庭应诉"))


@pytest.mark.parametrize("mark", [Mark.DOUBTFUL, Mark.STRUCK])
def test_only_who_was_there(mark: Mark) -> None:
    assert done(HEARING, there("S1", mark=mark)) == set()


def test_lectures_are_of_the_host_and_of_others_with_a_team_member_there() -> None:
    settings = held(units=("gov", "tl"))
    assert done(settings, there("S2")) == {("lectures", "gov")}
    assert done(settings, there("T2")) == {("lectures", "gov"), ("lectures", "tl")}
    assert done(held(units=("sf",)), there("S1")) == set()


@pytest.mark.parametrize(("held_by", "expected"), [(HeldBy.CITY, {("competition", "gov")}), (HeldBy.UNIT, set())])
def test_the_competition_of_the_city_is_its_governments(held_by: HeldBy, expected: set[tuple[str, str]]) -> None:
    assert done(held(form="competition", held_by=held_by), there("S2")) == expected


@pytest.mark.parametrize(("days", "completed"), [(5, False), (6, True), (7, True)])
def test_an_off_job_training_is_done_by_who_completed_it(days: int, completed: bool) -> None:
    """Of seven days one may be missed."""
    all_days = [DAY + timedelta(days=n) for n in range(7)]
    settings = held(
        title="行政执法能力培训班", form="off_job", sessions=tuple(session(day, 360) for day in all_days)
    )
    present = [row for day in all_days[:days] for row in there("C1", "C2", "C3", "S1", day=day)]
    expected = {("off-job", "C1"), ("off-job", "C2")} if completed else set()
    assert done(settings, present) == expected


def test_it_is_of_the_day_on_which_it_was_completed() -> None:
    days = [DAY, DAY + timedelta(days=1)]
    settings = held(title="应诉培训", form="off_job", sessions=tuple(session(day, 360) for day in days))
    activity = Activity(1, State.POSTED, settings, "S2", session().starts)
    [found] = done_in(Seen(activity, [r for day in days for r in there("C1", day=day)], city()), TABLE)
    assert (found.day, found.content) == (days[1], ("行政应诉",))


def test_an_off_job_training_about_something_else() -> None:
    settings = held(title="公文写作", form="off_job", sessions=(session(minutes=360),))
    assert done(settings, there("C1")) == set()
