"""What a picture or file that is sent begins with: whether a picture can be looked at, and what is a program."""

from typing import Final

PNG: Final = b"\x89PNG\r\n\x1a\n"
JPG: Final = b"\xff\xd8\xff"
_IHDR: Final = b"\x00\x00\x00\rIHDR"  # the first chunk, of 13 bytes; width and height are its first two numbers
_STANDALONE: Final = (0x01, *range(0xD0, 0xD8))  # markers of JPG without a length
_NO_FRAME: Final = (0xC4, 0xC8, 0xCC)  # among 0xC0 to 0xCF, which else begin a frame
_DOS: Final = b"MZ"
_DOS_HEADER: Final = 64  # bytes, some of which are always 0
_ELF: Final = b"\x7fELF"
_PROGRAMS: Final = (".exe", ".dll", ".com", ".scr", ".sys")


def is_picture(content: bytes) -> bool:
    """By its signature PNG or JPG."""
    return content.startswith((PNG, JPG))


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPG in pixels, as its header says; None when it has no good header.

    Source: PNG 3rd edition, 11.2.1; ITU-T T.81, B.2.2.
    """
    found = _png(content) if content.startswith(PNG) else _jpg(content) if content.startswith(JPG) else None
    return found if found is not None and all(found) else None


def _png(content: bytes) -> tuple[int, int] | None:
    start = len(PNG) + len(_IHDR)
    header = content[start : start + 13]
    if content[len(PNG) : start] != _IHDR or len(header) < 13:
        return None
    return int.from_bytes(header[:4]), int.from_bytes(header[4:8])


def _jpg(content: bytes) -> tuple[int, int] | None:
    """That of the first frame; segments before it are passed over."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # fills up
            at += 1
        elif marker in _STANDALONE:
            at += 2
        elif 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:
            frame = content[at + 5 : at + 9]
            return (int.from_bytes(frame[2:]), int.from_bytes(frame[:2])) if len(frame) == 4 else None
        else:
            at += 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
    return None


def is_program(name: str, content: bytes) -> bool:
    """Of Windows or Linux, by what it begins with; a text that only begins with MZ is none."""
    if content.startswith(_ELF):
        return True
    named_so = name.casefold().endswith(_PROGRAMS)
    return content.startswith(_DOS) and (named_so or b"\0" in content[:_DOS_HEADER])
