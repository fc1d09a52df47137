"""Workers over SASL_SSL with SCRAM, and what an operator reads when the way to the broker is wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams.kafka.broker import LocalBroker
from streams.settings import Settings
from streams.topics import ENRICHED, RAW
from streams.worker import EXIT_REFUSED

PASSWORD = "correct horse, سرّ"  # noqa: S105  # of a broker that lives for one test module


@pytest.fixture(scope="module")
def guarded_broker() -> Iterator[LocalBroker]:
    with LocalBroker(sasl={"khabar": PASSWORD}) as running:
        yield running


@pytest.fixture
def settings(guarded_broker: LocalBroker, tmp_path: Path) -> Settings:
    secret = tmp_path / "password"
    secret.write_text(PASSWORD + "\n")
    return Settings(
        _env_file=None,
        bootstrap_servers=guarded_broker.sasl_bootstrap_servers,
        security_protocol="SASL_SSL",
        sasl_username="khabar",
        sasl_password_file=secret,
        ca_file=guarded_broker.ca_file,
        topic_prefix=f"{tmp_path.name}.",
        group_prefix=f"{tmp_path.name}.",
        state_dir=tmp_path / "state",
    )


async def test_the_whole_path_runs_over_sasl_ssl_with_scram(
    settings: Settings, start: Any, produce: Any, until: Any
) -> None:
    workers = start("--create-topics")
    await workers.says("clean-0 ready")
    await workers.says("extract-0 ready")
    value = orjson.dumps({"url": "https://a.example/1", "text": "وصل الوفد إلى مدينة حمص صباح الأحد."})
    await produce(RAW.full_name(settings), value)
    await until(ENRICHED.full_name(settings), 1)
    assert await workers.stop() == 0
    assert PASSWORD not in workers.text()


async def test_a_wrong_password_ends_the_worker_with_one_clear_line(
    settings: Settings, start: Any, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not the password")
    workers = start("clean", KHABAR_SASL_PASSWORD_FILE=str(wrong))
    assert await workers.ends() == EXIT_REFUSED
    lines = [line for line in workers.text().splitlines() if "ERROR" in line]
    assert len(lines) == 2, workers.text()
    assert "khabar" in lines[0]
    assert "refuse" in lines[0].lower()
    assert "clean-0 gave up" in lines[1]
    assert "not the password" not in workers.text()


async def test_an_unreachable_broker_is_waited_for_and_said_once(settings: Settings, start: Any) -> None:
    workers = start("clean", KHABAR_BOOTSTRAP_SERVERS="127.0.0.1:1")
    await workers.says("127.0.0.1:1")
    await workers.says("waiting for it")
    assert await workers.stop() == 0
    assert "Traceback" not in workers.text()
    assert workers.text().count("waiting for it") == 1
