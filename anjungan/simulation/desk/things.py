"""The cards and codes that lie on the desk from the beginning. Everybody on them is invented."""

import io
from typing import Final

import msgspec
import segno

_HOSTILE: Final = (
    "https://desa.example/t/../../etc/passwd?x='; DROP TABLE permohonan; --"
    "<script>alert(1)</script>\x1b[2J\x00\r\nCETAK\u202e" + "A" * 400
)


class CardThing(msgspec.Struct, frozen=True, kw_only=True):
    """A card; ``card`` as the simulated readers take it, ``kinds`` which readers can see it."""

    id: str
    card: str
    look: str
    title: tuple[str, str]
    note: tuple[str, str]
    kinds: tuple[str, ...] = ("pn532", "wedge")


class CodeThing(msgspec.Struct, frozen=True, kw_only=True):
    """A QR code that is no ticket of this kiosk."""

    id: str
    text: str
    title: tuple[str, str]
    note: tuple[str, str]


# titles and notes: Indonesian, English
CARDS: Final = (
    CardThing(
        id="ektp-a7",
        card="a:04a1b2c3d4e5f6,ats=7577810280",
        look="ektp",
        title=("e-KTP satu", "e-KTP one"),
        note=("Tipe A, 7 bita", "Type A, 7 bytes"),
    ),
    CardThing(
        id="ektp-b",
        card="b:11223344",
        look="ektp",
        title=("e-KTP dua", "e-KTP two"),
        note=("Tipe B", "Type B"),
    ),
    CardThing(
        id="a4",
        card="a:a1b2c3d4",
        look="member",
        title=("Kartu anggota", "Member card"),
        note=("Tipe A, 4 bita", "Type A, 4 bytes"),
    ),
    CardThing(
        id="random",
        card="a:08112233,random",
        look="phone",
        title=("HP dengan NFC", "Phone with NFC"),
        note=("Nomor acak", "Random number"),
    ),
    CardThing(
        id="changing",
        card="b:55667788,changing",
        look="odd",
        title=("Kartu berubah", "Changing card"),
        note=("Tak pernah sama", "Never the same"),
    ),
    CardThing(
        id="em",
        card="em:0100863f4e",
        look="fob",
        title=("Gantungan 125 kHz", "125 kHz fob"),
        note=("EM4100", "EM4100"),
        kinds=("rdm6300", "wedge"),
    ),
)
CODES: Final = (
    CodeThing(
        id="foreign",
        text="https://warung.example/menu?meja=7",
        title=("QR asing", "Foreign QR"),
        note=("Menu warung", "A menu"),
    ),
    CodeThing(
        id="hostile",
        text=_HOSTILE,
        title=("QR jahat", "Hostile QR"),
        note=("Mencoba merusak", "Does harm"),
    ),
)


def code_picture(text: str) -> bytes:
    """The QR code as SVG."""
    file = io.BytesIO()
    segno.make_qr(text.encode(), error="m").save(
        file, kind="svg", border=3, xmldecl=False, dark="#1a2033", light="#fff"
    )
    return file.getvalue()
