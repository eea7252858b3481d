"""All pages of this area."""

from typing import Final

from anjungan.regency.web.alerts import (
    contact_pages,
    incident_pages,
    list_pages,
    maintenance_pages,
    rule_pages,
    visit_form_pages,
    visit_pages,
)

HANDLERS: Final = (
    *list_pages.HANDLERS,
    *incident_pages.HANDLERS,
    *maintenance_pages.HANDLERS,
    *rule_pages.HANDLERS,
    *contact_pages.HANDLERS,
    *visit_pages.HANDLERS,
    *visit_form_pages.HANDLERS,
)
