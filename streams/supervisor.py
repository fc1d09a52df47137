"""Runs worker processes: starts them, restarts dead and stalled ones with back-off, passes SIGTERM on, ends with them."""

import fcntl
import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from streams import marks
from streams.errors import EnvironmentFault
from streams.kafka.client import HIGHEST_PORT
from streams.seeing.meters import Meters
from streams.seeing.port import Port
from streams.settings import Settings
from streams.stage import MAX_DEATHS
from streams.worker import EXIT_DEAD_LETTERS, EXIT_ENVIRONMENT, EXIT_REFUSED, EXIT_STOPPED

log = logging.getLogger(__name__)

FIRST_BACK_OFF = 0.5
LONGEST_BACK_OFF = 30.0
HEALTHY_SECONDS = 60.0
"""A process that ran this long is restarted without delay again."""

GRACE_SECONDS = 9.0
"""From SIGTERM to SIGKILL."""

POLL_SECONDS = 0.1

DEAD_SECONDS = 10.0
"""Without a look at the children, after which the supervisor itself counts as not alive."""

REASONS = ("died", "stalled", "worked too long")
"""Why a worker process is started again, as the metrics tell it."""


@dataclass
class Child:
    """One worker process and its place: a folder of its own, locked while we run.

    number: among all children, from 0. verdict: why we ended it, one of REASONS.
    """

    stage: str
    folder: Path
    lock: int
    number: int = 0
    verdict: str | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    back_off: float = 0.0
    due: float = 0.0

    @property
    def name(self) -> str:
        """Stage and place, as in the log."""
        return self.folder.name


