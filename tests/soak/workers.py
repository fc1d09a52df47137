"""Supervisors with their worker processes, started so that workers obey orders at named points."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

SUPERVISE = """
import sys
from streams import log, settings, supervisor, worker
worker.die_with_parent(int(sys.argv[1]))
s = settings.load()
log.configure(s, "test")
program = (sys.executable, sys.argv[2])
sys.exit(supervisor.Supervisor(s, sys.argv[3:], program=program).run())
"""

PROGRAM = Path(__file__).with_name("pointed_worker.py")

STAGES = ("clean", "extract")

STOP_SECONDS = 60.0
"""For a supervisor after SIGTERM; it gives its workers nine."""


@dataclass
class Site:
    """One supervisor: its process and its log."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def running(self) -> bool:
        """Whether the supervisor has not ended."""
        return self.process.poll() is None

    @property
    def supervisor(self) -> psutil.Process:
        """The supervisor's process. Raises psutil.NoSuchProcess when it has ended."""
        return psutil.Process(self.process.pid)

    def workers(self, stage: str | None = None) -> list[psutil.Process]:
        """The living worker processes, of one stage or of all."""
        try:
            children = self.supervisor.children()
        except psutil.NoSuchProcess:
            return []
        return [child for child in children if (command := _command(child)) and (stage is None or stage in command)]


def _command(process: psutil.Process) -> list[str]:
    """Of a living process; empty when it lives no more."""
    try:
        return process.cmdline() if process.status() != psutil.STATUS_ZOMBIE else []
    except psutil.NoSuchProcess:
        return []


@dataclass
class Workers:
    """All supervisors of a run.

    environment: of the workers. folder: for logs, orders and state. restarts: worker processes that were started.
    """

    environment: dict[str, str]
    folder: Path
    sites: list[Site] = field(default_factory=list)
    logs: list[Path] = field(default_factory=list)
    exit_codes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.orders.mkdir(parents=True, exist_ok=True)

    @property
    def orders(self) -> Path:
        """Where orders lie, see pointed_worker.py."""
        return self.folder / "orders"

    def start(self) -> Site:
        """Start one more supervisor with a worker of each stage."""
        log = self.folder / f"workers-{len(self.logs)}.log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("KHABAR_")}
        own = {"KHABAR_STATE_DIR": str(self.folder / "state"), "KHABAR_TEST_ORDERS": str(self.orders)}
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-c", SUPERVISE, str(os.getpid()), str(PROGRAM), *STAGES],
                env=inherited | {"KHABAR_METRICS_PORT": "0"} | own | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        site = Site(process, log)
        self.logs.append(log)
        self.sites.append(site)
        return site

    def all(self, stage: str | None = None) -> list[psutil.Process]:
        """The living worker processes of all supervisors."""
        return [worker for site in self.sites for worker in site.workers(stage)]

    def supervisors(self) -> list[psutil.Process]:
        """The supervisors that run."""
        return [site.supervisor for site in self.sites if site.running]

    async def stop(self, site: Site) -> int:
        """SIGTERM; gives the exit code."""
        site.process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(site.process.wait, STOP_SECONDS)
        self.sites.remove(site)
        self.exit_codes.append(code)
        return code

    async def kill(self, site: Site) -> None:
        """SIGKILL, to the supervisor alone; its workers must die with it."""
        workers = site.workers()
        site.process.kill()
        await asyncio.to_thread(site.process.wait)
        self.sites.remove(site)
        _, alive = await asyncio.to_thread(psutil.wait_procs, workers, 15)
        if alive:
            raise AssertionError(f"workers outlived their supervisor: {alive}")

    def end(self) -> None:
        """End whatever is left, frozen or not."""
        for site in self.sites:
            for worker in site.workers():
                worker.kill()
            site.process.kill()
            site.process.wait()
        self.sites.clear()

    def said(self, words: str) -> int:
        """How often the logs hold these words."""
        return sum(log.read_text(errors="replace").count(words) for log in self.logs)

    async def says(self, words: str, times: int, seconds: float) -> None:
        """Wait until the logs hold these words so often."""
        deadline = time.monotonic() + seconds
        while self.said(words) < times:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{words!r} stands {self.said(words)} times in the logs, not {times}")
            await asyncio.sleep(0.2)
