"""A broker and a regency of their own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.uplink.uplink_lab import Broker, SmallRegency


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def regency(broker: Broker) -> Iterator[SmallRegency]:
    regency = SmallRegency(broker.port)
    regency.start()
    yield regency
    regency.stop()
