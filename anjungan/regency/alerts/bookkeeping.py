"""From one evaluation to the incidents of the database, and to the messages they owe."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

import msgspec
from sqlalchemy import Connection

from anjungan.protocol.identity import KioskId
from anjungan.regency.alerts.evaluation import Evaluation
from anjungan.regency.alerts.facts import Facts
from anjungan.regency.alerts.incident_machine import (
    CALM,
    Calm,
    Ended,
    Opened,
    Pending,
    Track,
    advance,
)
from anjungan.regency.alerts.kinds import AlertKind, Rule
from anjungan.regency.alerts.maintenance import Window
from anjungan.regency.alerts.message_texts import compose
from anjungan.regency.alerts.outbox import enqueue, routes_for
from anjungan.regency.alerts.reading import IncidentView
from anjungan.regency.alerts.settings import Route
from anjungan.regency.alerts.silence_causes import causes_of
from anjungan.regency.alerts.snapshot import Key, Level, Reading
from anjungan.regency.alerts.telling import Telling, Told, next_message
from anjungan.regency.alerts.tracking import (
    IncidentUpdate,
    NewIncident,
    TrackedIncident,
    insert_incidents,
    read_pending,
    read_tracked,
    update_incidents,
    write_pending,
)

if TYPE_CHECKING:
    from anjungan.regency.fleet.causes import Cause

NOTED_EVERY: Final = timedelta(minutes=1)
"""How often "still bad" is written down where nothing else has changed."""
_NOTHING_NEW: Final = Reading(Level.UNKNOWN, Facts())


class Bookkeeping:
    """One pass, inside one writing transaction. ``run`` returns how many messages it has put."""

    def __init__(
        self,
        connection: Connection,
        evaluation: Evaluation,
        rules: Mapping[AlertKind, Rule],
        *,
        windows: Sequence[Window],
        worked_on: frozenset[KioskId],
        routes: Sequence[Route],
        public_url: str,
        now: datetime,
    ) -> None:
        self._connection = connection
        self._evaluation = evaluation
        self._rules = rules
        self._windows = windows
        self._worked_on = worked_on
        self._routes = routes
        self._public_url = public_url
        self._now = now
        self._causes: Mapping[KioskId, Cause] = {}

    def run(self) -> int:
        """Bring the database to what the evaluation says."""
        pending = read_pending(self._connection)
        tracked = read_tracked(self._connection)
        opened = {each.key: each for each in tracked if each.view.is_open}
        advanced = self._advance(pending, opened)
        begun = {
            key: track.since
            for key, track in advanced.items()
            if isinstance(track, Pending) and key not in pending
        }
        gone = [key for key in pending if not isinstance(advanced.get(key, CALM), Pending)]
        write_pending(self._connection, begun, gone)
        new = insert_incidents(self._connection, self._new(advanced, opened), self._now)
        all_open = {
            **{key: each for key, each in opened.items() if isinstance(advanced[key], Opened)},
            **{each.key: each for each in new},
        }
        self._causes = self._causes_of_ending(advanced, opened)
        updates: list[tuple[Key, IncidentUpdate]] = []
        messages = 0
        for each in (*tracked, *new):
            outcome = advanced[each.key] if each.view.is_open else Ended()
            before = _as_it_stands(each)
            after = self._moved(each, before, outcome, all_open)
            told, sent = self._tell(each, after, outcome)
            messages += sent
            after = replace(after, told=told)
            if self._is_worth_writing(before, after):
                updates.append((each.key, after))
        update_incidents(self._connection, updates)
        return messages

    def _reading(self, key: Key) -> Reading:
        return self._evaluation.readings.get(key, _NOTHING_NEW)

    def _advance(
        self, pending: Mapping[Key, datetime], opened: Mapping[Key, TrackedIncident]
    ) -> Mapping[Key, Track | Ended]:
        advanced: dict[Key, Track | Ended] = {}
        for key in {*self._evaluation.readings, *pending, *opened}:
            track: Track = CALM
            if key in opened:
                view = opened[key].view
                track = Opened(view.since, view.calm_since)
            elif key in pending:
                track = Pending(pending[key])
            advanced[key] = advance(
                track,
                self._reading(key).level,
                self._rules[key[0]],
                self._now,
                held=self._is_held(key, opened),
            )
        return advanced

    def _is_held(self, key: Key, opened: Mapping[Key, TrackedIncident]) -> bool:
        """Something larger is bad, but its own grace time is not over."""
        owners = self._evaluation.part_of.get(key, ())
        return any(
            owner not in opened and self._reading(owner).level is Level.BAD for owner in owners
        )

    def _new(
        self, advanced: Mapping[Key, Track | Ended], opened: Mapping[Key, TrackedIncident]
    ) -> Sequence[NewIncident]:
        new = []
        for key, track in advanced.items():
            if isinstance(track, Opened) and key not in opened:
                facts = self._reading(key).facts
                # what turns on an earlier moment has gone on since then
                since = min(filter(None, (track.since, facts.moment)))
                new.append(NewIncident(key, self._rules[key[0]].severity, since, facts))
        return new

    def _moved(
        self,
        each: TrackedIncident,
        before: IncidentUpdate,
        outcome: Track | Ended,
        all_open: Mapping[Key, TrackedIncident],
    ) -> IncidentUpdate:
        """What becomes of an incident, its messages aside."""
        if not each.view.is_open:
            return before
        reading = self._reading(each.key)
        after = replace(
            before,
            severity=self._rules[each.key[0]].severity,
            absorbed_into=self._owner(each.key, each.view, all_open),
        )
        if reading.level is Level.BAD:
            after = replace(after, facts=reading.facts, last_bad_at=self._now)
        match outcome:
            case Opened(calm_since=calm_since):
                return replace(after, calm_since=calm_since)
            case Ended():
                return replace(after, ended_at=self._now, facts=self._last_facts(each, after.facts))
            case Calm() | Pending():
                raise AssertionError("an open incident stays open or ends")
            case _:
                assert_never(outcome)

    def _last_facts(self, each: TrackedIncident, facts: Facts) -> Facts:
        """A silence that is over has told its cause."""
        kiosk = each.view.kiosk
        if each.key[0] is not AlertKind.OFFLINE or kiosk is None or kiosk not in self._causes:
            return facts
        return msgspec.structs.replace(facts, code=self._causes[kiosk].value)

    def _causes_of_ending(
        self, advanced: Mapping[Key, Track | Ended], opened: Mapping[Key, TrackedIncident]
    ) -> "Mapping[KioskId, Cause]":
        silent_since = {
            each.view.kiosk: each.view.since
            for key, each in opened.items()
            if key[0] is AlertKind.OFFLINE
            and isinstance(advanced[key], Ended)
            and each.view.kiosk is not None
        }
        return causes_of(self._connection, silent_since, self._now)

    def _owner(
        self, key: Key, view: IncidentView, all_open: Mapping[Key, TrackedIncident]
    ) -> int | None:
        """The incident that tells of this one. It is let go only while it is bad by itself."""
        for owner in self._evaluation.part_of.get(key, ()):
            if owner in all_open:
                return all_open[owner].view.id
        absorbed_into = view.absorbed_into
        if absorbed_into is None or self._reading(key).level is not Level.BAD:
            return absorbed_into
        is_still_open = any(each.view.id == absorbed_into for each in all_open.values())
        return absorbed_into if is_still_open else None

    def _tell(
        self, each: TrackedIncident, after: IncidentUpdate, outcome: Track | Ended
    ) -> tuple[Told, int]:
        view = each.view
        telling = Telling(
            told=each.told,
            is_open=after.ended_at is None,
            is_void=isinstance(outcome, Ended) and outcome.is_void,
            is_bad=self._reading(each.key).level is Level.BAD,
            is_absorbed=after.absorbed_into is not None,
            is_muted=view.is_muted(self._now),
            in_maintenance=self._is_worked_on(view),
        )
        told, occasion = next_message(telling)
        if occasion is None:
            return told, 0
        shown = replace(view, facts=after.facts, ended_at=after.ended_at, severity=after.severity)
        sent = enqueue(
            self._connection,
            incident_id=view.id,
            occasion=occasion,
            routes=routes_for(self._routes, shown),
            text=compose(shown, occasion, public_url=self._public_url, now=self._now),
            now=self._now,
        )
        return told, sent

    def _is_worked_on(self, view: IncidentView) -> bool:
        if view.kiosk is not None and view.kiosk in self._worked_on:
            return True
        return any(window.covers(view.kiosk, view.district) for window in self._windows)

    def _is_worth_writing(self, before: IncidentUpdate, after: IncidentUpdate) -> bool:
        same = replace(after, last_bad_at=before.last_bad_at)
        return same != before or after.last_bad_at - before.last_bad_at >= NOTED_EVERY


def _as_it_stands(each: TrackedIncident) -> IncidentUpdate:
    view = each.view
    return IncidentUpdate(
        id=view.id,
        severity=view.severity,
        last_bad_at=view.last_bad_at,
        calm_since=view.calm_since,
        ended_at=view.ended_at,
        facts=view.facts,
        absorbed_into=view.absorbed_into,
        told=each.told,
    )
