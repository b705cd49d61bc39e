"""The picture of the hours: what it says, that it can be read, and that no name gets out of its text."""

import re
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from handlers.pictures.hours_picture import WIDTH, HoursPicture, draw, svg_of
from handlers.pictures.rendering import FONT_FAMILY, png_from
from tests.handlers.pictures.examples import EXAMPLE, example
from tests.handlers.pictures.pixels import Pixels, pixels, size

RARE = "㛃䶮堃犇淼昇旻玥珺喆甯鋆翀赟垚燚曌龑"
NAME = (40, 116, 140, 50)  # x, y, width, height
CORNER = (4, 20, 40, 40)  # empty
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "\"/><image href='/etc/hostname'/><text x=\"&lt;&amp;]]>\x00{{ 7*7 }}"


def glyph(character: str) -> Pixels:
    text = f'<text x="4" y="34" font-size="32" font-family="{FONT_FAMILY}">{character}</text>'
    ground = '<rect width="40" height="44" fill="#fff"/>'
    return pixels(png_from(f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="44">{ground}{text}</svg>'))


def cut(svg: str, x: int, y: int, w: int, h: int) -> Pixels:
    """A piece of the picture, cut out before it is drawn."""
    piece = f'width="{w}" height="{h}" viewBox="{x} {y} {w} {h}"'
    return pixels(png_from(re.sub(r'width="750" height="\d+" viewBox="[^"]+"', piece, svg, count=1)))


def words(picture: HoursPicture) -> list[str]:
    return [element.text or "" for element in fromstring(svg_of(picture)).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    "picture",
    [
        EXAMPLE,
        example(counted=Decimal(0), recorded=Decimal(0), by_form=(), pace="", missing=Decimal(60), trial=False),
        example(by_form=tuple((f"学习形式{n}", Decimal(n)) for n in range(14))),
        example(name="买" * 60, unit="宁国市" * 60, pace="进度" * 300, group="其他" * 20),
        example(name=HOSTILE, unit=HOSTILE, pace=HOSTILE, group=HOSTILE, by_form=((HOSTILE, Decimal(1)),)),
        example(name="", unit="", group=""),
    ],
)
def test_every_picture_is_a_png_for_a_phone(picture: HoursPicture) -> None:
    png = draw(picture)
    width, height = size(png)
    assert width == WIDTH
    assert 700 < height < 3000
    assert len(png) < 300_000


@pytest.mark.parametrize(
    "other",
    [
        example(name="李四"),
        example(counted=Decimal("32.20")),
        example(as_of=EXAMPLE.as_of.replace(day=24)),
        example(trial=False),
        example(pace=""),
    ],
)
def test_another_value_is_another_picture(other: HoursPicture) -> None:
    assert draw(other) != draw(EXAMPLE)
    assert draw(EXAMPLE) == draw(EXAMPLE)


def test_it_says_everything_in_words_and_figures() -> None:
    said = words(EXAMPLE)
    for expected in ("2026 年度学时", "张晓岚", "宁国市市场监督管理局", "行政执法人员", "试运行·自愿使用"):
        assert expected in said
    for expected in (
        "60.00",
        "32.10",
        "38.97",
        "完成 53.5%",
        "还差 27.90 学时",
        "脱产培训",
        "16.00",
        "9.80",
        "0.00",
    ):
        assert expected in said
    assert "数据截至 2026 年 11 月 23 日" in said
    assert "试运行·自愿使用" not in words(example(trial=False))


def test_reached_only_when_nothing_is_missing() -> None:
    almost = example(counted=Decimal("59.99"), missing=Decimal("0.01"))
    assert {"完成 99.9%", "还差 0.01 学时"} <= set(words(almost))
    over = example(counted=Decimal("67.25"), missing=Decimal(0))
    assert {"完成 112.0%", "已达标"} <= set(words(over))


def test_who_owes_nothing_gets_no_percentage() -> None:
    said = words(example(owed=Decimal(0), missing=Decimal(0), group="其他（不纳入考核）"))
    assert "本年度不作学时要求" in said
    assert "已达标" not in said
    assert not any("%" in word for word in said)


def arcs(picture: HoursPicture) -> list[str]:
    circles = fromstring(svg_of(picture)).iter(f"{SVG}circle")
    return [circle.get("stroke-dasharray", "") for circle in circles if circle.get("stroke-dasharray")]


def test_the_ring_follows_the_share_and_closes_only_when_it_is_reached() -> None:
    filled, around = (float(value) for value in arcs(EXAMPLE)[0].split())
    assert filled / around == pytest.approx(0.535)
    assert arcs(example(counted=Decimal(0), missing=Decimal(60))) == []
    almost, _ = arcs(example(counted=Decimal("59.99"), missing=Decimal("0.01")))[0].split()
    assert float(almost) < around - 30  # the round ends are 22 pixels thick
    full, _ = arcs(example(counted=Decimal(99), missing=Decimal(0)))[0].split()
    assert float(full) == around


def bars(picture: HoursPicture) -> list[float]:
    """The drawn lengths; a track of the whole width lies under each."""
    found = [rect for rect in fromstring(svg_of(picture)).iter(f"{SVG}rect") if rect.get("height") == "12"]
    return [float(rect.get("width", "")) for rect in found]


def test_bars_are_as_long_as_their_hours() -> None:
    assert bars(EXAMPLE) == [606, 606, 606, pytest.approx(606 * 9.8 / 16), 606]
    tiny = example(by_form=(("甲", Decimal(16)), ("乙", Decimal("0.01"))))
    assert bars(tiny)[-1] == 12  # still to be seen
    assert bars(example(by_form=())) == []


@pytest.mark.parametrize("field", ["name", "unit", "pace", "group", "form"])
def test_a_hostile_text_stays_text(field: str) -> None:
    changes = {"by_form": ((HOSTILE, Decimal(1)),)} if field == "form" else {field: HOSTILE}
    root: Element = fromstring(svg_of(example(**changes)))
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags == {"svg", "title", "rect", "text", "g", "circle"}
    attributes = [value for element in root.iter() for value in element.attrib.values()]
    assert not any("hostname" in value or "lt;" in value for value in attributes)
    assert not any(name.endswith("href") for element in root.iter() for name in element.attrib)
    assert '"/><image' in "".join(element.text or "" for element in root.iter())


def test_no_name_loads_a_local_image(tmp_path: Path) -> None:
    red = tmp_path / "r.png"
    rect = '<rect width="750" height="200" fill="#f00"/>'
    red.write_bytes(png_from(f'<svg xmlns="http://www.w3.org/2000/svg" width="750" height="200">{rect}</svg>'))
    image = f'<image href="{red}" width="750" height="200"/>'
    svg = svg_of(EXAMPLE)
    let_in = cut(svg.replace("</svg>", f"{image}</svg>"), *CORNER)
    assert let_in != cut(svg, *CORNER)  # the renderer would
    hostile = svg_of(example(name=image, unit=image, pace=image, group=image))
    assert cut(hostile, *CORNER) == cut(svg, *CORNER)


@pytest.mark.parametrize("character", RARE)
def test_rare_names_have_their_own_glyph(character: str) -> None:
    box, blank = glyph("\ue000"), glyph("")
    drawn = glyph(character)
    assert drawn.ink > 150
    assert drawn not in (box, blank)


def test_every_rare_glyph_is_another() -> None:
    assert len({glyph(character).rows for character in RARE}) == len(RARE)


def test_the_name_is_drawn_in_chinese() -> None:
    named, nameless = cut(svg_of(EXAMPLE), *NAME), cut(svg_of(example(name="")), *NAME)
    boxes = cut(svg_of(example(name="\ue000\ue001\ue002")), *NAME)
    assert named not in (nameless, boxes)
    assert nameless != boxes
