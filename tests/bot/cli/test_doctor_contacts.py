"""`xuefa doctor` on the contacts' keys: a line only when they are configured in part."""

import pytest

from bot.cli import checks_network
from bot.config import Config, WeComSection
from tests.bot.cli.terminal import AES_KEY, Terminal

TOKEN, SECRET = "contacttoken", "contact-secret"


@pytest.mark.parametrize(
    ("secret", "token", "key", "mark", "said"),
    [
        ("", "", "", "", ""),
        (SECRET, TOKEN, AES_KEY, "", ""),
        (SECRET, "", "", "✓", "未接收变动事件"),
        ("", TOKEN, AES_KEY, "✗", "wecom.contact_secret 未填写"),
        ("", TOKEN, "", "✗", "wecom.contact_aes_key 未填写"),
        (SECRET, "", AES_KEY, "✗", "wecom.contact_token 未填写"),
        (SECRET, TOKEN, "short", "✗", "wecom.contact_aes_key 应为 43 位字母和数字"),
    ],
)
def test_the_line(secret: str, token: str, key: str, mark: str, said: str) -> None:
    section = WeComSection(contact_secret=secret, contact_token=token, contact_aes_key=key)
    lines = [check.line() for check in checks_network.contacts(Config(wecom=section))]
    assert len(lines) == bool(mark)
    for line in lines:
        assert line.startswith(f"{mark} 通讯录：")
        assert said in line
        assert not any(value in line for value in (secret, token, key) if value)


def test_it_stands_among_the_others(terminal: Terminal) -> None:
    terminal.config.write_text(f'{terminal.config.read_text()}contact_token = "{TOKEN}"\n')
    told = terminal.run("doctor", exit_code=1).stdout
    assert "✗ 通讯录：wecom.contact_aes_key 未填写" in told
