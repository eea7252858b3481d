"""A beep is heard once: from the loudspeaker, or from the buzzer where that is silent."""

import pytest

from anjungan.appliance.agent.beeping import Beeping
from anjungan.appliance.drivers.buttons import buzzer
from anjungan.appliance.drivers.buttons.buzzer import BuzzPattern
from anjungan.appliance.drivers.sound.beeps import Beep


class Loudspeaker:
    """Keeps its beeps."""

    def __init__(self, *, can_be_heard: bool) -> None:
        self.can_be_heard = can_be_heard
        self.beeps: list[Beep] = []

    def beep(self, kind: Beep) -> None:
        self.beeps.append(kind)


class Panel:
    """Keeps its patterns."""

    def __init__(self) -> None:
        self.patterns: list[BuzzPattern] = []

    def buzz(self, pattern: BuzzPattern) -> None:
        self.patterns.append(pattern)


PATTERNS = {
    Beep.PRESS: buzzer.PRESS,
    Beep.ACCEPTED: buzzer.ACCEPTED,
    Beep.REFUSED: buzzer.REFUSED,
}


@pytest.mark.parametrize("kind", list(Beep))
def test_the_loudspeaker_alone_where_it_can_be_heard(kind: Beep) -> None:
    loudspeaker, panel = Loudspeaker(can_be_heard=True), Panel()
    Beeping(loudspeaker, [panel], muted=False).beep(kind)
    assert (loudspeaker.beeps, panel.patterns) == ([kind], [])


@pytest.mark.parametrize("kind", list(Beep))
def test_every_panel_where_the_loudspeaker_is_gone(kind: Beep) -> None:
    loudspeaker, panels = Loudspeaker(can_be_heard=False), [Panel(), Panel()]
    Beeping(loudspeaker, panels, muted=False).beep(kind)
    assert loudspeaker.beeps == []
    assert [panel.patterns for panel in panels] == [[PATTERNS[kind]]] * 2


def test_the_panel_where_there_is_no_loudspeaker() -> None:
    panel = Panel()
    Beeping(None, [panel], muted=False).beep(Beep.PRESS)
    assert panel.patterns == [buzzer.PRESS]


@pytest.mark.parametrize("can_be_heard", [True, False])
def test_muted_is_silent_everywhere(can_be_heard: bool) -> None:
    loudspeaker, panel = Loudspeaker(can_be_heard=can_be_heard), Panel()
    Beeping(loudspeaker, [panel], muted=True).beep(Beep.REFUSED)
    assert (loudspeaker.beeps, panel.patterns) == ([], [])
