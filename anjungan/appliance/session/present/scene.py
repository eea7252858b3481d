"""What every presenter needs: the visit, the surroundings, and the words in its language."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypedDict

from anjungan.appliance.session.dates import format_day_time
from anjungan.appliance.session.events import PrintResult
from anjungan.appliance.session.intents import (
    EndVisit,
    GoBack,
    GoHome,
    OpenAppearance,
    OpenHelp,
    SetReadAloud,
)
from anjungan.appliance.session.states import (
    AppearanceScreen,
    HelpScreen,
    HomeScreen,
    SavingScreen,
    TicketScreen,
    Visit,
)
from anjungan.appliance.session.surroundings import Surroundings
from anjungan.appliance.session.views import Fact, Frame, Rail, Search, SoundItem, Steps
from anjungan.appliance.text.words import Speaker

IDENTITY_STEP, QUESTIONS_STEP, PHONE_STEP, REVIEW_STEP, TICKET_STEP = 1, 2, 3, 4, 5
"""The dots of a request, from who asks to the ticket."""
TOTAL_STEPS = 5

TROUBLES: Final = frozenset(
    {PrintResult.PAPER_OUT, PrintResult.COVER_OPEN, PrintResult.FAULT, PrintResult.MISSING}
)
"""Results of a printer that can be over by the time they are read."""


class PagerWords(TypedDict):
    """The words of the page buttons, as the views name them."""

    page_word: str
    previous_label: str
    next_label: str


@dataclass(frozen=True, slots=True)
class Scene:
    """One visit at one instant, with the words of its language."""

    visit: Visit
    around: Surroundings
    say: Speaker

    def frame(self, title: str, subtitle: str, *, step: int | None = None) -> Frame:
        """Header and rail; ``step`` counts the dots of a request from 1 to TOTAL_STEPS."""
        return Frame(
            title=title,
            subtitle=subtitle,
            rail=self._rail(),
            steps=None if step is None else Steps(now=step, total=TOTAL_STEPS),
        )

    def service_title(self, service_id: str) -> str:
        """The title of a service; its id when this catalogue no longer holds it."""
        service = self.around.catalogue.service(service_id)
        return service_id if service is None else self.say.of(service.title)

    def pager(self) -> PagerWords:
        """The words of the page buttons."""
        return PagerWords(
            page_word=self.say("common.page_of"),
            previous_label=self.say("common.previous_page"),
            next_label=self.say("common.next_page"),
        )

    def search(self, placeholder: str) -> Search:
        """The search of a long list; ``placeholder`` is what stands in the empty field."""
        say = self.say
        return Search(
            placeholder=placeholder,
            empty=say("letters.nothing"),
            clear_label=say("letters.clear_search"),
            keyboard_label=say("letters.search_title"),
            show_label=say("letters.show"),
            space_label=say("keys.space"),
            delete_label=say("keys.delete"),
        )

    def trouble_lines(
        self, what: str, safe: str, todo: str, *, todo_icon: str = "arrow-right"
    ) -> tuple[Fact, Fact, Fact]:
        """What happened, what is safe, what to do."""
        say = self.say
        return (
            Fact(icon="alert-triangle", label=say("trouble.what"), value=what),
            Fact(icon="shield-check", label=say("trouble.safe"), value=safe),
            Fact(icon=todo_icon, label=say("trouble.todo"), value=todo),
        )

    def day_time(self, moment: datetime) -> str:
        """A moment for the timeline, in local time."""
        return format_day_time(moment, self.around.local_time.tzinfo, self.say)

    def trouble_is_over(self, result: PrintResult) -> bool:
        """Whether what kept a paper from being printed is mended: the printer is ready."""
        return result in TROUBLES and self.around.printer_ready

    def not_printed(self, result: PrintResult) -> str:
        """Why a paper did not come out, or not for certain; what is mended is not blamed."""
        if result.is_uncertain and self.around.printer_ready:
            result = PrintResult.UNCERTAIN
        return self.say(f"print.{result.value}")

    def _rail(self) -> Rail:
        screen = self.visit.screen
        home = isinstance(screen, HomeScreen)
        busy = isinstance(screen, SavingScreen) and not screen.late
        back: GoBack | EndVisit | None = EndVisit() if home else GoBack()
        if busy or isinstance(screen, TicketScreen):
            back = None
        return Rail(
            back_label=self.say("rail.finish") if home else self.say("rail.back"),
            back=back,
            home_label=self.say("rail.home"),
            home=None if busy or home else GoHome(),
            appearance_label=self.say("rail.appearance"),
            appearance=None if busy or isinstance(screen, AppearanceScreen) else OpenAppearance(),
            help_label=self.say("rail.help"),
            help=None if busy or isinstance(screen, HelpScreen) else OpenHelp(),
            sound=self._sound(),
        )

    def _sound(self) -> SoundItem | None:
        if not self.around.devices.sound:
            return None
        on = self.visit.look.read_aloud
        return SoundItem(
            label=self.say("rail.sound_on" if on else "rail.sound"),
            shared_label=self.say("rail.sound_and_text"),
            on=on,
            press=SetReadAloud(on=not on),
        )
