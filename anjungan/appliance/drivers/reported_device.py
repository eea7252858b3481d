"""What every driver begins with: a name, and the one report of its state."""

from anjungan.appliance.drivers.device import DeviceState, StateListener, StateReport


class ReportedDevice:
    """A device that has a name and tells its state; its family is the subclass' ``kind``."""

    def __init__(self, name: str, on_state: StateListener) -> None:
        self._name = name
        self._report = StateReport(name, on_state)

    @property
    def name(self) -> str:
        """The name in the site settings."""
        return self._name

    @property
    def state(self) -> DeviceState:
        """The state told last."""
        return self._report.state
