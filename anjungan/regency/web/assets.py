"""Static files, from memory, under an address that changes with their content."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

import msgspec
from markupsafe import Markup

_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_COMPRESSED: Final = frozenset({".css", ".js", ".svg", ".txt"})
"""Files without secrets. Pages are not compressed: they hold form tokens beside what a stranger may
put into an address, and their length would tell of the one by the other (BREACH; decision 23)."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file; ``gzipped`` is empty where compressing it saves nothing."""

    content: bytes
    media_type: str
    gzipped: bytes = b""


@dataclass(frozen=True, slots=True)
class Assets:
    """All static files and icons. ``version`` is a digest of all of them."""

    files: Mapping[str, Asset]
    version: str
    icons: Mapping[str, str]

    def url(self, name: str) -> str:
        """The address of a static file; a name that is none is a bug."""
        if name not in self.files:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"

    def icon(self, name: str) -> Markup:
        """An outline icon (Tabler, 24 px grid) that takes colour and size from its text."""
        paths = self.icons.get(name) or self.icons["file-text"]
        return Markup(
            '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>'
        ).format(Markup(paths))  # noqa: S704 - packaged drawings, no input of anybody

    def icon_paths(self, name: str) -> Markup:
        """The drawing of an icon alone, for pages that show one many times."""
        return Markup(self.icons[name])  # noqa: S704 - packaged drawings, no input of anybody


def load_assets() -> Assets:
    """Read the packaged files."""
    package = resources.files("anjungan.regency.web")
    files: dict[str, Asset] = {}
    digest = hashlib.sha256()
    for entry in sorted(package.joinpath("static").iterdir(), key=lambda each: each.name):
        suffix = f".{entry.name.rpartition('.')[2]}"
        if suffix in _MEDIA_TYPES:
            content = entry.read_bytes()
            packed = gzip.compress(content, mtime=0) if suffix in _COMPRESSED else b""
            files[entry.name] = Asset(content, _MEDIA_TYPES[suffix], packed)
            digest.update(entry.name.encode() + b"\0" + content)
    icons = msgspec.json.decode(package.joinpath("icons.json").read_bytes(), type=dict[str, str])
    return Assets(files, digest.hexdigest()[:12], icons)
