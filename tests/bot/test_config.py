"""The configuration file: what is wrong is named with its section, and no value is ever in the sentence."""

from pathlib import Path

import pytest

from bot.config import BadConfig, Config, clock_time, load

AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


def loaded(tmp_path: Path, text: str | bytes, **environment: str) -> Config:
    path = tmp_path / "config.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(path, environment)


def refused(tmp_path: Path, text: str | bytes, **environment: str) -> str:
    with pytest.raises(BadConfig) as refusal:
        loaded(tmp_path, text, **environment)
    assert refusal.value.__context__ is None or refusal.value.__suppress_context__
    assert "\n" not in refusal.value.sentence
    return refusal.value.sentence


def test_an_empty_file_has_every_default(tmp_path: Path) -> None:
    assert loaded(tmp_path, "") == Config()
    assert loaded(tmp_path, "[exam]\n[boards]\n").database.url == "sqlite+aiosqlite:///var/xuefa.db"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[server]\nprot = 8000\n", "不认识的键 [server] prot"),
        ("[wecom]\nsecrt = 'hush'\n", "不认识的键 [wecom] secrt"),
        ("[complience]\nfiling_no = 'hush'\n", "不认识的键 [complience]"),
        ("port = 8000\n", "不认识的键 [port]"),
        ("[hours]\ndaily = '0.1'\n", "不认识的键 [hours] daily"),
    ],
)
def test_a_misspelt_key_is_named_with_its_section(tmp_path: Path, text: str, named: str) -> None:
    said = refused(tmp_path, text)
    assert named in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[server]\nport = 'hush'\n", "server.port 的值类型不对，应为整数"),
        ("[server]\nmetrics_public = 'hush'\n", "server.metrics_public 的值类型不对，应为true 或 false"),
        ("[wecom]\nsecret = 12345\n", "wecom.secret 的值类型不对，应为文本（加引号）"),
        ("[wecom]\nagent_id = 1.5\n", "wecom.agent_id 的值类型不对，应为整数 或 文本（加引号）"),
        ("[hours]\ndaily_credit = 0.10\n", "hours.daily_credit 的值类型不对，应为文本（加引号）"),
        ("server = 'hush'\n", "server 的值类型不对，应为一节"),
    ],
)
def test_a_wrong_type_is_named(tmp_path: Path, text: str, named: str) -> None:
    said = refused(tmp_path, text)
    assert named in said
    assert not {"hush", "12345"} & set(said.split("'"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[schedule]\ndaily_at = '9:7'\n", "schedule.daily_at 应写成 HH:MM"),
        ("[schedule]\ndaily_at = '24:00'\n", "schedule.daily_at"),
        ("[schedule]\nremind_at = 'noon'\n", "schedule.remind_at"),
        ("[schedule]\nquiet_hours = '20:00'\n", "schedule.quiet_hours 应写成 HH:MM-HH:MM"),
        ("[schedule]\ntimezone = 'UTC'\n", "schedule.timezone 只支持 Asia/Shanghai"),
        ("[hours]\ndaily_credit = 'hush'\n", "hours.daily_credit 应为加引号的学时数"),
        ("[hours]\ndaily_cap = '-1'\n", "hours.daily_cap"),
        ("[hours]\nonline_share_percent = 101\n", "hours.online_share_percent"),
        ("[database]\nurl = 'mysql://u:hush@h/d'\n", "database.url 应以"),
        ("[database]\nurl = ''\n", "database.url"),
        ("[database]\nmigrate_url = 'hush'\n", "database.migrate_url"),
        ("[server]\nport = 65536\n", "server.port"),
    ],
)
def test_a_value_that_cannot_be_is_named(tmp_path: Path, text: str, named: str) -> None:
    said = refused(tmp_path, text)
    assert named in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("text", "found"),
    [("09:07", (9, 7)), ("9:07", (9, 7)), ("00:00", (0, 0)), ("23:59", (23, 59))],
)
def test_times_of_day(text: str, found: tuple[int, int]) -> None:
    assert clock_time(text) == found


@pytest.mark.parametrize("text", ["", "9", "9:7", "24:00", "09:60", "-1:00", "09:07:00", "九:07"])
def test_what_is_no_time_of_day(text: str) -> None:
    assert clock_time(text) is None


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    config = loaded(
        tmp_path,
        "[wecom]\nsecret = 'file'\ntoken = 'file'\n",
        XUEFA_WECOM__SECRET="environment",
        XUEFA_WECOM__AGENT_ID="1000002",
        XUEFA_SERVER__PORT="9001",
        XUEFA_SERVER__SHUTDOWN_SECONDS="2.5",
        XUEFA_HOURS__COUNTS_TOWARD_QUOTA="false",
        XUEFA_COMPLIANCE__PUSH_BUDGET_PER_WEEK="3",
        XUEFA_HOURS__DAILY_CREDIT="0.20",
        XUEFA_DATABASE__URL="postgresql://somewhere/x",
        OTHER_WECOM__TOKEN="ignored",
        XUEFA_HOME="ignored",
    )
    assert (config.wecom.secret, config.wecom.token, config.wecom.agent_id) == ("environment", "file", "1000002")
    assert (config.server.port, config.server.shutdown_seconds) == (9001, 2.5)
    assert config.hours.counts_toward_quota is False
    assert config.hours.daily_credit_hundredths == 20
    assert config.compliance.push_budget_per_week == 3
    assert config.database.url == "postgresql://somewhere/x"


def test_the_environment_is_as_strict_as_the_file(tmp_path: Path) -> None:
    assert "[wecom] secrt" in refused(tmp_path, "", XUEFA_WECOM__SECRT="hush")
    assert "server.port 的值类型不对" in refused(tmp_path, "", XUEFA_SERVER__PORT="hush")
    assert "hush" not in refused(tmp_path, "", XUEFA_SERVER__PORT="hush")


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    assert loaded(tmp_path, b"\xef\xbb\xbf[server]\nport = 9000\n").server.port == 9000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[server\n", "不是正确的 TOML"),
        (b"port: 8000\n", "不是正确的 TOML"),
        ("[compliance]\nfiling_no = '皖'\n".encode("gb18030"), "请检查权限，并保存为 UTF-8"),
    ],
)
def test_what_is_no_toml_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in refused(tmp_path, content)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="xuefa init"):
        load(tmp_path / "gone.toml", {})
    with pytest.raises(BadConfig, match="读不出来"):
        load(tmp_path, {})


@pytest.mark.parametrize("agent_id", ["1000002", '"1000002"'])
def test_what_serve_needs_of_wecom(tmp_path: Path, agent_id: str) -> None:
    whole = f"[wecom]\ncorp_id = 'wx1'\nagent_id = {agent_id}\nsecret = 's'\ntoken = 't'\n"
    assert loaded(tmp_path, f"{whole}encoding_aes_key = '{AES_KEY}'\n").wecom.faults() == {}
    assert loaded(tmp_path, whole).wecom.faults() == {"encoding_aes_key": "未填写"}
    wrong = loaded(tmp_path, "[wecom]\nagent_id = 'x'\nencoding_aes_key = 'short'\napi_base = 'qyapi'\n").wecom
    assert wrong.faults() == {
        **{"corp_id": "未填写", "secret": "未填写", "token": "未填写", "agent_id": "应为数字"},
        **{"encoding_aes_key": "应为 43 位字母和数字", "api_base": "应以 https:// 开头"},
    }
