import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.errors import UsageError
from streams.kafka import jars


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the standard library's name
        pass


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty Maven repository behind HTTP, the only one, and empty caches."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("M2_REPO", str(tmp_path / "m2"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(jars, "TRIES", 1)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        monkeypatch.setattr(jars, "MAVEN_CENTRAL_URL", f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield folder
        server.shutdown()
        thread.join()


@pytest.fixture
def two_jars(repository: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Two jars in that repository, and the lock with their checksums."""
    names = ["one", "two"]
    paths = [repository / "org" / "example" / name / "1.0" / f"{name}-1.0.jar" for name in names]
    for name, path in zip(names, paths, strict=True):
        path.parent.mkdir(parents=True)
        path.write_bytes(name.encode())
    checksums = [
        "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed",
        "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3",
    ]
    locked = [jars.Jar("org.example", name, "1.0", sha256) for name, sha256 in zip(names, checksums, strict=True)]
    monkeypatch.setattr(jars, "locked", lambda: locked)
    return paths


def test_the_lock_pins_kafka_and_names_no_host() -> None:
    locked = jars.locked()
    assert ("org.apache.kafka", "kafka_2.13", jars.KAFKA_VERSION) in {
        (jar.group, jar.artifact, jar.version) for jar in locked
    }
    assert len({jar.file_name for jar in locked}) == len(locked) == 46
    assert all(len(jar.sha256) == 64 for jar in locked)
    assert "://" not in Path(jars.__file__).with_name("kafka-jars.lock").read_text("utf-8")


def test_downloads_once_and_says_so(two_jars: list[Path], tmp_path: Path) -> None:
    said: list[str] = []
    folder = tmp_path / "cache" / "khabar" / "jars"
    assert jars.class_path(said.append) == [folder / "one-1.0.jar", folder / "two-1.0.jar"]
    assert said[0] == "Downloading Apache Kafka 4.3.1 (2 jars, once) ..."
    assert said[1].startswith(f"Downloaded Apache Kafka to {folder} in ")
    for path in two_jars:
        path.unlink()
    assert [path.read_bytes() for path in jars.class_path(said.append)] == [b"one", b"two"]
    assert len(said) == 2
    assert {path.name for path in folder.iterdir()} == {"one-1.0.jar", "two-1.0.jar"}


def test_takes_what_maven_has_if_it_is_the_locked_one(two_jars: list[Path], tmp_path: Path) -> None:
    for path, content in zip(two_jars, (b"one", b"changed"), strict=True):
        in_maven = tmp_path / "m2" / path.relative_to(tmp_path / "repository")
        in_maven.parent.mkdir(parents=True)
        in_maven.write_bytes(content)
    first, second = jars.class_path()
    assert first.is_relative_to(tmp_path / "m2")
    assert second.is_relative_to(tmp_path / "cache")
    assert second.read_bytes() == b"two"


def test_repairs_a_damaged_cache(two_jars: list[Path], tmp_path: Path) -> None:
    first, _ = jars.class_path()
    first.write_bytes(b"")
    assert jars.class_path()[0].read_bytes() == b"one"


def test_refuses_what_is_not_the_locked_jar(two_jars: list[Path], tmp_path: Path) -> None:
    two_jars[1].write_bytes(b"changed")
    with pytest.raises(
        UsageError,
        match=r"^cannot download Apache Kafka: org.example:two:1.0: its checksum is not the locked one$",
    ):
        jars.class_path()
    assert {path.name for path in (tmp_path / "cache" / "khabar" / "jars").iterdir()} == {"one-1.0.jar"}


def test_says_what_the_repository_lacks(two_jars: list[Path]) -> None:
    two_jars[0].unlink()
    with pytest.raises(UsageError, match=r"org.example:one:1.0: the Maven repository does not have it$"):
        jars.class_path()


def test_says_that_there_is_no_connection(two_jars: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars, "MAVEN_CENTRAL_URL", "http://127.0.0.1:1")
    with pytest.raises(UsageError, match=r"no connection to the Maven repository \(ConnectionError\)$"):
        jars.class_path()


def test_says_that_it_cannot_keep_them(two_jars: list[Path], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    with pytest.raises(UsageError, match=r"^cannot keep Apache Kafka's jars in .*: Not a directory$"):
        jars.class_path()
