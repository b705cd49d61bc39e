"""When broadcasts go out, close and remind, and the words for it: tables with the boundary minute."""

from datetime import UTC, date, datetime, timedelta

import pytest

from training.broadcast_times import closing, first_slot, reminder_at, repeat_from, sending_at, until_from
from training.broadcasts import Every, Repeat, Until
from training.calendar import CITY, Calendar

CALENDAR = Calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY).astimezone(UTC)


def awake(moment: datetime) -> bool:
    """Not between 20:00 and 08:00."""
    return 8 <= moment.astimezone(CITY).hour < 20


MONDAYS = Repeat(Every.WEEK, 9, 7, day=1)


@pytest.mark.parametrize(
    ("repeat", "after", "slot"),
    [
        (MONDAYS, "2026-11-23T09:06", "2026-11-23T09:07"),
        (MONDAYS, "2026-11-23T09:07", "2026-11-30T09:07"),  # strictly after
        (MONDAYS, "2026-12-28T10:00", "2027-01-04T09:07"),
        (Repeat(Every.MONTH, 9, 10, day=1), "2026-11-23T00:00", "2026-12-01T09:10"),
        (Repeat(Every.MONTH, 9, 10, day=31), "2026-11-23T00:00", "2026-11-30T09:10"),
        (Repeat(Every.MONTH, 9, 10, day=31), "2027-02-01T00:00", "2027-02-28T09:10"),
        (Repeat(Every.MONTH, 9, 10, day=30), "2028-02-01T00:00", "2028-02-29T09:10"),
        (Repeat(Every.WORKING_DAY, 9, 7), "2026-09-30T09:07", "2026-10-08T09:07"),  # 国庆
        (Repeat(Every.WORKING_DAY, 9, 7), "2026-10-09T09:07", "2026-10-10T09:07"),  # 调休, a Saturday
        (Repeat(Every.FIRST_WORKING_DAY, 9, 7), "2026-09-15T00:00", "2026-10-08T09:07"),
        (Repeat(Every.FIRST_WORKING_DAY, 9, 7), "2026-10-08T09:07", "2026-11-02T09:07"),
        (Repeat(Every.LAST_WORKING_DAY, 17, 0), "2026-10-30T16:59", "2026-10-30T17:00"),
        (Repeat(Every.LAST_WORKING_DAY, 17, 0), "2026-10-30T17:00", "2026-11-30T17:00"),
    ],
)
def test_the_next_time_of_a_rule(repeat: Repeat, after: str, slot: str) -> None:
    assert first_slot(repeat, at(after), CALENDAR) == at(slot)


def test_a_moment_of_the_day_before_in_utc_is_of_the_day_in_beijing() -> None:
    early = Repeat(Every.WEEK, 0, 30, day=1)
    assert first_slot(early, at("2026-11-23T00:10"), CALENDAR) == at("2026-11-23T00:30")


def test_a_rule_ends_with_its_last_day() -> None:
    until_that_day = Repeat(Every.WEEK, 9, 7, day=1, last=date(2026, 11, 30))
    assert first_slot(until_that_day, at("2026-11-24T00:00"), CALENDAR) == at("2026-11-30T09:07")
    assert first_slot(until_that_day, at("2026-11-30T09:07"), CALENDAR) is None


def test_the_citys_own_days_go_first() -> None:
    own = Calendar({date(2026, 12, 1): False, date(2026, 12, 2): False})
    assert first_slot(Repeat(Every.FIRST_WORKING_DAY, 9, 7), at("2026-11-24T00:00"), own) == at("2026-12-03T09:07")


def test_a_month_without_a_working_day_is_passed_over() -> None:
    empty = Calendar({date(2026, 12, day): False for day in range(1, 32)})
    first = first_slot(Repeat(Every.FIRST_WORKING_DAY, 9, 7), at("2026-11-24T00:00"), empty)
    assert first == at("2027-01-01T09:07")  # no table of 2027 yet, so a Friday


