"""The pages of requests."""

from typing import Final

from anjungan.regency.web.requests import (
    list_pages,
    opening_pages,
    request_page,
    setting_pages,
    status_pages,
)

HANDLERS: Final = (
    *list_pages.HANDLERS,
    *request_page.HANDLERS,
    *opening_pages.HANDLERS,
    *status_pages.HANDLERS,
    *setting_pages.HANDLERS,
)
