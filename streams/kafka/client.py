"""From the settings to aiokafka's clients."""

import logging
import ssl
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.protocol.admin import SaslAuthenticateRequest_v0, SaslAuthenticateRequest_v1

from streams.errors import UsageError
from streams.settings import Settings
from streams.topics import DEAD_LETTERS, max_message_bytes


def client_options(settings: Settings) -> dict[str, Any]:
    """Return what every aiokafka client needs to find the brokers and to be let in.

    The password file is read at every call, so a changed password counts from the next client on.
    Raises UsageError naming the setting when the password file or the CA file cannot be used.
    """
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
    return AIOKafkaProducer(
        **client_options(settings),
        acks="all",
        enable_idempotence=True,
        compression_type="zstd",
        max_request_size=max_message_bytes(settings) + DEAD_LETTERS.headroom,
        linger_ms=5,
    )


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


def _holds_no_credentials(record: logging.LogRecord) -> bool:
    arguments = record.args if isinstance(record.args, tuple) else ()
    return not any(isinstance(argument, SASL_MESSAGES) for argument in arguments)


SASL_MESSAGES = (
    SaslAuthenticateRequest_v0,
    SaslAuthenticateRequest_v1,
    SaslAuthenticateRequest_v0.RESPONSE_TYPE,
    SaslAuthenticateRequest_v1.RESPONSE_TYPE,
)

# At debug level aiokafka logs every request as it is: with PLAIN the password, with SCRAM what it can be guessed from.
logging.getLogger("aiokafka.conn").addFilter(_holds_no_credentials)
