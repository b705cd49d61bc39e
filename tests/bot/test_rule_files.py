"""The rule file on disk: where it lies, what cannot be read, and that a mistake names the file."""

from pathlib import Path

import pytest

from bot.config import BadConfig, Config, load
from bot.rule_files import rules_in, rules_of, text_of
from training.forms import Form
from training.hours import HoursRules
from training.rules import Rules

JULY_ON = '[[requirement]]\nfrom = 2026-07-01\nleader = "45"\n'


def config(folder: Path, text: str, **environment: str) -> Config:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return load(folder / "config.toml", environment)


def refused(folder: Path, name: str = "rules.toml") -> str:
    with pytest.raises(BadConfig) as bad:
        rules_of(config(folder, f'[rules]\nfile = "{name}"\n'))
    assert "\n" not in bad.value.sentence
    return bad.value.sentence


def test_without_a_file_the_built_in_rules_hold(tmp_path: Path) -> None:
    assert rules_of(config(tmp_path, "")) == Rules()
    assert rules_of(config(tmp_path, '[rules]\nfile = " "\n')) == Rules()


def test_what_was_read_before_gives_the_same_rules(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(JULY_ON)
    found = config(tmp_path, '[rules]\nfile = "rules.toml"\n')
    text, rules = text_of(found), rules_of(found)
    file.unlink()
    assert rules_in(text, found) == rules
    assert rules_in("", found) != rules  # a file with nothing in it is one too
    none = config(tmp_path, '[hours]\ndaily_credit = "0.20"\n')
    assert text_of(none) == ""
    assert rules_in("", none) == rules_of(none) == Rules(hours=HoursRules(daily_credit="0.20"))


def test_the_path_is_from_the_folder_of_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "city").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "city" / "rules.toml").write_text(JULY_ON)
    found = config(tmp_path / "city", '[rules]\nfile = "rules.toml"\n')
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert len(rules_of(found).policies) == 2
    absolute = config(tmp_path, f'[rules]\nfile = "{tmp_path}/city/rules.toml"\n')
    assert rules_of(absolute) == rules_of(found)


def test_a_relative_configuration_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "rules.toml").write_text(JULY_ON)
    (tmp_path / "config.toml").write_text('[rules]\nfile = "rules.toml"\n')
    monkeypatch.chdir(tmp_path)
    found = load(Path("config.toml"), {})
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert len(rules_of(found).policies) == 2


def test_by_the_environment(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(JULY_ON)
    found = config(tmp_path, '[rules]\nfile = "gone.toml"\n', XUEFA_RULES__FILE="mine.toml")
    assert len(rules_of(found).policies) == 2


def test_the_sections_of_the_configuration_go_in(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(JULY_ON)
    text = '[rules]\nfile = "rules.toml"\n[hours]\ndaily_credit = "0.20"\n[compliance]\nfiling_no = "皖-1"\n'
    found = rules_of(config(tmp_path, text))
    assert found.form(Form.DAILY, found.policies[1].valid_from).amount == 20
    assert (found.hours.daily_credit, found.compliance.filing_no) == ("0.20", "皖-1")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[[form]\n", "不是正确的 TOML"),
        ("# 规则".encode("gb18030"), "读不出来（UnicodeDecodeError），请检查权限，并保存为 UTF-8"),
        (b'[[form]]\nform = "online"\n[[form]]\nfrom = "x"\n', "中第 2 个 [[form]] 的 form 没有填写，请补上。"),
        (b"day_limt = 1\n", "中顶层的键 day_limt 不认识"),
    ],
)
def test_what_is_wrong_is_said_with_the_file(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "rules.toml").write_bytes(content)
    sentence = refused(tmp_path)
    assert sentence.startswith(f"规则文件 {tmp_path}/rules.toml ")
    assert said in sentence


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path).startswith(f"找不到规则文件 {tmp_path}/rules.toml。请检查配置中的 rules.file")
    assert "读不出来" in refused(tmp_path, ".")


def test_a_misspelt_section_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match=r"不认识的键 \[rules\] fil"):
        config(tmp_path, '[rules]\nfil = "x"\n')


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_bytes(b"\xef\xbb\xbf" + JULY_ON.encode())
    assert len(rules_of(config(tmp_path, '[rules]\nfile = "rules.toml"\n')).policies) == 2
