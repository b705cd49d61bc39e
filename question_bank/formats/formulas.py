"""Formula cells of a workbook that hold no value, because nothing has ever calculated them.

A parser reads them as blank. A formula whose value is an empty text is marked as a text and is none of them.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

from question_bank.formats.workbook_guard import Checked

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_VALUELESS = re.compile(
    rb"<c(?P<attributes>\s[^<>]*)>\s*<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_PLACE = re.compile(rb"""\sr=["']([A-Z]{1,3}\d{1,7})["']""")
_TEXT = re.compile(rb"""\st=["']str["']""")


def valueless_formulas(workbook: Checked, at_most: int) -> tuple[str, ...]:
    """The first places, like `C2`, sheet after sheet."""
    return tuple(islice(_places(workbook), at_most))


def _places(workbook: Checked) -> Iterator[str]:
    with zipfile.ZipFile(BytesIO(workbook)) as archive:
        for name in filter(_SHEET.fullmatch, archive.namelist()):
            part = archive.read(name)
            for found in _VALUELESS.finditer(part) if b"<f" in part else ():
                place = _PLACE.search(found["attributes"])
                if place and not _TEXT.search(found["attributes"]):
                    yield place[1].decode()
