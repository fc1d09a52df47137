"""What worker processes of the fault tests do otherwise than they should."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from streams import stage
from streams.stage import Received


class HastyRunner(stage.StageRunner):
    """Acknowledges every record when it comes."""

    async def run(self, received: AsyncIterator[Received]) -> None:
        """As the runner does, but the wrong way round."""

        async def hasty() -> AsyncIterator[Received]:
            async for record, acknowledge in received:
                acknowledge()
                yield record, lambda: None

        await super().run(hasty())


def held_back(seconds: float, send: Callable[[], Awaitable[Awaitable[object]]]) -> Awaitable[object]:
    """A delivery that begins later. send: begins it, and gives what waits for it."""

    async def later() -> object:
        await asyncio.sleep(seconds)
        return await (await send())

    return asyncio.ensure_future(later())
