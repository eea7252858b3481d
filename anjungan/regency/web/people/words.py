"""The words of accounts."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from anjungan.regency.staff.account_changes import ROLE_NAMES
from anjungan.regency.staff.accounts import AccountProblem
from anjungan.regency.staff.passwords import MIN_PASSWORD_CHARACTERS, PasswordProblem
from anjungan.regency.staff.permissions import Role
from anjungan.regency.web.words import Sign

ROLE_WORDS: Final = ROLE_NAMES

ROLE_HINTS: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: "Semuanya, juga pengguna, catatan, dan setelan.",
        Role.STAFF: "Semua desa: membaca permohonan dan isian, menangani peringatan.",
        Role.VILLAGE_OFFICER: "Satu desa: memproses permohonan dan membuat surat.",
        Role.TECHNICIAN: "Anjungan, pendaftaran, dan perintah; tanpa isian pemohon.",
        Role.VIEWER: "Hanya melihat; tanpa isian pemohon.",
    }
)

_SHORT: Final = f"Kata sandi perlu paling sedikit {MIN_PASSWORD_CHARACTERS} huruf."
_GUESSABLE: Final = (
    "Kata sandi ini mudah ditebak. Pakai beberapa kata yang tidak berhubungan, "
    "bukan nama, kata umum, atau angka saja."
)
PASSWORD_PROBLEMS: Final[Mapping[PasswordProblem, str]] = MappingProxyType(
    {
        PasswordProblem.TOO_SHORT: _SHORT,
        PasswordProblem.TOO_LONG: "Kata sandi ini terlalu panjang.",
        PasswordProblem.GUESSABLE: _GUESSABLE,
    }
)
ACCOUNT_PROBLEMS: Final[Mapping[AccountProblem, str]] = MappingProxyType(
    {
        AccountProblem.NAME: "Nama masuk: 1 sampai 64 huruf atau angka, tanpa spasi.",
        AccountProblem.PASSWORD_SHORT: _SHORT,
        AccountProblem.PASSWORD_LONG: "Kata sandi ini terlalu panjang.",
        AccountProblem.PASSWORD_GUESSABLE: _GUESSABLE,
        AccountProblem.VILLAGE: "Petugas desa perlu desanya.",
        AccountProblem.TAKEN: "Nama masuk ini sudah dipakai.",
    }
)
PASSWORDS_DIFFER: Final = "Kedua kata sandi baru tidak sama."
SAME_PASSWORD: Final = "Kata sandi baru harus berbeda dari yang lama."  # noqa: S105 - words
WRONG_PASSWORD: Final = "Kata sandi sekarang tidak cocok."  # noqa: S105 - words
WRONG_CODE: Final = "Kode tidak cocok, atau sudah dipakai. Tunggu kode berikutnya."

ENABLED: Final = Sign("Aktif", "ok", "circle-check")
DISABLED: Final = Sign("Nonaktif", "neutral", "lock")
ONE_TIME: Final = Sign("Kata sandi sementara", "warn", "key")
FACTOR_ON: Final = Sign("Kode masuk aktif", "ok", "shield-check")
FACTOR_OFF: Final = Sign("Tanpa kode masuk", "neutral", "shield-lock")
