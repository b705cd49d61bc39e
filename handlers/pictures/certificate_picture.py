"""合格证书 as a picture, to be kept or printed on A4 lying. Lengths are pixels of a picture 1400 wide."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from handlers.pictures.rendering import png_from, svg_from
from handlers.pictures.typesetting import lines, printable, width

WIDTH: Final = 1400
HEIGHT: Final = 990
_BODY_EMS: Final = 29.0  # of a line of the body


@dataclass(frozen=True, slots=True)
class CertificatePicture:
    """Everything in words; `day` is that of the exam."""

    name: str
    unit: str
    title: str
    score: str
    band: str
    day: date
    number: str
    issuer: str
    trial: bool


def draw(picture: CertificatePicture) -> bytes:
    """A PNG, 1400 pixels wide."""
    return png_from(svg_of(picture))


def svg_of(picture: CertificatePicture) -> str:
    day = f"{picture.day.year}年{picture.day.month}月{picture.day.day}日"
    name = lines(picture.name, 14, 1)[0]
    return svg_from(
        "certificate_picture.svg",
        picture=picture,
        name=name,
        name_width=46 * width(name) + 40,
        unit=lines(picture.unit, 32, 1)[0],
        body=(
            f"于{day}参加",
            *lines(f"“{printable(picture.title)}”", _BODY_EMS, 2),
            f"成绩 {picture.score}，等次为",
        ),
        day=day,
    )
