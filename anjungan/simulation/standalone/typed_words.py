"""What can be typed to each device while it runs alone, as ``--help`` tells it."""

from typing import Final

_LINE_WORDS: Final = """\
  unplug, plug              pull the plug, put it back
  noise HEX                 bytes on the line that the device never sent
"""
PN532_WORDS: Final = f"""\
what can be typed while it runs:
  card a:04a1b2c3d4e5f6     lay one more card on the reader; b:11223344 is a type B card
  remove                    take every card away
  silent, answering         hear everything and answer nothing; answer again
  power-cycle               the chip loses its power for a moment
{_LINE_WORDS}
options of a card, each after a comma: ats=7577810280 (ISO/IEC 14443-4), random, changing, pulled=N

example:
  anjungan sim run pn532 --link /tmp/nfc --card a:04a1b2c3d4e5f6,ats=7577810280
  LIBNFC_DEFAULT_DEVICE=pn532_uart:/tmp/nfc nfc-list
"""
SCANNER_WORDS: Final = f"""\
what can be typed while it runs:
  scan TEXT                 the scanner reads TEXT
{_LINE_WORDS}"""
PRINTER_WORDS: Final = f"""\
what can be typed while it runs:
  paper out | near | ok     take the roll out, let it get thin, put a new one in
  paper out after N         out when N more lines are printed
  cover open | closed
  cutter jam | free
  head hot | cool
  broken                    an error nobody can mend
  silent, answering         print, but answer nothing; answer again
  power off | on
  tear                      tear off what has come out
{_LINE_WORDS}"""
