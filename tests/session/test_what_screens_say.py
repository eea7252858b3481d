"""What stands on a screen agrees with itself and with the catalogue."""

from test_journeys import at_review, submit

from anjungan.appliance.session import views as vw


def test_a_ticket_tells_the_time_of_its_own_letter_and_what_is_brought_only_if_there_is_one() -> (
    None
):
    journey = submit(at_review("keterangan-usaha"))
    journey.stored()
    view = journey.view
    assert isinstance(view, vw.TicketView)
    said = {fact.label: fact.value for fact in view.facts}
    assert said["Perkiraan"] == "1 hari kerja setelah diterima petugas"
    assert said["Bawa"].endswith("Surat pengantar RT/RW (bila ada)")
    assert said["Bawa"].count("bila ada") == 1
