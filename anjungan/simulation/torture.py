"""Killing the agent, or tearing the screens' connection, at random instants of a submission.

``python -m anjungan.simulation.torture --rounds 200 --seed 1``

Each round one invented resident asks for a letter; the kill comes somewhere between the touch and
the receipt. A request counts as promised when the agent has shown its ticket. In the end every
promised request must be at the regency once, and no resident's request twice.
"""

import argparse
import asyncio
import collections
import json
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from anjungan.appliance.session.own_questions import NAME
from anjungan.appliance.session.views import ReviewView, TicketView
from anjungan.simulation.places import Places
from anjungan.simulation.processes import PartFailedError
from anjungan.simulation.regency_view import held_requests
from anjungan.simulation.robot import NoSuchViewError, Robot
from anjungan.simulation.system import AGENT, Options, System, running_system

SERVICE: Final = "keterangan-ktp-dalam-proses"
"""Asks nothing but what every letter asks, so that the rounds are short."""
KILL_EXPONENTS: Final = (-4.0, -0.8)
"""Kills come 0.1 ms to 160 ms after the touch, as often in each factor of ten: the commit takes
about a millisecond, the receipt some tens of them."""
PROMISE_SEEN_S: Final = 1.0
ALL_DELIVERED_WITHIN_S: Final = 60.0
BACK_WITHIN_S: Final = 30.0


@dataclass(slots=True)
class Tally:
    """What became of the rounds; names are those of invented residents."""

    seed: int
    rounds: int = 0
    agent_kills: int = 0
    screens_kills: int = 0
    promised: dict[str, str] = field(default_factory=dict)
    """Ticket code by resident, for every ticket that was shown."""
    shown_again: int = 0
    """Tickets shown only after the agent had been started again."""
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    at_regency: int = 0

    @property
    def ok(self) -> bool:
        """Nothing lost, nothing doubled, and something was at stake."""
        return not self.lost and not self.doubled and bool(self.promised)


async def torture(
    places: Places, *, rounds: int, seed: int, on_event: Callable[[str], None]
) -> Tally:
    """Run the rounds on a fresh data folder and count what arrived."""
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    tally = Tally(seed)
    options = Options(screens=False, fleet=False, web=False)
    async with running_system(places, options, on_event=lambda _sentence: None) as system:
        for number in range(1, rounds + 1):
            await _one_round(system, f"Contoh {number:05d}", chance, tally)
            on_event(f"round {number}: {len(tally.promised)} promised")
        await _all_delivered(places, tally)
    return tally


async def _one_round(system: System, name: str, chance: random.Random, tally: Tally) -> None:
    tally.rounds += 1
    kill_agent = chance.random() < 0.75  # noqa: PLR2004 - three of four
    kill_after_s = 10.0 ** chance.uniform(*KILL_EXPONENTS)
    twice = chance.random() < 0.3  # noqa: PLR2004 - impatient residents
    robot, review = await _filled_form(system, name)
    press = review.primary.press
    if press is None:
        raise RuntimeError("the review cannot be sent")
    robot.act(press)
    if twice:
        robot.act(press)
    await asyncio.sleep(kill_after_s)
    if kill_agent:
        tally.agent_kills += 1
        dead = system.supervisor.kill(AGENT)
        await robot.until_gone()  # what the agent had sent before its death is still shown
        _note_promise(robot, name, tally)
        await robot.close()
        await _until_restarted(system, dead)
    else:
        tally.screens_kills += 1
        _note_promise(robot, name, tally)
        await robot.close()
    again = await Robot.arrive(system.agent_socket)
    try:
        ticket = await again.view(TicketView, within_s=PROMISE_SEEN_S)
    except NoSuchViewError:
        pass
    else:
        if tally.promised.setdefault(name, ticket.code) != ticket.code:
            raise RuntimeError("one visit was shown two tickets")
        tally.shown_again += kill_agent
    await again.close()


def _note_promise(robot: Robot, name: str, tally: Tally) -> None:
    view = robot.shown
    if isinstance(view, TicketView):
        tally.promised[name] = view.code


async def _filled_form(system: System, name: str) -> tuple[Robot, ReviewView]:
    robot = await Robot.arrive(system.agent_socket)
    return robot, await robot.fill_form(SERVICE, name=name)


async def _until_restarted(system: System, dead_pid: int) -> None:
    async with asyncio.timeout(BACK_WITHIN_S):
        while system.supervisor.pid(AGENT) == dead_pid:  # noqa: ASYNC110 - the supervisor has no event a restart
            await asyncio.sleep(0.02)


async def _all_delivered(places: Places, tally: Tally) -> None:
    """Wait until every promised request is there, then look for losses and doubles."""
    wanted = set(tally.promised)
    loop = asyncio.get_running_loop()
    deadline_s = loop.time() + ALL_DELIVERED_WITHIN_S
    while True:
        held = await asyncio.to_thread(held_requests, places)
        names = collections.Counter(each.answers[NAME] for each in held)
        if wanted <= set(names) or loop.time() > deadline_s:
            break
        await asyncio.sleep(0.2)
    tally.at_regency = len(held)
    tally.lost = sorted(wanted - set(names))
    tally.doubled = sorted(name for name, count in names.items() if count > 1)


def main(argv: Sequence[str] | None = None) -> int:
    """Read the command line, run, and print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="anjungan-torture-") as folder:
        tally = asyncio.run(
            torture(
                Places(Path(folder)),
                rounds=arguments.rounds,
                seed=arguments.seed,
                on_event=_say,
            )
        )
    summary = asdict(tally) | {"promised": len(tally.promised), "ok": tally.ok}
    _say(json.dumps(summary, indent=2))
    return 0 if tally.ok else 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PartFailedError as error:
        sys.exit(str(error))
