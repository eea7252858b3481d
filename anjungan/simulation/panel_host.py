"""The simulated panel as other terminals and the desk steer it: fingers, doors, what is lit."""

import asyncio
from collections.abc import Iterator
from typing import Final

from anjungan.appliance.agent.panel import wiring_of
from anjungan.appliance.settings.devices import PanelSettings
from anjungan.simulation.control import Command, Reply
from anjungan.simulation.feed import ButtonCondition, Event, Feed, PanelCondition, Spoken
from anjungan.simulation.panel import PanelSimulator

PRESS_S: Final = 0.15
HOLD_S: Final = 1.2
_SAID_KEPT: Final = 20


class PanelHost:
    """Lives on an event loop of its own; :meth:`changed` and :meth:`said` come from any thread."""

    def __init__(self, settings: PanelSettings, loop: asyncio.AbstractEventLoop) -> None:
        self._buttons = settings.buttons
        self._loop = loop
        self._told: PanelCondition | None = None
        self._said: list[Spoken] = []
        self.feed = Feed(self._snapshot)
        self.panel = PanelSimulator(wiring_of(settings), on_change=self.changed)

    async def handle(self, command: Command) -> Reply:
        """Do what a control command says."""
        match (command.verb, command.words):
            case ("press", (name, how)) if name in self._buttons:
                await self.panel.hold(name, HOLD_S if how == "hold" else PRESS_S)
                return Reply(ok=True, text=f"{name} {'held' if how == 'hold' else 'pressed'}")
            case ("down", (name,)) if name in self._buttons:
                self.panel.press(name)
                return Reply(ok=True, text=f"{name} is down")
            case ("up", (name,)) if name in self._buttons:
                self.panel.release(name)
                return Reply(ok=True, text=f"{name} is up")
            case ("door", (name, "open")) if name in self.panel.wiring.contacts:
                self.panel.open_door(name)
                return Reply(ok=True, text=f"{name} is open")
            case ("door", (name, "shut")) if name in self.panel.wiring.contacts:
                self.panel.shut_door(name)
                return Reply(ok=True, text=f"{name} is shut")
            case ("plug" | "unplug" as verb, ()):
                (self.panel.plug if verb == "plug" else self.panel.unplug)()
                return Reply(ok=True, text=f"{verb} buttons")
            case ("status", ()):
                lit = [name for name, on in self.panel.lights().items() if on]
                plugged = "plugged in" if self.panel.plugged else "unplugged"
                doors = {
                    name: "open" if opened else "shut" for name, opened in self._doors().items()
                }
                facts = {"panel": plugged, "lights": ", ".join(lit) or "none", **doors}
                return Reply(ok=True, facts=facts)
            case _:
                return Reply(ok=False, text=f"the buttons do not know {command.verb}")

    def changed(self) -> None:
        """Something of the panel has changed."""
        self._loop.call_soon_threadsafe(self._tell)

    def said(self, spoken: Spoken) -> None:
        """The kiosk said something aloud."""
        self._loop.call_soon_threadsafe(self._keep, spoken)

    def _keep(self, spoken: Spoken) -> None:
        self._said = [*self._said[1 - _SAID_KEPT :], spoken]
        self.feed.publish(spoken)

    def _tell(self) -> None:
        condition = self._condition()
        if condition != self._told:
            self._told = condition
            self.feed.publish(condition)

    def _snapshot(self) -> Iterator[Event]:
        yield self._condition()
        yield from self._said

    def _condition(self) -> PanelCondition:
        pressed, lights = self.panel.pressed(), self.panel.lights()
        return PanelCondition(
            plugged=self.panel.plugged,
            buttons=tuple(
                ButtonCondition(
                    name=name, does=button.does, pressed=pressed[name], lit=lights.get(name)
                )
                for name, button in self._buttons.items()
            ),
            doors=self._doors(),
            buzzing=None if self.panel.wiring.buzzer is None else self.panel.is_buzzing,
        )

    def _doors(self) -> dict[str, bool]:
        """Every door by name, and whether it is open."""
        wired = self.panel.wiring.contacts
        return {
            name: closed != wired[name].closed_is_safe
            for name, closed in self.panel.contacts().items()
        }
