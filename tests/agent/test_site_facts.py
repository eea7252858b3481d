"""What the texts say of the village."""

import msgspec
import pytest

from anjungan.appliance.agent.site_facts import site_facts
from anjungan.appliance.errors import ConfigError
from anjungan.appliance.settings.site import AnnouncementSettings, KioskSettings, SiteSettings


def test_village_and_office() -> None:
    settings = SiteSettings(
        kiosk=KioskSettings(id="3505102001-1"),
        announcements=(AnnouncementSettings(title="Posyandu", text="Kamis"),),
    )
    facts = site_facts(settings)
    assert (facts.village_kind, facts.village, facts.district) == (
        "Desa",
        "Minggirsari",
        "Kanigoro",
    )
    assert facts.office_place == settings.office.place
    assert [(each.title, each.text) for each in facts.announcements] == [("Posyandu", "Kamis")]
    assert (facts.idle_warn_s, facts.countdown_s) == (90, 30)


def test_a_village_that_there_is_not() -> None:
    settings = msgspec.structs.replace(SiteSettings(), kiosk=KioskSettings(id="9999999999-1"))
    with pytest.raises(ConfigError, match=r"kiosk\.id: no village has the code 9999999999"):
        site_facts(settings)
