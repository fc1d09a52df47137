"""Articles through the stages without a broker: from files or a pipe, in order, with bounded memory.

The value that comes out is byte for byte the one that the workers put on the topic, as both call `streams.stage.work`.
"""

import base64
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Queue
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Literal, Self

import orjson
from pydantic import TypeAdapter, ValidationError

from schemas.raw import Instant
from streams.errors import RecordFault, UsageError
from streams.pipeline import CLEAN, EXTRACT, Stage, configured
from streams.settings import Settings
from streams.stage import Incoming, work
from streams.wire import header

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

Choice = Literal["clean", "extract", "all"]

PAGES = {".html": "text/html", ".htm": "text/html", ".txt": "text/plain"}
LINES = (".jsonl", ".ndjson")

ATTEMPTS = 3
"""So many processes may die over one record, as the fault killed_worker says."""

READ_AHEAD = 4
"""Records for each process that are read before their turn to be written."""


@dataclass(frozen=True)
class Done:
    """What became of one record: its value, or the code and message of the fault that stands in its place."""

    value: bytes = b""
    code: str | None = None
    message: str | None = None

    @classmethod
    def fault(cls, fault: RecordFault) -> Self:
        """The record failed."""
        return cls(code=fault.code, message=fault.message)

    def line(self, name: str) -> bytes:
        """One line of output. name: of the input, see Input; a fault tells it."""
        if self.code is None:
            return self.value + b"\n"
        # A record has no lines that a reader knows of, and "line 1" beside the number of its own would mislead.
        message = self.message and self.message.removeprefix("line 1 ")
        return orjson.dumps({"error": {"code": self.code, "message": message, "input": name}}) + b"\n"


Task = bytes | RecordFault
"""The value of one record; or why it could not even be read."""


@dataclass(frozen=True)
class Input:
    """One record as it was read. name: the file, and with more than one record in it the line: ``bad.jsonl:2``."""

    task: Task
    name: str


@dataclass(frozen=True)
class Source:
    """A file to read. folder: whose name the records of pages take as their source."""

    path: str
    folder: Path


def stages_of(choice: Choice) -> tuple[Stage, ...]:
    """The stages that a choice of the command line names."""
    return {"clean": (CLEAN,), "extract": (EXTRACT,), "all": (CLEAN, EXTRACT)}[choice]


def run_stages(task: Task, stages: Sequence[Stage], settings: Settings) -> Done:
    """Take one record through the stages. Raises EnvironmentFault when the machine is at fault, not the record."""
    if isinstance(task, RecordFault):
        return Done.fault(task)
    value = task
    for stage in stages:
        result = work(stage, settings, Incoming("enrich", 0, 0, None, None, value))
        if result.code is not None:
            return Done(code=result.code, message=header(result.headers, "khabar-error-message"))
        value = result.value or b""
    return Done(value)


def hush(settings: Settings) -> None:
    """Keep the log of failing stages off the terminal: each fault stands in the output, tracebacks are for debugging."""
    if settings.log_level != "debug":
        logging.getLogger("streams.stage").setLevel(logging.CRITICAL)


def sources(paths: Iterable[str], choice: Choice) -> list[Source]:
    """The files to read: of a folder the pages in it and below, in the order of their paths.

    Raises UsageError when a file's name does not tell what it holds, or it holds what this stage does not take.
    """
    found = []
    for path in paths:
        suffix = Path(path).suffix.lower()
        is_folder = path != "-" and Path(path).is_dir()
        if choice == "extract" and (is_folder or suffix in PAGES):
            raise UsageError(f"{path}: --stage extract takes cleaned records (.jsonl or -)")
        if is_folder:
            pages = sorted(_pages_in(Path(path)), key=os.fsencode)
            if not pages:
                raise UsageError(f"{path}: no {', '.join(PAGES)} in this folder")
            found += [Source(str(page), Path(path)) for page in pages]
        elif path != "-" and suffix not in (*PAGES, *LINES):
            raise UsageError(f"{path}: the name ends in none of {', '.join((*PAGES, *LINES))}")
        else:
            found.append(Source(path, Path(path).parent))
    return found


