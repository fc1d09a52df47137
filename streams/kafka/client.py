"""From the settings to aiokafka's clients, and from what they raise to one clear line."""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.conn import AIOKafkaConnection, collect_hosts, create_conn
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    NoBrokersAvailable,
    NodeNotReadyError,
    RequestTimedOutError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
    UnknownTopicOrPartitionError,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.admin import SaslAuthenticateRequest_v0, SaslAuthenticateRequest_v1
from aiokafka.protocol.metadata import MetadataRequest

from streams.errors import AuthenticationRefused, BrokerUnreachable, EnvironmentFault, UsageError
from streams.settings import Settings
from streams.topics import DEAD_LETTERS, max_message_bytes

PROBE_SECONDS = 10.0
"""How long one broker may take to accept a connection, and for each answer."""

BACK_OFF_SECONDS = (0.25, 5.0)
"""The first wait for what is not there yet; doubled up to the second."""

HOST_MISMATCH = (62, 64)
"""OpenSSL's codes for a certificate of another host name, and of another address."""

EXPIRED = 10
"""OpenSSL's code for a certificate that is too old."""

FRAME_OF_OTHERS = {0x1503: "TLS", 0x1603: "TLS", 0x4854: "HTTP"}
"""The first two bytes of an answer that is not Kafka's, read as part of its length: a TLS record, or ``HT``."""

HIGHEST_PORT = 65535

Client = TypeVar("Client")


def client_options(settings: Settings) -> dict[str, Any]:
    """Return what every aiokafka client needs to find the brokers and to be let in.

    The password file is read at every call, so a changed password counts from the next client on.
    Raises UsageError naming the setting when the addresses, the password file or the CA file cannot be used.
    """
    _addresses(settings)
    options: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap_servers,
        "security_protocol": settings.security_protocol,
    }
    if settings.security_protocol in ("SSL", "SASL_SSL"):
        options["ssl_context"] = _ssl_context(settings)
    if settings.security_protocol.startswith("SASL"):
        options["sasl_mechanism"] = settings.sasl_mechanism
        options["sasl_plain_username"] = settings.sasl_username
        options["sasl_plain_password"] = _password(settings)
    return options


def producer(settings: Settings) -> AIOKafkaProducer:
    """Return a producer, not yet started, that delivers each record once and in order, whatever the broker does.

    Raises UsageError as `client_options` does.
    """
    return AIOKafkaProducer(**client_options(settings), **producer_options(settings))


def transactional(settings: Settings, name: str) -> AIOKafkaProducer:
    """Return a producer, not yet started, of which only the latest of its name can commit anything.

    name: without the prefix of the groups. Starting it aborts what an earlier one left open.
    Raises UsageError as `client_options` does.
    """
    return AIOKafkaProducer(
        **client_options(settings), **producer_options(settings), transactional_id=settings.group_prefix + name
    )


def producer_options(settings: Settings) -> dict[str, Any]:
    """Return the keyword arguments that make any aiokafka producer of ours idempotent, beside `client_options`."""
    return {
        "acks": "all",
        "enable_idempotence": True,
        "compression_type": "zstd",
        "max_request_size": max_message_bytes(settings) + DEAD_LETTERS.headroom,
        "linger_ms": 5,
    }


@asynccontextmanager
async def connected(make: Callable[[Settings], Client], settings: Settings) -> AsyncIterator[Client]:
    """Start the aiokafka client that ``make`` returns and stop it at the end.

    Raises UsageError as `client_options` does, and what `explain` returns: for whatever goes wrong at the start, and
    for aiokafka's own errors within the block.
    """
    await probe(settings)
    client: Any = make(settings)
    try:
        try:
            await client.start()
        except OSError as error:  # a TimeoutError, too
            raise explain(error, settings) from error
        yield client
    except KafkaError as error:
        raise explain(error, settings) from error
    finally:
        await _stop(client)


async def _stop(client: Any) -> None:
    """Stop a client. A consumer whose broker is away lets the cancellation of its own fetching through, and stays open."""
    task = asyncio.current_task()
    cancelled = task.cancelling() if task is not None else 0
    try:
        await (client.stop() if hasattr(client, "stop") else client.close())
    except asyncio.CancelledError:
        if not isinstance(client, AIOKafkaConsumer) or (task is not None and task.cancelling() > cancelled):
            raise
        fetching = list(client._fetcher._pending_tasks)  # noqa: SLF001  # see above
        for fetch in fetching:
            fetch.cancel()
        await asyncio.gather(*fetching, return_exceptions=True)
        await client._client.close()  # noqa: SLF001  # as above


