"""The pages of requests."""

from typing import Final

from anjungan.regency.web.requests import list_pages, opening_pages, request_page, status_pages

HANDLERS: Final = (
    *list_pages.HANDLERS,
    *request_page.HANDLERS,
    *opening_pages.HANDLERS,
    *status_pages.HANDLERS,
)