@pytest.mark.parametrize(
    ("until", "sent", "closes"),
    [
        (Until(), "2026-11-23T09:07", "2026-11-26T00:00"),
        (Until(days=0, hour=18), "2026-11-23T09:07", "2026-11-23T18:00"),
        (Until(days=1, hour=17, minute=30), "2026-11-30T23:59", "2026-12-01T17:30"),
        (Until(at=at("2026-11-27T18:00")), "2026-11-23T09:07", "2026-11-27T18:00"),
        (Until(days=0), "2026-11-23T00:30", "2026-11-24T00:00"),  # in UTC that is another day
    ],
)
def test_a_quiz_closes(until: Until, sent: str, closes: str) -> None:
    assert closing(until, at(sent)) == at(closes)


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        ("2026-11-23T09:07:30", "2026-11-23T09:07:30"),
        ("2026-11-23T07:59:59", "2026-11-23T08:00"),
        ("2026-11-23T08:00", "2026-11-23T08:00"),
        ("2026-11-23T20:00", "2026-11-24T08:00"),
        ("2026-11-27T19:59", "2026-11-27T19:59"),
        ("2026-11-27T20:00", "2026-11-30T08:00"),  # a Friday evening
        ("2026-11-28T11:00", "2026-11-30T08:00"),
        ("2026-09-30T20:00", "2026-10-08T08:00"),
        ("2026-10-10T10:00", "2026-10-10T10:00"),  # a working Saturday
    ],
)
def test_what_falls_into_quiet_hours_or_holidays_waits(wanted: str, sent: str) -> None:
    assert sending_at(at(wanted), awake, CALENDAR) == at(sent)


def test_quiet_hours_may_end_at_any_minute_and_lie_in_the_day() -> None:
    def siesta(moment: datetime) -> bool:
        return not at("2026-11-23T12:00") <= moment < at("2026-11-23T14:31")

    assert sending_at(at("2026-11-23T13:10:20"), siesta, CALENDAR) == at("2026-11-23T14:31")


def test_quiet_hours_that_never_end_hold_nothing() -> None:
    wanted = at("2026-11-23T09:07")
    assert sending_at(wanted, lambda _moment: False, CALENDAR) == wanted


@pytest.mark.parametrize(
    ("sent", "closes", "reminds"),
    [
        ("2026-11-23T09:07", "2026-11-25T18:00", "2026-11-25T16:00"),
        ("2026-11-23T09:07", "2026-11-26T00:00", "2026-11-25T16:37"),  # 22:00 is quiet
        ("2026-11-26T09:07", "2026-11-29T18:00", "2026-11-27T16:37"),  # a Sunday
        ("2026-11-26T09:07", "2026-11-27T10:00", "2026-11-27T08:00"),  # the very first waking minute
        ("2026-11-26T09:07", "2026-11-27T09:59", "2026-11-26T16:37"),  # a minute earlier it is not
        ("2026-11-26T09:07", "2026-11-26T12:07", "2026-11-26T10:07"),  # an hour after it was sent
        ("2026-11-26T09:07", "2026-11-26T12:06", "2026-11-26T10:36:30"),  # half-way
        ("2026-11-26T09:07", "2026-11-26T11:07", "2026-11-26T10:07"),
        ("2026-11-26T09:07", "2026-11-26T11:06", None),  # too short for a reminder
        ("2026-11-26T19:30", "2026-11-27T09:00", None),  # half-way everybody sleeps
        ("2026-11-23T15:37", "2026-11-24T00:00", "2026-11-23T16:37"),
        ("2026-11-23T15:38", "2026-11-24T00:00", "2026-11-23T19:49"),
    ],
)
def test_the_one_reminder(sent: str, closes: str, reminds: str | None) -> None:
    assert reminder_at(at(sent), at(closes), awake, CALENDAR) == (at(reminds) if reminds else None)


