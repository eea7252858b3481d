"""Lists and pages to read: letters, one letter, families, pages."""

from anjungan.appliance.session import intents
from anjungan.appliance.session.events import PrintResult
from anjungan.appliance.session.present.scene import Scene
from anjungan.appliance.session.states import LetterScreen
from anjungan.appliance.session.surroundings import PrinterCondition
from anjungan.appliance.session.views import (
    ArticleView,
    Banner,
    Block,
    Bullets,
    Button,
    Category,
    Chip,
    Fact,
    FactRows,
    ListView,
    Need,
    Paragraph,
    RequirementsView,
    Row,
    Timetable,
    Tone,
)
from anjungan.catalogue import page as pages
from anjungan.catalogue.catalogue import POPULAR
from anjungan.catalogue.service import Requirement, Service
from anjungan.catalogue.texts import LocalText

_FAMILY_ICONS = {"regency": "building-bank", "health": "heartbeat", "education": "school"}


def letters_view(scene: Scene) -> ListView:
    """All letters; the officer's ones are marked."""
    say = scene.say
    catalogue = scene.around.catalogue
    return ListView(
        frame=scene.frame(
            say("letters.title"), say("letters.count", count=len(catalogue.services))
        ),
        categories=tuple(
            Category(id=each.id, label=say.of(each.title), icon=each.icon)
            for each in catalogue.categories
        ),
        more_categories=say("letters.more_categories"),
        search=scene.search(say("letters.search")),
        rows=tuple(_letter_row(scene, each) for each in catalogue.services),
        **scene.pager(),
    )


def _letter_row(scene: Scene, service: Service) -> Row:
    say = scene.say
    categories = (service.category, POPULAR) if service.popular else (service.category,)
    return Row(
        title=say.of(service.title),
        subtitle=say.of(service.summary),
        icon=service.icon,
        press=intents.OpenService(service=service.id),
        categories=categories,
        search_key=" ".join(service.search_words),
        badge="" if service.self_service else say("letters.at_office"),
    )


def letter_view(scene: Scene, screen: LetterScreen) -> RequirementsView:
    """What a letter needs, costs and takes."""
    say = scene.say
    service = scene.around.catalogue.service(screen.service)
    if service is None:
        raise LookupError(f"the catalogue has no service {screen.service!r}")
    return RequirementsView(
        frame=scene.frame(say.of(service.title), say("letter.about")),
        heading=say("letter.needs"),
        needs=tuple(_need(scene, each) for each in service.requirements),
        facts=(
            Fact(icon="cash-off", label=say("letter.cost"), value=say.of(service.cost)),
            Fact(icon="clock", label=say("letter.time"), value=_duration(scene, service)),
            Fact(
                icon="map-pin",
                label=say("letter.collected"),
                value=scene.around.site.office_place,
            ),
        ),
        banner=_letter_banner(scene, service),
        printed=_printed(scene, screen),
        primary=_letter_primary(scene, service),
        secondary=_print_button(scene, screen),
        **scene.pager(),
    )


def _duration(scene: Scene, service: Service) -> str:
    text = scene.say.of(service.duration)
    return scene.say("letter.about_time", time=text) if service.duration_estimated else text


def _need(scene: Scene, need: Requirement) -> Need:
    say = scene.say
    note = "" if need.note is None else say.of(need.note)
    if not need.confirmed:
        note = f"{note} · {say('letter.example')}" if note else say("letter.example")
    return Need(
        title=say.of(need.title),
        note=note,
        icon=need.icon,
        badge=say("letter.must" if need.required else "letter.may"),
        badge_tone=Tone.OK if need.required else Tone.NEUTRAL,
    )


def _letter_primary(scene: Scene, service: Service) -> Button:
    say = scene.say
    if service.self_service:
        return Button(label=say("letter.start"), press=intents.StartForm(), icon="arrow-right")
    return Button(label=say("letter.back_to_list"), press=intents.GoBack(), icon="arrow-left")


