"""Apache Kafka's jars: named and pinned by ``kafka-jars.lock``, fetched once by their Maven coordinates.

Needs the extra ``khabar[local]``; import this module only where its absence is handled.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path

import requests
from jgo.config import GlobalSettings
from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import MavenContext

from streams.errors import UsageError

KAFKA_VERSION = "4.3.1"

DOWNLOADS_AT_ONCE = 4

TRIES = 3
"""Per jar."""


@dataclass(frozen=True)
class Jar:
    """One jar of the class path. ``sha256`` in lower-case hex."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file_name(self) -> str:
        """Its name in a flat folder; unique within the lock."""
        return f"{self.artifact}-{self.version}.jar"

    def is_at(self, path: Path) -> bool:
        """Say whether ``path`` holds exactly this jar."""
        try:
            return hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256
        except OSError:
            return False


def locked() -> list[Jar]:
    """Every jar of the class path, in the lock's order."""
    jars = []
    for line in resources.files("streams.kafka").joinpath("kafka-jars.lock").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            sha256, coordinate = line.split()
            group, artifact, version = coordinate.split(":")
            jars.append(Jar(group, artifact, version, sha256))
    return jars


def cache_folder() -> Path:
    """Where downloaded jars are kept: ``khabar/jars`` in the user's cache folder."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "khabar" / "jars"


def class_path(say: Callable[[str], None] = lambda _: None) -> list[Path]:
    """Return the path of every locked jar, downloading those that neither our cache nor Maven's holds.

    say: told in one line when a download begins and when it is done.
    Raises UsageError when a jar cannot be downloaded or is not the one that the lock names.
    """
    settings = GlobalSettings.load()
    folder = cache_folder()
    found: dict[Jar, Path] = {}
    jars = locked()
    for jar in jars:
        in_maven = settings.repo_cache.joinpath(*jar.group.split("."), jar.artifact, jar.version, jar.file_name)
        path = next(filter(jar.is_at, (folder / jar.file_name, in_maven)), None)
        if path is not None:
            found[jar] = path
    absent = [jar for jar in jars if jar not in found]
    if absent:
        say(f"Downloading Apache Kafka {KAFKA_VERSION} ({len(absent)} jars, once) ...")
        began = time.monotonic()
        repositories = {"central": MAVEN_CENTRAL_URL, **settings.repositories}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
                downloaded = pool.map(partial(_download, folder=folder, repositories=repositories), absent)
                found.update(zip(absent, downloaded, strict=True))
        except OSError as error:
            raise UsageError(f"cannot keep Apache Kafka's jars in {folder}: {error.strerror or error}") from error
        say(f"Downloaded Apache Kafka to {folder} in {time.monotonic() - began:.0f} s.")
    return [found[jar] for jar in jars]


def _download(jar: Jar, folder: Path, repositories: dict[str, str]) -> Path:
    """Fetch one jar into ``folder``: whole and checked, or not at all."""
    name = f"{jar.group}:{jar.artifact}:{jar.version}"
    reason = ""
    for attempt in range(TRIES):
        time.sleep(attempt)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".download-") as scratch:
            context = MavenContext(repo_cache=Path(scratch), local_repos=[], remote_repos=repositories, timeout=30)
            try:
                fetched = context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
            except requests.RequestException as error:
                reason = f"no connection to the Maven repository ({type(error).__name__})"
            except RuntimeError:  # jgo's word for any status but 200
                reason = "the Maven repository does not have it"
            else:
                if jar.is_at(fetched):
                    return fetched.replace(folder / jar.file_name)
                reason = "its checksum is not the locked one"
    raise UsageError(f"cannot download Apache Kafka: {name}: {reason}")
