"""The idle screen, the home screen, text and language, and help."""

from anjungan.appliance.session import intents, timing
from anjungan.appliance.session.events import CardProblem
from anjungan.appliance.session.intents import Language, TextSize
from anjungan.appliance.session.present.lost_devices import home_banner
from anjungan.appliance.session.present.scene import Scene
from anjungan.appliance.session.states import HomeScreen, Idle
from anjungan.appliance.session.surroundings import DeviceFacts, PrinterCondition, Surroundings
from anjungan.appliance.session.views import (
    AppearanceView,
    Banner,
    Button,
    Fact,
    HomeView,
    IdleView,
    NoticeView,
    Segment,
    Tile,
    Toggle,
    Tone,
)
from anjungan.appliance.text.words import Speaker

_LANGUAGES = (
    (Language.INDONESIAN, "Indonesia"),
    (Language.JAVANESE, "Basa Jawa"),
    (Language.ENGLISH, "English"),
)


def idle_view(state: Idle, around: Surroundings, say: Speaker) -> IdleView:
    """Nobody is here."""
    site = around.site
    card = around.devices.card_reader
    second = "idle.or_hold_card" if card else "idle.to_begin"
    return IdleView(
        brand=say("idle.brand"),
        regency=say("idle.regency"),
        village_kind=site.village_kind,
        village=site.village,
        invitation=(say("idle.touch"), say(second)),
        welcome=say("idle.welcome"),
        ok_hint=say("idle.ok_hint") if around.devices.buttons else "",
        announcements=site.announcements,
        page_word=say("common.page_of"),
        press=intents.Wake(),
        notice=_card_notice(state, say),
    )


def _card_notice(state: Idle, say: Speaker) -> Banner | None:
    if state.card_problem is None:
        return None
    return card_banner(state.card_problem, say)


def card_banner(problem: CardProblem, say: Speaker, *, searching: bool = False) -> Banner:
    """Why a card could not be used, and what to do; a NIK does not help where one searches."""
    key = problem.value
    todo = f"card.{key}_todo"
    if searching and problem is CardProblem.NOT_LINKABLE:
        todo = "card.not_linkable_search"
    return Banner(tone=Tone.WARN, icon="alert-triangle", strong=say(f"card.{key}"), text=say(todo))


def languages(scene: Scene) -> tuple[Segment, ...]:
    """The choice of language, each named in itself."""
    chosen = scene.visit.look.language
    return tuple(
        Segment(label=label, chosen=each is chosen, press=intents.SetLanguage(language=each))
        for each, label in _LANGUAGES
    )


def home_view(scene: Scene, screen: HomeScreen) -> HomeView:
    """The tiles that lead somewhere, numbered so that a helper can name them."""
    say = scene.say
    site = scene.around.site
    card_read = timing.tells_card_read(scene.visit, screen, scene.around)
    banner = _card_kept(scene) if card_read else home_banner(scene)
    entries: tuple[tuple[str, str, int, intents.Intent], ...] = (
        ("letters", "file-text", 0, intents.OpenLetters()),
        ("regency", "building-bank", 1, intents.OpenFamily(family="regency")),
        ("health", "heartbeat", 2, intents.OpenFamily(family="health")),
        ("education", "school", 3, intents.OpenFamily(family="education")),
        ("status", "list-search", 6, intents.OpenStatusSearch()),
    )
    tiles = tuple(
        Tile(
            number=number,
            title=say(f"home.{key}"),
            subtitle=say(f"home.{key}_about"),
            icon=icon,
            plate=plate,
            press=press,
        )
        for number, (key, icon, plate, press) in enumerate(entries, start=1)
    )
    return HomeView(
        frame=scene.frame(
            f"{site.village_kind} {site.village}", say("home.place", district=site.district)
        ),
        tiles=tiles,
        language_label=say("home.choose_language"),
        languages=languages(scene) if banner is None else (),
        banner=banner,
    )


def _card_kept(scene: Scene) -> Banner:
    say = scene.say
    return Banner(tone=Tone.INFO, icon="nfc", strong=say("card.read"), text=say("card.nothing_yet"))


