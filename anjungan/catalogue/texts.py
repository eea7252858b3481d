"""Words in the three languages of the kiosk."""

from typing import Final, Literal

import msgspec

Language = Literal["id", "jv", "en"]
"""Indonesian, Javanese (krama) and English, by their ISO 639-1 codes."""

LANGUAGES: Final[tuple[Language, ...]] = ("id", "jv", "en")


class LocalText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in up to three languages; Indonesian is the one that must be there.

    Javanese or English may be left empty where the Indonesian words are used in that language
    too, as with the legal titles of letters.
    """

    id: str
    jv: str = ""
    en: str = ""

    def get(self, language: Language) -> str:
        """Return the text in `language`, or in Indonesian where that one is empty."""
        match language:
            case "id":
                return self.id
            case "jv":
                return self.jv or self.id
            case "en":
                return self.en or self.id
