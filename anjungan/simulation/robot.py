"""A screens process without a screen: it speaks to the agent as the Kivy process does.

For tests that need the real agent and no pixels: it takes views and presses what they carry.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import msgspec

import anjungan
from anjungan.appliance.ipc.framing import FrameParser, frame
from anjungan.appliance.ipc.messages import Act, AgentMessage, Drawn, Hello, Show, ShowAmbient
from anjungan.appliance.session.intents import (
    ChooseOption,
    EnterText,
    GoHome,
    GoNext,
    Intent,
    OpenLetters,
    OpenService,
    SkipQuestion,
    StartForm,
    SubmitRequest,
    Wake,
)
from anjungan.appliance.session.views import (
    Ambient,
    ChoiceView,
    HomeView,
    IdleView,
    KeyboardView,
    KeypadView,
    NoticeView,
    RequirementsView,
    ReviewView,
    TicketView,
    View,
)

ANSWER_WITHIN_S: Final = 20.0
ARRIVED_WITHIN_S: Final = 30.0
INVENTED_NIK: Final = "3505992411700001"
"""Valid in form; Kabupaten Blitar has no district 99."""
INVENTED_NAME: Final = "Contoh Satu"

ViewT = TypeVar("ViewT", bound=View)


class AgentGoneError(ConnectionError):
    """The agent closed the socket, or there is none."""


class NoSuchViewError(TimeoutError):
    """The awaited view did not come; the message names the kind that is shown instead."""


class Robot:
    """One connection to the agent."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._encoder = msgspec.json.Encoder()
        self._shown: Show | None = None
        self._changed = asyncio.Event()
        self._gone = False
        self.ambient: Ambient | None = None
        self._receiving = asyncio.create_task(self._receive())

    @classmethod
    async def connect(cls, socket_path: Path) -> "Robot":
        """Say hello to the agent; raise AgentGoneError when none listens."""
        try:
            reader, writer = await asyncio.open_unix_connection(socket_path)
        except OSError as error:
            raise AgentGoneError("no agent listens") from error
        robot = cls(reader, writer)
        robot._send(Hello(version=anjungan.__version__, width_px=1024, height_px=600))
        return robot

    async def until_gone(self) -> None:
        """Wait until the agent has closed the connection; everything it sent has been taken."""
        async with asyncio.timeout(ANSWER_WITHIN_S):
            await asyncio.shield(self._receiving)

    async def close(self) -> None:
        """Go away, as a killed screens process does."""
        self._receiving.cancel()
        await asyncio.gather(self._receiving, return_exceptions=True)
        self._writer.close()

    @classmethod
    async def arrive(cls, socket_path: Path) -> "Robot":
        """Connect as soon as an agent listens and shows something, however often it takes."""
        async with asyncio.timeout(ARRIVED_WITHIN_S):
            while True:
                try:
                    robot = await cls.connect(socket_path)
                    await robot.something_shown()
                except AgentGoneError:
                    await asyncio.sleep(0.02)
                else:
                    return robot

    @property
    def shown(self) -> View | None:
        """The view shown now."""
        return None if self._shown is None else self._shown.view

    async def something_shown(self) -> None:
        """Wait for the first view."""
        async with asyncio.timeout(ANSWER_WITHIN_S):
            while self._shown is None:
                await self._next_change()

    async def view(
        self,
        kind: type[ViewT],
        *,
        where: Callable[[ViewT], bool] = lambda _view: True,
        within_s: float = ANSWER_WITHIN_S,
    ) -> ViewT:
        """Wait for a view of that kind (and condition); raise NoSuchViewError when none comes."""
        try:
            async with asyncio.timeout(within_s):
                while True:
                    shown = self._shown
                    if shown is not None and isinstance(shown.view, kind) and where(shown.view):
                        return shown.view
                    await self._next_change()
        except TimeoutError:
            instead = type(self._shown.view).__name__ if self._shown else "nothing"
            raise NoSuchViewError(f"{kind.__name__} awaited, {instead} shown") from None

    def act(self, intent: Intent) -> None:
        """Press something on the present view."""
        if self._shown is None:
            raise RuntimeError("nothing is shown yet")
        self._send(Act(step=self._shown.step, intent=intent))

    async def act_and_wait(self, intent: Intent) -> View:
        """Press something and wait for another step."""
        before = self._shown
        self.act(intent)
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                while True:
                    shown = self._shown
                    if shown is not None and before is not None and shown.step != before.step:
                        return shown.view
                    await self._next_change()
        except TimeoutError:
            kind = type(before.view).__name__ if before else "nothing"
            word = f"{type(intent).__name__} led nowhere from {kind}"
            raise NoSuchViewError(word) from None

    async def fill_form(self, service: str, *, name: str = INVENTED_NAME) -> ReviewView:
        """From whatever is shown to the review of a filled form of ``service``."""
        await self.something_shown()
        if isinstance(self.shown, IdleView):
            await self.act_and_wait(Wake())
        if not isinstance(self.shown, HomeView):
            await self.act_and_wait(GoHome())
        await self.view(HomeView)
        await self.act_and_wait(OpenLetters())
        await self.act_and_wait(OpenService(service=service))
        await self.view(RequirementsView)
        await self.act_and_wait(StartForm())
        while not isinstance(view := self.shown, ReviewView):
            await self._answer(view, name)
        return view

    async def submit(self, review: ReviewView) -> TicketView:
        """Send the reviewed request and wait for the ticket."""
        press = review.primary.press
        if not isinstance(press, SubmitRequest):
            raise TypeError("the review cannot be sent")
        self.act(press)
        return await self.view(TicketView)

    async def _answer(self, view: View | None, name: str) -> None:
        match view:
            case KeypadView(skip=skip) | KeyboardView(skip=skip) if skip is not None:
                await self.act_and_wait(SkipQuestion())
            case KeypadView(max_length=16):
                await self.act_and_wait(EnterText(text=INVENTED_NIK))
            case KeypadView(max_length=length):
                await self.act_and_wait(EnterText(text="24112026"[:length]))
            case KeyboardView(max_length=length):
                await self.act_and_wait(EnterText(text=name[:length]))
            case ChoiceView(options=options):
                press = options[0].press
                if isinstance(press, ChooseOption) and not options[0].chosen:
                    self.act(press)
                    await self.view(ChoiceView, where=lambda each: each.options[0].chosen)
                await self.act_and_wait(GoNext())
            case NoticeView(title=title):
                raise NoSuchViewError(f"a notice instead of a question: {title}")
            case _:
                raise NoSuchViewError(f"{type(view).__name__} is no question")

    def _send(self, message: Hello | Act | Drawn) -> None:
        if self._gone:
            raise AgentGoneError("the agent has gone")
        self._writer.write(frame(self._encoder.encode(message)))

    async def _next_change(self) -> None:
        if self._gone:
            raise AgentGoneError("the agent has gone")
        self._changed.clear()
        await self._changed.wait()

    async def _receive(self) -> None:
        parser = FrameParser()
        decoder: msgspec.json.Decoder[AgentMessage] = msgspec.json.Decoder(AgentMessage)
        try:
            while data := await self._reader.read(64 * 1024):
                for payload in parser.feed(data):
                    self._take(decoder.decode(payload))
        except OSError:
            pass
        finally:
            self._gone = True
            self._changed.set()

    def _take(self, message: AgentMessage) -> None:
        if isinstance(message, Show):
            self._shown = message
            self._send(Drawn(step=message.step))
        elif isinstance(message, ShowAmbient):
            self.ambient = message.ambient
        self._changed.set()
