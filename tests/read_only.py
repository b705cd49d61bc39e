"""A folder in which nothing may be written, also by root: who runs the tests is somebody else for that time."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_NOBODY: Final = 65534


@contextmanager
def open_folder() -> Iterator[Path]:
    """One that everybody may enter, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def nothing_written(
    folder: Path, *, unreadable: tuple[str, ...] = (), writable: tuple[str, ...] = ()
) -> Iterator[None]:
    """`unreadable`: names of files in it that may not even be read; `writable`: of those that may be written."""
    for file in folder.iterdir():
        file.chmod(0 if file.name in unreadable else 0o666 if file.name in writable else 0o444)
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)
