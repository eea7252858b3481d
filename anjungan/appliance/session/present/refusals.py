"""Why an answer was not taken, as a sentence that never blames."""

from anjungan.appliance.text.words import Speaker
from anjungan.catalogue.answers import RefusalReason, Refused
from anjungan.catalogue.nik import NIK_DIGITS


def refusal_sentence(refused: Refused, say: Speaker) -> str:
    """One sentence: what is expected and how far the answer is from it."""
    if refused.reason is RefusalReason.NIK_LENGTH:
        if refused.count > NIK_DIGITS:
            return say("refusal.nik_too_long", count=refused.count)
        return say("refusal.nik_length", left=NIK_DIGITS - refused.count)
    return say(f"refusal.{refused.reason.value}", limit=refused.limit, count=refused.count)