def _pages_in(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise error

    for parent, _, names in os.walk(folder, onerror=refuse):
        for name in names:
            if not name.startswith(".") and Path(name).suffix.lower() in PAGES:
                yield Path(parent, name)


def instant(text: str) -> str:
    """A time in UTC as it stands in records. Raises UsageError when it is not RFC 3339."""
    try:
        return TypeAdapter(Instant).validate_python(text)
    except ValidationError as error:
        raise UsageError(f"{text!r}: {error.errors()[0]['msg']}") from None


def read(
    sources: Iterable[Source], settings: Settings, fetched_at: str | None, read: Callable[[int], None]
) -> Iterator[Input]:
    """The records of the files, in order.

    A page is one record, with the name of its folder as its source; other files, and ``-``, hold one record a line.
    Blank lines are skipped.

    fetched_at: when the pages were fetched, see `instant`.
    read: called with the number of bytes after each record.
    Raises OSError for a file that cannot be read.
    """
    for source in sources:
        path = source.path
        if path == "-":
            # A reader of our own: the interpreter closes its at the end, and cannot while a thread waits for a line.
            with os.fdopen(os.dup(0), "rb") as file:
                yield from _lines(file, path, settings.max_record_bytes, read)
        elif Path(path).suffix.lower() in PAGES:
            yield Input(_page(source, settings.max_record_bytes, fetched_at, read), path)
        else:
            with Path(path).open("rb") as file:
                yield from _lines(file, path, settings.max_record_bytes, read)


def _lines(file: BinaryIO, path: str, max_bytes: int, read: Callable[[int], None]) -> Iterator[Input]:
    number = 0
    while line := file.readline(max_bytes + 2):  # with its line end, at most two bytes longer than its value
        number += 1
        size = len(line)
        value = line.rstrip(b"\r\n")
        if len(value) > max_bytes:
            while not line.endswith(b"\n") and (line := file.readline(max_bytes)):
                size += len(line)
            yield Input(RecordFault("record_too_large", f"{size} bytes, {max_bytes} are allowed"), f"{path}:{number}")
        elif value.strip():
            yield Input(value, f"{path}:{number}")
        read(size)


def _page(source: Source, max_bytes: int, fetched_at: str | None, read: Callable[[int], None]) -> Task:
    path = Path(source.path)
    with path.open("rb") as file:
        content = file.read(max_bytes + 1)
    read(path.stat().st_size)
    if len(content) > max_bytes:
        return RecordFault("record_too_large", f"{path.stat().st_size} bytes, {max_bytes} are allowed")
    record = {"source": os.fsencode(source.folder.resolve().name).decode("utf-8", "replace") or "file"}
    if fetched_at is not None:
        record["fetched_at"] = fetched_at
    media_type = PAGES[path.suffix.lower()]
    try:
        if media_type == "text/plain":
            return orjson.dumps({**record, "text": content.decode("utf-8-sig")})
    except UnicodeDecodeError:
        pass  # in an older encoding, which the clean stage finds out
    return orjson.dumps({**record, "content_base64": base64.b64encode(content).decode(), "content_type": media_type})


def results(
    inputs: Iterable[Input], stages: Sequence[Stage], settings: Settings, processes: int
) -> Iterator[tuple[Input, Done]]:
    """What becomes of each record, in order.

    processes: with more than one, records are worked on side by side, and a process that dies over a record costs that
    record only. Raises EnvironmentFault as `run_stages` does, UsageError as `configured` does.
    """
    set_up = [configured(stage, settings) for stage in stages]
    if processes == 1:
        for one in inputs:
            yield one, run_stages(one.task, set_up, settings)
        return
    with _Pool(stages, settings, processes) as pool:
        yield from pool.results(inputs)


class _Pool:
    """Child processes, each behind a thread that hands it one record at a time and waits for the answer."""

    def __init__(self, stages: Sequence[Stage], settings: Settings, processes: int) -> None:
        self._arguments = ([stage.name for stage in stages], settings)
        self._context = multiprocessing.get_context("spawn")  # threads are running, so no fork
        self._threads = ThreadPoolExecutor(processes)
        self._local = threading.local()
        self._children: set[BaseProcess] = set()
        self._guard = threading.Lock()
        self._room = threading.Semaphore(READ_AHEAD * processes)
        self._closing = False
        resource_tracker.ensure_running()  # to start it later would undo the mask in `_connection`

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._guard:
            self._closing = True
            for child in self._children:
                child.terminate()
        self._room.release()  # the reading thread may be waiting for it
        self._threads.shutdown(cancel_futures=True)
        for child in self._children:
            child.join()

    def results(self, inputs: Iterable[Input]) -> Iterator[tuple[Input, Done]]:
        """In order; reading goes on in a thread, so that a result comes out as soon as it is there."""
        waiting: Queue[tuple[Input, Future[Done]] | BaseException | None] = Queue()

        def submit() -> None:
            try:
                for one in inputs:
                    self._room.acquire()
                    if self._closing:
                        return
                    waiting.put((one, self._threads.submit(self._work, one.task)))
            except BaseException as error:  # noqa: BLE001  # raised again in the thread that waits for it
                waiting.put(error)
            waiting.put(None)

        # A daemon, as nothing wakes a thread that reads from a terminal.
        threading.Thread(target=submit, daemon=True).start()
        while (following := waiting.get()) is not None:
            if isinstance(following, BaseException):
                raise following
            one, future = following
            yield one, future.result()
            self._room.release()

    def _work(self, task: Task) -> Done:
        if isinstance(task, RecordFault):
            return Done.fault(task)
        for _ in range(ATTEMPTS):
            connection = self._connection()
            try:
                connection.send_bytes(task)
                answer = connection.recv()
            except (EOFError, OSError):
                self._local.connection = None
                continue
            if isinstance(answer, Done):
                return answer
            raise answer
        return Done.fault(RecordFault("killed_worker"))

    def _connection(self) -> Connection:
        """This thread's own child, started when there is none or the last one died."""
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection, theirs = self._context.Pipe()
            child = self._context.Process(target=_serve, args=(theirs, *self._arguments), daemon=True)
            # Inherited by the child, which Ctrl-C would otherwise reach while it still imports; the main thread gets it.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            with self._guard:
                if self._closing:
                    raise EOFError
                child.start()
                self._children.add(child)
            theirs.close()  # so that a child's death is read as the end of the stream
            self._local.connection = connection
        return connection


def _serve(connection: Connection, names: Sequence[str], settings: Settings) -> None:
    """A child's life: values in, what became of them out, until the parent is gone."""
    hush(settings)
    stages = [configured(stage, settings) for stage in (CLEAN, EXTRACT) if stage.name in names]
    while True:
        try:
            value = connection.recv_bytes()
        except (EOFError, OSError):
            return
        try:
            answer: Done | Exception = run_stages(value, stages, settings)
        except Exception as error:  # noqa: BLE001  # the parent raises it
            answer = error
        try:
            connection.send(answer)
        except OSError:
            return  # the parent is gone
