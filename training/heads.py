"""Heads that are signed: where a chain ended on a day, in bytes that are the same for everybody.

What is signed is one line of JSON, UTF-8, without blanks and without a line break, its keys in the order of
`Statement`. The file holds the same object with `signature` and `public_key` behind, both in base64.
Source: RFC 8032 (Ed25519: a key has 32 bytes, a signature 64).
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import msgspec

from training.errors import Refusal

Chain = Literal["ledger", "audit"]


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On `date` (of the city) the chain had `count` lines, the last with number `seq` and this `hash`.

    Lines are numbered from 1 without gaps, so that `count` and `seq` are equal.
    """

    kind: Literal["xuefa-head"] = "xuefa-head"
    version: Literal[1] = 1
    chain: Chain
    seq: int
    hash: str
    count: int
    date: date


class SignedHead(Statement, frozen=True, kw_only=True, forbid_unknown_fields=True):
    signature: str
    public_key: str

    def statement(self) -> Statement:
        return Statement(**{name: getattr(self, name) for name in Statement.__struct_fields__})


def stated(chain: Chain, seq: int, digest: str, day: date) -> Statement:
    return Statement(chain=chain, seq=seq, hash=digest, count=seq, date=day)


def line_of(statement: Statement) -> bytes:
    """The exact bytes, of a `Statement` those that are signed, of a `SignedHead` those of its file."""
    return msgspec.json.encode(statement)


@dataclass(eq=False)
class NoHead(Refusal):
    """The file holds no head of this chain that can be read."""

    chain: Chain


@dataclass(eq=False)
class BadSignature(Refusal):
    """The head was changed after it was signed, or signed by another key than it names."""

    public_key: str


@dataclass(eq=False)
class KeyTrouble(Refusal):
    """`why`: `open` (others than the owner may read it) or `form` (it is no Ed25519 key)."""

    path: str
    why: Literal["open", "form"]
