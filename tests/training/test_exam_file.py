"""The file of an exam: what it sets, what is refused and where, and what is only doubted."""

from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.texts.exam_example import example
from question_bank.questions import Kind
from training import exam_file_errors as errors
from training.exam_file import Known, exam_settings
from training.exam_file_checks import exam_doubts
from training.exam_file_errors import BadExamFile, Problem, Slip, Wanted
from training.exams import (
    DEFAULT_SECTIONS,
    AnswerRelease,
    Audience,
    Bands,
    Grading,
    Keep,
    ScoreRelease,
    Section,
    Settings,
)
from training.people import Group
from training.rule_errors import Place
from training.units import Unit, UnitTree

NOW = datetime(2026, 11, 1, tzinfo=UTC)
KNOWN = Known(
    UnitTree(
        [
            *(Unit("1", "市政府"), Unit("3001", "司法局", "1"), Unit("3002", "财政局", "1")),
            *(Unit("31", "法规科", "3001"), Unit("32", "法规科", "3002")),
        ]
    ),
    frozenset({"R000001", "R000002", "R000009"}),
    {"zhangsan": "R000001"},
    {"R000009": "R000002"},
    frozenset({"行政处罚", "行政许可"}),
)
HEAD: dict[str, str] = {
    "title": '"年度考试"',
    "year": "2026",
    "opens_at": '"2026-11-16 09:00"',
    "closes_at": '"2026-11-25 18:00"',
}
TOP = Place()


def file(tail: str = "", **keys: str) -> str:
    """The least that a file says, with these keys added or in its place; an empty one is left out."""
    return "".join(f"{key} = {value}\n" for key, value in (HEAD | keys).items() if value) + tail


def read(text: str) -> Settings:
    return exam_settings(text, KNOWN, NOW)


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(BadExamFile) as bad:
        read(text)
    return bad.value.problems


def problem(text: str) -> Problem:
    (one,) = problems(text)
    return one


def section(kind: str = '"single"', count: str = "10", points: str = "10", **more: str) -> str:
    said = {"kind": kind, "count": count, "points": points, **more}
    return "[[sections]]\n" + "".join(f"{key} = {value}\n" for key, value in said.items())


def test_the_least_file_is_the_usual_exam() -> None:
    assert read(file()) == Settings(
        title="年度考试",
        year=2026,
        opens_at=datetime(2026, 11, 16, 1, tzinfo=UTC),
        closes_at=datetime(2026, 11, 25, 10, tzinfo=UTC),
        duration_minutes=60,
        sections=DEFAULT_SECTIONS,
    )
    assert read("\ufeff" + file().replace("\n", "\r\n")) == read(file())


def test_everything_that_a_file_can_say() -> None:
    text = file(
        '[audience]\nunits = ["司法局", "市政府/财政局/法规科", "3001"]\nbelow = false\n'
        'groups = ["leader", "行政执法人员"]\npersons = ["ZhangSan", "R000002", "R000001"]\n'
        + section(points="1.25", topics='["行政处罚"]', difficulty="3")
        + section('"案例分析题"', "2", "20", difficulty="[4, 2, 4]", group='"领导干部"'),
        duration_minutes="90",
        pass_score="12.50",
        good_score="20",
        excellent_score="25.5",
        release_score='"at_once"',
        release_answers='"at_close"',
        grading='"per_option"',
        attempts="3",
        attempts_keep='"last"',
        seed='"秋季"',
    )
    found = read(text)
    assert found.audience == Audience(
        ("3001", "32"), False, (Group.LEADER, Group.ENFORCEMENT), ("R000001", "R000002")
    )
    assert found.sections == (
        Section(Kind.SINGLE, 10, 125, ("行政处罚",), (3,)),
        Section(Kind.CASE, 2, 2000, (), (2, 4), Group.LEADER),
    )
    assert found.bands == Bands(1250, 2000, 2550)
    assert (found.duration_minutes, found.attempts, found.keep) == (90, 3, Keep.LAST)
    assert (found.release_score, found.release_answers) == (ScoreRelease.AT_ONCE, AnswerRelease.AT_CLOSE)
    assert (found.grading, found.seed) == (Grading.PER_OPTION, "秋季")