async def probe(settings: Settings) -> None:
    """Connect as a client would, to one bootstrap address and to one of the brokers it names, and close again.

    aiokafka's clients only log why they cannot connect; this raises it: BrokerUnreachable or AuthenticationRefused in
    one line, UsageError as `client_options` does.
    """
    options = client_options(settings)
    del options["bootstrap_servers"]
    faults: list[EnvironmentFault] = []
    for host, port in _addresses(settings):
        try:
            brokers = await _brokers(host, port, options)
        except (KafkaError, OSError, EnvironmentFault) as error:
            fault = explain(error, settings, f"{host}:{port}")
            if isinstance(error, ConnectionError | ssl.SSLEOFError) and await _speaks_plaintext(host, port, options):
                fault = BrokerUnreachable(
                    f"Kafka at {host}:{port} speaks plaintext, KHABAR_SECURITY_PROTOCOL is {settings.security_protocol}"
                )
            faults.append(fault)
        else:
            await _reach_one(brokers, settings, f"{host}:{port}", options)
            return
    refused = [fault for fault in faults if isinstance(fault, AuthenticationRefused)]
    if refused or len(faults) == 1:
        raise [*refused, *faults][0]
    raise BrokerUnreachable("; ".join(map(str, faults)))


async def wait_for_broker(settings: Settings, timeout: float, say: Callable[[str], None] = lambda _: None) -> None:  # noqa: ASYNC109  # with its own last word
    """Wait until a broker answers, asking again after 0.25 s, then after twice as long each time, at most 5 s.

    timeout: in seconds. say: told why it waits, once per reason.
    Raises BrokerUnreachable after ``timeout``, AuthenticationRefused at once, UsageError as `client_options` does.
    """
    deadline = time.monotonic() + timeout
    reason = ""
    for pause in back_off():
        try:
            return await probe(settings)
        except BrokerUnreachable as fault:
            left = deadline - time.monotonic()
            if left <= 0:
                raise BrokerUnreachable(f"{fault} (waited {timeout:g} s)") from fault
            if str(fault) != reason:
                reason = str(fault)
                say(f"{reason}; waiting for it")
        await asyncio.sleep(min(pause, left))
    raise AssertionError


def back_off() -> Iterator[float]:
    """Return the pauses between tries, in seconds, without end."""
    pause, longest = BACK_OFF_SECONDS
    while True:
        yield pause
        pause = min(2 * pause, longest)


def explain(error: BaseException, settings: Settings, where: str = "") -> EnvironmentFault:
    """Turn what aiokafka, ssl or the system raised into a fault with one line that says what to do.

    where: ``host:port``, if one broker is meant. Never shows a secret.
    """
    if isinstance(error, EnvironmentFault):
        return error
    at = f"Kafka at {where or settings.bootstrap_servers}"
    for cause in _causes(error):
        for explanation in (_tls_fault, _refusal, _connection_fault):
            fault = explanation(cause, at, settings)
            if fault is not None:
                return fault
    if isinstance(error, UnknownTopicOrPartitionError):
        return EnvironmentFault(f"{at} lacks a topic, see khabar topics{_detail(error)}")
    return EnvironmentFault(f"{at}: {type(error).__name__}{_detail(error)}")


def _tls_fault(error: BaseException, at: str, settings: Settings) -> EnvironmentFault | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in HOST_MISMATCH:
            return AuthenticationRefused(f"{at} has a certificate for another host: {error.verify_message}")
        if error.verify_code == EXPIRED:
            return AuthenticationRefused(f"{at} has a certificate that has expired")
        known = f"the CA in {settings.ca_file}" if settings.ca_file else "a CA that this machine knows"
        return AuthenticationRefused(
            f"{at} has a certificate that is not signed by {known} ({error.verify_message}); set KHABAR_CA_FILE"
        )
    if isinstance(error, ssl.SSLError):
        return BrokerUnreachable(
            f"{at} did not complete the TLS handshake ({getattr(error, 'reason', None) or _one_line(error)})"
        )
    return None


def _refusal(error: BaseException, at: str, settings: Settings) -> EnvironmentFault | None:
    user = f"user {settings.sasl_username}" if settings.security_protocol.startswith("SASL") else "an unnamed user"
    match error:
        case SaslAuthenticationFailed():
            text = f"refused {user} or the password ({settings.sasl_mechanism})"
        case UnsupportedSaslMechanismError():
            text = f"does not take KHABAR_SASL_MECHANISM {settings.sasl_mechanism}"
        case IllegalSaslStateError():
            text = f"takes no user name, KHABAR_SECURITY_PROTOCOL is {settings.security_protocol}"
        case TopicAuthorizationFailedError():
            text = f"does not allow {user} this use of the topic{_detail(error)}"
        case GroupAuthorizationFailedError():
            text = f"does not allow {user} this use of the consumer group{_detail(error)}"
        case ClusterAuthorizationFailedError() | TransactionalIdAuthorizationFailed():
            text = f"does not allow {user} this operation{_detail(error)}"
        case _:
            return None
    return AuthenticationRefused(f"{at} {text}")


