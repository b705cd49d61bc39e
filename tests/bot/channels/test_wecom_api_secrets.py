"""What must stay inside: secrets, and trust in certificates."""

import datetime as dt
import ipaddress
import logging
import ssl
import traceback
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from wechatpy.exceptions import WeChatClientException

from bot.channels.wecom_api import Client, Lost, Unsent, open_session
from tests.bot.channels.fault_server import (
    SECRET,
    Fault,
    FaultyWeCom,
    answer,
    drop,
    errcode,
    hang,
    ok,
    send,
    settings,
)


class TestCertificates:
    async def test_an_own_authority_is_trusted_only_when_named(self, tmp_path: Path) -> None:
        certificate, server = await tls_server(tmp_path)
        chosen = settings(str(server.make_url("/cgi-bin")).replace("http://", "https://"))
        async with open_session(chosen) as session:
            with pytest.raises(Unsent) as caught:
                await send(Client(chosen, session))
        assert caught.value.lasting
        trusting = replace(chosen, ca_file=str(certificate))
        async with open_session(trusting) as session:
            assert await send(Client(trusting, session))
        await server.close()


async def tls_server(folder: Path) -> tuple[Path, TestServer]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(folder / "ca.pem", folder / "key.pem")

    async def handle(request: web.Request) -> web.Response:
        return web.json_response(ok(access_token="t", expires_in=7200, msgid="m"))

    app = web.Application()
    app.router.add_route("*", "/cgi-bin/{path:.+}", handle)
    server = TestServer(app, scheme="https")
    await server.start_server(ssl=tls)
    return folder / "ca.pem", server


async def echo_the_query(request: web.Request) -> web.Response:
    return web.json_response({"errcode": 48002, "errmsg": f"no right: {dict(request.query)}"})


FAULTS: list[Fault] = [
    drop,
    hang,
    answer(b"", 502),
    answer(b"", 404),
    answer(b"nonsense"),
    answer(b"", 307, Location="http://127.0.0.1:1/"),
    errcode(81013),
    errcode(40014),
    errcode(45009),
    echo_the_query,
]


@pytest.mark.parametrize("path", ["gettoken", "message/send"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_no_failure_shows_a_secret(
    wecom: FaultyWeCom, client: Client, caplog: pytest.LogCaptureFixture, fault: Fault, path: str
) -> None:
    caplog.set_level(logging.DEBUG)
    if path != "gettoken":
        await send(client)
    wecom.always[path] = fault
    with pytest.raises((Unsent, Lost, WeChatClientException)) as caught:
        await send(client)
    assert no_secret("".join(traceback.format_exception(caught.value)))
    assert no_secret(repr(caught.value) + repr(vars(caught.value)))
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    # The access log is the test server's own.
    assert no_secret("".join(record.getMessage() for record in caplog.records if record.name != "aiohttp.access"))


async def test_a_refused_connection_shows_no_secret() -> None:
    chosen = settings(f"http://127.0.0.1:{unused_port()}/cgi-bin")
    async with open_session(chosen) as session:
        with pytest.raises(Unsent) as caught:
            await send(Client(chosen, session))
    assert no_secret("".join(traceback.format_exception(caught.value)))
    assert caught.value.__context__ is None


def test_settings_do_not_print_their_secrets() -> None:
    chosen = replace(settings("http://x/cgi-bin"), proxy="http://me:proxy-password@proxy")
    assert no_secret(repr(chosen))
    assert "proxy-password" not in repr(chosen)


def no_secret(words: str) -> bool:
    return SECRET not in words and "token-1" not in words
