"""The little of PC/SC that a card reader needs, and pcsc-lite's library behind it.

Source: PC/SC workgroup part 5, and pcsc-lite's ``winscard.h`` and ``pcsclite.h`` (1.9.9).  All
calls block, so they belong on a thread of their own.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from anjungan.appliance.drivers.link.byte_link import LinkLost

E_INVALID_HANDLE: Final = 0x80100003
E_INSUFFICIENT_BUFFER: Final = 0x80100008
E_UNKNOWN_READER: Final = 0x80100009
E_TIMEOUT: Final = 0x8010000A
E_SHARING_VIOLATION: Final = 0x8010000B
E_NO_SMARTCARD: Final = 0x8010000C
E_PROTO_MISMATCH: Final = 0x8010000F
F_COMM_ERROR: Final = 0x80100013
E_NOT_TRANSACTED: Final = 0x80100016
E_READER_UNAVAILABLE: Final = 0x80100017
E_NO_SERVICE: Final = 0x8010001D
E_SERVICE_STOPPED: Final = 0x8010001E
E_NO_ACCESS: Final = 0x80100027
E_NO_READERS_AVAILABLE: Final = 0x8010002E
W_UNSUPPORTED_CARD: Final = 0x80100065
W_UNRESPONSIVE_CARD: Final = 0x80100066
W_UNPOWERED_CARD: Final = 0x80100067
W_RESET_CARD: Final = 0x80100068
W_REMOVED_CARD: Final = 0x80100069
W_SECURITY_VIOLATION: Final = 0x8010006A

STATE_UNAWARE: Final = 0x0000
STATE_CHANGED: Final = 0x0002
STATE_UNKNOWN: Final = 0x0004
STATE_UNAVAILABLE: Final = 0x0008
STATE_EMPTY: Final = 0x0010
STATE_PRESENT: Final = 0x0020
STATE_IN_USE: Final = 0x0100
STATE_MUTE: Final = 0x0200
EVENTS_SHIFT: Final = 16
"""The upper half of a state counts insertions and removals."""

PLUG_NOTIFICATION: Final = "\\\\?PnP?\\Notification"
"""A pretended reader whose state changes when the number of readers does."""

_LIBRARY: Final = "libpcsclite.so.1"
_SCOPE_SYSTEM: Final = 2
_SHARE_SHARED: Final = 2
_PROTOCOL_T0_OR_T1: Final = 3
_LEAVE_CARD: Final = 0
_UNPOWER_CARD: Final = 2
_MAX_ATR_BYTES: Final = 33
_RESPONSE_BYTES: Final = 264  # MAX_BUFFER_SIZE: a short APDU's longest answer
_LIST_TRIES: Final = 3


class PcscError(OSError):
    """What the library answered instead of success; ``code`` as in ``pcsclite.h``, unsigned."""

    def __init__(self, code: int) -> None:
        super().__init__(f"PC/SC error 0x{code:08x}")
        self.code = code


@dataclass(frozen=True, slots=True, repr=False)
class ReaderStatus:
    """One reader: its state bits, and the ATR of the card on it, if any."""

    name: str
    flags: int = STATE_UNAWARE
    atr: bytes = b""

    def __repr__(self) -> str:
        return f"ReaderStatus({self.name!r}, 0x{self.flags:08x})"


@dataclass(frozen=True, slots=True)
class ConnectedCard:
    """A connection to a card, and the protocol that was agreed on."""

    handle: int
    protocol: int


class PcscLibrary(Protocol):
    """Calls of PC/SC.  Each raises :class:`PcscError` where the real one answers an error."""

    def establish(self) -> int:
        """Begin to speak with pcscd; the context is for the other calls."""
        ...

    def release(self, context: int) -> None:
        """End a context."""
        ...

    def readers(self, context: int) -> Sequence[str]:
        """The names of the readers that are plugged in; none is an empty answer, not an error."""
        ...

    def wait(
        self, context: int, known: Sequence[ReaderStatus], timeout_ms: int
    ) -> Sequence[ReaderStatus]:
        """Wait until a state differs from the ``known`` one; E_TIMEOUT where none did."""
        ...

    def connect(self, context: int, reader: str) -> ConnectedCard:
        """Connect to the card on a reader, shared; gives it power where it has none."""
        ...

    def transmit(self, card: ConnectedCard, command: bytes) -> bytes:
        """Send a command, to the card or to its reader (class FF), and return the answer."""
        ...

    def disconnect(self, card: ConnectedCard, *, unpower: bool) -> None:
        """End a connection; ``unpower`` also takes the card's power."""
        ...


class _ReaderState(ctypes.Structure):
    _fields_ = (
        ("szReader", ctypes.c_char_p),
        ("pvUserData", ctypes.c_void_p),
        ("dwCurrentState", ctypes.c_ulong),
        ("dwEventState", ctypes.c_ulong),
        ("cbAtr", ctypes.c_ulong),
        ("rgbAtr", ctypes.c_ubyte * _MAX_ATR_BYTES),
    )


class _IoRequest(ctypes.Structure):
    _fields_ = (("dwProtocol", ctypes.c_ulong), ("cbPciLength", ctypes.c_ulong))


