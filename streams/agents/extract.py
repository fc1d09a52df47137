"""The extract agent: cleaned articles in, enriched articles out."""

from pathlib import Path
from typing import Any

from streams.engine import StageApp
from streams.pipeline import EXTRACT
from streams.seeing import Sight
from streams.settings import Settings


def app(settings: Settings, folder: Path, sight: Sight) -> StageApp:
    """The Faust app of the extract stage, consumer group ``khabar.extract``."""
    stage_app = StageApp(EXTRACT, settings, folder, sight)

    @stage_app.agent(stage_app.source(), name="extract")
    async def extract(articles: Any) -> None:
        await stage_app.work_through(articles)

    return stage_app
