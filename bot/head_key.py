"""The key that signs heads: an Ed25519 private key in a PEM file of its own, 0600, made at its first use.

It lies beside the SQLite file, with PostgreSQL under `var/`; never in the database, in a backup of it, or in a log.
"""

import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from bot.config import DatabaseSection
from handlers.actions.heads import Key
from storage.database import normal_url
from training.heads import KeyTrouble

NAME: Final = "head-key.pem"
ELSEWHERE: Final = Path("var")  # there is no file of the database to lie beside
OTHERS_MAY: Final = 0o077


def place(section: DatabaseSection) -> Path:
    url = normal_url(section.url)
    beside = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return (Path(url.database or "").parent if beside else ELSEWHERE) / NAME


def key_at(path: Path) -> Key:
    """Read it, or make it when there is none. Raises: KeyTrouble, OSError."""
    try:
        return _read(path)
    except FileNotFoundError:
        return _made(path)


def _read(path: Path) -> Key:
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & OTHERS_MAY:
            raise KeyTrouble(str(path), "open")
        content = file.read()
    try:
        private = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyTrouble(str(path), "form") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyTrouble(str(path), "form")
    return Key(private)


def _made(path: Path) -> Key:
    """Under its name it is whole; when another process was first, its key is the one."""
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)
    except FileExistsError:
        return _read(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return Key(private, new=True)