def test_the_example_is_the_usual_exam_and_what_it_offers_can_be_used() -> None:
    assert read(example()) == read(file(title='"2026年度法律知识考试"'))
    assert read(example(2027)).year == 2027
    lines = example().replace("市司法局", "司法局").replace("R000123", "R000001").splitlines()
    assert sum(_is_toml(line) for line in lines) == 12  # two tables, ten keys
    used = read("\n".join(line.removeprefix("# ") if _is_toml(line) else line for line in lines))
    assert used.audience == Audience(("3001",), True, (Group.ENFORCEMENT, Group.LEADER), ("R000001",))
    assert used.sections == (
        *DEFAULT_SECTIONS,
        Section(Kind.CASE, 2, 1000, ("行政处罚",), (3, 4), Group.ENFORCEMENT),
    )


def _is_toml(line: str) -> bool:
    words = line.split()
    return words[:1] == ["#"] and (words[1][:1] == "[" or words[2:3] == ["="])


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-16T09:00:00",
        "2026-11-16 09:00:00",
        "2026-11-16T09:00:00+08:00",
        "2026-11-16T01:00:00Z",
        '"2026-11-16 09:00"',
        '"2026-11-16T09:00:00"',
        '"2026/11/16 9:00"',
        '"2026年11月16日 9：00"',
        '"2026年11月16日9:00"',
        '"2026-11-15 24:00"',
        '"2026-11-16T01:00:00Z"',
        '"2026-11-16 09:00+08:00"',
    ],
)
def test_moments_are_of_beijing_unless_they_say_otherwise(said: str) -> None:
    hour = 16 if "24:00" in said else 1
    day = 15 if "24:00" in said else 16
    assert read(file(opens_at=said)).opens_at == datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    [
        *("2026-11-16", '"2026-11-16"', '"2026-11-1609:00"', '"2026-11-31 09:00"', '"2026-11-16 24:30"', '""'),
        *('"2026-11-16 09:00+99:99"', '"下周一"', "09:00:00", "true", "1", '"1026-11-16 09:00"'),
        *("0001-01-01T00:00:00Z", '"9999-12-31 24:00"'),
    ],
)
def test_what_is_no_moment_is_refused(said: str) -> None:
    assert problem(file(opens_at=said)) == errors.WrongValue(TOP, "opens_at", Wanted.MOMENT)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("opens_at = 2026-11-16 09:00", (23, Slip.MOMENT, "")),
        ("title = “年度考试”", (9, Slip.SIGN, "“")),
        ("year ＝ 2026", (6, Slip.SIGN, "＝")),
        ("year = 2026，", (12, Slip.SIGN, "，")),
        ("title = 年度考试", (9, Slip.OTHER, "")),
        ("year = 2026\nyear = 2026", (12, Slip.TWICE, "")),
        ("[audience]\n[audience]", (10, Slip.TWICE, "")),
        ("year = ", (8, Slip.OTHER, "")),
    ],
)
def test_a_file_that_is_no_toml_says_where_and_what_most_likely(line: str, found: tuple[int, Slip, str]) -> None:
    slip = problem("\n" + line + "\n")
    assert isinstance(slip, errors.NotToml)
    assert slip.line == 1 + len(line.split("\n"))
    assert (slip.column, slip.slip, slip.sign) == found


def test_the_end_of_the_file_may_be_what_is_wrong() -> None:
    assert problem("title = '''") == errors.NotToml(TOP, "", 0, 0, Slip.OTHER)


def test_all_problems_are_named_at_once_in_the_order_of_the_file() -> None:
    found = problems(
        file(
            '[audience]\nunits = ["不存在"]\n' + section(count="0") + section(kind='"essay"'),
            title="",
            attempts="0",
            titel='"年度考试"',
        )
    )
    assert [(one.place.table, one.place.number, one.key) for one in found] == [
        *(("", 0, "titel"), ("", 0, "title"), ("", 0, "attempts")),
        *(("audience", 0, "units"), ("sections", 1, "count"), ("sections", 2, "kind")),
    ]


