"""`xuefa calendar import`: what is in the table goes before what the library knows."""

from tests.bot.cli.terminal import Terminal

DAYS = """日期,类型,名称
2031-01-01至2031-01-03,放假,元旦
2031-01-04,上班,元旦
2031-05-01~2031-05-02,休,劳动节
"""


def days(terminal: Terminal) -> dict[str, bool]:
    return {day: bool(working) for day, working in terminal.rows("SELECT day, working FROM calendar_day")}


def test_ranges_and_single_days(terminal: Terminal) -> None:
    document = terminal.json("calendar", "import", terminal.file("2031.csv", DAYS))
    assert document == {"days": 6, "problems": []}
    assert days(terminal) == {
        **dict.fromkeys(("2031-01-01", "2031-01-02", "2031-01-03"), False),
        "2031-01-04": True,
        **dict.fromkeys(("2031-05-01", "2031-05-02"), False),
    }
    assert terminal.audits() == [("calendar.import", "2031.csv")]


def test_a_later_table_replaces_the_days_it_names(terminal: Terminal) -> None:
    terminal.run("calendar", "import", terminal.file("2031.csv", DAYS))
    told = terminal.run("calendar", "import", terminal.file("new.csv", "日期,类型\n2031-01-02,上班\n")).stdout
    assert told == "已导入 1 天（2031）。\n"
    assert (len(days(terminal)), days(terminal)["2031-01-02"]) == (6, True)


def test_bad_rows_are_listed_and_the_others_go_in(terminal: Terminal) -> None:
    rows = "\n".join(
        ("2031-02-30,放假,", "2031-01-09至2031-01-01,放假,", "2031-10-01,也许,", "2031-10-02,放假,国庆")
    )
    too_long = "2031-01-01至2031-03-01,放假,"
    document = terminal.json("calendar", "import", terminal.file("d.csv", f"日期,类型,名称\n{rows}\n{too_long}\n"))
    assert document["days"] == 1
    assert [(p["where"], p["field"]) for p in document["problems"]] == [
        *(("row 2", "日期"), ("row 3", "日期"), ("row 4", "类型"), ("row 6", "日期")),
    ]
    assert list(days(terminal)) == ["2031-10-02"]


def test_nothing_to_import_is_not_logged(terminal: Terminal) -> None:
    assert terminal.json("calendar", "import", terminal.file("d.csv", "日期,类型\n别的,放假\n"))["days"] == 0
    assert terminal.audits() == []


def test_refusals(terminal: Terminal) -> None:
    assert "找不到文件" in terminal.refused("calendar", "import", "gone.csv")
    assert "缺少列：类型" in terminal.refused("calendar", "import", terminal.file("d.csv", "日期\n2031-01-01\n"))
