"""How a second factor is shown while it is set up: a QR, and the secret in letters."""

import io
from dataclasses import dataclass

import segno
from markupsafe import Markup

from anjungan.regency.staff.second_factor import provisioning_uri, spelt_secret

_DOTS_A_MODULE = 5


@dataclass(frozen=True, slots=True)
class FactorView:
    """``qr`` is an SVG drawing; ``spelt`` is for those who cannot scan it."""

    qr: Markup
    spelt: str

    def __repr__(self) -> str:
        return "FactorView(…)"


def factor_view(secret: str, login: str, regency_name: str) -> FactorView:
    """Draw the secret of an account for authenticator apps."""
    uri = provisioning_uri(secret, login, f"Anjungan Desa {regency_name}")
    drawing = io.BytesIO()
    segno.make_qr(uri, error="m").save(
        drawing, kind="svg", scale=_DOTS_A_MODULE, xmldecl=False, svgns=False, nl=False
    )
    return FactorView(Markup(drawing.getvalue().decode()), spelt_secret(secret))  # noqa: S704 - segno's own drawing
