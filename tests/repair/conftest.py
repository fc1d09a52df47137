"""The fixtures of the engine's tests: running supervisors and their workers."""

from tests.engine.conftest import settings, start, until

__all__ = ["settings", "start", "until"]
