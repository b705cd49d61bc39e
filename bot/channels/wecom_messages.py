"""From the plain XML of a callback to an `Incoming`, or to the change of WeCom's contacts that it tells of.

The reader is expat with bounds and without DTD. It keeps the first level of elements and, of the nested ones,
only what was scanned and what a submitted card selected, as lists whether WeCom sent one or many. A scanned sign-in
code is the words that it says, as if typed; any other is a click on the menu's button. An element that decides who,
what or when may not come twice: a text that WeCom failed to escape must not be able to add a second one.
Source: docs 90239 (messages), 90240 (events), 90970 (contact changes).
"""

import hashlib
import re
from datetime import UTC, datetime
from operator import add
from typing import Final, NamedTuple
from xml.parsers import expat

from bot.channels.wecom_codec import Rejected
from handlers.message import Incoming, Kind
from training.contact_matching import ChangeKind, ContactChange

CHANNEL: Final = "wecom"
MAX_DEPTH: Final = 8
MAX_ELEMENTS: Final = 200
_EARLIEST: Final = 100_000_000  # s; before this (1973) it is no time stamp at all
_AHEAD_SECONDS: Final = 86_400
_MAX_ACCOUNT_BYTES: Final = 64
_IDS: Final = ("ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "AgentID")
_OF_CONTACTS: Final = ("ChangeType", "UserID", "NewUserID", "Name", "Department")
_OF_ACTS: Final = ("Content", "MediaId", "Event", "EventKey", "TaskId", "ResponseCode")
_SINGLE: Final = frozenset((*_IDS, *_OF_ACTS, *_OF_CONTACTS))
_CHANGES: Final = {kind.value: kind for kind in ChangeKind}
_SYSTEM: Final = "sys"
_SCAN: Final = "scancode_waitmsg"
_SIGNING: Final = re.compile(r"\s*(签[到退] [\d ]{6,24})\s*")  # what our own codes say
_MEDIA_ID: Final = re.compile(r"[!-~]{1,512}")
_EVENTS: Final = {
    "click": Kind.CLICK,
    "template_card_event": Kind.TAP,
    # The corner menu of a card takes ordinary replies, like a menu entry, and no card updates.
    "template_card_menu_event": Kind.CLICK,
    "scancode_waitmsg": Kind.CLICK,
    "enter_agent": Kind.ENTER,
    "subscribe": Kind.SUBSCRIBE,
    "unsubscribe": Kind.UNSUBSCRIBE,
}
# No possibility is tried twice (possessive), so that no text can make it slow.
_FLAT: Final = re.compile(
    r"([ \n\t]*+<([A-Za-z][A-Za-z0-9]*+)>"
    r"(?:<!\[CDATA\[([^\]]*+(?:\](?!\]>)[^\]]*+)*+)\]\]>|([^<&>]*+))</([A-Za-z0-9]++)>)"
)
_UNCOMMON: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")  # expat refuses them, and turns CR into LF
# What tells two events of one second apart. ResponseCode is left out: it is not documented to be the same in a
# redelivery, and two taps on one button of one card within a second are one act. UserID, Id and TagId are in
# because contact changes all come from `sys`, many in one second.
_EVENT_IDENTITY: Final = ("CreateTime", "Event", "EventKey", "TaskId", "ChangeType", "UserID", "Id", "TagId")


def parse(plain: bytes, corp_id: str, agent_id: str, now: datetime) -> Incoming:
    """One act of one person.

    Raises: Rejected("form" | "receiver" | "agent" | "time").
    """
    reader = _read(plain)
    fields = reader.fields
    if fields.get("ToUserName") != corp_id:
        raise Rejected("receiver")
    kind, scanned = _kind(fields), _signing(reader)
    _check_agent(fields, agent_id, kind)
    account = _account(fields.get("FromUserName", ""))
    sent_at = _sent_at(fields, now)
    return Incoming(
        channel=CHANNEL,
        key=_key(reader, agent_id, account),
        account=account,
        kind=Kind.TEXT if scanned else kind,
        text=scanned or _words(fields, kind),
        sent_at=sent_at,
        choices=tuple(reader.choices),
        task_id=fields.get("TaskId", ""),
        response_code=fields.get("ResponseCode", ""),
    )


class ChangeEvent(NamedTuple):
    """`key` is equal for every delivery of the event."""

    key: str
    change: ContactChange


def contact_change(plain: bytes, corp_id: str, now: datetime) -> ChangeEvent | None:
    """A member who came, was renamed or went; None for any other event, of which nobody wants to know.

    Raises: Rejected("form" | "receiver" | "time"). Source: doc 90970.
    """
    fields = _read(plain).fields
    if fields.get("ToUserName") != corp_id:
        raise Rejected("receiver")
    if fields.get("MsgType") != "event":
        raise Rejected("form")
    sent_at = _sent_at(fields, now)
    kind = _CHANGES.get(fields.get("ChangeType", ""))
    about = (fields.get("FromUserName", "").strip(), fields.get("Event"))
    if kind is None or about != (_SYSTEM, "change_contact"):
        return None
    change = ContactChange(
        kind,
        _account(fields.get("UserID", "")),
        _account(renamed) if (renamed := fields.get("NewUserID", "")).strip() else "",
        fields.get("Name", "").strip(),
        ",".join(part for part in fields.get("Department", "").split(",") if part.isascii() and part.isdigit()),
    )
    if change.kind is ChangeKind.UPDATED and not change.new_account:
        return None
    identity = "\x1f".join((change.kind, change.account, change.new_account, change.name, change.departments))
    digest = hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()
    return ChangeEvent(f"c:{int(sent_at.timestamp())}:{digest}", change)


class _Reader:
    """Expat's callbacks, and what they gathered."""

    __slots__ = ("_elements", "_path", "_text", "choices", "fields", "scanned", "selected")

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.choices: list[str] = []
        self.selected: list[str] = []  # question keys and option ids in the order given
        self.scanned: str | None = None
        self._elements = 0
        self._path: list[str] = []
        self._text: list[str] = []

    def start(self, name: str, attributes: object) -> None:
        self._elements += 1
        self._path.append(name)
        if len(self._path) > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise Rejected("form")
        self._text.clear()

    def words(self, text: str) -> None:
        self._text.append(text)

    def end(self, name: str) -> None:
        path = self._path
        if len(path) == 2:
            self.keep(name, "".join(self._text))
        elif len(path) > 3 and path[1] == "SelectedItems":
            self._select(name)
        elif path[1:] == ["ScanCodeInfo", "ScanResult"]:
            self._scan("".join(self._text))
        path.pop()
        self._text.clear()

    def doctype(self, *declaration: object) -> None:
        raise Rejected("form")

    def keep(self, name: str, text: str) -> None:
        if name not in self.fields:
            self.fields[name] = text
        elif name in _SINGLE:
            raise Rejected("form")

    def _scan(self, text: str) -> None:
        if self.scanned is not None:
            raise Rejected("form")
        self.scanned = text

    def _select(self, name: str) -> None:
        if name == "OptionId":
            self.choices.append("".join(self._text))
        if name in ("OptionId", "QuestionKey"):
            self.selected.append("".join(self._text))


def _read(plain: bytes) -> _Reader:
    """The flat form that nearly every act has, at a fifth of expat's cost; anything else by expat."""
    try:
        text = plain.decode()
    except UnicodeDecodeError:
        raise Rejected("form") from None
    return read_flat(text) or read_tree(plain)


def read_flat(text: str) -> _Reader | None:
    """`text` when it is `<xml>` with plain elements of text or one CDATA section each, else None.

    It accepts nothing that expat would refuse and reads nothing otherwise than expat.
    """
    if not (text.startswith("<xml>") and text.endswith("</xml>")):
        return None
    if not text.isprintable() and _UNCOMMON.search(text):  # the first is far faster, and usual
        return None
    begin, end = len("<xml>"), len(text) - len("</xml>")
    elements = _FLAT.findall(text, begin, end)
    if not 0 < len(elements) < MAX_ELEMENTS:  # the root is one
        return None
    whole, names, sections, words, closings = zip(*elements, strict=True)
    # The search walks over what it does not understand; then as much of the last element is left beyond this point.
    if names != closings or text[begin + sum(map(len, whole)) : end].strip(" \n\t"):
        return None
    reader = _Reader()
    if len(set(names)) == len(names):
        reader.fields = dict(zip(names, map(add, sections, words), strict=True))  # one of the two is always empty
        return reader
    for name, section, word in zip(names, sections, words, strict=True):
        reader.keep(name, section or word)
    return reader


def read_tree(plain: bytes) -> _Reader:
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(plain, True)
    except expat.ExpatError:
        raise Rejected("form") from None
    return reader


def _kind(fields: dict[str, str]) -> Kind:
    message_type = fields.get("MsgType")
    if not message_type:
        raise Rejected("form")
    if message_type == "text":
        return Kind.TEXT
    if message_type == "image" and _MEDIA_ID.fullmatch(fields.get("MediaId", "").strip()):
        return Kind.IMAGE
    if message_type == "event":
        return _EVENTS.get(fields.get("Event", ""), Kind.SILENT)
    return Kind.OTHER


def _signing(reader: _Reader) -> str:
    """The command that a scanned sign-in code says; empty for anything else. Source: doc 90240."""
    if reader.fields.get("MsgType") != "event" or reader.fields.get("Event") != _SCAN or reader.scanned is None:
        return ""
    found = _SIGNING.fullmatch(reader.scanned)
    return found[1] if found else ""


def _check_agent(fields: dict[str, str], agent_id: str, kind: Kind) -> None:
    """Contact changes belong to the corp and carry no AgentID; everything a person does carries the app's."""
    agent = fields.get("AgentID", "").strip()
    if agent != agent_id and (agent or kind is not Kind.SILENT):
        raise Rejected("agent")


def _account(text: str) -> str:
    account = text.strip().casefold()
    if not account or len(account.encode()) > _MAX_ACCOUNT_BYTES or "|" in account:
        raise Rejected("form")
    return account


def _words(fields: dict[str, str], kind: Kind) -> str:
    if kind is Kind.TEXT:
        return fields.get("Content", "")
    if kind is Kind.IMAGE:
        return fields["MediaId"].strip()
    return fields.get("EventKey", "") if kind in (Kind.CLICK, Kind.TAP) else ""


def _sent_at(fields: dict[str, str], now: datetime) -> datetime:
    """Seconds since the epoch; a day ahead of us, or before the protocol's own examples, is no time."""
    stamp = fields.get("CreateTime", "").strip()
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise Rejected("form")
    seconds = int(stamp)
    if not _EARLIEST <= seconds <= now.timestamp() + _AHEAD_SECONDS:
        raise Rejected("time")
    return datetime.fromtimestamp(seconds, UTC)


def _key(reader: _Reader, agent_id: str, account: str) -> str:
    """Equal for every delivery of one act: the message id, or what identifies an event."""
    fields = reader.fields
    if fields["MsgType"] != "event":
        message_id = fields.get("MsgId", "").strip()
        if not (message_id.isascii() and message_id.isdigit() and len(message_id) <= 20):
            raise Rejected("form")
        return f"m:{agent_id}:{message_id}"
    # U+001F cannot occur in XML, so that no two different lists join to one text.
    scanned = () if reader.scanned is None else (reader.scanned,)
    named = (fields.get(name, "") for name in _EVENT_IDENTITY)
    identity = "\x1f".join((account, *named, *reader.selected, *scanned))
    digest = hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()
    # The second comes first: keys that grow with time go to the end of their index, not to a page each.
    return f"e:{agent_id}:{fields['CreateTime'].strip()}:{digest}"