def _connection_fault(error: BaseException, at: str, settings: Settings) -> EnvironmentFault | None:
    match error:
        case asyncio.IncompleteReadError(expected=int(expected)) if protocol := FRAME_OF_OTHERS.get(expected >> 16):
            text = f" speaks {protocol}, KHABAR_SECURITY_PROTOCOL is {settings.security_protocol}"
        case asyncio.IncompleteReadError():
            text = " closed the connection"
        case socket.gaierror():
            text = ": the host name is not known"
        case ConnectionRefusedError():
            text = ": nothing listens there"
        case TimeoutError() | RequestTimedOutError() | KafkaTimeoutError():
            text = " does not answer in time"
        case NodeNotReadyError() | NoBrokersAvailable():
            text = " cannot be reached"
        case KafkaConnectionError() if error.__cause__ is None:
            text = " cannot be reached"
        case OSError():
            text = f": {error.strerror or type(error).__name__}"
        case _:
            return None
    return BrokerUnreachable(at + text)


def _detail(error: BaseException) -> str:
    """What aiokafka says beside the error's name and number."""
    return "".join(f": {' '.join(str(argument).split())}" for argument in error.args)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what led to it; an asyncio timeout's own cancellation leads nowhere."""
    step: BaseException | None = error
    while step is not None:
        yield step
        step = step.__cause__ or step.__context__


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def _addresses(settings: Settings) -> list[tuple[str, int]]:
    """Return each bootstrap host and port. Raises UsageError."""
    try:
        found = [(host, int(port)) for host, port, _ in collect_hosts(settings.bootstrap_servers, randomize=False)]
    except ValueError:
        found = []
    if not found or not all(host and "/" not in host and 0 < port <= HIGHEST_PORT for host, port in found):
        raise UsageError(f"KHABAR_BOOTSTRAP_SERVERS: {settings.bootstrap_servers!r} is not host:port, host:port, …")
    return found


async def _brokers(host: str, port: int, options: dict[str, Any]) -> set[tuple[str, int]]:
    """Return the addresses by which the brokers call themselves. Raises KafkaError, OSError, EnvironmentFault."""
    connection: AIOKafkaConnection = await create_conn(
        host, port, request_timeout_ms=int(PROBE_SECONDS * 1000), **options
    )
    try:
        metadata = await connection.send(MetadataRequest([]))
    except KafkaConnectionError as error:
        # A broker tells anyone its versions; one that wants a password hangs up at the next request.
        raise BrokerUnreachable(
            f"Kafka at {host}:{port} ends the talk at the first request; if it wants a user name and password:"
            f" KHABAR_SECURITY_PROTOCOL is {options.get('security_protocol', 'PLAINTEXT')}"
        ) from error
    finally:
        await connection.close()
    return {(broker_host, broker_port) for _, broker_host, broker_port, _ in metadata.brokers}


async def _reach_one(brokers: set[tuple[str, int]], settings: Settings, at: str, options: dict[str, Any]) -> None:
    """Raise BrokerUnreachable when no broker can be reached where the cluster says it is: a common misconfiguration."""
    if at in {f"{host}:{port}" for host, port in brokers}:
        return
    fault = BrokerUnreachable(f"Kafka at {at} knows of no broker yet")
    for host, port in sorted(brokers):
        try:
            await _brokers(host, port, options)
        except (KafkaError, OSError, EnvironmentFault) as error:
            reason = explain(error, settings, f"{host}:{port}")
            fault = BrokerUnreachable(
                f"Kafka at {at} sends its clients on, in vain (its advertised.listeners): {reason}"
            )
        else:
            return
    raise fault


async def _speaks_plaintext(host: str, port: int, options: dict[str, Any]) -> bool:
    if "ssl_context" not in options:
        return False
    try:
        await _brokers(host, port, {})
    except (KafkaError, OSError, EnvironmentFault):
        return False
    return True


def _ssl_context(settings: Settings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:  # an SSLError where the file holds no certificate
        reason = "holds no certificate in PEM" if isinstance(error, ssl.SSLError) else error.strerror
        raise UsageError(f"KHABAR_CA_FILE: {settings.ca_file}: {reason}") from error


def _password(settings: Settings) -> str:
    path = settings.sasl_password_file
    if path is None:
        raise UsageError("KHABAR_SASL_PASSWORD_FILE is not set")
    try:
        password = path.read_text("utf-8").partition("\n")[0].strip()
    except OSError as error:
        raise UsageError(f"KHABAR_SASL_PASSWORD_FILE: {path}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise UsageError(f"KHABAR_SASL_PASSWORD_FILE: {path}: not UTF-8") from None  # its text shows the content
    if not password:
        raise UsageError(f"KHABAR_SASL_PASSWORD_FILE: {path}: the first line is empty")
    return password


SASL_MESSAGES = (
    SaslAuthenticateRequest_v0,
    SaslAuthenticateRequest_v1,
    SaslAuthenticateRequest_v0.RESPONSE_TYPE,
    SaslAuthenticateRequest_v1.RESPONSE_TYPE,
)


def _holds_no_credentials(record: logging.LogRecord) -> bool:
    arguments = record.args if isinstance(record.args, tuple) else ()
    return not any(isinstance(argument, SASL_MESSAGES) for argument in arguments)


# At debug level aiokafka logs every request as it is: with PLAIN the password, with SCRAM what it can be guessed from.
logging.getLogger("aiokafka.conn").addFilter(_holds_no_credentials)
