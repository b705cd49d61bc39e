"""The refusal of a whole file, as facts; the sentence for it lives in the texts."""

from dataclasses import dataclass
from enum import StrEnum


class Fact(StrEnum):
    """Why nothing of the file can be read; beside it, the facts of `Unreadable` that come with it."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"  # limit, found: bytes
    TOO_MANY_ROWS = "too_many_rows"  # limit, found: rows
    TOO_MANY_COLUMNS = "too_many_columns"  # limit, found: columns
    CELL_TOO_LONG = "cell_too_long"  # limit: characters; row where it is known
    BOMB = "bomb"  # limit, found: bytes after unpacking, entries, or the ratio
    DAMAGED = "damaged"  # a zip or workbook that is cut off or broken
    ENCRYPTED = "encrypted"  # protected with a password
    NOT_XLSX = "not_xlsx"  # a zip, but of something else
    OLD_XLS = "old_xls"  # the binary format before 2007
    MARKUP = "markup"  # an HTML or XML page under the name of a table
    ENCODING = "encoding"  # text that is neither UTF-8, UTF-16 with BOM nor GB18030
    QUOTES = "quotes"  # row: a quotation mark opens there and never closes
    NO_HEADER = "no_header"  # missing: the required headers that no row holds together
    UNSUPPORTED = "unsupported"  # given: the format asked for, supported: those that can be read


@dataclass(eq=False)
class Unreadable(Exception):
    """The file as a whole cannot be read; nothing was imported."""

    fact: Fact
    name: str = ""
    limit: int = 0
    found: int = 0
    row: int = 0
    missing: tuple[str, ...] = ()
    given: str = ""
    supported: tuple[str, ...] = ()
