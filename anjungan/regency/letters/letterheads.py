"""How each village heads, signs and numbers its letters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from anjungan.catalogue.loading import load_catalogue
from anjungan.catalogue.villages import Village
from anjungan.protocol.identity import VillageCode
from anjungan.regency.letters.frame import LetterFrame, Letterhead, Paper, Signatory
from anjungan.regency.letters.number_format import DEFAULT_FORMAT, NumberScope
from anjungan.regency.letters.templates import LetterTemplate
from anjungan.regency.store.tables import LETTER_CODES, LETTERHEADS

NO_CODE: Final = "000"


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageLetterhead:
    """What a village has set; all but ``village`` may be as nobody has touched it yet.

    Attributes:
        signatory_title: empty is the head of the village; another one signs on their behalf.
        number_village_code: what ``[kode_desa]`` stands for.
    """

    village: VillageCode
    address: str = ""
    phone: str = ""
    email: str = ""
    postal_code: str = ""
    logo_digest: bytes | None = None
    signatory_name: str = ""
    signatory_nip: str = ""
    signatory_title: str = ""
    paper: Paper = "F4"
    number_format: str = DEFAULT_FORMAT
    number_scope: NumberScope = NumberScope.ALL
    number_village_code: str = ""


def read_letterhead(connection: Connection, village: VillageCode) -> VillageLetterhead:
    """What the village has set, or what holds until it does."""
    row = connection.execute(
        select(LETTERHEADS).where(LETTERHEADS.c.village == village)
    ).one_or_none()
    if row is None:
        return VillageLetterhead(village=village, number_village_code=dotted(village))
    paper: Paper = "A4" if row.paper == "A4" else "F4"
    return VillageLetterhead(
        village=village,
        address=row.address,
        phone=row.phone,
        email=row.email,
        postal_code=row.postal_code,
        logo_digest=row.logo_digest,
        signatory_name=row.signatory_name,
        signatory_nip=row.signatory_nip,
        signatory_title=row.signatory_title,
        paper=paper,
        number_format=row.number_format,
        number_scope=NumberScope(row.number_scope),
        number_village_code=row.number_village_code,
    )


def write_letterhead(connection: Connection, letterhead: VillageLetterhead, now: datetime) -> None:
    """Keep what a village has set."""
    values = {
        "address": letterhead.address,
        "phone": letterhead.phone,
        "email": letterhead.email,
        "postal_code": letterhead.postal_code,
        "logo_digest": letterhead.logo_digest,
        "signatory_name": letterhead.signatory_name,
        "signatory_nip": letterhead.signatory_nip,
        "signatory_title": letterhead.signatory_title,
        "paper": letterhead.paper,
        "number_format": letterhead.number_format,
        "number_scope": letterhead.number_scope.value,
        "number_village_code": letterhead.number_village_code,
        "changed_at": now,
    }
    changed = connection.execute(
        update(LETTERHEADS).where(LETTERHEADS.c.village == letterhead.village).values(values)
    )
    if changed.rowcount == 0:
        connection.execute(insert(LETTERHEADS).values(village=letterhead.village, **values))


def dotted(village: VillageCode) -> str:
    """``35.05.10.2001``."""
    return f"{village[:2]}.{village[2:4]}.{village[4:6]}.{village[6:]}"


def read_codes(connection: Connection, village: VillageCode) -> Mapping[str, str]:
    """The letter codes that the village uses instead of the catalogue's, by service."""
    rows = connection.execute(select(LETTER_CODES).where(LETTER_CODES.c.village == village))
    return {row.service: row.code for row in rows}


def write_code(connection: Connection, village: VillageCode, service: str, code: str) -> None:
    """Use ``code`` for a service from now on; an empty one goes back to the catalogue's."""
    mine = (LETTER_CODES.c.village == village, LETTER_CODES.c.service == service)
    connection.execute(delete(LETTER_CODES).where(*mine))
    if code:
        connection.execute(insert(LETTER_CODES).values(village=village, service=service, code=code))


def code_of(connection: Connection, village: VillageCode, template: LetterTemplate) -> str:
    """The letter code of a service in a village."""
    own = read_codes(connection, village).get(template.service)
    return own or template.code or NO_CODE


def make_frame(
    template: LetterTemplate,
    letterhead: VillageLetterhead,
    village: Village,
    *,
    regency_name: str,
    public_url: str,
    number: str,
    dated: date,
    paper: Paper,
) -> LetterFrame:
    """Everything around the values of a letter of this village, as of today."""
    head = f"{village.head_title} {village.name}"
    deputy = letterhead.signatory_title
    titles = (f"a.n. {head}", f"{deputy},") if deputy else (f"{head},",)
    service = load_catalogue().service(template.service)
    validity = "" if service is None or service.validity is None else service.validity.get("id")
    return LetterFrame(
        paper=paper,
        title=template.title,
        number=number,
        dated=dated,
        letterhead=Letterhead(
            lines=(
                f"Pemerintah {regency_name}".upper(),
                f"Kecamatan {village.district}".upper(),
                village.full_name.upper(),
            ),
            address=_address(letterhead),
            logo_digest=letterhead.logo_digest,
        ),
        constants={
            "jabatan": head,
            "desa": village.full_name,
            "kecamatan": village.district,
            "kabupaten": regency_name,
        },
        labels=dict(template.labels),
        body=template.body,
        signers=template.signers,
        place=village.name,
        signatory=Signatory(
            titles=titles, name=letterhead.signatory_name, nip=letterhead.signatory_nip
        ),
        validity=validity if template.layout == "certificate" else "",
        check_url=f"{public_url.rstrip('/')}/surat",
    )


def _address(letterhead: VillageLetterhead) -> tuple[str, ...]:
    postal_code = f"Kode Pos {letterhead.postal_code}" if letterhead.postal_code else ""
    first = [part for part in (letterhead.address, postal_code) if part]
    phone = f"Telepon {letterhead.phone}" if letterhead.phone else ""
    email = f"Surel {letterhead.email}" if letterhead.email else ""
    second = [part for part in (phone, email) if part]
    return tuple(line for line in (", ".join(first), " · ".join(second)) if line)