def test_the_likeliest_key_is_named() -> None:
    for key, meant in [
        *(("titel", "title"), ("Duration-Minutes", "duration_minutes"), ("passscore", "pass_score")),
        *(("open_at", "opens_at"), ("section", "sections"), ("release_answer", "release_answers")),
    ]:
        found = problem(file(**{key: "1"}))
        assert isinstance(found, errors.UnknownKey)
        assert (found.key, found.likely, found.table) == (key, meant, None)
    found = problem(file(section(weight="1")))
    assert isinstance(found, errors.UnknownKey)
    assert (found.place, found.likely) == (Place("sections", 1), "")


def test_a_key_below_the_wrong_table_is_sent_to_its_own() -> None:
    (found,) = problems(file("[audience]\nbelow = true\ngrading = 'exact'\n"))
    assert isinstance(found, errors.UnknownKey)
    assert (found.place.table, found.key, found.table) == ("audience", "grading", "")
    (found,) = problems(file(units='["司法局"]'))
    assert isinstance(found, errors.UnknownKey)
    assert (found.place, found.table) == (TOP, "audience")


@pytest.mark.parametrize("key", ["title", "year", "opens_at", "closes_at"])
def test_what_must_be_said(key: str) -> None:
    assert problem(file(**{key: ""})) == errors.MissingKey(TOP, key)


@pytest.mark.parametrize("key", ["kind", "count", "points"])
def test_what_a_section_must_say(key: str) -> None:
    text = "".join(line for line in section().splitlines(keepends=True) if not line.startswith(key))
    assert problem(file(text)) == errors.MissingKey(Place("sections", 1), key)


@pytest.mark.parametrize(
    ("key", "said", "found"),
    [
        ("title", "1", errors.WrongValue(TOP, "title", Wanted.TEXT)),
        ("title", '" "', errors.MissingKey(TOP, "title")),
        ("title", '"一\\n二"', errors.NotOneLine(TOP, "title")),
        ("title", '"' + "考" * 37 + '"', errors.TooLong(TOP, "title", 37, 36)),
        ("year", '"2026"', errors.WrongValue(TOP, "year", Wanted.WHOLE)),
        ("year", "99999", errors.OutOfRange(TOP, "year", 2000, 2100)),
        ("duration_minutes", "0", errors.OutOfRange(TOP, "duration_minutes", 1, 1440)),
        ("duration_minutes", "60.0", errors.WrongValue(TOP, "duration_minutes", Wanted.WHOLE)),
        ("attempts", "0", errors.OutOfRange(TOP, "attempts", 1, 99)),
        ("attempts", "true", errors.WrongValue(TOP, "attempts", Wanted.WHOLE)),
        ("pass_score", "0", errors.NotPositive(TOP, "pass_score")),
        ("pass_score", "-1.5", errors.NotPositive(TOP, "pass_score")),
        ("pass_score", "59.995", errors.TooFine(TOP, "pass_score")),
        ("pass_score", "59.99000000000000000000000000000000001", errors.TooFine(TOP, "pass_score")),
        ("pass_score", "1e-9999", errors.TooFine(TOP, "pass_score")),
        ("pass_score", '"60"', errors.WrongValue(TOP, "pass_score", Wanted.NUMBER)),
        ("pass_score", "nan", errors.WrongValue(TOP, "pass_score", Wanted.NUMBER)),
        ("pass_score", "-inf", errors.WrongValue(TOP, "pass_score", Wanted.NUMBER)),
        ("pass_score", "1e99999999999999999999", errors.WrongValue(TOP, "pass_score", Wanted.NUMBER)),
        ("excellent_score", "1e9", errors.OutOfRange(TOP, "excellent_score", 0, 1000)),
        ("release_answers", '"at_once"', errors.AnswersEarly(TOP, "release_answers")),
        ("seed", "1.5", errors.WrongValue(TOP, "seed", Wanted.SEED)),
        ("seed", "true", errors.WrongValue(TOP, "seed", Wanted.SEED)),
        ("seed", '"' + "1" * 65 + '"', errors.TooLong(TOP, "seed", 65, 64)),
        ("audience", '"全体"', errors.WrongValue(TOP, "audience", Wanted.TABLE)),
        ("sections", "{ kind = 'single' }", errors.WrongValue(TOP, "sections", Wanted.TABLES)),
        (
            "grading",
            '"per_options"',
            errors.UnknownWord(TOP, "grading", "per_options", "per_option", ("exact", "partial", "per_option")),
        ),
    ],
)
def test_what_is_refused_of_one_value(key: str, said: str, found: Problem) -> None:
    assert problem(file(**{key: said})) == found


