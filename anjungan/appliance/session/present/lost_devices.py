"""What is said when a device is lost in the middle of a visit, until it is back.

A device that was absent when the visit began is never asked for, so nothing is said of it.
"""

from dataclasses import dataclass

from anjungan.appliance.session.present.scene import Scene
from anjungan.appliance.session.surroundings import DeviceFacts, PrinterCondition
from anjungan.appliance.session.views import Banner, Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Which devices could be used when the visit began, and cannot now."""

    card_reader: bool
    scanner: bool
    printer: bool


def lost_in(scene: Scene) -> Lost:
    """What this visit has lost and not got back."""
    before, now = scene.visit.began_with, scene.around.devices
    if before is None:
        return Lost(card_reader=False, scanner=False, printer=False)
    return Lost(
        card_reader=before.card_reader and not now.card_reader,
        scanner=before.scanner and not now.scanner,
        printer=before.printer is PrinterCondition.READY and not scene.around.printer_ready,
    )


def nik_banner(scene: Scene) -> Banner | None:
    """On the NIK: the reader is gone, nothing is harmed, the number can be typed."""
    if not lost_in(scene).card_reader:
        return None
    return _banner(scene, "plug-connected-x", "reader_nik", "reader_nik_safe")


def search_banner(scene: Scene) -> Banner | None:
    """Where one looks for a request: what is gone, and the ways that are left."""
    lost = lost_in(scene)
    if lost.card_reader and lost.scanner:
        what = "reader_and_scanner"
    elif lost.card_reader:
        what = "reader"
    elif lost.scanner:
        what = "scanner"
    else:
        return None
    return _banner(scene, "plug-connected-x", what, _ways_left(scene.around.devices))


def _ways_left(devices: DeviceFacts) -> str:
    """Where one device is lost, one other at most is left."""
    if devices.scanner:
        return "may_scan"
    return "may_tap" if devices.card_reader else "may_type"


def review_banner(scene: Scene) -> Banner | None:
    """Before sending: there will be no paper, and the code will be on the screen."""
    if not lost_in(scene).printer:
        return None
    return _banner(scene, "printer-off", "printer", "printer_safe")


def home_banner(scene: Scene) -> Banner | None:
    """At home: the same, before anything is begun."""
    if not lost_in(scene).printer:
        return None
    return _banner(scene, "printer-off", "printer", "printer_home")


def _banner(scene: Scene, icon: str, what: str, safe_and_todo: str) -> Banner:
    say = scene.say
    return Banner(
        tone=Tone.WARN,
        icon=icon,
        strong=say(f"lost_device.{what}"),
        text=say(f"lost_device.{safe_and_todo}"),
    )
