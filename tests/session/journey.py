"""A resident's journey on the session machine, without pixels and with a fake clock."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

import msgspec

from anjungan.appliance.session import effects as fx
from anjungan.appliance.session.events import (
    Event,
    Intended,
    PaperFinished,
    PaperKind,
    PrintResult,
    RequestStored,
    Ticked,
    TicketsFound,
)
from anjungan.appliance.session.intents import EnterText, Intent
from anjungan.appliance.session.machine import advance
from anjungan.appliance.session.present.present import ambient, look_of, present
from anjungan.appliance.session.states import Idle, State
from anjungan.appliance.session.surroundings import (
    DeviceFacts,
    PrinterCondition,
    SiteFacts,
    Surroundings,
)
from anjungan.appliance.session.ticket import Ticket
from anjungan.appliance.session.views import Announcement, View
from anjungan.appliance.text.words import Words, load_words
from anjungan.catalogue import load_catalogue
from anjungan.catalogue.catalogue import Catalogue
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.tickets import QueueNumber, new_code, new_token

ZONE = ZoneInfo("Asia/Jakarta")
NOON = datetime(2026, 11, 24, 9, 41, tzinfo=ZONE)
NIK = "3505014709850147"
OTHER_NIK = "3505011708100002"
PHONE = "081234564471"
NAME = "SITI AMINAH CONTOH"


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


@cache
def words() -> Words:
    return load_words()


SITE = SiteFacts(
    village_kind="Desa",
    village="Minggirsari",
    district="Kanigoro",
    office_place="Balai Desa",
    office_hours="Senin–Jumat, 08.00–15.00",
    office_phone="",
    tracking_url="https://anjungan.example",
    announcements=(Announcement(heading="Pengumuman", title="Posyandu balita"),),
    idle_warn_s=90,
    countdown_s=30,
)


def a_ticket(service: str = "keterangan-usaha", **changes: object) -> Ticket:
    fields = {
        "request_id": new_message_id(1_764_000_000_000),
        "service": service,
        "token": new_token(),
        "code": new_code(),
        "queue_number": QueueNumber("241126-001"),
        "submitted_at": NOON,
        "clock_sure": True,
    }
    return Ticket(**{**fields, **changes})  # type: ignore[arg-type] # a builder for tests


@dataclass
class Journey:
    """Drives the machine; effects are kept in ``asked`` and answered by the test."""

    state: State = field(default_factory=Idle)
    now_s: float = 1000.0
    devices: DeviceFacts = field(
        default_factory=lambda: DeviceFacts(
            card_reader=True, scanner=True, printer=PrinterCondition.READY, buttons=True
        )
    )
    connected: bool = True
    accepting: bool = True
    asked: list[fx.Effect] = field(default_factory=list)
    nonces: int = 0

    @property
    def around(self) -> Surroundings:
        self.nonces += 1
        return Surroundings(
            now_s=self.now_s,
            local_time=NOON,
            nonce=f"nonce-{self.nonces}",
            catalogue=catalogue(),
            site=SITE,
            devices=self.devices,
            connected=self.connected,
            accepting=self.accepting,
        )

    @property
    def view(self) -> View:
        return present(self.state, self.around, words())

    def happen(self, event: Event) -> "Journey":
        outcome = advance(self.state, event, self.around)
        self.state = outcome.state
        self.asked += outcome.effects
        return self

    def press(self, intent: Intent) -> "Journey":
        """Press what the present view offers; a view that does not offer it is a failure."""
        assert offers(self.view, intent), f"{type(self.view).__name__} offers no {intent!r}"
        return self.happen(Intended(self.state.step, intent))

    def type(self, text: str) -> "Journey":
        return self.happen(Intended(self.state.step, EnterText(text=text)))

    def wait(self, seconds: float) -> "Journey":
        self.now_s += seconds
        return self.happen(Ticked())

    def stored(self, ticket: Ticket | None = None) -> Ticket:
        """Answer the StoreRequest that was asked for."""
        effect = self.asked[-1]
        assert isinstance(effect, fx.StoreRequest)
        ticket = ticket or a_ticket(effect.service)
        self.happen(RequestStored(effect.nonce, ticket))
        return ticket

    def printed(self, result: PrintResult = PrintResult.PRINTED) -> "Journey":
        return self.happen(PaperFinished(PaperKind.TICKET, result, self.printing.request_id))

    @property
    def printing(self) -> Ticket:
        """The ticket that was last given to the printer."""
        effects = [each for each in self.asked if isinstance(each, fx.PrintTicket)]
        return effects[-1].ticket

    def found(self, *tickets: Ticket) -> "Journey":
        return self.happen(TicketsFound(self.search.nonce, tickets))

    @property
    def search(self) -> fx.FindByCode | fx.FindByToken | fx.FindByCard:
        """The search that was begun last."""
        searches = fx.FindByCode | fx.FindByToken | fx.FindByCard
        return [each for each in self.asked if isinstance(each, searches)][-1]

    def everything_shown(self) -> str:
        """View, look and ambient as they go over the socket."""
        beside = ambient(self.state, self.around, words())
        return msgspec.json.encode([self.view, look_of(self.state), beside]).decode()


def offers(view: object, intent: Intent) -> bool:
    """Whether some pressable part of the view carries the intent."""
    return intent in list(intents_in(view))


def intents_in(value: object) -> list[Intent]:
    """All intents a view carries."""
    if isinstance(value, Intent):
        return [value]
    if isinstance(value, msgspec.Struct):
        found = []
        for name in value.__struct_fields__:
            found += intents_in(getattr(value, name))
        return found
    if isinstance(value, tuple):
        return [each for part in value for each in intents_in(part)]
    return []
