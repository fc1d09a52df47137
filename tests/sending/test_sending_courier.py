"""From an alert to a destination: messages, signatures, tries, addresses, and that no secret is told."""

import base64
import hashlib
import hmac
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas import Alert
from streams.errors import UsageError
from streams.sending.courier import Courier, GivenUp
from streams.sending.destinations import read_destinations
from streams.sending.messages import message
from streams.sending.tries import fault_of, pause
from streams.sending.webhook import signature
from tests.sending.conftest import Receiver

MakeAlert = Callable[..., Alert]


class Tried:
    """A courier to one destination, and the pauses that it made."""

    def __init__(self, tmp_path: Path, text: str, *, tries: int = 4, allow_private: bool = True) -> None:
        file = tmp_path / "destinations.yaml"
        file.write_text(text)
        self.pauses: list[float] = []
        self.courier = Courier(read_destinations(file), tries=tries, allow_private=allow_private, sleep=self._note)

    async def _note(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def bring(self, alert: Alert, name: str = "hook") -> GivenUp | None:
        async with self.courier as courier:
            try:
                await courier.bring(name, message(alert))
            except GivenUp as fault:
                return fault
        return None


@pytest.fixture
def tried(tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Tried]:
    """``tried(tries=2)``: a courier to a webhook at the receiver."""
    monkeypatch.setenv("HOOK_SECRET", "s3cret-of-hook")
    text = f"hook: {{webhook: '{receiver.url('/hook?token=t0ken')}', secret: {{env: HOOK_SECRET}}}}"
    return lambda **options: Tried(tmp_path, text, **options)


def test_a_message_is_in_both_languages_and_steers_no_terminal(alert: MakeAlert) -> None:
    made = message(alert(1))
    assert made.title == "[warning] قتلى | Killed"
    assert made.text.splitlines() == [
        "Twelve killed",
        "قتلى: العدد 12",
        "Killed: count 12",
        "news.example · 2026-11-20",
        "https://news.example/1",
    ]
    assert Alert.from_json(made.value) == alert(1)


def test_the_key_is_the_same_for_every_try_and_another_for_what_got_worse(alert: MakeAlert) -> None:
    keys = [message(alert(1, **changes)).key for changes in ({}, {}, {"count": 13}, {"level": "critical"})]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_signatures_are_those_of_standard_webhooks() -> None:
    body = b'{"test": 2432232314}'
    signed = signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    with pytest.raises(ValueError, match="base64"):
        signature("whsec_*", "k", 1, body)


async def test_a_webhook_gets_the_alert_signed_with_its_key(
    tried: Callable[..., Tried], alert: MakeAlert, receiver: Receiver
) -> None:
    assert await tried().bring(alert(1)) is None
    ((path, headers, body),) = receiver.requests
    assert path == "/hook"
    assert orjson.loads(body)["rule"]["id"] == "killed"
    assert headers["content-type"] == "application/json"
    assert headers["idempotency-key"] == headers["webhook-id"] == message(alert(1)).key
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(b"s3cret-of-hook", signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_what_passes_is_tried_again_with_the_same_key(
    tried: Callable[..., Tried], alert: MakeAlert, receiver: Receiver, status: int
) -> None:
    receiver.statuses = [status, status]
    one = tried()
    assert await one.bring(alert(1)) is None
    assert one.pauses == [1, 2]
    assert len(receiver.keys()) == 3
    assert len(set(receiver.keys())) == 1


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410, 422])
async def test_what_does_not_pass_is_given_up_at_once(
    tried: Callable[..., Tried], alert: MakeAlert, receiver: Receiver, status: int
) -> None:
    receiver.statuses = [status]
    receiver.headers = {"location": "/elsewhere"}
    fault = await tried().bring(alert(1))
    assert fault is not None
    assert (fault.code, fault.message, fault.attempts) == ("delivery_refused", f"hook: status {status}", 1)
    assert len(receiver.requests) == 1


async def test_in_the_end_it_is_given_up(tried: Callable[..., Tried], alert: MakeAlert, receiver: Receiver) -> None:
    receiver.statuses = [500] * 9
    one = tried()
    fault = await one.bring(alert(1))
    assert fault is not None
    assert (fault.code, fault.attempts, one.pauses) == ("delivery_failed", 4, [1, 2, 4])


async def test_a_destination_that_asks_for_patience_gets_it(
    tried: Callable[..., Tried], alert: MakeAlert, receiver: Receiver
) -> None:
    receiver.statuses, receiver.headers = [429, 503], {"retry-after": "30"}
    one = tried()
    assert await one.bring(alert(1)) is None
    assert one.pauses == [30, 30]


def test_pauses_and_wishes_are_bounded() -> None:
    assert [pause(tries, None) for tries in (1, 2, 6, 7, 99)] == [1, 2, 32, 60, 60]
    assert pause(1, 10_000.0) == 600
    assert pause(3, 0.5) == 4
    later = fault_of(503, "Wed, 21 Oct 2026 07:28:00 GMT")
    assert later is not None
    assert later.retry_after is None


