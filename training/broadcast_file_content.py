"""What a broadcast file may say with which kind, and the text, the picture or the file that it sends."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from question_bank.questions import Question
from training.broadcast_file_errors import (
    BigFile,
    BrokenPicture,
    ControlSign,
    NoFile,
    NoPicture,
    NotWithKind,
    Program,
    SmallFile,
    TooManyBytes,
)
from training.broadcast_file_media import is_picture, is_program, size_of
from training.broadcasts import Kind
from training.exam_file_errors import MissingKey, Problem, TooLong
from training.exam_file_table import Block

FILE_KINDS: Final = (Kind.PICTURE, Kind.FILE)
_TEXT_KINDS: Final = (Kind.QUIZ, Kind.NOTICE, *FILE_KINDS)
_URGENT_KINDS: Final = (Kind.NOTICE, *FILE_KINDS)
GOES_WITH: Final[Mapping[str, tuple[Kind, ...]]] = {  # the other keys go with every kind
    "text": _TEXT_KINDS,
    **dict.fromkeys(("questions", "draw", "topics", "until", "credit", "remind", "results_to_all"), (Kind.QUIZ,)),
    "file": FILE_KINDS,
    "urgent": _URGENT_KINDS,
}
TABLES: Final[Mapping[str, tuple[str, ...]]] = {  # the top of the file has no name
    "": (
        *("kind", "title", "text", "questions", "draw", "topics", "file", "at", "repeat", "until", "credit"),
        *("remind", "urgent", "results_to_all", "audience"),
    ),
    "audience": ("units", "below", "groups", "persons"),
    "questions": Question.__struct_fields__,
}
TEXT_CHARACTERS: Final = 1500
TEXT_BYTES: Final = 6 * 1024  # which are three messages
INTRODUCTION_CHARACTERS: Final = 200  # before the questions of a quiz
PICTURE_BYTES: Final = 10 * 1024 * 1024  # doc 90253
FILE_BYTES: Final = 20 * 1024 * 1024
LEAST_BYTES: Final = 6  # "more than 5"
_NAME_CHARACTERS: Final = 200


def check_keys_fit(top: Block, kind: Kind) -> None:
    """A key that only says no (`credit = false`, `text = ""`) is let be."""
    for key, kinds in GOES_WITH.items():
        if kind not in kinds and top.values.get(key) not in (None, False, "", []):
            top.found.append(NotWithKind(top.place, key, kind, kinds))
    if kind is Kind.NOTICE:
        _demand_text(top, "text")
    if kind in FILE_KINDS:
        _demand_text(top, "file")


def _demand_text(top: Block, key: str) -> None:
    value = top.values.get(key, "")
    if isinstance(value, str) and not value.strip():
        top.found.append(MissingKey(top.place, key))


def check_text(top: Block, kind: Kind) -> str:
    """What is said; before the questions of a quiz only a few words."""
    said = top.text("text").replace("\r\n", "\n")
    most = INTRODUCTION_CHARACTERS if kind is Kind.QUIZ else TEXT_CHARACTERS
    size = len(said.encode())
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in said):
        top.found.append(ControlSign(top.place, "text"))
    elif len(said) > most:
        top.found.append(TooLong(top.place, "text", len(said), most))
    elif size > TEXT_BYTES:
        top.found.append(TooManyBytes(top.place, "text", size, TEXT_BYTES))
    return said


def media_of(top: Block, kind: Kind | None, files: Mapping[str, bytes]) -> None:
    """Notes what is wrong with the picture or file, if the kind has one."""
    name = top.line("file", _NAME_CHARACTERS)
    if kind not in FILE_KINDS or not name or not top.sound("file"):
        return
    content = files.get(name)
    if content is None:
        top.found.append(NoFile(top.place, "file", name))
    else:
        top.found.extend(_unfit(top, kind, name, content))


def _unfit(top: Block, kind: Kind, name: str, content: bytes) -> Iterator[Problem]:
    """At most one."""
    most = PICTURE_BYTES if kind is Kind.PICTURE else FILE_BYTES
    if len(content) < LEAST_BYTES:
        yield SmallFile(top.place, "file", name, LEAST_BYTES)
    elif kind is Kind.PICTURE and not is_picture(content):
        yield NoPicture(top.place, "file", name)
    elif len(content) > most:
        yield BigFile(top.place, "file", name, most)
    elif kind is Kind.PICTURE and size_of(content) is None:
        yield BrokenPicture(top.place, "file", name)
    elif kind is Kind.FILE and is_program(name, content):
        yield Program(top.place, "file", name)