def _print_button(scene: Scene, screen: LetterScreen) -> Button | None:
    say = scene.say
    match scene.around.devices.printer:
        case PrinterCondition.NONE:
            return None
        case PrinterCondition.READY if not screen.printing:
            return Button(
                label=say("letter.print"), press=intents.PrintRequirements(), icon="printer"
            )
        case PrinterCondition.READY:
            return Button(
                label=say("letter.print"), press=None, icon="printer", reason=say("print.now")
            )
        case _:
            return Button(
                label=say("letter.print"),
                press=None,
                icon="printer-off",
                reason=say("print.not_ready"),
            )


def _printed(scene: Scene, screen: LetterScreen) -> Banner | None:
    say = scene.say
    match screen.result:
        case None:
            return None
        case PrintResult.PRINTED:
            strong, text = say("print.done"), say("print.take_below")
            return Banner(tone=Tone.OK, icon="printer", strong=strong, text=text)
        case result if scene.trouble_is_over(result):
            strong, text = say("print.list_not_printed"), say("print.ready_again")
            return Banner(tone=Tone.INFO, icon="printer", strong=strong, text=text)
        case result:
            strong, text = scene.not_printed(result), say("print.read_here")
            return Banner(tone=Tone.WARN, icon="printer-off", strong=strong, text=text)


def _letter_banner(scene: Scene, service: Service) -> Banner:
    say = scene.say
    if service.self_service and not scene.around.accepting:
        return Banner(
            tone=Tone.WARN,
            icon="user",
            strong=say("not_accepting.strong"),
            text=say("not_saved.full_todo"),
        )
    if service.self_service:
        return Banner(
            tone=Tone.INFO,
            icon="info-circle",
            strong=say("letter.incomplete"),
            text=say("letter.incomplete_text"),
        )
    return Banner(
        tone=Tone.WARN,
        icon="user",
        strong=say("letter.office_only"),
        text=say(
            "letter.office_only_text",
            place=scene.around.site.office_place,
            hours=scene.around.site.office_hours,
        ),
    )


def family_view(scene: Scene, family: str) -> ListView:
    """The pages of one family that may be shown today."""
    say = scene.say
    today = scene.around.local_time.date()
    shown = [
        each
        for each in scene.around.catalogue.pages
        if each.family == family and each.is_shown(today)
    ]
    return ListView(
        frame=scene.frame(say(f"home.{family}"), say(f"home.{family}_about")),
        rows=tuple(
            Row(
                title=say.of(each.title),
                subtitle=say.of(each.summary),
                icon=each.icon or _FAMILY_ICONS[family],
                press=intents.OpenPage(page=each.id),
                badge=str(each.as_of),
            )
            for each in shown
        ),
        **scene.pager(),
    )


def page_view(scene: Scene, page_id: str) -> ArticleView:
    """One page with its year, marked as an example until the regency confirms it."""
    say = scene.say
    page = scene.around.catalogue.page(page_id)
    if page is None:
        raise LookupError(f"the catalogue has no page {page_id!r}")
    return ArticleView(
        frame=scene.frame(say.of(page.title), say(f"home.{page.family}")),
        blocks=tuple(_block(scene, each) for each in page.blocks),
        year_line=say("page.year", year=page.as_of),
        example_chip=Chip(label=say("page.example"), icon="info-circle", tone=Tone.WARN)
        if page.example
        else None,
        **scene.pager(),
    )


def _block(scene: Scene, block: pages.Block) -> Block:
    say = scene.say
    match block:
        case pages.Paragraph():
            return Paragraph(text=say.of(block.text))
        case pages.Note():
            return Paragraph(text=say.of(block.text))
        case pages.Bullets():
            items = tuple(say.of(each) for each in block.items)
            if block.numbered:
                items = tuple(f"{place}. {each}" for place, each in enumerate(items, start=1))
            return Bullets(heading=_heading(scene, block.title), items=items)
        case pages.Facts():
            return FactRows(
                heading=_heading(scene, block.title),
                rows=tuple((say.of(each.label), say.of(each.value)) for each in block.rows),
            )
        case pages.Timetable():
            return Timetable(
                heading=_heading(scene, block.title),
                columns=tuple(say.of(each) for each in block.columns),
                rows=tuple(tuple(say.of(cell) for cell in row) for row in block.rows),
            )


def _heading(scene: Scene, title: LocalText | None) -> str:
    return "" if title is None else scene.say.of(title)
