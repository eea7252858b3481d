"""The findings as text for a terminal."""

from collections.abc import Iterator, Sequence
from typing import Final

from anjungan.appliance.doctor.finding import Finding, Verdict
from anjungan.appliance.doctor.words import DoctorLanguage, DoctorWords, Said, say

_MARK: Final = {
    Verdict.GOOD: say("frame.good"),
    Verdict.NOTE: say("frame.note"),
    Verdict.WRONG: say("frame.wrong"),
}


def lines(
    findings: Sequence[Finding], words: DoctorWords, language: DoctorLanguage
) -> Iterator[str]:
    """The report, one line at a time, with a sentence at its end that sums it up."""
    labels = [
        words.text(say(f"frame.{name}"), language) for name in ("answered", "expected", "fix")
    ]
    width = max(map(len, labels))
    for finding in findings:
        mark = words.text(_MARK[finding.verdict], language)
        yield f"[{mark}] {words.text(finding.subject, language)}"
        for label, said in zip(labels, _said_by(finding), strict=True):
            if said is not None:
                yield f"    {label:<{width}}: {words.text(said, language)}"
    count = sum(finding.verdict is Verdict.WRONG for finding in findings)
    yield ""
    end = say("frame.something_wrong", count=count) if count else say("frame.all_good")
    yield words.text(end, language)


def _said_by(finding: Finding) -> tuple[Said, Said | None, Said | None]:
    return finding.answered, finding.expected, finding.fix
