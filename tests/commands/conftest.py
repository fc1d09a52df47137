import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable

import pytest

from streams.settings import Settings

Khabar = Callable[..., Awaitable["subprocess.CompletedProcess[str]"]]


@pytest.fixture
def khabar(settings: Settings) -> Khabar:
    """``await khabar("topics", "create")``: run the command line on this test's topics."""
    environ = {
        **os.environ,
        "KHABAR_BOOTSTRAP_SERVERS": settings.bootstrap_servers,
        "KHABAR_TOPIC_PREFIX": settings.topic_prefix,
        "KHABAR_GROUP_PREFIX": settings.group_prefix,
        "KHABAR_STATE_DIR": str(settings.state_dir),
    }

    async def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-W", "error", "-c", "from streams.commands import main; main()", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            env=environ,
            timeout=120,
            check=False,
        )

    return run
