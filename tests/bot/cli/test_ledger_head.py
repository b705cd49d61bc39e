"""`xuefa ledger head`: a signed file, its key, and what verify says of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import audit as audit_command
from bot.cli.frame import Refused
from bot.cli.ledger_head import head, kept_in, signed_by
from handlers.actions.heads import Kept
from storage import audit, ledger
from storage.database import Tx
from tests.bot.cli.terminal import Terminal
from tests.storage.rows import entry
from training.chains import Head


def run(terminal: Terminal, *words: str, exit_code: int = 0) -> Result:
    result = CliRunner().invoke(head, [*words, "--config", str(terminal.config)], catch_exceptions=False)
    assert result.exit_code == exit_code, result.output
    return result


def written(terminal: Terminal, *words: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run(terminal, "--out", terminal.path("h.json"), *words, "--json").stdout)
    return document


def acts(terminal: Terminal) -> list[tuple[Any, ...]]:
    async def found(tx: Tx) -> Any:
        rows = await audit.pages(tx)
        return [(line.act.what, line.act.via, line.act.after) for line in rows]

    result: list[tuple[Any, ...]] = terminal.inside(found)
    return result


@pytest.fixture(params=["terminal", "on_postgres"])
def filled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    found: Terminal = request.getfixturevalue(request.param)
    monkeypatch.chdir(found.folder)
    if request.param == "on_postgres":
        found.run("db", "upgrade")

    async def posted(tx: Tx) -> None:
        await ledger.post(tx, [entry(1), entry(2)])

    found.inside(posted)
    return found


def key_of(terminal: Terminal) -> Path:
    return terminal.folder / ("head-key.pem" if terminal.url.startswith("sqlite") else "var/head-key.pem")


def test_a_signed_head_is_written_and_verifies(filled: Terminal) -> None:
    document = written(filled)
    verified = filled.json("ledger", "verify")["head"]
    kept = kept_in(Path(filled.path("h.json")), "ledger")
    assert kept.head == Head(2, verified["hash"]) == Head(document["seq"], document["hash"])
    assert kept.public_key == document["public_key"]
    assert str(kept.day) == document["date"]
    assert "签名有效" in signed_by(kept)[0]
    assert document["public_key"] in signed_by(kept)[0]


def test_the_key_is_made_once_and_its_public_half_recorded(filled: Terminal) -> None:
    first = run(filled, "--out", filled.path("h.json")).stdout
    assert "签名密钥是刚刚生成的" in first
    assert key_of(filled).stat().st_mode & 0o777 == 0o600
    document = written(filled)
    assert acts(filled) == [("head.key", "cli", document["public_key"])]
    assert "刚刚生成" not in run(filled, "--out", filled.path("h.json")).stdout


def test_the_secret_half_is_nowhere_else(filled: Terminal) -> None:
    shown = run(filled, "--out", filled.path("h.json"))
    secret = key_of(filled).read_text().splitlines()[1]
    assert secret not in shown.output + Path(filled.path("h.json")).read_text() + str(acts(filled))
    for path in filled.folder.rglob("*"):
        if path.is_file() and path != key_of(filled):
            assert secret.encode() not in path.read_bytes(), path


def test_another_key_and_the_other_chain(filled: Terminal) -> None:
    own = written(filled)
    other = written(filled, "--key", filled.path("other.pem"), "--chain", "audit")
    assert other["public_key"] != own["public_key"]
    assert (other["chain"], other["seq"]) == ("audit", 2)  # the making of both keys
    with pytest.raises(Refused, match="应为学时台账的链头"):
        kept_in(Path(filled.path("h.json")), "ledger")
    words = ["verify", "--head", filled.path("h.json"), "--config", str(filled.config)]
    verified = CliRunner().invoke(audit_command.command, words, catch_exceptions=False)
    assert (verified.exit_code, other["public_key"] in verified.stdout) == (0, True)


def test_a_head_that_was_touched_is_refused(filled: Terminal) -> None:
    written(filled)
    file = Path(filled.path("h.json"))
    file.write_text(file.read_text().replace('"seq":2,', '"seq":1,'))
    with pytest.raises(Refused, match="签名不对"):
        kept_in(file, "ledger")


def test_what_verify_prints_is_taken_too(filled: Terminal) -> None:
    printed = filled.file("old.json", filled.run("ledger", "verify", "--json").stdout)
    kept = kept_in(Path(printed), "ledger")
    assert (kept.head.seq, kept.public_key, signed_by(kept), signed_by(None)) == (2, "", [], [])
    assert type(kept) is Kept
    with pytest.raises(Refused, match="找不到文件"):
        kept_in(filled.folder / "gone.json", "ledger")


def test_refusals_leave_no_file(terminal: Terminal) -> None:
    broken = terminal.file("bad.pem", "no key")
    Path(broken).chmod(0o600)
    out = ("--out", terminal.path("h.json"))
    assert "不是 Ed25519 私钥" in run(terminal, *out, "--key", broken, exit_code=1).stderr
    Path(broken).chmod(0o644)
    assert "chmod 600" in run(terminal, *out, "--key", broken, exit_code=1).stderr
    assert "目录" in run(terminal, "--out", "gone/h.json", exit_code=1).stderr
    assert not Path(terminal.path("h.json")).exists()
    assert acts(terminal) == []