@dataclass
class Supervisor:
    """Keeps ``processes`` workers of each stage running until SIGTERM or SIGINT, or until a stage gives up.

    environment: what the children get beside our own environment. program: what runs one of them.
    """

    settings: Settings
    stages: list[str]
    processes: int = 1
    create_topics: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    program: tuple[str, ...] = (sys.executable, "-m", "streams.worker")

    def __post_init__(self) -> None:
        self._stop = False
        self._exit_code = EXIT_STOPPED
        self._children: list[Child] = []
        self._meters = Meters()
        self._tended = time.monotonic()

    def run(self) -> int:
        """Run until stopped. Gives the exit code: 0, or that of the stage that gave up. Raises EnvironmentFault."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        for stage in self.stages:
            self._children += [self._place(stage) for _ in range(self.processes)]
        for place, child in enumerate(self._children):
            child.number = place
        Port(self.settings.metrics_host, self.settings.metrics_port, self._meters.registry, self.live, self.ready)
        while not self._stop:
            for child in self._children:
                self._tend(child)
            self._tended = time.monotonic()
            time.sleep(POLL_SECONDS)
        self._end()
        return self._exit_code

    def live(self) -> str | None:
        """Why the supervisor does not get on; None: it does."""
        silent = time.monotonic() - self._tended
        return f"its workers were not looked after for {silent:.0f} s" if silent > DEAD_SECONDS else None

    def ready(self) -> str | None:
        """Which workers do not take records; None: all do."""
        waiting = [
            child.name for child in self._children if child.process is None or marks.told(child.folder) != marks.READY
        ]
        return f"not ready: {', '.join(waiting)}" if waiting else None

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop = True

    def _deaths(self, stage: str) -> Path:
        return self.settings.state_dir / f"{stage}-deaths"

    def _place(self, stage: str) -> Child:
        """Take the first folder of the stage that no other supervisor holds."""
        number = 0
        while True:
            folder = self.settings.state_dir / f"{stage}-{number}"
            try:
                self._deaths(stage).mkdir(parents=True, exist_ok=True)
                folder.mkdir(exist_ok=True)
                lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError as error:
                raise EnvironmentFault(f"KHABAR_STATE_DIR {self.settings.state_dir}: {error.strerror}") from None
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                number += 1
                continue
            child = Child(stage, folder, lock)
            self._bury(child)  # a mark that stands here is of a process that died with its supervisor
            return child

    def _tend(self, child: Child) -> None:
        """Start the child when it is due, notice its death, end it when it works on one record for too long."""
        now = time.monotonic()
        if child.process is None:
            if now >= child.due:
                self._start(child)
            return
        code = child.process.poll()
        if code is None:
            mark = marks.read(child.folder)
            if mark is not None and mark.seconds > self.settings.work_timeout:
                log.error(
                    "%s: %s took longer than %g s, ending it", child.name, mark.record, self.settings.work_timeout
                )
                child.verdict = "worked too long"
                child.process.kill()
            elif child.verdict is None and (state := marks.told(child.folder)).startswith(marks.STALLED):
                log.error("%s is stalled: %s; ending it", child.name, state.removeprefix(marks.STALLED))
                child.verdict = "stalled"
                child.process.kill()
            return
        child.process = None
        self._meters.workers.labels(child.stage).dec()
        if code in (EXIT_DEAD_LETTERS, EXIT_REFUSED):
            log.error("%s gave up; stopping all", child.name)
            self._exit_code = code
            self._stop = True
            return
        self._bury(child)
        self._put_off(child, healthy=now - child.started > HEALTHY_SECONDS)
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        self._meters.restarts.labels(child.stage, child.verdict or "died").inc()
        log.error("%s ended with %s; restarting it in %g s", child.name, how, child.back_off)

    def _put_off(self, child: Child, *, healthy: bool) -> None:
        """Let the child's next start be due later, each time twice as late unless it was healthy."""
        child.back_off = FIRST_BACK_OFF if healthy or not child.back_off else min(child.back_off * 2, LONGEST_BACK_OFF)
        child.due = time.monotonic() + child.back_off

    def _start(self, child: Child) -> None:
        try:
            self._spawn(child)
        except OSError as error:  # a full disk or no memory: its end is worth waiting for, as in a worker
            self._put_off(child, healthy=False)
            log.error("%s cannot be started: %s; trying again in %g s", child.name, error, child.back_off)
            return
        child.started = time.monotonic()
        self._meters.workers.labels(child.stage).inc()

    def _spawn(self, child: Child) -> None:
        """Start the child's process. Raises OSError."""
        marks.tell(child.folder, marks.STARTING)
        child.verdict = None
        port = self.settings.metrics_port and min(self.settings.metrics_port + 1 + child.number, HIGHEST_PORT)
        child.process = subprocess.Popen(  # noqa: S603  # our own module with our own arguments
            [
                *self.program,
                child.stage,
                str(child.folder),
                str(os.getpid()),
                "create" if self.create_topics else "wait",
            ],
            env=os.environ | self.environment | {"KHABAR_METRICS_PORT": str(port)},
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the supervisor, which then tells its children once
        )
        log.info("%s started as process %d", child.name, child.process.pid)

    def _bury(self, child: Child) -> None:
        try:
            death = marks.count_death(child.folder, self._deaths(child.stage))
        except OSError as error:
            log.error("%s: its death cannot be noted: %s", child.name, error)
            return
        if death is not None:
            record, count = death
            verdict = "; it goes to dead letters" if count >= MAX_DEATHS else ""
            log.error("%s died while working on %s, death %d of %d%s", child.name, record, count, MAX_DEATHS, verdict)

    def _end(self) -> None:
        """Stop all children, the slow ones by force."""
        running = [child for child in self._children if child.process is not None]
        for child in running:
            if child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in running:
            if child.process is None:
                continue
            try:
                code = child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("%s did not stop in %g s, ending it", child.name, GRACE_SECONDS)
                child.process.kill()
                code = child.process.wait()
            if code != EXIT_STOPPED and self._exit_code == EXIT_STOPPED:
                self._exit_code = EXIT_ENVIRONMENT
