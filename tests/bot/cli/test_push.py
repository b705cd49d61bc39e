"""`xuefa push daily`: orders and queues, whatever calendar and quiet hours say; the week is the limit."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.bot.cli.terminal import Terminal

ONE_DAY = timedelta(days=1)


@pytest.fixture
def today() -> date:
    return datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")).date()


def receivers(terminal: Terminal) -> list[str]:
    """Of every queued message that asks a question, a line a receiver."""
    return sorted(
        name for (row,) in terminal.rows("SELECT receivers FROM outbox WHERE mass") for name in row.split("|")
    )


def pushed(terminal: Terminal, *words: str) -> dict[str, Any]:
    document: dict[str, Any] = terminal.json("push", "daily", *words)["queued"]
    return document


def test_everybody_with_a_group_gets_the_question_of_today_once(terminal: Terminal, today: date) -> None:
    terminal.bring()
    document = terminal.json("push", "daily")
    assert document == {
        "date": today.isoformat(),
        "queued": {"enforcement": 1, "leader": 1, "staff": 1},
        "ordered": {"enforcement": True, "leader": True, "staff": True},
    }
    assert set(receivers(terminal)) == {"zhangsan", "lisi", "wangwu"}
    drawn = terminal.rows('SELECT "group", question FROM daily_question')
    assert len(drawn) == len({question for _, question in drawn}) == 3
    assert terminal.rows("SELECT DISTINCT state FROM outbox") == [("queued",)]
    assert [what for what, _ in terminal.audits()[-3:]] == ["push.daily"] * 3


def test_a_second_push_queues_nothing_and_is_not_logged(terminal: Terminal) -> None:
    terminal.bring()
    terminal.run("push", "daily")
    before = (receivers(terminal), terminal.audits())
    assert pushed(terminal) == {"enforcement": 0, "leader": 0, "staff": 0}
    assert "工作人员：此前已推送过，没有重复推送。" in terminal.run("push", "daily").stdout
    assert (receivers(terminal), terminal.audits()) == before


def test_one_group_only(terminal: Terminal, today: date) -> None:
    terminal.bring()
    assert pushed(terminal, "--group", "staff") == {"staff": 1}
    assert set(receivers(terminal)) == {"zhangsan"}
    assert terminal.audits()[-1] == ("push.daily", f"{today} staff")
    assert "领导干部：已排队 1 人。" in terminal.run("push", "daily").stdout
    assert set(receivers(terminal)) == {"zhangsan", "lisi", "wangwu"}


def test_who_muted_or_is_away_is_left_out(terminal: Terminal, today: date) -> None:
    terminal.bring()
    terminal.rows(
        "INSERT INTO person_wishes (person, mute_daily, mute_reminders, mute_notices, streak, text_only)"
        " VALUES ('P1', 1, 1, 0, 0, 0)"
    )
    away = f"姓名,单位,人员类别,账号,人员编号,状态,状态起\n钱七,sfj,工作人员,qianqi,P7,产假,{today - ONE_DAY}\n"
    terminal.run("staff", "import", terminal.file("away.csv", away))
    assert pushed(terminal) == {"enforcement": 1, "leader": 1, "staff": 0}
    assert set(receivers(terminal)) == {"lisi", "wangwu"}


def test_an_earlier_day_is_a_make_up_within_its_week_and_year(terminal: Terminal, today: date) -> None:
    terminal.bring()
    yesterday = today - ONE_DAY
    same_week = yesterday.isocalendar()[:2] == today.isocalendar()[:2] and yesterday.year == today.year
    words = ("push", "daily", "--date", yesterday.isoformat())
    if same_week:
        assert terminal.json(*words)["queued"] == {"enforcement": 1, "leader": 1, "staff": 1}
        assert terminal.rows("SELECT DISTINCT day FROM daily_question") == [(yesterday.isoformat(),)]
    else:
        assert "补做期已过" in terminal.refused(*words)


def test_last_week_is_closed_and_tomorrow_is_not_there_yet(terminal: Terminal, today: date) -> None:
    terminal.bring()
    last_sunday = today - (today.weekday() + 1) * ONE_DAY
    assert terminal.refused("push", "daily", "--date", last_sunday.isoformat()) == (
        f"{last_sunday} 的题目补做期已过（当周周日 24:00 截止），不能再推送。"
    )
    tomorrow = today + ONE_DAY
    assert "还没有到" in terminal.refused("push", "daily", "--date", tomorrow.isoformat())
    assert terminal.rows("SELECT * FROM daily_question") == []


def test_nothing_is_queued_when_one_group_has_no_question(terminal: Terminal) -> None:
    terminal.bring(numbers=())
    said = terminal.refused("push", "daily")
    assert (
        said == "题库中没有可以发给行政执法人员、领导干部、工作人员的题目，请先运行 xuefa bank import --shipped。"
    )
    only = '{"id": "s", "kind": "judge", "stem": "只给工作人员。", "answer": ["对"], "audience": ["staff"]}\n'
    terminal.run("bank", "import", terminal.file("s.jsonl", only))
    assert "行政执法人员、领导干部的题目" in terminal.refused("push", "daily")
    assert receivers(terminal) == []
    assert pushed(terminal, "--group", "staff") == {"staff": 1}
