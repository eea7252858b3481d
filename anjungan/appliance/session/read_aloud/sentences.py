"""The sentences of a view, in the order they are read: title, question, state, faults."""

from typing import Final, assert_never

from anjungan.appliance.session.read_aloud.wording import spelled, spoken
from anjungan.appliance.session.views import (
    AppearanceView,
    ArticleView,
    Banner,
    Block,
    Bullets,
    BusyView,
    Button,
    ChoiceView,
    Fact,
    FactRows,
    HomeView,
    IdleView,
    KeyboardView,
    KeypadView,
    ListView,
    NodeState,
    NoticeView,
    Paragraph,
    RequirementsView,
    ReviewView,
    Segment,
    StatusView,
    StillThereView,
    TicketView,
    Timetable,
    Toggle,
    View,
    VisitView,
)
from anjungan.appliance.text.words import Speaker

READ_WHOLE: Final = 8
"""So many rows or options are all read; of more only how many there are, and each when it is
walked to."""


def sentences(view: View, say: Speaker) -> tuple[str, ...]:
    """Everything that is read of ``view``, ready for the voice; nothing while nobody is here."""
    if isinstance(view, IdleView):
        return ()
    told = (spoken(each, say) for each in (view.frame.title, *_content(view, say)))
    # what stands in two places, such as a fault and the note on the printed ticket, is said once
    return tuple(dict.fromkeys(_ended(each) for each in told if each))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", ":")) else f"{sentence}."


def _content(view: VisitView, say: Speaker) -> tuple[str, ...]:
    match view:
        case HomeView():
            tiles = [f"{each.number}, {each.title}" for each in view.tiles]
            return (view.frame.subtitle, *_banner(view.banner), *tiles)
        case ListView():
            rows = [each.title for each in view.rows]
            return (view.heading, *_banner(view.banner), *_some(rows, say), *_buttons(view, say))
        case RequirementsView():
            return _requirements(view)
        case KeypadView():
            return (view.error, view.question, view.hint, *_banner(view.banner))
        case KeyboardView():
            return (view.error, view.question, view.hint)
        case ChoiceView():
            return (view.question, view.hint, *_options(view, say))
        case ReviewView():
            return (say("aloud.review"), *_banner(view.banner), _button(view.primary))
        case BusyView():
            return (view.title, view.text)
        case TicketView():
            return _ticket(view)
        case StatusView():
            return _status(view, say)
        case ArticleView():
            blocks = [sentence for block in view.blocks for sentence in _block(block)]
            example = "" if view.example_chip is None else view.example_chip.label
            return (view.frame.subtitle, *blocks, view.year_line, example)
        case NoticeView():
            return (view.title, *_facts(view.lines), *_buttons(view, say))
        case AppearanceView():
            return _appearance(view, say)
        case StillThereView():
            labels = (view.primary.label, view.secondary.label)
            return (view.question, view.text, view.safe, _labels(labels, say))
        case _:
            assert_never(view)


def _requirements(view: RequirementsView) -> tuple[str, ...]:
    needs = [f"{each.title}, {each.badge}. {each.note}" for each in view.needs]
    return (
        view.heading,
        *_banner(view.printed),
        *needs,
        *_facts(view.facts),
        *_banner(view.banner),
        _button(view.primary),
    )


def _ticket(view: TicketView) -> tuple[str, ...]:
    trouble = view.trouble
    return (
        view.thanks,
        view.state_line,
        *(() if trouble is None else (trouble.title, trouble.what, trouble.safe, trouble.todo)),
        *_banner(view.banner),
        view.print_note.text,
        f"{view.code_label}: {spelled(view.code)}",
        f"{view.queue_label}: {spelled(view.queue_number)}",
        *_facts(view.facts),
    )


def _status(view: StatusView, say: Speaker) -> tuple[str, ...]:
    now = [
        f"{each.label}, {each.state_label}" for each in view.nodes if each.state is NodeState.NOW
    ]
    # the officer's own words could name somebody
    note = (say("aloud.note"),) if view.note else ()
    return (
        view.chip.label,
        view.heading,
        view.subline,
        *now,
        *_banner(view.banner),
        *note,
        *_buttons(view, say),
    )


def _appearance(view: AppearanceView, say: Speaker) -> tuple[str, ...]:
    toggles = [view.contrast] if view.reading is None else [view.contrast, view.reading]
    return (
        f"{view.size_label}: {_chosen(view.sizes)}",
        f"{view.language_label}: {_chosen(view.languages)}",
        *(toggle_words(each) for each in toggles),
        "" if view.primary is None else _labels((view.primary.label,), say),
    )


def toggle_words(toggle: Toggle) -> str:
    """A switch and how it stands."""
    return f"{toggle.label}, {toggle.word}"


def _chosen(segments: tuple[Segment, ...]) -> str:
    return ", ".join(each.label for each in segments if each.chosen)


def _options(view: ChoiceView, say: Speaker) -> tuple[str, ...]:
    """Of many only how many, and what is chosen: whoever presses one hears it."""
    told = [_choice(each.label, say, chosen=each.chosen) for each in view.options]
    chosen = [words for each, words in zip(view.options, told, strict=True) if each.chosen]
    return tuple(dict.fromkeys((*_some(told, say), *chosen)))


def _choice(label: str, say: Speaker, *, chosen: bool) -> str:
    return say("aloud.chosen", what=label) if chosen else label


def _some(labels: list[str], say: Speaker) -> tuple[str, ...]:
    if len(labels) > READ_WHOLE:
        return (say("aloud.many", count=len(labels)),)
    return tuple(labels)


def _banner(banner: Banner | None) -> tuple[str, ...]:
    return () if banner is None else (f"{_ended(banner.strong)} {banner.text}",)


def _facts(facts: tuple[Fact, ...]) -> tuple[str, ...]:
    return tuple(f"{each.label}: {each.value}" for each in facts)


def _button(button: Button) -> str:
    """What the button that leads on is called, and why it cannot be pressed yet."""
    return f"{button.label}, {button.reason}" if button.press is None else button.label


def _buttons(view: ListView | NoticeView | StatusView, say: Speaker) -> tuple[str, ...]:
    labels = tuple(each.label for each in view.buttons if each.press is not None)
    return (_labels(labels, say),) if labels else ()


def _labels(labels: tuple[str, ...], say: Speaker) -> str:
    return say("aloud.buttons", labels="; ".join(labels))


def _block(block: Block) -> tuple[str, ...]:
    match block:
        case Paragraph(text=text):
            return (text,)
        case Bullets(heading=heading, items=items):
            return (heading, *items)
        case FactRows(heading=heading, rows=rows):
            return (heading, *(f"{label}: {value}" for label, value in rows))
        case Timetable(heading=heading, columns=columns, rows=rows):
            lines = (", ".join(map(_cell, columns, row)) for row in rows)
            return (heading, *lines)
        case _:
            assert_never(block)


def _cell(column: str, value: str) -> str:
    return f"{column} {value}" if value else ""
