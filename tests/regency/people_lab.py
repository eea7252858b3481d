"""What tests of logins share: codes of an authenticator app, the lines of the audit log."""

import re

import pyotp
from sqlalchemy import select

from anjungan.regency.store.tables import AUDIT

NEW_PASSWORD = "empat kuda hijau berlari"


class App:
    """An authenticator app that has read the secret from a page."""

    def __init__(self, page, clock):
        found = re.search(r'class="code spelt">([A-Z2-7 ]+)<', page)
        assert found is not None, "the page shows no secret"
        self.totp = pyotp.TOTP(found.group(1).replace(" ", ""))
        self.clock = clock

    def code(self, steps=0):
        """The code of now, or of so many steps aside."""
        return self.totp.at(self.clock(), counter_offset=steps)


def recovery_codes(page):
    return re.findall(r'<li class="code">([a-z0-9-]+)</li>', page)


def audit_lines(database, action=None):
    with database.reading() as connection:
        statement = select(AUDIT).order_by(AUDIT.c.id)
        if action is not None:
            statement = statement.where(AUDIT.c.action == action.value)
        return connection.execute(statement).all()


def set_up_factor(browser, clock, password):
    """Set a second factor up at /akun; returns the app and the recovery codes."""
    begun = browser.post("/akun/kode/mulai", "/akun", present=password)
    assert (begun.status_code, begun.headers["location"]) == (303, "/akun/kode")
    app = App(browser.get("/akun/kode").text, clock)
    done = browser.post("/akun/kode/pastikan", "/akun/kode", code=app.code())
    assert done.status_code == 200, done.text
    return app, recovery_codes(done.text)