@pytest.mark.parametrize(
    ("words", "repeat"),
    [
        ("每周一 9:07", MONDAYS),
        ("每周一", MONDAYS),
        (" 每 周一 9:07 ", MONDAYS),
        ("每星期三09:10", Repeat(Every.WEEK, 9, 10, day=3)),
        ("每礼拜天 9点", Repeat(Every.WEEK, 9, 0, day=7)),
        ("每周日9:10", Repeat(Every.WEEK, 9, 10, day=7)),
        ("每月1日 9:10", Repeat(Every.MONTH, 9, 10, day=1)),
        ("每个月15号9点5分", Repeat(Every.MONTH, 9, 5, day=15)),
        ("每月最后一天", Repeat(Every.MONTH, 9, 7, day=31)),
        ("每月底 17:00", Repeat(Every.MONTH, 17, 0, day=31)),
        ("每月第一个工作日 9:07", Repeat(Every.FIRST_WORKING_DAY, 9, 7)),
        ("每月第一工作日", Repeat(Every.FIRST_WORKING_DAY, 9, 7)),
        ("每月第1个工作日 9:10", Repeat(Every.FIRST_WORKING_DAY, 9, 10)),
        ("每月最后工作日", Repeat(Every.LAST_WORKING_DAY, 9, 7)),
        ("每月的首个工作日", Repeat(Every.FIRST_WORKING_DAY, 9, 7)),
        ("每月最后一个工作日", Repeat(Every.LAST_WORKING_DAY, 9, 7)),
        ("每个工作日 9:07", Repeat(Every.WORKING_DAY, 9, 7)),
        ("每工作日", Repeat(Every.WORKING_DAY, 9, 7)),
        ("每周一 9:07 到 2026-12-31", Repeat(Every.WEEK, 9, 7, day=1, last=date(2026, 12, 31))),
        ("每周一至2026年12月31日为止", Repeat(Every.WEEK, 9, 7, day=1, last=date(2026, 12, 31))),
        *(
            (words, None)
            for words in (
                *("", "每天", "每天 9:07", "每周", "每周 19:10", "每周八", "每月0日", "每月32日", "每月", "周一"),
                *("每周一 24:00", "每周一 9:60", "每周一 到 2026-13-01", "每周一、周三", "每周一 上午"),
            )
        ),
    ],
)
def test_rules_in_words(words: str, repeat: Repeat | None) -> None:
    assert repeat_from(words) == repeat


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("当天 18:00", Until(days=0, hour=18)),
        ("当日", Until(days=0)),
        ("3天", Until(days=3)),
        ("2天后 17:30", Until(days=2, hour=17, minute=30)),
        ("次日12点", Until(days=1, hour=12)),
        ("两天后", Until(days=2)),
        ("一周", Until(days=7)),
        ("2周内", Until(days=14)),
        ("当天 24:00", Until(days=0)),
        ("2026-11-27 18:00", Until(at=at("2026-11-27T18:00"))),
        ("2026年11月27日18:00", Until(at=at("2026-11-27T18:00"))),
        ("2026-11-27 18:00+00:00", Until(at=datetime(2026, 11, 27, 18, tzinfo=UTC))),
        ("2026-11-27", Until(at=at("2026-11-28T00:00"))),
        *(
            (words, None)
            for words in (
                *("", "明年", "18:00", "91天", "当天 24:01", "当天 25:00", "当天 9:60", "天", "0001-01-01 00:00"),
                *("2026-02-30", "3天 18", "20261127"),
            )
        ),
    ],
)
def test_closing_in_words(words: str, until: Until | None) -> None:
    assert until_from(words) == until


def test_a_day_that_is_meant_to_its_end_ends_at_its_midnight() -> None:
    until = until_from("2026-11-27")
    assert until is not None
    assert closing(until, at("2026-11-23T09:00")) == at("2026-11-27T00:00") + timedelta(days=1)
