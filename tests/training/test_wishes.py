"""What one is written to by default, and each switch by itself."""

import pytest

from training.wishes import Switch, Wishes


def test_reminders_are_asked_for_and_the_rest_is_not() -> None:
    assert {switch: Wishes().muted(switch) for switch in Switch} == {
        Switch.DAILY: False,
        Switch.REMINDERS: True,
        Switch.NOTICES: False,
    }
    assert not Wishes().streak
    assert not Wishes().text_only
    assert not Wishes().privacy_shown


@pytest.mark.parametrize("switch", Switch)
@pytest.mark.parametrize("muted", [True, False])
def test_a_switch_turns_nothing_but_itself(switch: Switch, muted: bool) -> None:
    before = Wishes(streak=True, text_only=True, privacy_shown=True)
    after = before.with_switch(switch, muted=muted)
    assert after.muted(switch) is muted
    assert all(after.muted(other) is before.muted(other) for other in Switch if other is not switch)
    assert (after.streak, after.text_only, after.privacy_shown) == (True, True, True)
