"""Memory stays out of core dumps."""

import subprocess
import sys

import pytest

from anjungan.appliance import secrecy

_ASK_AFTERWARDS = """
import ctypes, resource
from anjungan.appliance.secrecy import forbid_dumps
forbid_dumps()
PR_GET_DUMPABLE = 3
dumpable = ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)
print(dumpable, *resource.getrlimit(resource.RLIMIT_CORE))
"""


def test_the_kernel_agrees() -> None:
    """In a process of its own, because there is no way back."""
    done = subprocess.run(
        [sys.executable, "-c", _ASK_AFTERWARDS],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["0", "0", "0"]


def test_a_kernel_that_refuses_is_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Refusing:
        def prctl(self, *_: int) -> int:
            return -1

    monkeypatch.setattr(secrecy.resource, "setrlimit", lambda *_: None)
    monkeypatch.setattr(secrecy.ctypes, "CDLL", lambda *_, **__: Refusing())
    secrecy.forbid_dumps()
    assert "prctl(PR_SET_DUMPABLE) failed" in caplog.text
