"""A second reading of PNG for the tests: checked chunk by chunk, unfiltered by hand (8-bit RGBA only)."""

import struct
import zlib
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
BYTES_A_PIXEL = 4


@dataclass(frozen=True)
class Pixels:
    width: int
    height: int
    rows: tuple[bytes, ...]

    @property
    def ink(self) -> int:
        """How many pixels are darker than the rest."""
        return sum(row[x] < 128 for row in self.rows for x in range(0, len(row), BYTES_A_PIXEL))


def size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", _chunks(png)[b"IHDR"][:8])
    return width, height


def pixels(png: bytes) -> Pixels:
    chunks = _chunks(png)
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, colour, interlaced) == (8, 6, 0)
    raw, stride = zlib.decompress(chunks[b"IDAT"]), width * BYTES_A_PIXEL
    assert len(raw) == height * (stride + 1)
    rows: list[bytes] = []
    for start in range(0, len(raw), stride + 1):
        above = rows[-1] if rows else bytes(stride)
        rows.append(_unfiltered(raw[start], raw[start + 1 : start + 1 + stride], above))
    return Pixels(width, height, tuple(rows))


def _chunks(png: bytes) -> dict[bytes, bytes]:
    assert png.startswith(SIGNATURE)
    found: dict[bytes, bytes] = {}
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", png, at + 8 + length)[0] == zlib.crc32(kind + body)
        found[kind] = found.get(kind, b"") + body
        at += 12 + length
    assert b"IEND" in found
    return found


def _unfiltered(kind: int, row: bytes, above: bytes) -> bytes:
    line = bytearray(row)
    for i in range(len(line)):
        left = line[i - BYTES_A_PIXEL] if i >= BYTES_A_PIXEL else 0
        corner = above[i - BYTES_A_PIXEL] if i >= BYTES_A_PIXEL else 0
        guess = (0, left, above[i], (left + above[i]) // 2, _paeth(left, above[i], corner))[kind]
        line[i] = (line[i] + guess) & 0xFF
    return bytes(line)


def _paeth(left: int, above: int, corner: int) -> int:
    estimate = left + above - corner
    return min((left, above, corner), key=lambda value: abs(estimate - value))
