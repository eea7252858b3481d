"""The questions the kiosk asks itself, around those of the service.

Who asks (NIK, name), for whom, and a telephone number for news. The names begin with ``kiosk_`` so
that no service file can collide with them.
"""

from typing import Final

from anjungan.catalogue.questions import (
    ChoiceQuestion,
    NikQuestion,
    Option,
    PhoneQuestion,
    TextQuestion,
)
from anjungan.catalogue.texts import LocalText

NIK: Final = "kiosk_nik"
NAME: Final = "kiosk_name"
FOR_WHOM: Final = "kiosk_for_whom"
SUBJECT_NAME: Final = "kiosk_subject_name"
SUBJECT_NIK: Final = "kiosk_subject_nik"
SUBJECT_RELATION: Final = "kiosk_subject_relation"
PHONE: Final = "kiosk_phone"

SELF: Final = "self"
ANOTHER: Final = "another"

NIK_QUESTION: Final = NikQuestion(
    name=NIK,
    label=LocalText("Ketik NIK Bapak/Ibu", "Mangga ngetik NIK", "Type your NIK"),
    short=LocalText("NIK pemohon", "NIK pemohon", "Applicant's NIK"),
    hint=LocalText(
        "16 angka, ada di bagian atas KTP.",
        "16 angka, ing nginggil KTP.",
        "16 digits, at the top of the KTP.",
    ),
    sensitive=True,
)

FOR_WHOM_QUESTION: Final = ChoiceQuestion(
    name=FOR_WHOM,
    label=LocalText("Surat ini untuk siapa?", "Serat menika kagem sinten?", "Who is it for?"),
    short=LocalText("Untuk siapa", "Kagem sinten", "For whom"),
    options=(
        Option(
            id=SELF,
            label=LocalText("Untuk saya sendiri", "Kangge kula piyambak", "For myself"),
            icon="user",
        ),
        Option(
            id=ANOTHER,
            label=LocalText("Untuk orang lain", "Kangge tiyang sanes", "For somebody else"),
            icon="users",
        ),
    ),
)

NAME_QUESTION: Final = TextQuestion(
    name=NAME,
    label=LocalText(
        "Tulis nama lengkap Bapak/Ibu", "Mangga asma pepak dipunserat", "Write your full name"
    ),
    short=LocalText("Nama pemohon", "Asma pemohon", "Applicant's name"),
    hint=LocalText("Seperti di KTP.", "Kados ing KTP.", "As on the KTP."),
    max_length=60,
)

SUBJECT_NAME_QUESTION: Final = TextQuestion(
    name=SUBJECT_NAME,
    label=LocalText(
        "Siapa nama orang itu?", "Sinten asmanipun tiyang menika?", "What is that person's name?"
    ),
    short=LocalText("Nama yang disurati", "Asma ing serat", "Name in the letter"),
    hint=LocalText(
        "Nama lengkap, seperti di KK.", "Asma pepak, kados ing KK.", "Full name, as on the KK."
    ),
    max_length=60,
)

SUBJECT_NIK_QUESTION: Final = NikQuestion(
    name=SUBJECT_NIK,
    label=LocalText(
        "Ketik NIK orang itu", "Mangga NIK tiyang menika dipunketik", "Type that person's NIK"
    ),
    short=LocalText("NIK yang disurati", "NIK ing serat", "NIK in the letter"),
    hint=LocalText(
        "Ada di KTP atau KK. Boleh dilewati.",
        "Wonten ing KTP utawi KK. Kenging dipunlangkungi.",
        "On the KTP or KK. May be skipped.",
    ),
    required=False,
    sensitive=True,
)

SUBJECT_RELATION_QUESTION: Final = ChoiceQuestion(
    name=SUBJECT_RELATION,
    label=LocalText(
        "Dia apanya Bapak/Ibu?", "Menika punapanipun panjenengan?", "Who is that to you?"
    ),
    short=LocalText("Hubungan", "Gegayutan", "Relation"),
    options=(
        Option(id="anak", label=LocalText("Anak", "Putra", "Child"), icon="baby-carriage"),
        Option(
            id="suami_istri",
            label=LocalText("Suami / istri", "Garwa", "Husband / wife"),
            icon="heart",
        ),
        Option(
            id="orang_tua",
            label=LocalText("Orang tua / mertua", "Tiyang sepuh / marasepuh", "Parent"),
            icon="users",
        ),
        Option(
            id="saudara", label=LocalText("Saudara", "Sedherek", "Brother / sister"), icon="users"
        ),
    ),
    other=True,
    other_label=LocalText("Lainnya", "Sanesipun", "Someone else"),
    other_max_length=40,
)

PHONE_QUESTION: Final = PhoneQuestion(
    name=PHONE,
    label=LocalText(
        "Nomor HP untuk kabar?", "Nomer HP kangge pawartos?", "A phone number for news?"
    ),
    short=LocalText("No. HP (untuk kabar)", "No. HP (kangge pawartos)", "Phone (for news)"),
    hint=LocalText(
        "Petugas memberi kabar lewat nomor ini.",
        "Petugas badhe paring kabar lumantar nomer menika.",
        "The officer sends news to this number.",
    ),
    required=False,
    sensitive=True,
)
