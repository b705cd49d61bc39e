"""A QR code as a PNG, large enough to be scanned from a screen across a room.

Correction level M mends 15 % of it, and a higher one is taken where it needs no more room; a border of four
modules is what readers need.
Source: ISO/IEC 18004, 6.3.8 (quiet zone) and 6.5.1 (error correction).
"""

from io import BytesIO
from typing import Final

import segno

MODULE_PIXELS: Final = 16
BORDER_MODULES: Final = 4


def png(text: str) -> bytes:
    drawn = BytesIO()
    code = segno.make(text, error="m", micro=False, encoding="utf-8")
    code.save(drawn, kind="png", scale=MODULE_PIXELS, border=BORDER_MODULES)
    return drawn.getvalue()
