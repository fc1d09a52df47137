"""A loopback TCP proxy between a broker and its clients, which can cut, mute and refuse what goes through it."""

import asyncio
from contextlib import suppress
from enum import Enum

CHUNK = 256 * 1024


class Mode(Enum):
    """What the proxy does with what comes."""

    OPEN = "passes everything on"
    ANSWERLESS = "passes requests on and keeps the answers"
    MUTE = "takes everything and passes nothing on"
    CLOSED = "cuts every connection"


class Proxy:
    """Listens at one port of the loopback address and connects to another."""

    def __init__(self, port: int, target: int, host: str = "127.0.0.1") -> None:
        self._host = host
        self.port = port
        self._target = target
        self._mode = Mode.OPEN
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None] | None] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._accept, self._host, self.port)

    async def stop(self) -> None:
        """Cut all and listen no more."""
        self.turn(Mode.CLOSED)
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        await asyncio.gather(*(task for task in self._tasks if task is not None), return_exceptions=True)

    def turn(self, mode: Mode) -> None:
        """Change what is done from now on. A change back to OPEN cuts what was held, or a byte would be missing."""
        held = self._mode in (Mode.ANSWERLESS, Mode.MUTE)
        self._mode = mode
        if mode is Mode.CLOSED or held:
            self.cut()

    def cut(self) -> int:
        """Reset all connections of now; gives how many."""
        writers = list(self._writers)
        for writer in writers:
            writer.transport.abort()
        return len(writers) // 2

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode is Mode.CLOSED:
            writer.transport.abort()
            return
        try:
            broker_reader, broker_writer = await asyncio.open_connection(self._host, self._target)
        except OSError:
            writer.transport.abort()
            return
        ends, task = {writer, broker_writer}, asyncio.current_task()
        self._writers |= ends
        self._tasks.add(task)
        try:
            await asyncio.gather(
                self._pass_on(reader, broker_writer, {Mode.OPEN, Mode.ANSWERLESS}),
                self._pass_on(broker_reader, writer, {Mode.OPEN}),
            )
        finally:
            self._writers -= ends
            self._tasks.discard(task)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passing: set[Mode]) -> None:
        """Pass on until either end closes; then both are closed."""
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                if self._mode in passing:
                    writer.write(data)
                    await writer.drain()
        writer.transport.abort()
