"""One reader of pcscd, as the blocking calls see it: found by name, waited on, its card read.

Everything here runs on the driver's own thread.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum
from typing import Final

from anjungan.appliance.drivers.card_reader import pcsc_library as pcsc
from anjungan.appliance.drivers.card_reader.card import CardTechnology, Target
from anjungan.appliance.drivers.card_reader.pcsc_card import (
    ACR122_BUZZER_OFF,
    GET_ATS,
    GET_UID,
    Unsure,
    is_type_a,
    technology_of,
    uid_of,
)
from anjungan.appliance.drivers.card_reader.pcsc_library import (
    ConnectedCard,
    PcscError,
    PcscLibrary,
    ReaderStatus,
)
from anjungan.appliance.drivers.link.byte_link import LinkLost

_MS_PER_S: Final = 1000
_ASK_AGAIN_S: Final = 1.0
_CARD_GONE: Final = frozenset({pcsc.W_REMOVED_CARD, pcsc.E_NO_SMARTCARD})
_CARD_TROUBLE: Final = frozenset(
    {
        pcsc.E_NOT_TRANSACTED,
        pcsc.E_PROTO_MISMATCH,
        pcsc.W_RESET_CARD,
        pcsc.W_UNPOWERED_CARD,
        pcsc.W_UNRESPONSIVE_CARD,
        pcsc.W_UNSUPPORTED_CARD,
    }
)


_READER_TROUBLE: Final = frozenset(
    {pcsc.E_READER_UNAVAILABLE, pcsc.E_SHARING_VIOLATION, pcsc.E_UNKNOWN_READER}
)
"""The context is as good as before."""


class NoCard(Enum):
    """Why reading gave no card."""

    GONE = "gone"
    """It was taken away before it was read."""
    UNREADABLE = "unreadable"
    """It does not answer, or is no contactless card of a kind we know."""


def choose_reader(names: Sequence[str], wanted: str) -> str | None:
    """The first reader whose name holds ``wanted``; contactless ones first, SAM slots last."""
    fitting = [name for name in names if wanted.casefold() in name.casefold()]
    return min(fitting, key=_unlikeliness, default=None)


def _unlikeliness(name: str) -> int:
    words = name.casefold()
    if "picc" in words or "contactless" in words:
        return 0
    return 2 if "sam" in words.split() else 1


class PcscSession:
    """Keeps library and context from one try to the next, until an error makes them useless."""

    def __init__(
        self,
        wanted: str,
        open_library: Callable[[], PcscLibrary],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wanted = wanted
        self._open_library = open_library
        self._monotonic = monotonic
        self._found: Sequence[str] = ()
        self._library: PcscLibrary | None = None
        self._context: int | None = None
        self._reader = ""
        self._is_quiet = False

    def find(self) -> str:
        """Find the reader and return its full name.

        Raises:
            LinkLost: there is no library, or no such reader.
            PcscError: pcscd cannot be asked.
        """
        library, context = self._opened()
        self._found = self._checked(lambda: library.readers(context))
        reader = choose_reader(self._found, self._wanted)
        if reader is None:
            raise LinkLost("absent")
        self._reader = reader
        self._is_quiet = "acr122" not in reader.casefold()
        return reader

    def wait_for_plug(self, limit_s: float) -> bool:
        """Wait until the readers are others than were found; ``limit_s`` at most.

        Returns False at once where nobody can tell.

        Raises:
            PcscError: pcscd cannot be asked any more.
        """
        library, context = self._library, self._context
        if library is None or context is None:
            return False
        deadline_s = self._monotonic() + limit_s
        while self._checked(lambda: library.readers(context)) == self._found:
            left_s = deadline_s - self._monotonic()
            if left_s <= 0:
                break
            # one that comes between the two calls is not told, so they are asked for again
            self._wait((ReaderStatus(pcsc.PLUG_NOTIFICATION),), min(left_s, _ASK_AGAIN_S))
        return True

    def wait(self, known: ReaderStatus, limit_s: float) -> ReaderStatus:
        """Wait until the reader's state differs from ``known``; that again after ``limit_s``.

        Raises:
            LinkLost: the reader went away.
            PcscError: pcscd cannot be asked any more.
        """
        (status,) = self._wait((known,), limit_s) or (known,)
        if status.flags & (pcsc.STATE_UNKNOWN | pcsc.STATE_UNAVAILABLE):
            raise LinkLost("absent")
        return ReaderStatus(status.name, status.flags & ~pcsc.STATE_CHANGED, status.atr)

    def read_card(self, atr: bytes, *, unpower: bool) -> Target | NoCard:
        """Read the identifier of the card; gives it power where it has none.

        ``unpower`` takes its power afterwards, so that the next reading is another activation.

        Raises:
            PcscError: pcscd cannot be asked any more, or another program holds the reader.
        """
        library, context = self._opened()
        try:
            card = library.connect(context, self._reader)
            try:
                self._hush(library, card)
                return _read(library, card, atr)
            finally:
                with suppress(PcscError):  # it is gone, or pcscd is: the next call tells
                    library.disconnect(card, unpower=unpower)
        except PcscError as error:
            if error.code in _CARD_GONE:
                return NoCard.GONE
            if error.code in _CARD_TROUBLE:
                return NoCard.UNREADABLE
            self._doubt(error)
            raise

    def forget(self) -> None:
        """Give the context back."""
        library, self._library = self._library, None
        context, self._context = self._context, None
        if library is not None and context is not None:
            with suppress(PcscError):  # it was one of a pcscd that ended
                library.release(context)

    def _opened(self) -> tuple[PcscLibrary, int]:
        library = self._library = self._library or self._open_library()
        if self._context is None:
            self._context = library.establish()
        return library, self._context

    def _wait(self, known: Sequence[ReaderStatus], limit_s: float) -> Sequence[ReaderStatus]:
        library, context = self._opened()
        try:
            return library.wait(context, known, round(limit_s * _MS_PER_S))
        except PcscError as error:
            if error.code == pcsc.E_TIMEOUT:
                return ()
            self._doubt(error)
            raise

    def _checked(self, ask: Callable[[], Sequence[str]]) -> Sequence[str]:
        try:
            return ask()
        except PcscError as error:
            self._doubt(error)
            raise

    def _doubt(self, error: PcscError) -> None:
        if error.code not in _READER_TROUBLE:
            self.forget()

    def _hush(self, library: PcscLibrary, card: ConnectedCard) -> None:
        """The kiosk has a sound of its own; whatever the reader answers, once is enough."""
        if not self._is_quiet:
            self._is_quiet = True
            library.transmit(card, ACR122_BUZZER_OFF)


def _read(library: PcscLibrary, card: ConnectedCard, atr: bytes) -> Target | NoCard:
    uid = uid_of(library.transmit(card, GET_UID))
    if uid is None:
        return NoCard.UNREADABLE
    match technology_of(atr, uid):
        case CardTechnology() as technology:
            return Target(technology, uid)
        case Unsure.A_OR_B if is_type_a(atr, library.transmit(card, GET_ATS)):
            return Target(CardTechnology.ISO14443A, uid)
        case Unsure.A_OR_B:
            return Target(CardTechnology.ISO14443B, uid)
        case Unsure.NOT_CONTACTLESS:
            return NoCard.UNREADABLE
