"""The QR code of a sign-in, read back from the picture by another reading of ISO/IEC 18004 (version 2)."""

import struct
import zlib
from collections.abc import Callable, Iterator

import pytest

from handlers.pictures import qr
from training.sign_codes import scanned

SIDE = 25  # modules of version 2
MASKS: tuple[Callable[[int, int], int], ...] = (
    lambda y, x: (y + x) % 2,
    lambda y, x: y % 2,
    lambda y, x: x % 3,
    lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2,
    lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
)


def modules(picture: bytes) -> list[list[int]]:
    """1 is dark, without the border. The picture is grey with one bit a pixel, and 1 is white."""
    size, border = qr.MODULE_PIXELS, qr.BORDER_MODULES
    width = (SIDE + 2 * border) * size
    at = picture.index(b"IHDR") + 4
    assert struct.unpack(">IIBBBBB", picture[at : at + 13]) == (width, width, 1, 0, 0, 0, 0)
    start = picture.index(b"IDAT")
    length = int.from_bytes(picture[start - 4 : start])
    raw, stride = zlib.decompress(picture[start + 4 : start + 4 + length]), width // 8 + 1
    lines = [bytes(stride - 1)]
    for y in range(width):
        how, line = raw[y * stride], raw[y * stride + 1 : (y + 1) * stride]
        assert how in (0, 2)  # as it is, or added to the line above
        lines.append(bytes((a + b * how // 2) % 256 for a, b in zip(line, lines[-1], strict=True)))
    pixels = [[line[x // 8] >> (7 - x % 8) & 1 for x in range(width)] for line in lines[1:]]
    assert all(pixels[y][x] for y in range(border * size) for x in range(width))
    middle = [(border + place) * size + size // 2 for place in range(SIDE)]
    return [[1 - pixels[y][x] for x in middle] for y in middle]


def is_fixed(y: int, x: int) -> bool:
    """Finders with format bits, timing, and the one alignment pattern."""
    corner = (y < 9 and x < 9) or (y < 9 and x >= SIDE - 8) or (y >= SIDE - 8 and x < 9)
    return corner or y == 6 or x == 6 or (16 <= y <= 20 and 16 <= x <= 20)


def path() -> Iterator[tuple[int, int]]:
    """Two columns at a time from the right, up and down in turn."""
    upwards = True
    for right in (*range(SIDE - 1, 6, -2), *range(5, 0, -2)):
        for step in range(SIDE):
            y = SIDE - 1 - step if upwards else step
            yield from ((y, x) for x in (right, right - 1) if not is_fixed(y, x))
        upwards = not upwards


def read(picture: bytes) -> str:
    grid = modules(picture)
    level_and_mask = int("".join(str(grid[8][x]) for x in range(5)), 2) ^ 0b10101
    assert level_and_mask >> 3 in (0b00, 0b11)  # M, or Q where that fits as well
    mask = MASKS[level_and_mask & 0b111]
    bits = "".join(str(grid[y][x] ^ (mask(y, x) == 0)) for y, x in path())
    assert bits[:4] == "0100"  # bytes
    length = int(bits[4:12], 2)
    return bytes(int(bits[12 + 8 * n : 20 + 8 * n], 2) for n in range(length)).decode()


@pytest.mark.parametrize("text", [scanned(12, "483920"), scanned(3, "000000"), "签退 12 483920"])
def test_it_says_what_could_be_typed(text: str) -> None:
    assert read(qr.png(text)) == text


def test_it_is_small_enough_to_be_sent() -> None:
    assert len(qr.png(scanned(999_999_999, "483920"))) < 10_000
