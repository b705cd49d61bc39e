"""What may be sent as a picture or a file, by what it begins with."""

import pytest

from tests.training.headers import jpg, png
from training.broadcast_file_media import JPG, PNG, is_picture, is_program, size_of


@pytest.mark.parametrize("content", [png(640, 480), jpg(640, 480), jpg(640, 480, 0xC2), png(640, 480) + bytes(99)])
def test_the_size_of_a_picture(content: bytes) -> None:
    assert is_picture(content)
    assert size_of(content) == (640, 480)


@pytest.mark.parametrize(
    "content",
    [
        *(PNG, PNG + b"-" * 8, PNG + bytes(40), png()[:-10], png(0, 9), png(9, 0)),
        *(
            JPG,
            JPG + bytes(40),
            jpg(0, 9),
            jpg()[:-9],
            jpg(frame=0xC4),
            b"\xff\xd8\xff\xff\xff",
            b"\xff\xd8\xff\xe0",
        ),
        *(b"", b"GIF89a" + bytes(40), b"%PDF-1.7"),
    ],
)
def test_what_cannot_be_looked_at(content: bytes) -> None:
    assert size_of(content) is None


def test_every_beginning_of_a_picture_is_read_without_an_error() -> None:
    for whole in (png(3, 4), jpg(3, 4)):
        sizes = [size_of(whole[:end]) for end in range(len(whole))]
        assert set(sizes) == {None, (3, 4)}


@pytest.mark.parametrize(
    ("name", "content", "program"),
    [
        ("a.exe", b"MZ\x90\x00\x03" + bytes(60), True),
        ("通知.docx", b"MZ\x90\x00\x03" + bytes(60), True),
        ("A.EXE", b"MZ" + b"x" * 99, True),
        ("run", b"\x7fELF\x02\x01\x01" + bytes(60), True),
        ("a.txt", "MZ 名单".encode() * 20, False),
        ("a.docx", b"PK\x03\x04" + bytes(60), False),
        ("a.pdf", b"%PDF-1.7", False),
    ],
)
def test_what_is_a_program(name: str, content: bytes, program: bool) -> None:
    assert is_program(name, content) is program
