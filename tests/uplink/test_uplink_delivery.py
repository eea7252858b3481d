"""Requests reach the regency through a real broker, whatever happens on the way."""

from pathlib import Path

from anjungan.appliance.storage.records import Delivery
from anjungan.appliance.uplink.line_state import Connected
from anjungan.protocol.messages import ReceiptOutcome
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.topics import UpKind
from tests.uplink.conftest import *


async def test_a_request_is_delivered_and_receipted(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    async with running_kiosk(tmp_path / "k.db", quick_settings(broker.port)) as kiosk:
        ticket = await kiosk.submit()
        await eventually(lambda: kiosk.told.receipts)
        stored = await kiosk.storage.ticket_of_request(ticket.request_id)
        assert stored is not None
        assert stored.delivery is Delivery.RECEIPTED
        assert await kiosk.storage.unsent(max_messages=5, max_bytes=10_000) == ()
        assert kiosk.told.lines[-1] == Connected(regency_present=True)
