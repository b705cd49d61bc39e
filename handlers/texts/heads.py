"""Heads of the chains in words: the weekly message to the officers, and why a head or a key is refused."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from handlers.texts.words import day
from training.chains import Broken
from training.errors import Refusal
from training.heads import BadSignature, Chain, KeyTrouble, NoHead, SignedHead, Statement, line_of

CHAINS: Final[Mapping[Chain, str]] = {"ledger": "学时台账", "audit": "审计日志"}
_WHY: Final = {
    "number": "编号不连续，缺少或多出了记录",
    "prev": "与上一条的校验码对不上，有记录被删除、插入或调换",
    "hash": "内容与校验码不符，记录被改动过",
    "head": "链头对不上，末尾的记录被删除或添加，或恢复了旧备份",
    "earned": "记录本身相符，但另存的未入账部分（冲销后据此补足）与它对不上，被添加、删除或改动过",
    "unreadable": "读不出来，记录或数据库文件被损坏",
}
_SHORT: Final[Mapping[Chain, str]] = {"ledger": "台账", "audit": "审计日志"}
UNSIGNED: Final = "注意：签名密钥读不出来，本次链头没有签名，请系统管理员检查密钥文件。"


def broken(chain: Chain, found: Broken) -> str:
    """Where it does not hold, and why."""
    return f"{_SHORT[chain]}校验不通过：第 {found.seq} 条，{_WHY[found.why]}。"


def lost(chain: Chain) -> str:
    return f"{CHAINS[chain]}的链头不见了，数据库被改动过。请停止使用，用 verify 校验，并从备份恢复。"


def weekly(heads: Sequence[Statement]) -> str:
    """One message, so that it can be kept as it came: in words for people, and a line of JSON a chain."""
    words = [f"{CHAINS[head.chain]}：共 {head.count} 条，校验码 {head.hash}" for head in heads]
    missing = [UNSIGNED] if not all(isinstance(head, SignedHead) for head in heads) else []
    return "\n".join(
        (
            f"【链头 {day(heads[0].date)}】请保存本条消息，日后可据此核对记录有没有被改动。",
            *words,
            *missing,
            "核对：把本条消息原样存为文本文件，运行 xuefa ledger verify --head 文件（审计日志为 audit verify）。",
            *(_document(head) for head in heads),
        )
    )


def _document(head: Statement) -> str:
    if isinstance(head, SignedHead):
        return line_of(head).decode()
    return msgspec.json.encode({"chain": head.chain, "seq": head.seq, "hash": head.hash}).decode()


def refused(refusal: Refusal, name: str) -> str:
    """`name` is the file that was read."""
    match refusal:
        case BadSignature():
            return f"{name} 的签名不对：内容在签名之后被改动过，或不是用所附公钥签的，不能作为链头使用。"
        case NoHead():
            return (
                f"{name} 不是链头文件，应为{CHAINS[refusal.chain]}的链头：xuefa ledger head 写出的文件、"
                "每周的链头消息，或 verify --json 的输出。"
            )
        case KeyTrouble(why="open"):
            return f"密钥文件 {name} 能被其他账号读取，没有使用。请运行 chmod 600 收紧权限。"
    return f"密钥文件 {name} 不是 Ed25519 私钥（PEM，不加密），请用 --key 指定正确的文件。"
