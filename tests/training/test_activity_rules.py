"""Who was present for how long, and what it earns: the boundary minute of every rule."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from tests.handlers.activity_city import COURT, MONDAY, TUESDAY, WEDNESDAY, planned, session
from tests.handlers.stage import at
from training.activities import Attendance, HeldBy, Mark, Settings
from training.activity_checks import demand_sound
from training.activity_errors import Flaw, Flawed
from training.activity_rules import (
    Earning,
    Presence,
    Why,
    audience_of,
    earning,
    invites,
    lengths_said,
    notes_of,
    planned_minutes,
    presences,
    why_nothing,
)
from training.broadcasts import Audience, Who
from training.crediting import DayPart
from training.forms import FORM_RULES
from training.people import Category, Person, Role


def there(mark: Mark = Mark.SIGNED, came: str = "13:50", left: str = "", day: date = TUESDAY) -> Attendance:
    return Attendance(
        *(1, "R1", day, "11", mark), came=at(day, came) if came else None, left=at(day, left) if left else None
    )


def minutes_of(one: Attendance, *, length: int = 150, sign_out: bool = False) -> Presence:
    [presence] = presences(planned(sign_out=sign_out), (length,), [one])["R1"]
    return presence


@pytest.mark.parametrize(
    ("came", "minutes", "late"),
    [
        ("", 150, False),  # a list that does not say when
        ("13:30", 150, False),
        ("14:15", 150, False),  # a quarter of an hour is not late
        ("14:15:01", 134, True),
        ("15:00:30", 89, True),  # whole minutes
        ("16:29:30", 0, True),
        ("16:40", 0, True),
    ],
)
def test_who_is_late_has_the_minutes_since(came: str, minutes: int, late: bool) -> None:
    presence = minutes_of(there(came=came))
    assert (presence.minutes, presence.late) == (minutes, late)


@pytest.mark.parametrize(
    ("left", "minutes", "early", "unknown"),
    [
        ("16:30", 150, False, False),
        ("16:29:59", 149, True, False),
        ("15:00", 60, True, False),
        ("", 150, False, True),
    ],
)
def test_who_signs_out_early_has_the_minutes_until(left: str, minutes: int, early: bool, unknown: bool) -> None:
    presence = minutes_of(there(left=left), sign_out=True)
    assert (presence.minutes, presence.early, presence.unknown) == (minutes, early, unknown)


def test_without_sign_out_nobody_left_early() -> None:
    assert minutes_of(there()) == Presence(TUESDAY, 150, 150)


def test_the_actual_length_counts_not_the_planned_one() -> None:
    assert minutes_of(there(came="15:00"), length=100).minutes == 40
    assert minutes_of(there(left="15:40"), length=100, sign_out=True).early is False
    assert planned_minutes(planned()) == (150,)


@pytest.mark.parametrize("mark", [Mark.DOUBTFUL, Mark.STRUCK])
def test_doubtful_and_struck_are_not_present(mark: Mark) -> None:
    assert presences(planned(), (150,), [there(mark)]) == {}
    assert why_nothing([there(mark)]) == mark.value


def amounts(settings: Settings, *lengths: int, taught: bool = False) -> list[int] | Why:
    """What each day earns somebody who was there all the time; 0 minutes is absence."""
    days = [one.starts.date() for one in settings.sessions]
    seen = [Presence(day, n, n) for day, n in zip(days, lengths, strict=True) if n]
    got = earning(settings, seen, FORM_RULES, taught=taught)
    return got if isinstance(got, Why) else [part.earned for part in got.parts]


@pytest.mark.parametrize(
    ("form", "minutes", "earned"),
    [
        ("lecture", 150, 333),
        ("lecture", 45, 100),
        ("collective", 180, 400),
        ("collective", 240, 400),  # at most 4 each
        ("court_hearing", 30, 200),  # at least 2
        ("court_hearing", 91, 202),
        ("case_study", 90, 200),
        ("self_study", 90, 0),
        ("teaching", 90, 200),  # whoever listens does not teach
        ("off_job", 299, 400),
        ("off_job", 300, 800),
        ("case_review", 120, 400),
        ("competition", 60, 200),
    ],
)
def test_what_a_form_is_worth(form: str, minutes: int, earned: int) -> None:
    assert amounts(planned(form=form), minutes) == [earned]


def test_whoever_teaches_earns_twice_the_length_as_teaching() -> None:
    got = earning(planned(), [Presence(TUESDAY, 90, 90)], FORM_RULES, taught=True)
    assert isinstance(got, Earning)
    assert (got.form, [part.earned for part in got.parts]) == ("teaching", [400])
    off_job = earning(planned(form="off_job"), [Presence(TUESDAY, 300, 300)], FORM_RULES, taught=True)
    assert isinstance(off_job, Earning)
    assert off_job.form == "off_job"


def test_the_days_of_one_activity_add_up_to_what_the_whole_is_worth() -> None:
    three = planned(sessions=(session(MONDAY), session(TUESDAY), session(WEDNESDAY)))
    assert amounts(three, 50, 50, 50) == [111, 111, 111]
    assert amounts(three, 20, 20, 20) == [44, 44, 45]  # together 60 minutes, 1.33
    assert amounts(replace(three, form="collective"), 120, 0, 120) == [200, 200]


def test_each_day_is_of_its_own_year() -> None:
    over = planned(sessions=(session(date(2026, 12, 31)), session(date(2027, 1, 1))))
    got = earning(over, [Presence(d, 90, 90) for d in (date(2026, 12, 31), date(2027, 1, 1))], FORM_RULES)
    assert isinstance(got, Earning)
    assert [(part.year, part.earned) for part in got.parts] == [(2026, 200), (2027, 200)]


def week(days: int) -> Settings:
    return planned(
        form="off_job", sessions=tuple(session(TUESDAY + timedelta(n), "09:00", "17:00") for n in range(days))
    )


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ((480,) * 7, [800] * 7),
        ((0, *(480,) * 6), [800] * 6),  # one of seven is a seventh
        ((0, 0, *(480,) * 5), Why.NOT_COMPLETED),
        ((0, *(480,) * 5), Why.NOT_COMPLETED),  # one of six is more
        ((240, *(480,) * 6), [400, *[800] * 6]),  # a half day
    ],
)
def test_absence_over_a_seventh_is_not_completed(lengths: tuple[int, ...], expected: object) -> None:
    assert amounts(week(len(lengths)), *lengths) == expected


def test_a_session_of_which_more_than_half_was_missed_is_absence() -> None:
    one = week(1)
    assert earning(one, [Presence(TUESDAY, 239, 480, late=True)], FORM_RULES) is Why.NOT_COMPLETED
    got = earning(one, [Presence(TUESDAY, 240, 480, late=True)], FORM_RULES)
    assert isinstance(got, Earning)
    assert got.days == (DayPart.HALF,)


def test_who_came_after_the_end_has_nothing() -> None:
    assert earning(planned(), [Presence(TUESDAY, 0, 150, late=True)], FORM_RULES) is Why.NO_MINUTES


def test_what_a_line_says_of_it() -> None:
    seen = [Presence(TUESDAY, 100, 150, late=True), Presence(WEDNESDAY, 100, 150, early=True, unknown=True)]
    assert notes_of(seen) == ("迟到", "早退", "未签退")
    assert lengths_said(planned(), (140,)) == "2026-11-24 14:00 实际 140 分钟"


WORKER = Person("R1", "周敏", "11", Category.STAFF, True, Role.LEARNER, "在岗", True)


@pytest.mark.parametrize(
    ("audience", "units", "holds"),
    [
        (Audience(), frozenset[str](), True),
        (Audience(units=("11",)), frozenset({"11", "111"}), True),
        (Audience(units=("12",)), frozenset({"12"}), False),
        (Audience(groups=(Who.ENFORCEMENT,)), frozenset[str](), True),
        (Audience(groups=(Who.LEADER,)), frozenset[str](), False),
        (Audience(persons=("R2",)), frozenset[str](), False),
        (Audience(persons=("R1",)), frozenset[str](), True),
        (Audience(units=("12",), persons=("R1",)), frozenset({"12"}), True),
    ],
)
def test_whom_an_audience_invites(audience: Audience, units: frozenset[str], holds: bool) -> None:
    assert invites(audience, units, WORKER) is holds


def test_what_a_unit_holds_is_for_those_who_hold_it() -> None:
    joint = planned(units=("11", "12"))
    assert audience_of(joint).units == ("11", "12")
    assert audience_of(replace(joint, held_by=HeldBy.CITY)) == Audience()
    named = replace(joint, audience=Audience(persons=("R8",)))
    assert audience_of(named) == named.audience
    assert audience_of(replace(joint, audience=Audience(groups=(Who.LEADER,)))).units == ("11", "12")


@pytest.mark.parametrize(
    ("settings", "flaw"),
    [
        (planned(title=" "), Flaw.NO_TITLE),
        (planned(form="daily"), Flaw.FORM),
        (planned(form="exam"), Flaw.FORM),
        (planned(form="讲座"), Flaw.FORM),
        (planned(classes=()), Flaw.NO_CLASS),
        (planned(classes=("民法",)), Flaw.CLASS),
        (planned(units=()), Flaw.NO_UNIT),
        (planned(sessions=()), Flaw.NO_SESSION),
        (planned(sessions=(session(TUESDAY, "14:00", "14:00"),)), Flaw.ENDS_FIRST),
        (planned(sessions=(replace(session(), ends=at(WEDNESDAY, "00:30")),)), Flaw.OVER_MIDNIGHT),
        (planned(sessions=(session(TUESDAY, "08:00", "20:01"),)), Flaw.TOO_LONG),
        (planned(sessions=(session(), session(TUESDAY, "19:00", "20:00"))), Flaw.SAME_DAY),
        (planned(sessions=(session(WEDNESDAY), session(TUESDAY))), Flaw.ORDER),
        (planned(form="court_hearing"), Flaw.NO_HEARING),
        (planned(form="court_hearing", hearing=replace(COURT, case=" ")), Flaw.NO_HEARING),
        (planned(hearing=COURT), Flaw.NO_HEARING_MEANT),
        (planned(form="court_hearing", hearing=COURT, sign_out=True), Flaw.SIGN_OUT),
    ],
)
def test_what_is_off_is_named(settings: Settings, flaw: Flaw) -> None:
    with pytest.raises(Flawed) as refused:
        demand_sound(settings)
    assert refused.value.flaw is flaw


def test_what_is_sound_is_taken() -> None:
    demand_sound(planned())
    demand_sound(planned(form="court_hearing", hearing=COURT))
    demand_sound(planned(sessions=(session(TUESDAY, "08:00", "20:00"),)))
