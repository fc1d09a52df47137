import asyncio
import itertools
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    NodeNotReadyError,
    UnknownTopicOrPartitionError,
)

from streams.errors import AuthenticationRefused, BrokerUnreachable, EnvironmentFault, KhabarError, UsageError
from streams.kafka import client
from streams.kafka.admin import create_topics, overview
from streams.kafka.broker import LocalBroker
from streams.kafka.client import back_off, client_options, connected, explain, probe, producer, wait_for_broker
from streams.settings import Settings

PASSWORD = "correct-horse-battery"  # noqa: S105  # the test broker's
WRONG = "wrong-horse-battery"

AUTHORIZER = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS;User:alice",
    "sasl.enabled.mechanisms": "SCRAM-SHA-512,SCRAM-SHA-256,PLAIN",
    "listener.name.sasl.plain.sasl.jaas.config": "org.apache.kafka.common.security.plain.PlainLoginModule required"
    f' user_alice="{PASSWORD}";',
}


@pytest.fixture(scope="module")
def secured() -> Iterator[LocalBroker]:
    """A broker with SASL_SSL, where alice may do all and eve nothing."""
    with LocalBroker(sasl={"alice": PASSWORD, "eve": PASSWORD}, options=AUTHORIZER) as running:
        yield running


@pytest.fixture
def secure(secured: LocalBroker, tmp_path: Path) -> Callable[..., Settings]:
    """``secure(**overrides)``: alice's settings for that broker."""

    def make(password: str = PASSWORD, **overrides: Any) -> Settings:
        password_file = tmp_path / "password"
        password_file.write_text(f"  {password} \nsecond line\n")
        fields: dict[str, Any] = {
            "bootstrap_servers": secured.sasl_bootstrap_servers,
            "security_protocol": "SASL_SSL",
            "sasl_username": "alice",
            "sasl_password_file": password_file,
            "ca_file": secured.ca_file,
        }
        return Settings(_env_file=None, **fields | overrides)

    return make


async def line(settings: Settings) -> str:
    """What `probe` says."""
    with pytest.raises(KhabarError) as caught:
        await probe(settings)
    return f"{type(caught.value).__name__}: {caught.value}"


