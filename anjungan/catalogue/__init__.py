"""What residents can ask for and read about, as data, and the code that loads and checks it.

Kiosk and web render the same values. Nothing is read when this package is imported.
"""

from anjungan.catalogue.answers import (
    Accepted,
    RefusalReason,
    Refused,
    check_answer,
    describe_answer,
)
from anjungan.catalogue.catalogue import POPULAR, Catalogue, search_options
from anjungan.catalogue.icon_names import ICON_NAMES
from anjungan.catalogue.loading import load_catalogue
from anjungan.catalogue.nik import (
    NikOk,
    NikRefusal,
    NikRefused,
    NikWarning,
    check_nik,
    compare_nik,
    mask_nik,
)
from anjungan.catalogue.page import (
    Block,
    Bullets,
    Fact,
    Facts,
    Family,
    Note,
    Page,
    Paragraph,
    Timetable,
)
from anjungan.catalogue.phone import PhoneRefusal, mask_phone, normalise_phone
from anjungan.catalogue.problems import CatalogueError, CatalogueProblem
from anjungan.catalogue.questions import (
    OTHER_PREFIX,
    ChoiceQuestion,
    DateQuestion,
    NikQuestion,
    NumberQuestion,
    Option,
    OptionList,
    PhoneQuestion,
    Question,
    TextQuestion,
    TimeQuestion,
    default_answer,
    other_label,
)
from anjungan.catalogue.search import search_key
from anjungan.catalogue.service import Category, Requirement, Service
from anjungan.catalogue.texts import LANGUAGES, Language, LocalText

__all__ = [
    "ICON_NAMES",
    "LANGUAGES",
    "OTHER_PREFIX",
    "POPULAR",
    "Accepted",
    "Block",
    "Bullets",
    "Catalogue",
    "CatalogueError",
    "CatalogueProblem",
    "Category",
    "ChoiceQuestion",
    "DateQuestion",
    "Fact",
    "Facts",
    "Family",
    "Language",
    "LocalText",
    "NikOk",
    "NikQuestion",
    "NikRefusal",
    "NikRefused",
    "NikWarning",
    "Note",
    "NumberQuestion",
    "Option",
    "OptionList",
    "Page",
    "Paragraph",
    "PhoneQuestion",
    "PhoneRefusal",
    "Question",
    "RefusalReason",
    "Refused",
    "Requirement",
    "Service",
    "TextQuestion",
    "TimeQuestion",
    "Timetable",
    "check_answer",
    "check_nik",
    "compare_nik",
    "default_answer",
    "describe_answer",
    "load_catalogue",
    "mask_nik",
    "mask_phone",
    "normalise_phone",
    "other_label",
    "search_key",
    "search_options",
]