_LONG, _DWORD = ctypes.c_long, ctypes.c_ulong
_DWORD_OUT = ctypes.POINTER(_DWORD)
_LONG_OUT = ctypes.POINTER(_LONG)
_SIGNATURES: Final[dict[str, tuple[Any, ...]]] = {
    "SCardEstablishContext": (_DWORD, ctypes.c_void_p, ctypes.c_void_p, _LONG_OUT),
    "SCardReleaseContext": (_LONG,),
    "SCardListReaders": (_LONG, ctypes.c_char_p, ctypes.c_void_p, _DWORD_OUT),
    "SCardGetStatusChange": (_LONG, _DWORD, ctypes.POINTER(_ReaderState), _DWORD),
    "SCardConnect": (_LONG, ctypes.c_char_p, _DWORD, _DWORD, _LONG_OUT, _DWORD_OUT),
    "SCardDisconnect": (_LONG, _DWORD),
    "SCardTransmit": (
        _LONG,
        ctypes.POINTER(_IoRequest),
        ctypes.c_char_p,
        _DWORD,
        ctypes.c_void_p,
        ctypes.c_void_p,
        _DWORD_OUT,
    ),
}


class PcscLite:
    """pcsc-lite through ctypes; ``functions`` is the opened library."""

    def __init__(self, functions: Any) -> None:
        self._functions = functions
        for name, arguments in _SIGNATURES.items():
            function = getattr(functions, name)
            function.argtypes = arguments
            function.restype = _LONG

    def establish(self) -> int:
        """See ``PcscLibrary``."""
        context = _LONG()
        self._call("SCardEstablishContext", _SCOPE_SYSTEM, None, None, ctypes.byref(context))
        return context.value

    def release(self, context: int) -> None:
        """See ``PcscLibrary``."""
        self._call("SCardReleaseContext", context)

    def readers(self, context: int) -> Sequence[str]:
        """See ``PcscLibrary``."""
        for _ in range(_LIST_TRIES):
            length = _DWORD()
            try:
                self._call("SCardListReaders", context, None, None, ctypes.byref(length))
                names = ctypes.create_string_buffer(max(1, length.value))
                self._call("SCardListReaders", context, None, names, ctypes.byref(length))
            except PcscError as error:
                if error.code == E_NO_READERS_AVAILABLE:
                    return ()
                if error.code == E_INSUFFICIENT_BUFFER:
                    continue  # a reader came between the two calls
                raise
            listed = names.raw[: length.value].split(b"\0")
            return tuple(name.decode("utf-8", "replace") for name in listed if name)
        raise PcscError(E_INSUFFICIENT_BUFFER)

    def wait(
        self, context: int, known: Sequence[ReaderStatus], timeout_ms: int
    ) -> Sequence[ReaderStatus]:
        """See ``PcscLibrary``."""
        states = (_ReaderState * len(known))()
        for state, reader in zip(states, known, strict=True):
            state.szReader = reader.name.encode()
            state.dwCurrentState = reader.flags
        self._call("SCardGetStatusChange", context, timeout_ms, states, len(known))
        return tuple(
            ReaderStatus(
                reader.name,
                state.dwEventState,
                bytes(state.rgbAtr[: min(state.cbAtr, _MAX_ATR_BYTES)]),
            )
            for state, reader in zip(states, known, strict=True)
        )

    def connect(self, context: int, reader: str) -> ConnectedCard:
        """See ``PcscLibrary``."""
        handle, protocol = _LONG(), _DWORD()
        self._call(
            "SCardConnect",
            context,
            reader.encode(),
            _SHARE_SHARED,
            _PROTOCOL_T0_OR_T1,
            ctypes.byref(handle),
            ctypes.byref(protocol),
        )
        return ConnectedCard(handle.value, protocol.value)

    def transmit(self, card: ConnectedCard, command: bytes) -> bytes:
        """See ``PcscLibrary``."""
        request = _IoRequest(card.protocol, ctypes.sizeof(_IoRequest))
        answer = ctypes.create_string_buffer(_RESPONSE_BYTES)
        length = _DWORD(_RESPONSE_BYTES)
        self._call(
            "SCardTransmit",
            card.handle,
            ctypes.byref(request),
            command,
            len(command),
            None,
            answer,
            ctypes.byref(length),
        )
        return answer.raw[: min(length.value, _RESPONSE_BYTES)]

    def disconnect(self, card: ConnectedCard, *, unpower: bool) -> None:
        """See ``PcscLibrary``."""
        self._call("SCardDisconnect", card.handle, _UNPOWER_CARD if unpower else _LEAVE_CARD)

    def _call(self, name: str, *arguments: object) -> None:
        code = getattr(self._functions, name)(*arguments) & 0xFFFF_FFFF
        if code != 0:
            raise PcscError(code)


def open_pcsclite() -> PcscLibrary:
    """Open pcsc-lite's library.

    Raises:
        LinkLost: it is not installed, or is another library.
    """
    try:
        return PcscLite(ctypes.CDLL(_LIBRARY))
    except (OSError, AttributeError) as error:
        raise LinkLost("libpcsclite is not installed") from error
