"""The kiosk's certificate: is it there, is it this kiosk's, and how long does it last?"""

from datetime import UTC, datetime, timedelta
from typing import Final

from anjungan.appliance.doctor.finding import Finding, good, note, wrong
from anjungan.appliance.doctor.words import Said, say
from anjungan.appliance.settings.site import SiteSettings
from anjungan.appliance.uplink.identity import Identity, IdentityFiles

ENDS_SOON: Final = timedelta(days=30)


def identity_files(settings: SiteSettings) -> IdentityFiles | None:
    """What the line would show the broker; None where the kiosk has nothing to show."""
    return Identity(settings.paths.identity_folder).files()


def check_identity(settings: SiteSettings) -> Finding | None:
    """The finding; None where no certificate is asked for, because the line is plain."""
    if not settings.line.uses_tls:
        return None
    subject = say("identity.subject", folder=settings.paths.identity_folder)
    files = identity_files(settings)
    if files is None:
        return _wrong(subject, say("identity.none"), say("identity.none_fix"))
    from cryptography import x509  # noqa: PLC0415 - heavy, and not for a kiosk without an identity
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - see above

    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(names[0].value) if names else ""
    if name != settings.kiosk.id:
        return _wrong(subject, say("identity.other", name=name), say("identity.other_fix"))
    ends_at, now = certificate.not_valid_after_utc, datetime.now(tz=UTC)
    day = f"{ends_at:%d-%m-%Y}"
    if ends_at <= now:
        return _wrong(subject, say("identity.ended", day=day), say("identity.ended_fix"))
    if ends_at - now <= ENDS_SOON:
        return note(subject, say("identity.ends_soon", day=day), say("identity.ends_soon_fix"))
    return good(subject, say("identity.good", day=day))


def _wrong(subject: Said, answered: Said, fix: Said) -> Finding:
    return wrong(subject, answered, expected=say("identity.expected"), fix=fix)
