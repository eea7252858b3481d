"""Whom to call in each village."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect
from sqlalchemy import select

from anjungan.catalogue.villages import load_villages
from anjungan.protocol.identity import VillageCode
from anjungan.regency.alerts.contacts import (
    BadContactError,
    all_contacts,
    contact_of,
    parse_contact,
    remove_contact,
    set_contact,
)
from anjungan.regency.audit.trail import AuditAction, actor_of, record
from anjungan.regency.staff.accounts import StaffMember
from anjungan.regency.staff.permissions import Permission
from anjungan.regency.store.tables import KIOSKS
from anjungan.regency.web.alerts.contact_rights import may_edit_contact
from anjungan.regency.web.security import PageRequest, session_of
from anjungan.regency.web.site import Site
from anjungan.regency.web.staff_frame import staff_page

Typed = Annotated[str, msgspec.Meta(max_length=500)]


class ContactForm(msgspec.Struct, frozen=True):
    """What the form of a contact sends."""

    name: Typed = ""
    position: Typed = ""
    phone: Typed = ""

    def __repr__(self) -> str:
        return "ContactForm(…)"


@get("/setelan/kontak", opt={"needs": Permission.READ_FLEET}, sync_to_thread=True)
def contact_list(request: PageRequest, site: NamedDependency[Site]) -> Response[Any]:
    """The contacts of all villages; those with a kiosk first. An officer gets the own one."""
    session = session_of(request)
    if session.staff.village is not None:
        return Redirect(f"/setelan/kontak/{session.staff.village}", status_code=303)
    with site.database.reading() as connection:
        contacts = all_contacts(connection)
        with_kiosk = set(connection.execute(select(KIOSKS.c.village).distinct()).scalars())
    wanted = " ".join(request.query_params.get("cari", "").split())[:40]
    villages = [
        each
        for each in load_villages().values()
        if wanted.casefold() in f"{each.name} {each.district}".casefold()
    ]
    villages.sort(key=lambda each: (each.code not in with_kiosk, each.district, each.name))
    return staff_page(
        site,
        session,
        "alerts/contacts.html",
        section="alerts",
        villages=villages,
        contacts=contacts,
        with_kiosk=with_kiosk,
        missing=sum(code not in contacts for code in with_kiosk),
        may_edit=session.staff.may(Permission.MANAGE_SETTINGS),
        wanted=wanted,
    )


@get("/setelan/kontak/{village:str}", opt={"needs": Permission.READ_FLEET}, sync_to_thread=True)
def contact_page(
    request: PageRequest, site: NamedDependency[Site], village: FromPath[str]
) -> Response[str]:
    """The contact of one village, to read or to change."""
    return _page(request, site, village, saved="tersimpan" in request.query_params)


@post("/setelan/kontak/{village:str}", opt={"needs": Permission.READ_FLEET}, sync_to_thread=True)
def change_contact(
    request: PageRequest,
    site: NamedDependency[Site],
    village: FromPath[str],
    data: Annotated[ContactForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Name somebody else; an emptied form names nobody."""
    staff = session_of(request).staff
    code = _known(village)
    if code is None or not _is_visible(staff, code):
        return _not_found(site)
    if not may_edit_contact(staff, code):
        return site.message(403, "Bukan tugas Anda", "Akun Anda tidak mengubah kontak desa.")
    now = site.now()
    if not (data.name.strip() or data.position.strip() or data.phone.strip()):
        with site.database.writing() as connection:
            if remove_contact(connection, code):
                record(
                    connection,
                    actor_of(staff),
                    AuditAction.CONTACT_REMOVED,
                    subject=code,
                    village=code,
                    now=now,
                )
        return Redirect(f"/setelan/kontak/{code}?tersimpan", status_code=303)
    try:
        contact = parse_contact(data.name, data.position, data.phone)
    except BadContactError as error:
        return _page(request, site, village, form=data, problem=str(error), status_code=422)
    with site.database.writing() as connection:
        set_contact(connection, code, contact, by=staff.display_name, now=now)
        record(
            connection,
            actor_of(staff),
            AuditAction.CONTACT_CHANGED,
            subject=code,
            village=code,
            now=now,
        )
    return Redirect(f"/setelan/kontak/{code}?tersimpan", status_code=303)


def _page(
    request: PageRequest,
    site: Site,
    village: str,
    *,
    form: ContactForm | None = None,
    problem: str = "",
    saved: bool = False,
    status_code: int = 200,
) -> Response[str]:
    session = session_of(request)
    code = _known(village)
    if code is None or not _is_visible(session.staff, code):
        return _not_found(site)
    with site.database.reading() as connection:
        contact = contact_of(connection, code)
    if form is None:
        form = (
            ContactForm()
            if contact is None
            else ContactForm(contact.name, contact.position, contact.phone)
        )
    return staff_page(
        site,
        session,
        "alerts/contact.html",
        section="alerts",
        status_code=status_code,
        code=code,
        contact=contact,
        form=form,
        may_edit=may_edit_contact(session.staff, code),
        problem=problem,
        saved=saved,
    )


def _known(village: str) -> VillageCode | None:
    code = VillageCode(village)
    return code if code in load_villages() else None


def _is_visible(staff: StaffMember, code: VillageCode) -> bool:
    return staff.village is None or staff.village == code


def _not_found(site: Site) -> Response[str]:
    return site.message(404, "Tidak ada", "Desa ini tidak ada, atau bukan desa Anda.")


HANDLERS: Final = (contact_list, contact_page, change_contact)
