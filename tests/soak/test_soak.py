"""Nothing is lost, made up, doubled or swapped while articles pass under faults; see docs/faults.md."""

import logging
import os
from pathlib import Path

import pytest

from tests.soak.run import run

# Read before a fixture takes the developer's own settings away.
ARTICLES = int(os.environ.get("KHABAR_TEST_ARTICLES", "50000"))
SECONDS = float(os.environ.get("KHABAR_TEST_SECONDS", "420"))
SEED = int(os.environ.get("KHABAR_TEST_SEED", "1"))


@pytest.mark.kafka
@pytest.mark.timeout(1800)
async def test_articles_that_pass_under_faults_come_out_once_and_in_order(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "aiokafka")  # the faults are ours, the report tells them
    report = await run(tmp_path, SEED, ARTICLES, print, SECONDS)
    print(report.to_text())  # noqa: T201  # shown by -s and when it fails
    assert len(report.faults) >= 30
    assert len({fault.kind for fault in report.faults}) >= 8
    assert report.faultless, report.to_text()
    assert report.counts.acknowledged > 0.9 * report.articles
