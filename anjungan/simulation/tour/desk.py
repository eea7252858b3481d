"""A member of staff at the regency's web pages: logs in, opens a request, changes its status.

Works with the pages as a browser does: what a form holds is sent back, its token included.
"""

from html.parser import HTMLParser
from types import TracebackType
from typing import Final, Self

import httpx

from anjungan.protocol.status import RequestStatus
from anjungan.simulation.staff import StaffLogin

_ANSWER_WITHIN_S: Final = 20.0


class DeskError(RuntimeError):
    """A page did not answer as it should; the message names page and answer."""


class _Form(HTMLParser):
    """The fields of the form whose address ends with a given word."""

    def __init__(self, action_end: str) -> None:
        super().__init__()
        self._action_end = action_end
        self._inside = False
        self.action = ""
        self.fields: dict[str, str] = {}
        self.choices: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = held.get("action", "").partition("?")[0].endswith(self._action_end)
            if self._inside:
                self.action = held["action"]
        elif self._inside and tag in ("input", "textarea") and "name" in held:
            self.fields[held["name"]] = held.get("value", "")
        elif self._inside and tag == "button" and "name" in held:
            self.choices.add(held["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


class Desk:
    """One browser at the desk; use it in a ``with``."""

    def __init__(self, web_url: str) -> None:
        self._browser = httpx.Client(
            base_url=web_url, follow_redirects=True, timeout=_ANSWER_WITHIN_S, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._browser.close()

    def log_in(self, login: StaffLogin) -> None:
        """Log in; raise DeskError when the pages do not let us."""
        form = self._form("/masuk", "/masuk")
        answer = self._send(form, {"name": login.name, "password": login.password})
        if not answer.url.path.startswith("/permohonan"):
            raise DeskError(f"logging in led to {answer.url.path} ({answer.status_code})")

    def open_answers(self, request_id: str) -> str:
        """Open the sealed answers of a request and return its page."""
        form = self._form(f"/permohonan/{request_id}", "/buka")
        return self._send(form, {}).text

    def change_status(self, request_id: str, status: RequestStatus, note: str) -> None:
        """Press the button of a status; raise DeskError when the page does not offer it."""
        form = self._form(f"/permohonan/{request_id}", "/status")
        if str(status.value) not in form.choices:
            raise DeskError(f"the page does not offer the status {status.name}")
        self._send(form, {"status": str(status.value), "note": note})

    def read(self, path: str) -> str:
        """The text of a page."""
        answer = self._browser.get(path)
        if answer.status_code != httpx.codes.OK:
            raise DeskError(f"{path} answered {answer.status_code}")
        return answer.text

    def _form(self, path: str, action_end: str) -> _Form:
        form = _Form(action_end)
        form.feed(self.read(path))
        if not form.action:
            raise DeskError(f"{path} has no form {action_end}")
        return form

    def _send(self, form: _Form, filled: dict[str, str]) -> httpx.Response:
        answer = self._browser.post(form.action, data=form.fields | filled)
        if answer.status_code != httpx.codes.OK:
            raise DeskError(f"{form.action} answered {answer.status_code}")
        return answer
