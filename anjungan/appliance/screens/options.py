"""What the screens are told on the command line or by the site's settings."""

from dataclasses import dataclass

SOCKET_NAME = "agent.sock"


@dataclass(frozen=True, slots=True)
class ScreensOptions:
    """Where the agent is, and how large the glass is.

    Attributes:
        socket_path: the agent's socket.
        runtime_dir: folder on a memory file system for Kivy's own files.
        width_px: 0 takes the whole panel.
        height_px: as ``width_px``.
        diagonal_in: diagonal of the glass in inches, from which touch targets are computed.
    """

    socket_path: str
    runtime_dir: str
    width_px: int = 0
    height_px: int = 0
    diagonal_in: float = 10.1
