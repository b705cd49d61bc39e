"""What comes in and what goes out, free of any channel's spelling.

A channel turns its wire format into an `Incoming` and a `Reply` into its wire format; nothing in between knows
which channel it serves. Texts are whole: a channel may split a long text into numbered parts, never cut it.
"""

from datetime import datetime
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """How somebody spoke to the bot."""

    TEXT = "text"
    CLICK = "click"  # a menu entry; `text` is its key
    TAP = "tap"  # a button or a submitted choice on a card; `text` is the button's key
    ENTER = "enter"  # opened the app
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    IMAGE = "image"  # a picture; `text` is the id by which the channel hands it out
    OTHER = "other"  # a voice message, a place …: understood as "not words"
    SILENT = "silent"  # an event that nobody waits for an answer to


class Incoming(msgspec.Struct, frozen=True):
    """One act of one person.

    `key` is equal for every delivery of the same act; `account` is casefolded; `choices` are the option ids of a
    submitted card in the order given; `response_code` lets the tapped card be changed later, once, within 72 hours.
    """

    channel: str
    key: str
    account: str
    kind: Kind
    text: str
    sent_at: datetime
    choices: tuple[str, ...] = ()
    task_id: str = ""
    response_code: str = ""


class Button(msgspec.Struct, frozen=True):
    """`style` is 1 (blue) … 4; `url` makes it a link instead of a callback."""

    text: str
    key: str
    style: int = 1
    url: str = ""


class Choice(msgspec.Struct, frozen=True):
    id: str
    text: str
    checked: bool = False


class Select(msgspec.Struct, frozen=True):
    """One drop-down list of a card."""

    key: str
    title: str
    choices: tuple[Choice, ...]
    selected: str = ""


class Card(msgspec.Struct, frozen=True, cache_hash=True):
    """A card, described by its parts; which parts there are decides its kind.

    `selects` → several drop-downs with `submit`; else `choices` → a vote with `submit`; else `buttons` →
    buttons; else `image_url` → a picture notice; else a text notice. Notices need `url`. `closed` greys the
    card out and is the word that replaces its buttons.
    """

    title: str
    desc: str = ""
    body: str = ""
    quote_title: str = ""
    quote: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()
    choices: tuple[Choice, ...] = ()
    question_key: str = ""
    multiple: bool = False
    selects: tuple[Select, ...] = ()
    submit: Button | None = None
    image_url: str = ""
    url: str = ""
    closed: str = ""
    source: str = "学法"


class Text(msgspec.Struct, frozen=True):
    text: str


class Markdown(msgspec.Struct, frozen=True):
    text: str


class File(msgspec.Struct, frozen=True):
    """`content` is uploaded when it is sent; `picture` files are shown, others offered for opening.

    `digest`: that of `storage.media.kept`, where it is known, so that a large file is not hashed for every request.
    """

    name: str
    content: bytes
    picture: bool = False
    digest: str = ""


class Grey(msgspec.Struct, frozen=True):
    """Replaces a tapped card's buttons by a word; the rest of the card stays."""

    word: str


Content = Text | Markdown | Card | File


class Push(msgspec.Struct, frozen=True):
    """Something to be sent to `accounts`, in the order given, apart from the answer itself.

    `shared` ones are the same for everybody, so that equal ones may be joined into one request. `waits`: by what
    somebody else did, so that whoever sits an exam gets it afterwards.
    """

    accounts: tuple[str, ...]
    content: Content
    shared: bool = False
    waits: bool = False


class Later(msgspec.Struct, frozen=True):
    """Work that takes too long for an answer, such as drawing; `kind` names it, `person` is whom it is for."""

    kind: str
    person: str
    account: str


class Reply(msgspec.Struct, frozen=True):
    """`now` answers the act itself (None: nothing to say); `then` follows at once as messages of their own.

    `later` is started when the answer is on disk; it is lost with the process, so only what can be asked for again
    goes there.
    """

    now: Text | Card | Grey | None = None
    then: tuple[Push, ...] = ()
    later: tuple[Later, ...] = ()
