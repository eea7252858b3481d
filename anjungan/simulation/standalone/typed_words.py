"""What can be typed to each device while it runs alone, as ``--help`` tells it."""

from typing import Final

_LINE: Final = """\
  unplug, plug              pull the plug, put it back
  noise HEX                 bytes on the line that the device never sent
"""
_READER: Final = f"""\
  remove                    take every card away
  silent, answering         see cards and answer nothing; answer again
  power-cycle               without power for a moment
{_LINE}"""
PN532: Final = f"""\
what can be typed while it runs:
  card a:04a1b2c3d4e5f6     lay one more card on the reader; b:11223344 is a type B card
{_READER}
options of a card, each after a comma: ats=7577810280 (ISO/IEC 14443-4), random, changing, pulled=N

example:
  anjungan sim run pn532 --link /tmp/nfc --card a:04a1b2c3d4e5f6,ats=7577810280
  LIBNFC_DEFAULT_DEVICE=pn532_uart:/tmp/nfc nfc-list
"""
RDM6300: Final = f"""\
what can be typed while it runs:
  card em:0100863f4e        hold a tag to the reader, which tells it again and again
{_READER}
options of a tag, each after a comma: once (told once a tap, as an ID-12 does), pulled=N
"""
WEDGE: Final = f"""\
The path is a pipe of evdev records, as a keyboard's /dev/input/event node gives them.

what can be typed while it runs:
  card a:04112233           hold a card to the reader, which types its number once
{_READER}
a card is written as for pn532, or em: and ten digits
"""
SCANNER: Final = f"""\
what can be typed while it runs:
  scan TEXT                 the scanner reads TEXT
{_LINE}"""
PRINTER: Final = f"""\
shortcomings of a clone, joined by commas: no-status, only-dle-eot, only-asb, only-gs-r,
no-code-pages, chinese, no-cutter, no-qr

what can be typed while it runs:
  paper out | near | ok     take the roll out, let it get thin, put a new one in
  paper out after N         out when N more lines are printed
  cover open | closed
  cutter jam | free
  head hot | cool
  feed held | released      the FEED button
  stuck, free               the mechanism
  offline, online           for a reason it does not tell
  broken                    an error nobody can mend
  silent, answering         print, but answer nothing; answer again
  power off | on
  tear                      tear off what has come out
{_LINE}"""
