"""`python -m anjungan.catalogue`: checks and packs service files."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from anjungan.catalogue.loading import PACKED_NAME, data_root, pack
from anjungan.catalogue.problems import CatalogueError
from anjungan.catalogue.sources import read_sources

EXIT_OK = 0
EXIT_MISTAKES = 1
EXIT_STALE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    0: no mistakes; 1: mistakes, each printed with its place; 2: the packed file is not up to
    date with the files beside it.
    """
    parser = argparse.ArgumentParser(
        prog="python -m anjungan.catalogue",
        description="Memeriksa berkas layanan dan membungkusnya untuk anjungan.",
    )
    parser.add_argument(
        "command",
        choices=("check", "pack"),
        help=f"check: tampilkan semua kesalahan; pack: tulis {PACKED_NAME}",
    )
    parser.add_argument("folder", nargs="?", type=Path, help="folder berkas (bawaan: milik paket)")
    arguments = parser.parse_args(argv)
    root: Path = arguments.folder or data_root()
    try:
        catalogue = read_sources(root)
    except CatalogueError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        print(f"{len(error.problems)} kesalahan.", file=sys.stderr)
        return EXIT_MISTAKES
    packed = pack(catalogue)
    packed_path = root / PACKED_NAME
    if arguments.command == "pack":
        packed_path.write_bytes(packed)
    elif packed_path.exists() and packed_path.read_bytes() != packed:
        print(f"{PACKED_NAME} belum diperbarui; jalankan pack.", file=sys.stderr)
        return EXIT_STALE
    print(f"{len(catalogue.services)} layanan, {len(catalogue.pages)} halaman, tanpa kesalahan.")
    return EXIT_OK
