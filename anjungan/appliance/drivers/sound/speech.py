"""Text in the pieces a voice speaks, and the command that makes a sound of one."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

MAX_TEXT_CHARS: Final = 6000
_FIRST_CHARS: Final = 60
_LATER_CHARS: Final = 240
"""The first piece is short, so that the voice begins soon; a later one is made while the piece
before it plays, so that fewer pauses are heard."""

SYNTHESIZER: Final = "espeak-ng"
_VOICES: Final[Mapping[str, str]] = {"id": "id", "jv": "id", "en": "en"}
"""espeak-ng 1.51 as Debian ships it has no Javanese voice; romanised krama is read as Indonesian,
whose letters sound the same but for the two kinds of "e"."""
_LOUDEST: Final = 140
"""The amplitude (0 to 200) up to which the voice ``id`` does not clip, measured."""
_WHOLE: Final = 100

_SENTENCE_END: Final = re.compile(r"(?<=[.!?:;…])\s+|\n+")
_UNSPEAKABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\[\]{}<>]")
"""Control characters, and what espeak-ng could take for phonemes or markup."""


def synthesis_command(language: str, *, volume_percent: int, words_per_minute: int) -> list[str]:
    """The command that reads text from its input and writes a WAV to its output."""
    voice = _VOICES.get(language, "id")
    amplitude = round(_LOUDEST * volume_percent / _WHOLE)
    speed = str(words_per_minute)
    options = ["-v", voice, "-s", speed, "-a", str(amplitude), "-b", "1", "--stdin", "--stdout"]
    return [SYNTHESIZER, *options]


def left_of(cut: Sequence[str], at: int, untrue: Collection[str]) -> str:
    """What of the ``pieces`` of a text is still to be read from piece ``at`` on.

    Without the ``untrue`` sentences, also where such a one began in an earlier piece.
    """
    text = " ".join(cut)
    begins = len(" ".join(cut[:at])) + (1 if at else 0)
    for sentence in untrue:
        words = re.escape(" ".join(pieces(sentence)))
        # of the same length, so that the place of the piece stays where it is
        text = re.sub(
            rf"(?:^|(?<=[.!?:;…] )){words}(?!\S)", lambda found: " " * len(found[0]), text
        )
    return " ".join(text[begins:].split())


def pieces(text: str) -> list[str]:
    """Cut ``text`` at the ends of sentences into pieces of moderate length, without empty ones."""
    clean = _UNSPEAKABLE.sub(" ", text[:MAX_TEXT_CHARS])
    done: list[str] = []
    now = ""
    for sentence in _SENTENCE_END.split(clean):
        words = " ".join(sentence.split())
        if not words:
            continue
        limit = _LATER_CHARS if done else _FIRST_CHARS
        if now and len(now) + 1 + len(words) > limit:
            done.append(now)
            now = words
        else:
            now = f"{now} {words}".strip()
    if now:
        done.append(now)
    return done
