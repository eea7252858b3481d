"""The keys answers are sealed to and opened with, their files, and their roll-over."""

from anjungan.regency.keys.files import (
    KeyFiles,
    KeyFilesError,
    check_keys,
    create_keys,
    create_residents_key,
    load_private_keys,
    load_residents_key,
)

__all__ = [
    "KeyFiles",
    "KeyFilesError",
    "check_keys",
    "create_keys",
    "create_residents_key",
    "load_private_keys",
    "load_residents_key",
]
