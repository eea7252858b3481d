"""The running session: what it shows, what it starts, what it marks."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from journey import NIK, SITE, a_ticket, catalogue, offers, words

from anjungan.appliance.agent import session_runner as module
from anjungan.appliance.agent.session_runner import SessionRunner
from anjungan.appliance.agent.visit_mark import OpenVisit, Submitting, VisitMark
from anjungan.appliance.agent.wall_clock import WallClock
from anjungan.appliance.ipc.messages import Show, ShowAmbient
from anjungan.appliance.session import effects as fx
from anjungan.appliance.session.events import (
    Event,
    Intended,
    PaperFinished,
    PaperKind,
    PrintResult,
    RequestNotStored,
    RequestStored,
    Stirred,
    StoreProblem,
    Ticked,
    TicketScanned,
    VisitLost,
    VisitRecovered,
)
from anjungan.appliance.session.intents import (
    EndVisit,
    EnterText,
    GoBack,
    GoHome,
    Intent,
    OpenHelp,
    OpenLetters,
    OpenService,
    StartForm,
    SubmitRequest,
    Wake,
)
from anjungan.appliance.session.surroundings import DeviceFacts, PrinterCondition
from anjungan.appliance.session.views import (
    BusyView,
    ChoiceView,
    HomeView,
    IdleView,
    KeyboardView,
    KeypadView,
    ListView,
    NoticeView,
    RequirementsView,
    ReviewView,
    TicketView,
)
from anjungan.protocol.tickets import new_token

LETTER = "keterangan-usaha"


@dataclass
class Stage:
    """A runner with everything it shows and starts."""

    mark: VisitMark
    clock: WallClock
    folder: Path
    shown: list[Show] = field(default_factory=list)
    ambients: list[ShowAmbient] = field(default_factory=list)
    effects: list[fx.Effect] = field(default_factory=list)
    connected: bool = True
    accepting: bool = True
    printer: PrinterCondition = PrinterCondition.READY

    def __post_init__(self) -> None:
        self.runner = SessionRunner(
            catalogue=catalogue(),
            words=words(),
            site=SITE,
            clock=self.clock,
            mark=self.mark,
            devices=lambda: DeviceFacts(card_reader=True, scanner=True, printer=self.printer),
            connected=lambda: self.connected,
            accepting=lambda: self.accepting,
            start_effect=self.effects.append,
            show=self.shown.append,
            show_ambient=self.ambients.append,
        )
        self.runner.refresh()

    @property
    def view(self) -> object:
        return self.shown[-1].view

    def press(self, intent: Intent) -> None:
        self.runner.take(Intended(self.shown[-1].step, intent))

    def fill_form(self) -> None:
        """From home to the review, whatever the questions are."""
        self.press(Wake())
        self.press(OpenLetters())
        self.press(OpenService(service=LETTER))
        self.press(StartForm())
        for _ in range(40):
            match self.view:
                case ReviewView():
                    return
                case KeypadView(skip=skip) | KeyboardView(skip=skip) if skip is not None:
                    assert skip.press is not None
                    self.press(skip.press)
                case KeypadView(max_length=16):
                    self.press(EnterText(text=NIK))
                case KeypadView() as keypad:
                    self.press(EnterText(text="24111990"[: keypad.max_length]))
                case KeyboardView():
                    self.press(EnterText(text="CONTOH"))
                case ChoiceView(options=options) as choice:
                    self.press(options[0].press)
                    primary = self.view.primary if isinstance(self.view, ChoiceView) else None
                    if self.view is not choice and primary is not None and primary.press:
                        self.press(primary.press)
                case other:
                    pytest.fail(f"{type(other).__name__} is no question")
        pytest.fail("the form has no end")

    def submit(self) -> fx.StoreRequest:
        view = self.view
        assert isinstance(view, ReviewView)
        assert isinstance(view.primary.press, SubmitRequest)
        self.press(view.primary.press)
        (effect,) = [each for each in self.effects if isinstance(each, fx.StoreRequest)]
        return effect


@pytest.fixture
async def stage(mark: VisitMark, clock: WallClock, tmp_path: Path) -> Stage:
    return Stage(mark, clock, tmp_path)


class TestShowing:
    async def test_idle_is_shown_at_once(self, stage: Stage) -> None:
        assert isinstance(stage.view, IdleView)
        assert stage.runner.idle
        assert stage.runner.shown == stage.shown[-1]
        assert stage.runner.ambient == stage.ambients[-1].ambient

    async def test_what_has_not_changed_is_not_shown_again(self, stage: Stage) -> None:
        stage.runner.refresh()
        stage.runner.refresh()
        assert len(stage.shown) == 1
        assert len(stage.ambients) == 1

    async def test_a_touch_leads_home(self, stage: Stage) -> None:
        stage.press(Wake())
        assert isinstance(stage.view, HomeView)
        assert not stage.runner.idle

    async def test_a_stale_intent_moves_nothing(self, stage: Stage) -> None:
        stage.press(Wake())
        before = list(stage.shown)
        stage.runner.take(Intended(stage.shown[-1].step + 7, EndVisit()))
        assert stage.shown == before

    async def test_a_line_that_breaks_is_an_ambient_change_only(self, stage: Stage) -> None:
        stage.press(Wake())
        views = len(stage.shown)
        stage.connected = False
        stage.runner.refresh()
        assert len(stage.shown) == views
        assert len(stage.ambients) == 2

    async def test_a_full_storage_is_told_before_anything_is_typed(self, stage: Stage) -> None:
        stage.press(Wake())
        stage.press(OpenLetters())
        stage.press(OpenService(service=LETTER))
        stage.accepting = False
        stage.runner.refresh()
        view = stage.view
        assert isinstance(view, RequirementsView)
        assert view.banner is not None
        assert view.banner.strong == "Anjungan belum bisa menerima permohonan."
        stage.press(StartForm())
        assert isinstance(stage.view, NoticeView)
        assert stage.mark.read() is None

    async def test_effects_are_started(self, stage: Stage) -> None:
        token = new_token()
        stage.runner.take(TicketScanned(token))
        (effect,) = stage.effects
        assert isinstance(effect, fx.FindByToken)
        assert effect.token == token

    async def test_no_two_searches_have_the_same_nonce(self, stage: Stage) -> None:
        for _ in range(3):
            stage.runner.take(TicketScanned(new_token()))
            stage.press(EndVisit())
        searches = [each for each in stage.effects if isinstance(each, fx.FindByToken)]
        assert len({each.nonce for each in searches}) == 3

    async def test_every_form_has_a_nonce_of_its_own(
        self, mark: VisitMark, clock: WallClock, tmp_path: Path
    ) -> None:
        nonces = set()
        for _ in range(3):
            stage = Stage(mark, clock, tmp_path)
            stage.fill_form()
            nonces.add(stage.submit().nonce)
        assert len(nonces) == 3


class TestMarks:
    async def test_looking_around_leaves_no_mark(self, stage: Stage) -> None:
        stage.press(Wake())
        assert stage.mark.read() is None

    async def test_a_begun_form_is_marked_and_its_end_clears_it(self, stage: Stage) -> None:
        stage.press(Wake())
        stage.press(OpenLetters())
        stage.press(OpenService(service=LETTER))
        stage.press(StartForm())
        assert stage.mark.read() == OpenVisit()
        while not isinstance(stage.view, HomeView):
            stage.press(GoHome() if offers(stage.view, GoHome()) else EndVisit())
            if isinstance(stage.view, IdleView):
                break
        assert stage.mark.read() is None

    async def test_while_saving_and_on_the_ticket_the_mark_of_the_submission_stays(
        self, stage: Stage
    ) -> None:
        stage.fill_form()
        effect = stage.submit()
        request = a_ticket(LETTER)
        stage.mark.submitting(request.request_id)
        marked = stage.mark.read()
        stage.runner.take(RequestStored(effect.nonce, request))
        stage.runner.refresh()
        assert stage.mark.read() == marked
        stage.press(OpenHelp())
        marked = stage.mark.read()  # a restart now must not call it "belum tersimpan"
        assert isinstance(marked, Submitting)
        assert marked.request_id == request.request_id
        stage.press(GoBack())
        stage.press(EndVisit())
        assert stage.mark.read() is None

    async def test_a_request_that_was_not_stored_is_an_open_visit_again(self, stage: Stage) -> None:
        stage.fill_form()
        effect = stage.submit()
        stage.mark.submitting(a_ticket(LETTER).request_id)
        stage.runner.take(RequestNotStored(effect.nonce, StoreProblem.FAILED))
        assert stage.mark.read() == OpenVisit()

    async def test_a_lost_visit_stays_marked_until_its_notice_is_left(self, stage: Stage) -> None:
        stage.mark.visit_open()
        stage.runner.take(VisitLost())
        assert not isinstance(stage.view, IdleView)
        assert stage.mark.read() == OpenVisit()
        stage.press(GoHome())
        assert stage.mark.read() is None

    async def test_a_ticket_that_came_back_stays_marked_until_it_is_left(
        self, stage: Stage
    ) -> None:
        ticket = a_ticket(LETTER)
        before = Submitting(ticket.request_id, 1.0, 2.0)
        VisitMark(stage.folder)._write(before)
        stage.runner.take(VisitRecovered(ticket, 60.0))
        stage.runner.take(Ticked())
        stage.runner.take(PaperFinished(PaperKind.TICKET, PrintResult.PRINTED, ticket.request_id))
        assert stage.mark.read() == before
        stage.press(EndVisit())
        assert stage.mark.read() is None

    async def test_a_touch_on_the_ticket_is_a_sign_of_its_resident(self, stage: Stage) -> None:
        ticket = a_ticket(LETTER)
        VisitMark(stage.folder)._write(Submitting(ticket.request_id, 1.0, 2.0))
        stage.runner.take(VisitRecovered(ticket, 60.0))
        stage.runner.take(Stirred())
        marked = stage.mark.read()
        assert isinstance(marked, Submitting)
        assert marked.request_id == ticket.request_id
        assert marked.at_s > 2.0
        assert marked.shown_again_at_s is None

    async def test_a_recovered_ticket_is_shown(self, stage: Stage) -> None:
        stage.runner.take(VisitRecovered(a_ticket(LETTER)))
        assert not isinstance(stage.view, IdleView)

    async def test_a_mark_that_cannot_be_written_costs_only_itself(
        self, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail() -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(stage.mark, "visit_open", fail)
        stage.fill_form()
        assert stage.submit().service == LETTER


class TestBugs:
    """A bug, planted where words are looked up, ends the visit and not the agent."""

    @pytest.fixture
    def bug(self, monkeypatch: pytest.MonkeyPatch) -> "Bug":
        bug = Bug(module.present)
        monkeypatch.setattr(module, "present", bug)
        return bug

    async def test_an_unfinished_form_is_told_to_be_lost(
        self, stage: Stage, bug: "Bug", caplog: pytest.LogCaptureFixture
    ) -> None:
        stage.fill_form()
        bug.bites(KeypadView, ChoiceView, KeyboardView)
        stage.press(GoBack())
        assert isinstance(stage.view, NoticeView)
        assert stage.view.lines[0].value == "Isian tadi belum tersimpan."
        assert stage.runner.failures == 1
        assert NIK not in "".join(caplog.messages)
        stage.press(GoHome())
        assert isinstance(stage.view, HomeView)
        assert stage.mark.read() is None

    async def test_who_only_looked_around_finds_the_idle_screen(
        self, stage: Stage, bug: "Bug"
    ) -> None:
        stage.press(Wake())
        bug.bites(ListView)
        stage.press(OpenLetters())
        assert isinstance(stage.view, IdleView)
        stage.press(Wake())
        assert isinstance(stage.view, HomeView)

    async def test_a_stored_ticket_is_shown_whatever_was_tried_on_it(
        self, stage: Stage, bug: "Bug"
    ) -> None:
        stage.fill_form()
        effect = stage.submit()
        ticket = a_ticket(LETTER)
        stage.runner.take(RequestStored(effect.nonce, ticket))
        bug.bites(NoticeView)
        stage.press(OpenHelp())
        assert isinstance(stage.view, TicketView)
        assert stage.runner.ticket_on_screen == ticket

    async def test_a_ticket_whose_first_view_fails_is_shown(self, stage: Stage, bug: "Bug") -> None:
        stage.fill_form()
        effect = stage.submit()
        bug.bites(TicketView, times=1)
        stage.runner.take(RequestStored(effect.nonce, a_ticket(LETTER)))
        assert isinstance(stage.view, TicketView)
        assert stage.runner.failures == 1

    @pytest.mark.parametrize("stored", [True, False])
    async def test_nothing_is_said_of_a_request_before_its_answer(
        self, stage: Stage, bug: "Bug", stored: bool
    ) -> None:
        stage.fill_form()
        bug.bites(BusyView)
        effect = stage.submit()
        ticket = a_ticket(LETTER)
        stage.mark.submitting(ticket.request_id)
        assert isinstance(stage.view, IdleView)
        stage.runner.take(Ticked())
        assert isinstance(stage.mark.read(), Submitting)  # a restart now must not lose it
        if stored:
            stage.runner.take(RequestStored(effect.nonce, ticket))
            assert stage.runner.ticket_on_screen == ticket
        else:
            stage.runner.take(RequestNotStored(effect.nonce, StoreProblem.FAILED))
            assert isinstance(stage.view, NoticeView)
            assert stage.view.lines[0].value == "Isian tadi belum tersimpan."

    async def test_a_late_answer_does_not_break_into_the_next_form(
        self, stage: Stage, bug: "Bug"
    ) -> None:
        stage.fill_form()
        bug.bites(BusyView)
        effect = stage.submit()
        stage.fill_form()
        stage.runner.take(RequestStored(effect.nonce, a_ticket(LETTER)))
        assert isinstance(stage.view, ReviewView)

    async def test_a_bug_on_every_screen_leaves_the_agent_alive(
        self, stage: Stage, bug: "Bug", caplog: pytest.LogCaptureFixture
    ) -> None:
        stage.fill_form()
        bug.bites(object)
        stage.press(GoBack())
        for _ in range(100):
            stage.runner.take(Ticked())
            stage.runner.refresh()
        assert stage.runner.idle
        assert stage.runner.failures > 200
        assert len(caplog.records) < 40  # the journal is not filled
        bug.is_mended()
        stage.runner.refresh()
        assert isinstance(stage.view, IdleView)

    async def test_surroundings_that_fail_leave_the_agent_alive(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage.press(Wake())
        monkeypatch.setattr(stage.clock, "now", lambda: 1 / 0)
        stage.runner.take(Ticked())
        assert stage.runner.idle


class Bug:
    """Stands before ``present`` and fails at the views it is told to."""

    def __init__(self, present: Callable[..., object]) -> None:
        self._present = present
        self._kinds: tuple[type, ...] = ()
        self._times = 0

    def bites(self, *kinds: type, times: int = 10_000) -> None:
        self._kinds, self._times = kinds, times

    def is_mended(self) -> None:
        self._kinds = ()

    def __call__(self, *arguments: object) -> object:
        view = self._present(*arguments)
        if isinstance(view, self._kinds) and self._times > 0:
            self._times -= 1
            raise KeyError(NIK)
        return view


async def test_time_passes_once_a_tick(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[Event] = []
    monkeypatch.setattr(module, "TICK_S", 0.0)
    monkeypatch.setattr(stage.runner, "take", taken.append)
    running = asyncio.create_task(stage.runner.run())
    await until(lambda: stage.runner.ticks >= 3)
    running.cancel()
    await asyncio.wait([running])
    assert running.cancelled()
    assert taken == [Ticked()] * stage.runner.ticks


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until it is so; a bound instead of a clock."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0)
    pytest.fail("it did not happen")
