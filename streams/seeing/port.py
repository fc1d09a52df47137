"""The port on which a process tells how it is: ``/metrics``, ``/live`` and ``/ready``, in a thread of its own."""

import errno
import logging
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

log = logging.getLogger(__name__)

Check = Callable[[], str | None]
"""What is wrong, in one line; None: nothing."""

REQUEST_SECONDS = 5.0
"""How long a client may take to ask."""


class Port(ThreadingHTTPServer):
    """Answers as long as the process lives, whatever its event loops do. number: of the port it listens on."""

    daemon_threads = True

    def __init__(self, host: str, number: int, registry: CollectorRegistry, live: Check, ready: Check) -> None:
        """Listen at once. A port that is taken is told, and any other is used: nothing is worse off without its metrics."""
        self.registry, self.checks = registry, {"/live": live, "/ready": ready}
        try:
            super().__init__((host, number), Answer)
        except OSError as error:
            super().__init__((host, 0), Answer)
            log.warning(
                "port %d cannot be had (%s), so another is", number, errno.errorcode.get(error.errno or 0, error)
            )
        self.number = self.server_port
        log.info("metrics at %s:%d", host, self.number)
        Thread(target=self.serve_forever, name="port", daemon=True).start()


class Answer(BaseHTTPRequestHandler):
    """One request."""

    server: Port
    timeout = REQUEST_SECONDS

    def do_GET(self) -> None:
        """Answer it."""
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self._send(200, CONTENT_TYPE_LATEST, generate_latest(self.server.registry))
        elif path in self.server.checks:
            wrong = self.server.checks[path]()
            self._send(503 if wrong else 200, "text/plain; charset=utf-8", f"{wrong or 'yes'}\n".encode())
        else:
            self._send(404, "text/plain; charset=utf-8", b"/metrics, /live and /ready are here\n")

    def log_message(self, *_: object) -> None:
        """Nothing: who asks every few seconds is no news."""

    def _send(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
