"""The key file: where it lies, that nobody else may read it, and that there is only ever one."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from bot.config import DatabaseSection
from bot.head_key import key_at, place
from training.heads import KeyTrouble

ELLIPTIC = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
LOCKED = Ed25519PrivateKey.generate().private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")
)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite+aiosqlite:///var/xuefa.db", "var/head-key.pem"),
        ("sqlite:////srv/xuefa/data.db", "/srv/xuefa/head-key.pem"),
        ("sqlite:///xuefa.db", "head-key.pem"),
        ("sqlite://", "var/head-key.pem"),
        ("sqlite:///:memory:", "var/head-key.pem"),
        ("postgresql+asyncpg://xuefa:p@127.0.0.1/xuefa", "var/head-key.pem"),
    ],
)
def test_it_lies_beside_the_database(url: str, path: str) -> None:
    assert place(DatabaseSection(url=url)) == Path(path)


def test_it_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "head-key.pem"
    mask = os.umask(0)
    try:
        made = key_at(path)
    finally:
        os.umask(mask)
    assert (made.new, path.stat().st_mode & 0o777) == (True, 0o600)
    again = key_at(path)
    assert (again.new, again.public) == (False, made.public)
    assert [found.name for found in path.parent.iterdir()] == ["head-key.pem"]


def test_who_comes_second_takes_the_key_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "head-key.pem"
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda _: key_at(path), range(32)))
    assert {key.public for key in keys} == {key_at(path).public}
    assert [key.new for key in keys].count(True) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_key_that_others_may_read_is_not_used(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "head-key.pem"
    key_at(path)
    path.chmod(mode)
    with pytest.raises(KeyTrouble) as trouble:
        key_at(path)
    assert (trouble.value.why, trouble.value.path) == ("open", str(path))


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\n", b"no key", ELLIPTIC, LOCKED])
def test_what_is_no_such_key_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "head-key.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyTrouble) as trouble:
        key_at(path)
    assert trouble.value.why == "form"
    assert path.read_bytes() == content
