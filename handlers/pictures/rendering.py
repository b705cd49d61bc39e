"""SVG → PNG with the shipped font and nothing else, so that every machine draws the same picture.

Templates have autoescape on and use presentation attributes only (pages forbid inline styles). The renderer loads
local files named in an `href`: no template may put a value into an attribute unless it is a number.
"""

from functools import cache
from typing import Final

import resvg_py
from jinja2 import Environment, PackageLoader, StrictUndefined
from noto_cjk_sans_otc import FONT_PATH

FONT_FAMILY: Final = "Noto Sans CJK SC"


@cache
def _templates() -> Environment:
    loader = PackageLoader("handlers.pictures", "")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def svg_from(template: str, **values: object) -> str:
    return _templates().get_template(template).render(font=FONT_FAMILY, **values)


def png_from(svg: str) -> bytes:
    """Raises ValueError when the markup is no SVG."""
    return resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=[str(FONT_PATH)])
