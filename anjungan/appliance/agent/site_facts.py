"""What the texts say of the village, from the site settings and the village list."""

from anjungan.appliance.errors import ConfigError, ConfigProblem
from anjungan.appliance.session.surroundings import SiteFacts
from anjungan.appliance.session.views import Announcement
from anjungan.appliance.settings.load import DEFAULT_FILE
from anjungan.appliance.settings.site import EXAMPLE_KIOSK, SiteSettings
from anjungan.catalogue.villages import load_villages
from anjungan.protocol.identity import village_of


def require_kiosk_id(settings: SiteSettings) -> None:
    """Refuse to be nobody's kiosk.

    Raises:
        ConfigError: the settings do not say which kiosk this is; the message shows how.
    """
    if settings.kiosk.is_set:
        return
    raise ConfigError(
        ConfigProblem.KIOSK_UNSET,
        f"kiosk.id: not set; write it in {DEFAULT_FILE} (or the file given with --config) under"
        f' [kiosk], for example: id = "{EXAMPLE_KIOSK}"',
        file=str(DEFAULT_FILE),
        example=EXAMPLE_KIOSK,
    )


def site_facts(settings: SiteSettings) -> SiteFacts:
    """The village the kiosk's identity names, with its office.

    Raises:
        ConfigError: no village has the code the kiosk's identity begins with, or there is none.
    """
    require_kiosk_id(settings)
    village = load_villages().get(village_of(settings.kiosk.kiosk_id))
    if village is None:
        code = settings.kiosk.id.partition("-")[0]
        raise ConfigError(
            ConfigProblem.UNKNOWN_VILLAGE, f"kiosk.id: no village has the code {code}", code=code
        )
    office = settings.office
    return SiteFacts(
        village_kind=village.kind.capitalize(),
        village=village.name,
        district=village.district,
        office_place=office.place,
        office_hours=office.hours,
        office_phone=office.phone,
        tracking_url=office.tracking_url,
        announcements=tuple(
            Announcement(heading="Pengumuman", title=each.title, text=each.text)
            for each in settings.announcements
        ),
        idle_warn_s=settings.visit.idle_warn_s,
        countdown_s=settings.visit.countdown_s,
    )
