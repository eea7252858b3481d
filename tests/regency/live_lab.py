"""A web server on a loopback port, and readers of its stream of news."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from typing import Any, Self

import httpx
import uvicorn
from regency_lab import PASSWORD, free_port

WITHIN_S = 20.0


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve an application by the real time; gives its address."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline_s = time.monotonic() + WITHIN_S
        while not server.started:
            assert time.monotonic() < deadline_s, "the pages were not served"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        app.state.site.hub.close()
        server.should_exit = True
        thread.join(20)


@contextmanager
def logged_in(base: str, name: str) -> Iterator[httpx.Client]:
    """A browser in which somebody has logged in."""
    with httpx.Client(base_url=base, timeout=WITHIN_S, trust_env=False) as client:
        _log_in(client, name)
        yield client


def _log_in(client: httpx.Client, name: str) -> None:
    token = client.get("/masuk").text.partition('name="form_token" value="')[2].partition('"')[0]
    form = {"name": name, "password": PASSWORD, "form_token": token}
    assert client.post("/masuk", data=form).status_code == 303


class News:
    """Reads a stream in a thread of its own and keeps what it said."""

    def __init__(self, client: httpx.Client, topics: str) -> None:
        self._line = HTTPConnection(client.base_url.host, client.base_url.port or 80, WITHIN_S)
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        self._line.request("GET", f"/kabar?topik={topics}", headers={"Cookie": cookies})
        self._answer = self._line.getresponse()
        self._socket = self._line.sock
        self.status = self._answer.status
        self.lines: list[str] = []
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # wakes the reader, which closing alone does not
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(WITHIN_S)
        self._answer.close()
        self._line.close()
        assert not self._thread.is_alive()

    def _read(self) -> None:
        with suppress(OSError, HTTPException):
            while line := self._answer.readline():
                self.lines.append(line.decode().rstrip("\n"))

    @property
    def told(self) -> list[str]:
        """The topics told so far, one entry a piece of news."""
        return [line.removeprefix("data: ") for line in self.lines if line.startswith("data: ")]

    @property
    def ended(self) -> bool:
        """Whether the server closed the stream."""
        return not self._thread.is_alive()
