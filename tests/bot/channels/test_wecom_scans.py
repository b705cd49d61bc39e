"""A scanned code: a sign-in code is the words that it says, anything else a click on the menu's button."""

import pytest

from handlers.message import Kind
from tests.bot.channels.test_wecom_messages import event, read, refusal, xml


def scan(*results: str, name: str = "scancode_waitmsg") -> str:
    said = "".join(f"<ScanResult><![CDATA[{result}]]></ScanResult>" for result in results)
    info = f"<ScanCodeInfo><ScanType><![CDATA[qrcode]]></ScanType>{said}</ScanCodeInfo>"
    return event(name, f"<EventKey><![CDATA[扫码签到]]></EventKey>{info}")


@pytest.mark.parametrize("text", ["签到 12 483920", "签退 12 483920"])
def test_a_code_of_ours_is_as_if_it_was_typed(text: str) -> None:
    act = read(scan(text))
    assert (act.kind, act.text, act.account) == (Kind.TEXT, text, "zhangsan")
    assert read(scan(f" {text}\n")).text == text


@pytest.mark.parametrize(
    "text",
    ["", "https://example.com/x", "我的数据", "签到", "签到 12 483920 并 我的数据", "签到 " + "1" * 30, "群发"],
)
def test_anything_else_is_a_click_on_the_button(text: str) -> None:
    act = read(scan(text))
    assert (act.kind, act.text) == (Kind.CLICK, "扫码签到")


def test_two_scans_in_one_second_are_two_acts_and_one_redelivered_is_one() -> None:
    first, second = read(scan("签到 12 483920")), read(scan("签到 12 483921"))
    assert first.key != second.key
    assert read(scan("签到 12 483920")).key == first.key


def test_a_scan_cannot_be_slipped_into_another_event() -> None:
    assert read(scan("签到 12 483920", name="click")).kind is Kind.CLICK
    assert read(scan("签到 12 483920", name="scancode_push")).kind is Kind.SILENT
    assert refusal(xml(scan("签到 12 483920", "签到 13 483920"))) == "form"
    assert refusal(xml(scan("签到 12 483920"), agent="7")) == "agent"
