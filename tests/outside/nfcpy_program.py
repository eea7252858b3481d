"""A small program on nfcpy, run as a process of its own: what a reader at argv[1] finds, as JSON.

nfcpy names serial lines by what it knows of Linux, so the line is given to its transport directly.
"""

import json
import sys

import nfc.clf.pn532
import nfc.clf.transport
import nfc.tag
from nfc.clf import ContactlessFrontend, RemoteTarget


def tag_type(device: object, target: RemoteTarget) -> str:
    """What kind of tag nfcpy makes of the target, and whether it finds it still there."""
    frontend = ContactlessFrontend()
    frontend.device, frontend.target = device, target
    tag = nfc.tag.activate(frontend, target)
    return "none" if tag is None else f"{tag.type} {'there' if tag.is_present else 'gone'}"


def main() -> None:
    device = nfc.clf.pn532.init(nfc.clf.transport.TTY(sys.argv[1]))
    found: dict[str, str | None] = {"chip": str(device.chipset_name)}
    try:
        type_a = device.sense_tta(RemoteTarget("106A"))
        found["a"] = None if type_a is None else type_a.sdd_res.hex()
        found["a_sens"] = None if type_a is None else type_a.sens_res.hex()
        found["a_sel"] = None if type_a is None else type_a.sel_res.hex()
        if type_a is not None:
            found["a_tag"] = tag_type(device, type_a)
        device.mute()
        type_b = device.sense_ttb(RemoteTarget("106B"))
        found["b"] = None if type_b is None else type_b.sensb_res.hex()
        if type_b is not None:
            found["b_tag"] = tag_type(device, type_b)
    finally:
        device.close()
    sys.stdout.write(json.dumps(found))


main()
