"""Signed heads: made with a key, read back and checked. Chains are read, a new key is recorded; no file is touched.

A signature shows that a head was not changed since; who signed is shown by the public key, which the officers who
keep the heads have from the first message on.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from storage import audit, ledger
from storage.audit import Act
from storage.database import Tx
from training.calendar import day_of
from training.chains import Head
from training.heads import BadSignature, Chain, NoHead, SignedHead, Statement, line_of, stated

# Whoever takes the signature away must take all of these, and what is left is no signed head any more.
_SIGNED: Final = frozenset({"kind", "signature", "public_key"})


@dataclass(frozen=True, slots=True)
class Key:
    """`new`: it was made just now."""

    private: Ed25519PrivateKey
    new: bool = False

    @property
    def public(self) -> str:
        """In base64."""
        return base64.b64encode(self.private.public_key().public_bytes_raw()).decode()


@dataclass(frozen=True, slots=True)
class Kept:
    """A head that somebody kept outside, of the day `day`. Of an unsigned one day and `public_key` are missing."""

    head: Head
    day: date | None = None
    public_key: str = ""


async def state(tx: Tx, chain: Chain, now: datetime) -> Statement:
    """Where the chain ends now."""
    found = await (ledger.head(tx) if chain == "ledger" else audit.head(tx))
    return stated(chain, found.seq, found.hash, day_of(now))


async def record_key(tx: Tx, key: Key, *, by: str, via: str, now: datetime) -> None:
    """A new key is an act of its own; the log keeps its public half."""
    if key.new:
        await audit.record(tx, Act(by, via, "head.key", "Ed25519", after=key.public), now)


def signed(statement: Statement, key: Key) -> SignedHead:
    signature = base64.b64encode(key.private.sign(line_of(statement))).decode()
    return SignedHead(**msgspec.structs.asdict(statement), signature=signature, public_key=key.public)


def check(content: bytes, chain: Chain = "ledger") -> Head:
    """The head in a signed file. Raises: NoHead, BadSignature."""
    found = kept(content, chain)
    if not found.public_key:
        raise NoHead(chain)
    return found.head


def kept(content: bytes, chain: Chain = "ledger") -> Kept:
    """The head of this chain in a file: signed, or what `verify --json` prints, or a weekly message as it came.

    Raises: NoHead, BadSignature (what is signed has to be signed well, it is never taken for an unsigned head).
    """
    for document in _documents(content):
        if document.get("chain", chain) == chain:
            return _signed(document, chain) if _SIGNED & document.keys() else _unsigned(document, chain)
    raise NoHead(chain)


def _documents(content: bytes) -> Iterator[dict[str, Any]]:
    """The whole content as one document, else every line that is one."""
    text = content.decode("utf-8-sig", errors="replace")
    for part in (text, *text.splitlines()):
        try:
            document = msgspec.json.decode(part)
        except (msgspec.DecodeError, RecursionError):
            continue
        if isinstance(document, dict):
            yield document
        if part is text:
            return


def _signed(document: dict[str, Any], chain: Chain) -> Kept:
    try:
        found = msgspec.convert(document, SignedHead)
        key = Ed25519PublicKey.from_public_bytes(_bytes_of(found.public_key))
        signature = _bytes_of(found.signature)
    except ValueError:  # a msgspec.ValidationError is one
        raise NoHead(chain) from None
    try:
        key.verify(signature, line_of(found.statement()))
    except InvalidSignature:
        raise BadSignature(found.public_key) from None
    return Kept(Head(found.seq, found.hash), found.date, found.public_key)


def _bytes_of(text: str) -> bytes:
    """There is one spelling for each. Raises: ValueError."""
    decoded = base64.b64decode(text, validate=True)
    if base64.b64encode(decoded).decode() != text:
        raise ValueError("not the canonical base64")
    return decoded


def _unsigned(document: dict[str, Any], chain: Chain) -> Kept:
    try:
        inner = document.get("head", document)
        return Kept(Head(int(inner["seq"]), str(inner["hash"])))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NoHead(chain) from None
