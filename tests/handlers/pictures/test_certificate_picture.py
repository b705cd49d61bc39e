"""The picture of the certificate: what it says, that it can be read, and that no name gets out of its text."""

from dataclasses import replace
from datetime import date
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from handlers.pictures.certificate_picture import HEIGHT, WIDTH, CertificatePicture, draw, svg_of
from handlers.pictures.drawing import png_of
from tests.handlers.pictures.examples import EXAMPLE as HOURS
from tests.handlers.pictures.pixels import size

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "\"/><image href='/etc/hostname'/><text x=\"&lt;&amp;]]>\x00{{ 7*7 }}"
EXAMPLE = CertificatePicture(
    name="张晓岚",
    unit="宁国市市场监督管理局",
    title="2026年度法律知识考试",
    score="85.5 分（满分 100 分）",
    band="良好",
    day=date(2026, 11, 23),
    number="XF2026-12-0A1B2C3D4E",
    issuer="市司法局",
    trial=True,
)


def words(picture: CertificatePicture) -> list[str]:
    return [element.text or "" for element in fromstring(svg_of(picture)).iter(f"{SVG}text")]


def test_everything_is_said() -> None:
    assert words(EXAMPLE) == [
        "合格证书",
        "试运行·自愿使用",
        "张晓岚",
        "宁国市市场监督管理局",
        "于2026年11月23日参加",
        "“2026年度法律知识考试”",
        "成绩 85.5 分（满分 100 分），等次为",
        "良好",
        "证书编号：XF2026-12-0A1B2C3D4E",
        "以系统中的成绩记录为准，更正评分的以更正后的为准",
        "发证单位：市司法局",
        "考试日期：2026年11月23日",
    ]
    assert "试运行·自愿使用" not in words(replace(EXAMPLE, trial=False))


@pytest.mark.parametrize(
    "picture",
    [
        EXAMPLE,
        replace(EXAMPLE, name="买" * 60, unit="宁国市" * 60, title="考试" * 200, trial=False),
        replace(EXAMPLE, name=HOSTILE, unit=HOSTILE, title=HOSTILE, band=HOSTILE.replace("\0", "")),
    ],
)
def test_every_picture_is_a_png_of_one_size(picture: CertificatePicture) -> None:
    assert size(draw(picture)) == (WIDTH, HEIGHT)


def test_a_long_title_hides_neither_score_nor_band() -> None:
    said = words(replace(EXAMPLE, title="考试" * 200))
    assert "成绩 85.5 分（满分 100 分），等次为" in said
    assert "良好" in said


def test_no_name_becomes_markup() -> None:
    hostile = replace(EXAMPLE, name=HOSTILE, title=HOSTILE)
    root: Element = fromstring(svg_of(hostile))
    plain: Element = fromstring(svg_of(replace(EXAMPLE, title="考试" * 20)))
    assert {element.tag for element in root.iter()} == {element.tag for element in plain.iter()}
    assert not any("href" in name for element in root.iter() for name in element.attrib)


def test_each_kind_of_picture_is_drawn_as_such() -> None:
    assert png_of(EXAMPLE) == draw(EXAMPLE)
    assert size(png_of(HOURS))[0] == 750