async def test_nobody_listens(tmp_path: Path, alert: MakeAlert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", "x")
    text = "hook: {webhook: 'http://127.0.0.1:1/', secret: {env: HOOK_SECRET}}"
    fault = await Tried(tmp_path, text, tries=2).bring(alert(1))
    assert fault is not None
    assert (fault.code, fault.message) == ("delivery_failed", "hook: no connection, or it broke")


async def test_an_answer_that_does_not_come_is_not_waited_for(
    tried: Callable[..., Tried], alert: MakeAlert, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.sending.webhook.TRY_SECONDS", 0.2)
    receiver.hang = True
    fault = await tried(tries=1).bring(alert(1))
    assert fault is not None
    assert fault.message == "hook: no answer in 0.2 s"


async def test_only_public_addresses_unless_allowed(
    tried: Callable[..., Tried], alert: MakeAlert, receiver: Receiver
) -> None:
    fault = await tried(allow_private=False).bring(alert(1))
    assert fault is not None
    assert (fault.code, fault.attempts) == ("delivery_refused", 1)
    assert fault.message == "hook: the address is not public (see --allow-private)"
    assert receiver.requests == []


async def test_apprise_sends_to_its_services_and_only_to_public_addresses(
    tmp_path: Path, alert: MakeAlert, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for host in ("127.0.0.1", "localhost"):
        monkeypatch.setenv("DESK", f"json://{host}:{receiver.port}/desk")
        text = "desk: {apprise: {env: DESK}}"
        fault = await Tried(tmp_path, text, allow_private=False).bring(alert(1), "desk")
        assert fault is not None
        assert (fault.code, fault.attempts) == ("delivery_refused", 1)
        assert receiver.requests == []
    assert await Tried(tmp_path, text).bring(alert(1), "desk") is None
    ((path, _, body),) = receiver.requests
    sent = orjson.loads(body)
    assert path == "/desk"
    assert (sent["title"], sent["type"]) == ("[warning] قتلى | Killed", "warning")
    assert "قتلى: العدد 12" in sent["message"]


async def test_apprise_is_tried_again_and_does_not_know_every_service(
    tmp_path: Path, alert: MakeAlert, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK", f"json://127.0.0.1:{receiver.port}/desk")
    receiver.statuses = [500]
    one = Tried(tmp_path, "desk: {apprise: {env: DESK}}")
    assert await one.bring(alert(1), "desk") is None
    assert one.pauses == [1]
    monkeypatch.setenv("DESK", "nosuch://127.0.0.1")
    fault = await Tried(tmp_path, "desk: {apprise: {env: DESK}}").bring(alert(1), "desk")
    assert fault is not None
    assert (fault.code, fault.message) == ("delivery_refused", "desk: apprise knows no such service")


async def test_a_destination_that_there_is_not(tried: Callable[..., Tried], alert: MakeAlert) -> None:
    fault = await tried().bring(alert(1), "absent")
    assert fault is not None
    assert (fault.code, fault.attempts) == ("no_such_destination", 0)


async def test_no_secret_is_told(
    tmp_path: Path,
    tried: Callable[..., Tried],
    alert: MakeAlert,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.statuses = [500, 404]
    faults = [await tried().bring(alert(1))]
    monkeypatch.setenv("DESK", f"json://user:passw0rd@127.0.0.1:{receiver.port}/t0ken")
    receiver.statuses = [500, 500]
    faults.append(await Tried(tmp_path, "desk: {apprise: {env: DESK}}", tries=2).bring(alert(1), "desk"))
    told = caplog.text + "".join(capfd.readouterr()) + "".join(str(fault) for fault in faults)
    assert "hook: status 500; trying again" in told
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("streams", "apprise")))
    for secret in ("s3cret", "t0ken", "passw0rd"):
        assert secret not in ours + "".join(str(fault) for fault in faults)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("hook: {}", "hook: needs either apprise or webhook"),
        ("hook: {webhook: 'https://a.example'}", "hook: a webhook needs a secret"),
        ("hook: {webhook: 'ftp://a.example', secret: {env: HOOK}}", "hook: webhook is no https or http URL"),
        ("hook: {apprise: 'json://a.example'}", "hook.apprise: "),
        ("hook: {apprise: {env: HOOK, file: x}}", "hook.apprise: needs either env or file"),
        ("hook: {apprise: {env: ABSENT}}", "hook: the environment variable ABSENT is empty"),
        ("hook: {apprise: {file: /nonexistent/secret}}", "hook: /nonexistent/secret: No such file or directory"),
        ("Hook Name: {apprise: {env: HOOK}}", "Hook Name"),
        ("[1]", "Input should be a valid dictionary"),
        ("hook: [", "line 1"),
        ("hook: {apprise: {env: HOOK}, levl: info}", "hook.levl: Extra inputs"),
    ],
)
def test_a_file_of_destinations_that_is_none(
    tmp_path: Path, text: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", "very-s3cret")
    file = tmp_path / "d.yaml"
    file.write_text(text)
    with pytest.raises(UsageError) as refused:
        read_destinations(file)
    assert complaint in str(refused.value)
    assert str(refused.value).startswith(f"{file}: ")
    assert "s3cret" not in str(refused.value)


def test_secrets_come_from_files_and_may_change(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("json://one.example\nsecond line\n")
    (tmp_path / "d.yaml").write_text(
        f"mail: {{apprise: {{file: secret}}}}\nhook: {{webhook: {{file: {secret}}}, secret: {{file: secret}}}}"
    )
    found = read_destinations(tmp_path / "d.yaml")
    assert found["mail"].address() == "json://one.example"
    secret.write_text("json://two.example")
    assert [found[name].address() for name in ("mail", "hook")] == ["json://two.example"] * 2
    absent: Any = tmp_path / "absent.yaml"
    with pytest.raises(UsageError, match="No such file"):
        read_destinations(absent)
