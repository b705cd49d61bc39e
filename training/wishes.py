"""What a person chose about being written to. Source: domain, Daily question (免打扰) and Burden rules."""

from enum import StrEnum

import msgspec
from msgspec.structs import replace


class Switch(StrEnum):
    """The three switches of 免打扰."""

    DAILY = "daily"
    REMINDERS = "reminders"
    NOTICES = "notices"


class Wishes(msgspec.Struct, frozen=True):
    """Reminders go only to those who asked for them, so they are mute until switched on."""

    mute_daily: bool = False
    mute_reminders: bool = True
    mute_notices: bool = False
    streak: bool = False
    text_only: bool = False
    privacy_shown: bool = False

    def muted(self, switch: Switch) -> bool:
        return bool(getattr(self, f"mute_{switch}"))

    def with_switch(self, switch: Switch, *, muted: bool) -> "Wishes":
        return replace(self, **{f"mute_{switch}": muted})
