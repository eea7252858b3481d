"""What the tests of letters share: requests with invented answers, the officer's form."""

import html
import re
from dataclasses import dataclass
from typing import Any

import msgspec

from anjungan.protocol.sealing import Answer, Answers, binding_of, seal

NAME = "Contoh Siti Aminah"
NIK = "3505994107790001"
BUSINESS = "Warung Contoh Barokah"

VILLAGE_OFFICER = "beru"
VILLAGE = "3505171001"


def answers(**changes: str) -> Answers:
    """Answers to a business letter; an empty one is left out."""
    given = {
        "kiosk_nik": NIK,
        "kiosk_for_whom": "self",
        "kiosk_name": NAME,
        "nama_usaha": BUSINESS,
        "keperluan": "Pinjaman / KUR",
        "kiosk_phone": "081200001234",
        **changes,
    }
    return Answers(
        items=tuple(
            Answer(name=name, label=name, value=text, shown=text)
            for name, text in given.items()
            if text
        )
    )


def request_with(kiosk: Any, key: Any, told: Answers, service: str = "keterangan-usaha") -> Any:
    """A request of this kiosk with these answers."""
    request = kiosk.request(service=service, kid=key.kid)
    sealed = seal(told, binding_of(kiosk.kiosk, request), key)
    return msgspec.structs.replace(request, sealed=sealed)


@dataclass
class Editor:
    """The form of a letter as it came from the server."""

    page: str

    @property
    def fields(self) -> dict[str, str]:
        found = {
            name: html.unescape(value)
            for name, value in re.findall(
                r'<input[^>]*? name="([a-z0-9_]+)" value="([^"]*)"', self.page
            )
        }
        for name, value in re.findall(
            r'<textarea[^>]*? name="([a-z0-9_]+)"[^>]*>([^<]*)</textarea>', self.page
        ):
            found[name] = html.unescape(value)
        return found


def open_editor(browser: Any, request_id: str, **more: str) -> Editor:
    response = browser.post(
        f"/permohonan/{request_id}/surat/isi", f"/permohonan/{request_id}", **more
    )
    assert response.status_code == 200, response.text
    return Editor(response.text)


def make_letter(browser: Any, request_id: str, **changes: str) -> Any:
    """Open the editor, change fields and make the letter."""
    fields = open_editor(browser, request_id).fields
    fields.setdefault("f_warga_alamat", "")
    fields["f_warga_alamat"] = fields["f_warga_alamat"] or "Dusun Contoh RT 001 RW 002"
    fields.update(changes)
    return browser.client.post(
        f"/permohonan/{request_id}/surat/buat", data=fields, follow_redirects=False
    )
