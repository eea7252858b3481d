"""Loading a catalogue, and packing one for quick loading."""

import functools
import importlib.resources
from pathlib import Path
from typing import Final

import msgspec

from anjungan.catalogue.catalogue import Catalogue
from anjungan.catalogue.problems import CatalogueError, CatalogueProblem

PACKED_NAME: Final = "catalogue.json"
"""Made from the files beside it by `python -m anjungan.catalogue pack`; not edited by hand."""


def data_root() -> Path:
    """Return the folder of the files that come with the package."""
    return Path(str(importlib.resources.files("anjungan.catalogue").joinpath("data")))


def load_catalogue(root: Path | None = None) -> Catalogue:
    """Load a catalogue: the packed one of the package, or the files below `root`.

    The packed one was checked when it was packed and only its shape is checked again.

    Raises:
        CatalogueError: with every mistake of every file.
        OSError: the packed one cannot be read.
    """
    if root is not None:
        # A kiosk starts from the packed file and never needs what reads the others.
        from anjungan.catalogue.sources import read_sources  # noqa: PLC0415 - see above

        return read_sources(root)
    try:
        return unpack((data_root() / PACKED_NAME).read_bytes())
    except msgspec.ValidationError as error:
        raise CatalogueError((CatalogueProblem(PACKED_NAME, "", str(error)),)) from error


def pack(catalogue: Catalogue) -> bytes:
    """Return a catalogue as one JSON document."""
    return msgspec.json.encode(catalogue) + b"\n"


def unpack(packed: bytes) -> Catalogue:
    """Return the catalogue in a packed document.

    Raises:
        msgspec.ValidationError: it is not a catalogue.
    """
    return _decoder().decode(packed)


@functools.cache
def _decoder() -> msgspec.json.Decoder[Catalogue]:
    return msgspec.json.Decoder(Catalogue)