def shows_no_secret(text: str) -> bool:
    """No password, plain or as in a PLAIN request, and nothing of SCRAM's exchange, from which it could be guessed."""
    return not any(secret in text for secret in (PASSWORD, WRONG, "SaslAuthenticateRe"))


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"])
async def test_works_end_to_end_over_sasl_ssl(
    mechanism: str,
    secure: Callable[..., Settings],
    read_all: Callable[..., Awaitable[list[Any]]],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = secure(sasl_mechanism=mechanism, topic_prefix=f"{mechanism}.")
    await create_topics(settings)
    async with connected(producer, settings) as sender:
        await sender.send_and_wait(f"{mechanism}.khabar.articles.raw", b"value")
    [record] = await read_all(f"{mechanism}.khabar.articles.raw", settings)
    assert record.value == b"value"
    assert (await overview(settings)).topics[0].records == 1
    assert "Metadata" in caplog.text
    assert shows_no_secret(caplog.text)
    assert shows_no_secret("".join(capfd.readouterr()))


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"])
async def test_wrong_password(
    mechanism: str, secure: Callable[..., Settings], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = secure(WRONG, sasl_mechanism=mechanism)
    assert await line(settings) == (
        f"AuthenticationRefused: Kafka at {settings.bootstrap_servers} refused user alice or the password ({mechanism})"
    )
    with pytest.raises(AuthenticationRefused):
        await wait_for_broker(settings, 60)
    with pytest.raises(AuthenticationRefused):
        async with connected(producer, settings):
            pass
    assert shows_no_secret(caplog.text)


async def test_other_refusals(secured: LocalBroker, secure: Callable[..., Settings]) -> None:
    at = f"Kafka at {secured.sasl_bootstrap_servers}"
    plain_at = f"Kafka at {secured.bootstrap_servers}"
    assert await line(secure(sasl_username="bob")) == (
        f"AuthenticationRefused: {at} refused user bob or the password (SCRAM-SHA-512)"
    )
    assert await line(secure(ca_file=None)) == (
        f"AuthenticationRefused: {at} has a certificate that is not signed by a CA that this machine knows"
        " (unable to get local issuer certificate); set KHABAR_CA_FILE"
    )
    assert await line(secure(security_protocol="PLAINTEXT")) == (
        f"BrokerUnreachable: {at} speaks TLS, KHABAR_SECURITY_PROTOCOL is PLAINTEXT"
    )
    assert await line(secure(security_protocol="SASL_PLAINTEXT")) == (
        f"BrokerUnreachable: {at} speaks TLS, KHABAR_SECURITY_PROTOCOL is SASL_PLAINTEXT"
    )
    assert await line(secure(bootstrap_servers=secured.bootstrap_servers)) == (
        f"BrokerUnreachable: {plain_at} speaks plaintext, KHABAR_SECURITY_PROTOCOL is SASL_SSL"
    )
    assert await line(secure(bootstrap_servers=secured.bootstrap_servers, security_protocol="SASL_PLAINTEXT")) == (
        f"AuthenticationRefused: {plain_at} takes no user name, KHABAR_SECURITY_PROTOCOL is SASL_PLAINTEXT"
    )
    assert await line(secure(security_protocol="SSL")) == (
        f"BrokerUnreachable: {at} ends the talk at the first request; if it wants a user name and password:"
        " KHABAR_SECURITY_PROTOCOL is SSL"
    )


async def test_wrong_ca_and_wrong_host(
    secured: LocalBroker, secure: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from streams.kafka import certificates  # noqa: PLC0415  # only there with the extra

    certificates.make(tmp_path / "other", "127.0.0.1")
    other_ca = tmp_path / "other" / "ca.pem"
    at = f"Kafka at {secured.sasl_bootstrap_servers}"
    assert (await line(secure(ca_file=other_ca))).startswith(
        f"AuthenticationRefused: {at} has a certificate that is not signed by the CA in {other_ca} ("
    )
    port = secured.sasl_bootstrap_servers.partition(":")[2]
    monkeypatch.setattr(
        asyncio.get_running_loop(),
        "getaddrinfo",
        lambda *_, **__: asyncio.sleep(0, [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", int(port)))]),
    )
    assert (await line(secure(bootstrap_servers=f"kafka.example:{port}"))).startswith(
        f"AuthenticationRefused: Kafka at kafka.example:{port} has a certificate for another host: Hostname mismatch"
    )


async def test_what_a_user_may_not_do(secured: LocalBroker, secure: Callable[..., Settings]) -> None:
    at = f"Kafka at {secured.sasl_bootstrap_servers}"
    eve = secure(sasl_username="eve")
    await probe(eve)
    with pytest.raises(AuthenticationRefused) as caught:
        await create_topics(eve)
    assert str(caught.value).startswith(f"{at} does not allow user eve this ")
    with pytest.raises(AuthenticationRefused) as caught:
        async with connected(
            lambda settings: AIOKafkaConsumer("some.topic", **client_options(settings), group_id="some.group"), eve
        ) as consumer:
            await consumer.getone()
    assert str(caught.value).startswith(f"{at} does not allow user eve this use of the ")


async def test_a_broker_that_is_not_there() -> None:
    def at(address: str) -> Settings:
        return Settings(_env_file=None, bootstrap_servers=address)

    assert await line(at("127.0.0.1:1")) == "BrokerUnreachable: Kafka at 127.0.0.1:1: nothing listens there"
    assert await line(at("127.0.0.1:1, no.such.host.invalid:9092")) == (
        "BrokerUnreachable: Kafka at 127.0.0.1:1: nothing listens there;"
        " Kafka at no.such.host.invalid:9092: the host name is not known"
    )
    for bad in ("127.0.0.1:abc", "kafka://127.0.0.1:1", ",", ""):
        assert await line(at(bad)) == (f"UsageError: KHABAR_BOOTSTRAP_SERVERS: {bad!r} is not host:port, host:port, …")


async def test_one_of_two_addresses_is_enough(broker: LocalBroker, caplog: pytest.LogCaptureFixture) -> None:
    await probe(Settings(_env_file=None, bootstrap_servers=f"127.0.0.1:1,{broker.bootstrap_servers}"))
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "speaks HTTP, KHABAR_SECURITY_PROTOCOL is PLAINTEXT"),
        (b"", "does not answer in time"),
    ],
)
async def test_what_is_not_kafka(answer: bytes, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PROBE_SECONDS", 0.3)
    served = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        if answer:
            writer.write_eof()
        await reader.read()  # until the client hangs up
        writer.close()
        await writer.wait_closed()
        served.set()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        assert await line(Settings(_env_file=None, bootstrap_servers=address)) == (
            f"BrokerUnreachable: Kafka at {address} {expected}"
        )
        await served.wait()


async def test_names_where_a_broker_sends_its_clients(broker: LocalBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    async def elsewhere(host: str, port: int, options: dict[str, Any]) -> set[tuple[str, int]]:
        found = await genuine(host, port, options)
        return {("127.0.0.1", 1)} if found else found

    genuine = client._brokers
    monkeypatch.setattr(client, "_brokers", elsewhere)
    address = broker.bootstrap_servers
    assert await line(Settings(_env_file=None, bootstrap_servers=address)) == (
        f"BrokerUnreachable: Kafka at {address} sends its clients on, in vain (its advertised.listeners):"
        " Kafka at 127.0.0.1:1: nothing listens there"
    )


async def test_waits_with_back_off() -> None:
    assert list(itertools.islice(back_off(), 7)) == [0.25, 0.5, 1, 2, 4, 5, 5]
    said: list[str] = []
    settings = Settings(_env_file=None, bootstrap_servers="127.0.0.1:1")
    with pytest.raises(BrokerUnreachable, match=r"^Kafka at 127.0.0.1:1: nothing listens there \(waited 0.3 s\)$"):
        await wait_for_broker(settings, 0.3, said.append)
    assert said == ["Kafka at 127.0.0.1:1: nothing listens there; waiting for it"]


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (TimeoutError(), BrokerUnreachable, "Kafka at broker:9092 does not answer in time"),
        (KafkaTimeoutError("x"), BrokerUnreachable, "Kafka at broker:9092 does not answer in time"),
        (NodeNotReadyError("x"), BrokerUnreachable, "Kafka at broker:9092 cannot be reached"),
        (
            ConnectionResetError(104, "Connection reset by peer"),
            BrokerUnreachable,
            "Kafka at broker:9092: Connection reset by peer",
        ),
        (
            ssl.SSLError(1, "[SSL] many\nlines"),
            BrokerUnreachable,
            "Kafka at broker:9092 did not complete the TLS handshake ([SSL] many lines)",
        ),
        (
            UnknownTopicOrPartitionError("some.topic"),
            EnvironmentFault,
            "Kafka at broker:9092 lacks a topic, see khabar topics: some.topic",
        ),
        (
            ClusterAuthorizationFailedError(),
            AuthenticationRefused,
            "Kafka at broker:9092 does not allow an unnamed user this operation",
        ),
        (
            MessageSizeTooLargeError("too large"),
            EnvironmentFault,
            "Kafka at broker:9092: MessageSizeTooLargeError: too large",
        ),
    ],
)
def test_explains_in_one_line(error: BaseException, kind: type[EnvironmentFault], text: str) -> None:
    fault = explain(error, Settings(_env_file=None, bootstrap_servers="broker:9092"))
    assert (type(fault), str(fault)) == (kind, text)
    assert explain(fault, Settings(_env_file=None)) is fault


def test_explains_by_the_cause() -> None:
    error = KafkaError("outer")
    error.__cause__ = ConnectionRefusedError(111, "refused")
    fault = explain(error, Settings(_env_file=None), "here:1")
    assert str(fault) == "Kafka at here:1: nothing listens there"


async def test_the_callers_own_errors_pass(settings: Settings) -> None:
    with pytest.raises(FileNotFoundError):
        async with connected(producer, settings):
            raise FileNotFoundError


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file or directory"),
        (b"", "the first line is empty"),
        (b" \nsecret", "the first line is empty"),
        (b"\xffsecret", "not UTF-8"),
    ],
)
def test_names_the_setting_of_a_bad_password_file(content: bytes | None, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)
    settings = Settings(
        _env_file=None, security_protocol="SASL_PLAINTEXT", sasl_username="alice", sasl_password_file=path
    )
    with pytest.raises(UsageError) as caught:
        client_options(settings)
    assert str(caught.value) == f"KHABAR_SASL_PASSWORD_FILE: {path}: {reason}"


def test_names_the_setting_of_a_bad_ca_file(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    settings = Settings(_env_file=None, security_protocol="SSL", ca_file=path)
    with pytest.raises(UsageError) as caught:
        client_options(settings)
    assert str(caught.value) == f"KHABAR_CA_FILE: {path}: No such file or directory"
    path.write_text("no certificate")
    with pytest.raises(UsageError) as caught:
        client_options(settings)
    assert str(caught.value) == f"KHABAR_CA_FILE: {path}: holds no certificate in PEM"


def test_checks_certificates_and_host_names() -> None:
    context = client_options(Settings(_env_file=None, security_protocol="SSL"))["ssl_context"]
    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED
