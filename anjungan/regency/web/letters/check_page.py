"""Anybody checks a letter: by its QR, or by the code typed; without login, and nothing of a NIK."""

from typing import Any, Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from anjungan.catalogue import shown
from anjungan.protocol.tickets import parse_code, parse_token
from anjungan.regency.letters.checking import digest_of, show_initials
from anjungan.regency.letters.records import (
    StoredLetter,
    read_by_code,
    read_by_digest,
    read_letter,
)
from anjungan.regency.service_titles import service_words
from anjungan.regency.web.letters.words import CHECK_WORDS, UNKNOWN_WORDS
from anjungan.regency.web.security import PageRequest
from anjungan.regency.web.site import Site, client_address, village_words

_MAX_TYPED: Final = 40


@get("/surat/{token:str}", sync_to_thread=True)
def check_scanned(
    request: PageRequest, site: NamedDependency[Site], token: FromPath[str]
) -> Response[Any]:
    """Where the QR leads."""
    if not _may_look(request, site):
        return _too_often(site)
    with site.database.reading() as connection:
        letter = read_by_digest(connection, digest_of(token))
    if letter is None or parse_token(token) is None:
        return _unknown(request, site)
    return _known(site, letter, show_initials(letter.hidden_initials, token))


@get("/surat", sync_to_thread=True)
def check_typed(request: PageRequest, site: NamedDependency[Site]) -> Response[Any]:
    """The form for the code under the QR, and its answer."""
    typed = request.query_params.get("kode", "")[:_MAX_TYPED]
    if not typed.strip():
        return site.page("letters/check_form.html", problem="", typed="")
    if not _may_look(request, site):
        return _too_often(site)
    code = parse_code(typed)
    if code is None:
        _count_miss(request, site)
        problem = "Kode terdiri dari 9 huruf dan angka. Periksa lagi tulisannya."
        return site.page("letters/check_form.html", status_code=422, problem=problem, typed=typed)
    with site.database.reading() as connection:
        letter = read_by_code(connection, code)
    if letter is None:
        return _unknown(request, site)
    return _known(site, letter, "")


def _known(site: Site, letter: StoredLetter, initials: str) -> Response[str]:
    record = letter.record
    said = CHECK_WORDS[record.state]
    newer = None
    if record.replaced_by is not None:
        with site.database.reading() as connection:
            newer = read_letter(connection, record.replaced_by)
    return site.page(
        "letters/check.html",
        said=said,
        letter=record,
        place=village_words(record.village),
        service=service_words(record.service),
        title=letter.frame.title,
        validity=letter.frame.validity,
        day_words=shown.date,
        initials=initials,
        newer=None if newer is None else newer.record,
    )


def _unknown(request: PageRequest, site: Site) -> Response[str]:
    _count_miss(request, site)
    return site.page("letters/check.html", status_code=404, said=UNKNOWN_WORDS, letter=None)


def _may_look(request: PageRequest, site: Site) -> bool:
    address, now_s = client_address(request), site.monotonic_s()
    if not (site.looks.allows(address, now_s) and site.misses.allows(address, now_s)):
        return False
    site.looks.take(address, now_s)
    return True


def _count_miss(request: PageRequest, site: Site) -> None:
    site.misses.take(client_address(request), site.monotonic_s())


def _too_often(site: Site) -> Response[str]:
    response = site.page(
        "letters/check_form.html",
        status_code=429,
        problem="Halaman ini terlalu sering dibuka. Tunggu satu menit, lalu coba lagi.",
        typed="",
    )
    response.headers["Retry-After"] = "60"
    return response


HANDLERS: Final = (check_scanned, check_typed)