def appearance_view(scene: Scene) -> AppearanceView:
    """Text size, language, contrast, and reading aloud where there is sound."""
    say = scene.say
    look = scene.visit.look
    reading = _reading_toggle(scene)
    return AppearanceView(
        frame=scene.frame(say("appearance.title"), say("appearance.about")),
        size_label=say("appearance.size"),
        sizes=tuple(
            Segment(
                label=say(f"appearance.size_{each.value}"),
                chosen=each is look.text_size,
                press=intents.SetTextSize(text_size=each),
            )
            for each in TextSize
        ),
        language_label=say("appearance.language"),
        languages=languages(scene),
        contrast=Toggle(
            label=say("appearance.contrast"),
            icon="contrast",
            on=look.high_contrast,
            word=_on_or_off(say, on=look.high_contrast),
            press=intents.SetHighContrast(on=not look.high_contrast),
        ),
        reading=reading,
        primary=None
        if reading
        else Button(label=say("common.done"), press=intents.GoBack(), icon="check"),
    )


def _reading_toggle(scene: Scene) -> Toggle | None:
    if not scene.around.devices.sound:
        return None
    say, on = scene.say, scene.visit.look.read_aloud
    return Toggle(
        label=say("appearance.read_aloud"),
        icon="volume",
        on=on,
        word=_on_or_off(say, on=on),
        press=intents.SetReadAloud(on=not on),
    )


def _on_or_off(say: Speaker, *, on: bool) -> str:
    return say("appearance.on" if on else "appearance.off")


_TOPICS = {
    "HomeScreen": "home",
    "LettersScreen": "list",
    "FamilyScreen": "list",
    "CardTicketsScreen": "list",
    "LetterScreen": "letter",
    "QuestionScreen": "question",
    "ReviewScreen": "review",
    "TicketScreen": "ticket",
    "StatusSearchScreen": "status",
    "CodeEntryScreen": "status",
    "SearchFailedScreen": "status",
    "StatusScreen": "status",
}


def help_view(scene: Scene, topic: str) -> NoticeView:
    """How to go on from the screen below, and whom to ask."""
    say = scene.say
    site = scene.around.site
    key = _help_here(_TOPICS.get(topic, "general"), scene.around.devices)
    lines = (
        Fact(icon="hand-finger", label=say("help.here"), value=say(f"help.{key}")),
        *_device_help(scene),
        Fact(icon="user", label=say("help.officer"), value=_officer(scene)),
    )
    return NoticeView(
        frame=scene.frame(say("help.title"), f"{site.village_kind} {site.village}"),
        tone=Tone.INFO,
        icon="help-circle",
        title=say("help.heading"),
        lines=lines,
        buttons=(Button(label=say("help.close"), press=intents.GoBack(), icon="arrow-left"),),
    )


def _help_here(key: str, devices: DeviceFacts) -> str:
    """The words for a screen that names devices, without those that are absent."""
    match key:
        case "ticket" if devices.printer is PrinterCondition.NONE:
            return "ticket_screen_only"
        case "status" if not devices.card_reader:
            return "status_scan" if devices.scanner else "status_type"
        case "status" if not devices.scanner:
            return "status_tap"
        case _:
            return key


def _device_help(scene: Scene) -> tuple[Fact, ...]:
    """One line at most: a printer that is not ready matters more than what the buttons do."""
    say = scene.say
    devices = scene.around.devices
    if devices.printer not in (PrinterCondition.READY, PrinterCondition.NONE):
        return (
            Fact(icon="printer-off", label=say("help.printer"), value=say("help.printer_text")),
        )
    if not devices.buttons:
        return ()
    return (Fact(icon="device-gamepad", label=say("help.buttons"), value=say("help.buttons_text")),)


def _officer(scene: Scene) -> str:
    site = scene.around.site
    text = scene.say("help.officer_text", place=site.office_place, hours=site.office_hours)
    if not site.office_phone:
        return text
    return f"{text} {scene.say('help.officer_phone', phone=site.office_phone)}"
