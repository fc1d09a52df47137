"""Which record a process died on, across processes, full disks and half-written files."""

from pathlib import Path

import pytest

from streams import marks
from streams.marks import FileMarks
from streams.stage import Incoming

RECORD = Incoming("khabar.articles.raw", 3, 42, None, None, b"")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    own, deaths = tmp_path / "clean-0", tmp_path / "clean-deaths"
    own.mkdir()
    deaths.mkdir()
    return own, deaths


def test_a_death_is_counted_for_the_record_in_work(folders: tuple[Path, Path]) -> None:
    for deaths in (1, 2, 3):
        FileMarks(*folders).begin(RECORD)
        assert marks.count_death(*folders) == ("khabar.articles.raw-3-42", deaths)
    assert FileMarks(*folders).deaths(RECORD) == 3


def test_a_death_between_records_is_counted_for_none(folders: tuple[Path, Path]) -> None:
    own = FileMarks(*folders)
    own.begin(RECORD)
    own.end()
    assert marks.read(folders[0]) is None
    assert marks.count_death(*folders) is None


def test_a_death_is_counted_once(folders: tuple[Path, Path]) -> None:
    FileMarks(*folders).begin(RECORD)
    assert marks.count_death(*folders) is not None
    assert marks.count_death(*folders) is None


def test_a_file_that_a_full_disk_left_empty_counts_as_none(folders: tuple[Path, Path]) -> None:
    (folders[1] / "khabar.articles.raw-3-42").write_text("")
    own = FileMarks(*folders)
    assert own.deaths(RECORD) == 0
    own.begin(RECORD)
    assert marks.count_death(*folders) == ("khabar.articles.raw-3-42", 1)


def test_a_record_that_is_done_with_is_forgotten(folders: tuple[Path, Path]) -> None:
    own = FileMarks(*folders)
    own.begin(RECORD)
    marks.count_death(*folders)
    own.forget(RECORD)
    own.forget(RECORD)
    assert own.deaths(RECORD) == 0


def test_the_longest_topic_name_fits(folders: tuple[Path, Path]) -> None:
    record = Incoming("t" * 130, 2**31 - 1, 2**63 - 1, None, None, b"")
    FileMarks(*folders).begin(record)
    assert marks.count_death(*folders) is not None
