"""What the texts say of the village, from the site settings and the village list."""

from anjungan.appliance.errors import ConfigError
from anjungan.appliance.session.surroundings import SiteFacts
from anjungan.appliance.session.views import Announcement
from anjungan.appliance.settings.site import SiteSettings
from anjungan.catalogue.villages import load_villages
from anjungan.protocol.identity import village_of


def site_facts(settings: SiteSettings) -> SiteFacts:
    """The village the kiosk's identity names, with its office.

    Raises:
        ConfigError: no village has the code the kiosk's identity begins with.
    """
    village = load_villages().get(village_of(settings.kiosk.kiosk_id))
    if village is None:
        raise ConfigError(f"kiosk.id: no village has the code {settings.kiosk.id[:10]}")
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
