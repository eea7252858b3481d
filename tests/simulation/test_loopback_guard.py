"""Only this machine's own pages and programs may speak to what stands on loopback."""

import pytest

from anjungan.simulation.loopback import HEADERS, may_ask

PORT = 8352


@pytest.mark.parametrize("host", ["127.0.0.1:8352", "localhost:8352", "[::1]:8352"])
def test_our_own_page_and_programs_may_ask(host: str) -> None:
    assert may_ask(PORT, host, f"http://{host}")
    assert may_ask(PORT, host, f"http://{host}", needs_origin=True)
    assert may_ask(PORT, host, None)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (None, None),
        ("", None),
        ("127.0.0.1", None),
        ("127.0.0.1:8353", None),
        ("evil.example:8352", None),
        ("evil.example:8352", "http://evil.example:8352"),
        ("127.0.0.1:8352", "http://evil.example"),
        ("127.0.0.1:8352", "null"),
        ("127.0.0.1:8352", "https://127.0.0.1:8352"),
        ("127.0.0.1:8352", "http://127.0.0.1:8353"),
        ("127.0.0.1:8352", "http://localhost:8352"),
    ],
)
def test_others_may_not(host: str | None, origin: str | None) -> None:
    assert not may_ask(PORT, host, origin)


def test_a_browser_names_its_page_on_every_socket() -> None:
    assert not may_ask(PORT, "127.0.0.1:8352", None, needs_origin=True)


def test_nothing_foreign_and_nothing_inline_runs_on_our_pages() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy
