"""The picture of the scores: what it says, that its bars are right, and that no title gets out of its text."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from defusedxml.ElementTree import fromstring

from handlers.pictures.exam_picture import PLOT_HEIGHT, ExamPicture, draw, picture_of, svg_of
from tests.handlers.exam_report_city import NOW, SETTINGS
from tests.handlers.pictures.pixels import pixels, size
from training.exam_distribution import distribution
from training.exam_results import Sitter
from training.exams import Bands, Exam, Excuse, State
from training.people import Group

SVG = "{http://www.w3.org/2000/svg}"
BLUE, HATCHED = "#1F5FA8", "url(#hatched)"
HOSTILE = "\"/><image href='/etc/hostname'/><text x=\"&lt;&amp;]]>\x00{{ 7*7 }}"
EXAM = Exam(1, State.CLOSED, SETTINGS, NOW, NOW)


def sitter(score: int | None, full: int = 10000, excuse: Excuse = Excuse.NONE) -> Sitter:
    return Sitter("u", "staff", Group.STAFF, excuse, full, score)


SITTERS = [sitter(score) for score in (0, 999, 1000, 5999, 6000, 6999, 8999, 9000, 10000, None)]
PICTURE = picture_of(EXAM, SITTERS, NOW)


def rects(picture: ExamPicture, fill: str) -> list[float]:
    """Heights of the bars with this fill, without the legend."""
    found = [rect for rect in fromstring(svg_of(picture)).iter(f"{SVG}rect") if rect.get("fill") == fill]
    return [float(rect.get("height", "")) for rect in found if rect.get("width") != "20"]


def words(picture: ExamPicture) -> list[str]:
    return [element.text or "" for element in fromstring(svg_of(picture)).iter(f"{SVG}text")]


def test_columns_begin_at_their_tenth_and_the_last_has_the_full_marks() -> None:
    columns = distribution(SITTERS, Bands())
    assert [(one.least, one.most, one.failed, one.passed) for one in columns if one.count] == [
        *((0, 9, 2, 0), (10, 19, 1, 0), (50, 59, 1, 0)),
        *((60, 69, 0, 2), (80, 89, 0, 1), (90, 100, 0, 2)),
    ]
    assert distribution([sitter(9000, excuse=Excuse.EXCUSED)], Bands())[9].count == 0


def test_other_full_marks_are_compared_by_their_share() -> None:
    columns = distribution([sitter(7199, 12000), sitter(7200, 12000)], Bands())
    assert (columns[5].failed, columns[6].passed) == (1, 1)


def test_a_pass_mark_within_a_column_divides_it() -> None:
    picture = picture_of(
        replace_settings(bands=Bands(6450, 8000, 9000)), [sitter(6400), sitter(6450), sitter(6500)], NOW
    )
    assert (picture.columns[6].failed, picture.columns[6].passed) == (1, 2)
    assert "合格线 64.5 分" in words(picture)


def replace_settings(**changed: Any) -> Exam:
    return msgspec.structs.replace(EXAM, settings=msgspec.structs.replace(SETTINGS, **changed))


def test_bars_are_as_high_as_their_counts() -> None:
    assert rects(PICTURE, HATCHED) == [PLOT_HEIGHT, PLOT_HEIGHT / 2, PLOT_HEIGHT / 2]
    assert rects(PICTURE, BLUE) == [PLOT_HEIGHT, PLOT_HEIGHT / 2, PLOT_HEIGHT]


def test_it_says_its_figures_in_words() -> None:
    said = words(PICTURE)
    for expected in ("应考", "10 人", "9 人", "55.56%（5/9）", "22.22%（2/9）", "平均分（满分 100）", "54.44"):
        assert expected in said
    for expected in ("合格线 60 分", "不合格", "合格及以上", "0–9", "90–100", "分数段（分）"):
        assert expected in said
    assert "数据截至 2026 年 11 月 25 日，成绩未公布" in said
    assert not any("未公布" in word for word in words(replace(PICTURE, told=True)))


def test_nobody_sat() -> None:
    empty = picture_of(EXAM, [sitter(None)], NOW)
    assert rects(empty, BLUE) == rects(empty, HATCHED) == []
    assert "—（0/0）" in words(empty)
    assert size(draw(empty))[0] == 1600
    assert size(draw(picture_of(EXAM, [], NOW)))[0] == 1600


@pytest.mark.parametrize("many", [1, 4, 9, 73, 4999, 99_999])
def test_grid_lines_are_few_and_reach_over_the_highest_bar(many: int) -> None:
    one = replace(PICTURE.columns[3], failed=many)
    picture = replace(PICTURE, columns=(one, *PICTURE.columns[:9]))
    assert max(rects(picture, HATCHED)) <= PLOT_HEIGHT
    lines = [rect for rect in fromstring(svg_of(picture)).iter(f"{SVG}rect") if rect.get("height") == "1.5"]
    assert 2 <= len(lines) <= 6


def test_what_failed_differs_in_brightness_too() -> None:
    """For a black and white print, and for who sees no colours: orange is much brighter than the blue."""
    drawn = pixels(draw(PICTURE))
    seen = {row[x : x + 3] for row in drawn.rows for x in range(0, len(row), 4)}
    blue, orange = bytes.fromhex("1F5FA8"), bytes.fromhex("E08A2B")
    assert {blue, orange} <= seen
    assert brightness(orange) - brightness(blue) > 50


def brightness(colour: bytes) -> float:
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def test_a_hostile_title_stays_text() -> None:
    root = fromstring(svg_of(replace(PICTURE, title=HOSTILE)))
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags == {"svg", "title", "defs", "pattern", "rect", "text", "g", "path"}
    attributes = [value for element in root.iter() for value in element.attrib.values()]
    assert not any("hostname" in value or "lt;" in value for value in attributes)
    assert '"/><image' in "".join(element.text or "" for element in root.iter())
