"""The kiosk's window as a visitor has it: what can be read on it, and what can be touched."""

import time
from types import TracebackType
from typing import Any, Final, Self

import httpx

from anjungan.simulation.processes import READY_WITHIN_S

_ANSWER_WITHIN_S: Final = 10.0
_ASK_EVERY_S: Final = 0.02
_SPACE: Final = "Spasi"


class WindowError(RuntimeError):
    """The window does not answer, or does not show what it should; the message says what."""


class Window:
    """Reads and touches the watched screens; use it in a ``with``."""

    def __init__(self, url: str) -> None:
        self._line = httpx.Client(base_url=url, timeout=_ANSWER_WITHIN_S, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._line.close()

    def picture(self) -> bytes:
        """A picture of the window as PNG."""
        return self._get("screen.png").content

    def view(self) -> str:
        """The kind of view that is shown."""
        return str(self._state()["view"])

    def texts(self) -> list[str]:
        """Every text on the glass, without the breaks of its lines."""
        return [" ".join(str(text).split()) for text in self._state()["texts"]]

    def names(self) -> list[str]:
        """The names of everything that can be touched now."""
        return [str(each["name"]) for each in self._targets() if each["enabled"]]

    def wait_for(self, words: str, *, within_s: float = READY_WITHIN_S) -> None:
        """Wait until the words are to be read, or name something that can be touched."""
        deadline_s = time.monotonic() + within_s
        while True:
            seen = self.texts() + self.names()
            if any(words in each for each in seen):
                return
            if time.monotonic() > deadline_s:
                raise WindowError(f"{words!r} did not come; {self.view()} shows {seen}")
            time.sleep(_ASK_EVERY_S)

    def wait_until_gone(self, words: str, *, within_s: float = READY_WITHIN_S) -> None:
        """Wait until the words are no longer to be read."""
        deadline_s = time.monotonic() + within_s
        while any(words in each for each in self.texts()):
            if time.monotonic() > deadline_s:
                raise WindowError(f"{words!r} did not go away")
            time.sleep(_ASK_EVERY_S)

    def touch(self, name: str, *, within_s: float = READY_WITHIN_S) -> None:
        """Touch what has that name (or the beginning of it) as soon as it can be touched."""
        deadline_s = time.monotonic() + within_s
        while not any(each.startswith(name) for each in self.names()):
            if time.monotonic() > deadline_s:
                raise WindowError(f"nothing to touch is named {name!r}; there is {self.names()}")
            time.sleep(_ASK_EVERY_S)
        self._press(name)

    def type_keys(self, text: str) -> None:
        """Touch one key a character."""
        for character in text:
            self.touch(_SPACE if character == " " else character)

    def _press(self, name: str) -> None:
        try:
            answer = self._line.post("press", json={"label": name})
        except httpx.HTTPError as error:
            raise WindowError(f"the window did not answer: {type(error).__name__}") from error
        if answer.status_code != httpx.codes.OK:
            raise WindowError(f"touching {name!r} was answered {answer.status_code}")

    def _state(self) -> dict[str, Any]:
        return dict(self._get("state").json())

    def _targets(self) -> list[dict[str, Any]]:
        return list(self._get("targets").json())

    def _get(self, path: str) -> httpx.Response:
        """Ask; a window that is being started again is waited for."""
        deadline_s = time.monotonic() + READY_WITHIN_S
        while True:
            try:
                answer = self._line.get(path)
            except httpx.HTTPError as error:
                if time.monotonic() > deadline_s:
                    kind = type(error).__name__
                    raise WindowError(f"the window did not answer: {kind}") from error
            else:
                if answer.status_code == httpx.codes.OK:
                    return answer
                if time.monotonic() > deadline_s:
                    raise WindowError(f"{path} was answered {answer.status_code}")
            time.sleep(_ASK_EVERY_S)