@pytest.mark.parametrize(("said", "kept"), [("7", "7"), ('" 秋 "', "秋"), ('""', ""), ("-1", "-1")])
def test_a_seed_is_a_text_or_a_whole_number(said: str, kept: str) -> None:
    assert read(file(seed=said)).seed == kept


def test_a_title_of_36_characters_fits() -> None:
    assert read(file(title=f'"{"考" * 36}"')).title == "考" * 36


@pytest.mark.parametrize(("said", "kept"), [("1", 100), ("0.1", 10), ("1.250", 125), ("0.01", 1), ("1e1", 1000)])
def test_points_are_exact(said: str, kept: int) -> None:
    assert read(file(section(points=said))).sections[0].points == kept


@pytest.mark.parametrize(
    ("key", "said", "found"),
    [
        ("count", "0", errors.OutOfRange(Place("sections", 1), "count", 1, 512)),
        ("count", "-3", errors.OutOfRange(Place("sections", 1), "count", 1, 512)),
        ("points", "0", errors.NotPositive(Place("sections", 1), "points")),
        ("points", "0.125", errors.TooFine(Place("sections", 1), "points")),
        ("difficulty", "6", errors.OutOfRange(Place("sections", 1), "difficulty", 1, 5)),
        ("difficulty", "[1, 0]", errors.OutOfRange(Place("sections", 1), "difficulty", 1, 5)),
        ("difficulty", '["难"]', errors.WrongValue(Place("sections", 1), "difficulty", Wanted.WHOLES)),
        ("topics", "[1]", errors.WrongValue(Place("sections", 1), "topics", Wanted.TEXTS)),
        (
            "group",
            '"leaders"',
            errors.UnknownWord(
                *(Place("sections", 1), "group", "leaders", "leader"), ("enforcement", "leader", "staff")
            ),
        ),
    ],
)
def test_what_is_refused_of_a_section(key: str, said: str, found: Problem) -> None:
    assert problem(file(section(**{key: said}))) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ('units = ["不存在"]', errors.UnknownUnit(Place("audience"), "units", "不存在")),
        ('units = ["法规科"]', errors.SeveralUnits(Place("audience"), "units", "法规科", ("31", "32"))),
        ('persons = ["R9"]', errors.UnknownPerson(Place("audience"), "persons", "R9")),
        ('persons = ["R000009"]', errors.MergedPerson(Place("audience"), "persons", "R000009", "R000002")),
        ("", errors.EmptyAudience(Place("audience"), "")),
        ("units = []\ngroups = []\nbelow = false", errors.EmptyAudience(Place("audience"), "")),
        ("persons = [1]", errors.WrongValue(Place("audience"), "persons", Wanted.TEXTS)),
        ('below = "是"', errors.WrongValue(Place("audience"), "below", Wanted.FLAG)),
        (
            'groups = ["其他"]',
            errors.UnknownWord(Place("audience"), "groups", "其他", "", ("enforcement", "leader", "staff")),
        ),
    ],
)
def test_what_is_refused_of_the_audience(said: str, found: Problem) -> None:
    assert problem(file(f"[audience]\n{said}\n")) == found


