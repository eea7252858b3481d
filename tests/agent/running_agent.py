"""Ending the agent that runs in the test's own process."""

import asyncio
import os
import signal

PATIENCE_S = 60.0


async def stopped(agent: "asyncio.Task[int]") -> None:
    """Tell it to stop as a service manager does, and wait until it has."""
    if not agent.done():
        os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(PATIENCE_S):
        await agent
