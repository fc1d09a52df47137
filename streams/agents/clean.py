"""The clean agent: raw articles in, cleaned articles out."""

from pathlib import Path
from typing import Any

from streams.engine import StageApp
from streams.pipeline import CLEAN, configured
from streams.seeing import Sight
from streams.settings import Settings


def app(settings: Settings, folder: Path, sight: Sight) -> StageApp:
    """The Faust app of the clean stage, consumer group ``khabar.clean``."""
    stage_app = StageApp(configured(CLEAN, settings), settings, folder, sight)

    @stage_app.agent(stage_app.source(), name="clean")
    async def clean(articles: Any) -> None:
        await stage_app.work_through(articles)

    return stage_app
