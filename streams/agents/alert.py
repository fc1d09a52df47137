"""The alert agent: enriched articles in, an alert out for each rule that holds."""

from pathlib import Path
from typing import Any

from streams.engine import StageApp
from streams.pipeline import ALERT, set_up
from streams.seeing import Sight
from streams.settings import Settings


def app(settings: Settings, folder: Path, sight: Sight) -> StageApp:
    """The Faust app of the alert stage, consumer group ``khabar.alert``."""
    stage_app = StageApp(set_up(ALERT, settings), settings, folder, sight)

    @stage_app.agent(stage_app.source(), name="alert")
    async def alert(articles: Any) -> None:
        await stage_app.work_through(articles)

    return stage_app