def test_the_window_must_close_later_and_hold_the_duration() -> None:
    moment = datetime(2026, 11, 16, 1, tzinfo=UTC)
    assert problem(file(closes_at='"2026-11-16 09:00"')) == errors.ClosesFirst(TOP, "closes_at", moment, moment)
    assert problem(file(closes_at='"2026-11-16 09:59"')) == errors.WindowShort(TOP, "closes_at", 59, 60)
    assert read(file(closes_at='"2026-11-16 10:00"')).duration_minutes == 60


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "fits"),
    [
        ("2026-01-01 00:00", "2026-12-31 24:00", True),
        ("2025-12-31 23:59", "2026-01-10 18:00", False),
        ("2026-12-28 09:00", "2027-01-06 18:00", True),
        ("2027-01-04 09:00", "2027-01-31 24:00", True),
        ("2027-01-04 09:00", "2027-02-01 00:01", False),
        ("2027-11-16 09:00", "2027-11-25 18:00", False),
    ],
)
def test_the_window_lies_in_the_year_or_the_january_after_it(opens_at: str, closes_at: str, fits: bool) -> None:
    text = file(opens_at=f'"{opens_at}"', closes_at=f'"{closes_at}"')
    if fits:
        assert read(text).year == 2026
    else:
        assert isinstance(problem(text), errors.YearOff)


def test_scores_rise() -> None:
    assert problem(file(pass_score="85")) == errors.BandsFall(TOP, "good_score", 8000, "pass_score", 8500)
    assert problem(file(excellent_score="79.99")) == errors.BandsFall(
        TOP, "excellent_score", 7999, "good_score", 8000
    )
    assert read(file(pass_score="80")).bands == Bands(8000)


def test_a_score_beyond_all_papers_is_refused() -> None:
    over: dict[str, str] = {"good_score": "110", "excellent_score": "120"}
    found = problems(file(pass_score="101", **over))
    assert found == tuple(
        errors.ScoreTooHigh(TOP, key, score, 10000)
        for key, score in [("pass_score", 10100), ("good_score", 11000), ("excellent_score", 12000)]
    )
    assert read(file(section(count="12"), pass_score="101", **over)).bands == Bands(10100, 11000, 12000)


def test_a_group_without_a_paper_is_refused() -> None:
    leaders = section(group='"leader"')
    assert problem(file(leaders)) == errors.NoPaper(TOP, "sections", (Group.ENFORCEMENT, Group.STAFF))
    assert read(file('[audience]\ngroups = ["leader"]\n' + leaders)).full_marks(Group.LEADER) == 10000
    assert read(file('[audience]\npersons = ["R000001"]\n' + leaders)).full_marks(Group.LEADER) == 10000
    staff = file('[audience]\ngroups = ["staff"]\n' + leaders)
    assert problem(staff) == errors.NoPaper(TOP, "sections", (Group.STAFF,))


def test_a_paper_has_at_most_512_items() -> None:
    half = section(count="256", points="0.25")
    assert len(read(file(half + half)).sections) == 2
    more = section(count="1", points="1", group='"staff"')
    assert problem(file(half + half + more)) == errors.TooManyItems(TOP, "sections", (Group.STAFF,), 513, 512)
    assert problem(file(half + half + section(count="1"))) == errors.TooManyItems(TOP, "sections", (), 513, 512)


def doubts(text: str, now: datetime = NOW) -> tuple[errors.Doubt, ...]:
    return exam_doubts(read(text), KNOWN.topics, now)


def test_what_is_only_doubted() -> None:
    assert doubts(file()) == ()
    over = datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert doubts(file(), over) == (errors.WindowOver(over),)
    assert doubts(file(section(topics='["行政处法", "宪法"]'))) == (
        errors.EmptyTopic(1, "行政处法", "行政处罚"),
        errors.EmptyTopic(1, "宪法", ""),
    )
    groups = '[audience]\ngroups = ["staff"]\n'
    assert doubts(file(groups + section() + section(group='"leader"'))) == (errors.UnusedSection(2, Group.LEADER),)


def test_bands_that_were_made_for_another_paper_are_doubted() -> None:
    assert doubts(file(section(count="5"))) == (errors.BandsUnfit((), 6000, 5000),)
    assert doubts(file(section(count="5"), pass_score="60", good_score="70")) == (
        errors.BandsUnfit((), 6000, 5000),
    )
    fitting: dict[str, Any] = {"pass_score": "30", "good_score": "40", "excellent_score": "45"}
    assert doubts(file(section(count="5"), **fitting)) == ()
    one_group = section() + section(count="2", group='"enforcement"')
    assert doubts(file(one_group)) == (errors.BandsUnfit((Group.ENFORCEMENT,), 6000, 12000),)
