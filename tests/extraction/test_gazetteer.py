import subprocess
import sys

import pytest

from streams.extraction import gazetteer
from streams.extraction.lexicon import key

MEMORY = """
import resource
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
from streams.extraction import gazetteer
atlas = gazetteer.load()
for number in range(0, len(atlas), 97):
    atlas.row(number)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def countries(name: str) -> set[tuple[str, str]]:
    atlas = gazetteer.load()
    return {(atlas.row(number).kind, atlas.row(number).country) for number in atlas.named(key(name))}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("سوريا", ("country", "SY")),
        ("محافظة حلب", ("province", "SY")),
        ("حلب", ("city", "SY")),
        ("Halep", ("city", "SY")),
        ("هەولێر", ("city", "IQ")),
        ("کرمانشاه", ("city", "IR")),
        ("کراچی", ("city", "PK")),
        ("Deir ez-Zor", ("city", "SY")),
        ("كفرزيتا", ("city", "SY")),
        ("تكساس", ("province", "US")),
        ("الصباحية", ("district", "KW")),
        ("الزمالك", ("quarter", "EG")),
        ("البحر الأحمر", ("water", "")),
        ("مخيم الزعتري", ("camp", "JO")),
        ("معبر باب الهوى", ("crossing", "SY")),
        ("خاركيف", ("city", "UA")),
        ("كوت ديفوار", ("country", "CI")),
    ],
)
def test_places_are_known_by_their_names_in_many_languages(name: str, expected: tuple[str, str]) -> None:
    assert expected in countries(name)


def test_a_place_knows_the_one_that_holds_it() -> None:
    atlas = gazetteer.load()
    cairo = next(row for row in map(atlas.row, atlas.named(["القاهره"])) if row.kind == "city" and row.country == "EG")
    quarter = next(atlas.row(number) for number in atlas.named(["الزمالك"]) if atlas.row(number).kind == "quarter")
    assert atlas.row(quarter.parent) == cairo
    assert (atlas.row(cairo.parent).kind, atlas.row(cairo.parent).country) == ("province", "EG")
    assert (quarter.latitude, quarter.longitude) == (cairo.latitude, cairo.longitude)


def test_what_is_no_name_is_not_found() -> None:
    atlas = gazetteer.load()
    assert atlas.named([]) == ()
    assert atlas.find("ككككلمه", ["حلب"]) is None
    assert atlas.find("", []) is None


def test_the_longest_name_wins() -> None:
    length, numbers = gazetteer.load().find("دير", ["الزور", "في", "سوريا"]) or (0, ())
    assert length == 2
    assert "SY" in {gazetteer.load().row(number).country for number in numbers}


def test_every_place_lies_on_the_globe_and_under_a_place_of_its_country() -> None:
    atlas = gazetteer.load()
    for number in range(0, len(atlas), 13):
        row = atlas.row(number)
        assert row.latitude is None or -90 <= row.latitude <= 90
        assert row.longitude is None or -180 <= row.longitude <= 180
        assert row.parent < number
        assert row.parent < 0 or atlas.row(row.parent).country == row.country


def test_it_stays_small_in_memory() -> None:
    done = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 40_000
