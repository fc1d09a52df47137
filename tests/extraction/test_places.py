import time
from importlib.resources import files

import pytest

from schemas import CleanArticle, Place
from streams.extraction import extract, gazetteer


def places(body: str, language: str = "ar", **more: object) -> list[Place]:
    return extract(CleanArticle.model_validate({"id": "0" * 32, "body": body, "language": language, **more})).places


def test_a_city_has_coordinates_country_and_geonames_id() -> None:
    place = places("اندلعت اشتباكات في مدينة حلب شمال سوريا.")[0]
    assert (place.name, place.kind, place.country, place.geonames_id) == ("حلب", "city", "SY", 170063)
    assert place.latitude == pytest.approx(36.2, abs=0.1)
    assert place.longitude == pytest.approx(37.16, abs=0.1)
    assert (place.sense, place.geo_precision) == ("event", 1)


def test_a_country_is_coarse_and_only_mentioned() -> None:
    place = places("وقررت فرنسا زيادة المساعدات.")[0]
    assert (place.kind, place.country, place.sense, place.geo_precision) == ("country", "FR", "mentioned", 3)


def test_the_country_of_the_article_decides_between_namesakes() -> None:
    syrian = places("قصفت طائرات مواقع في طرابلس، وقال الجيش الليبي إن ليبيا ترد.")
    lebanese = places("قصفت طائرات مواقع في طرابلس، وقال الجيش اللبناني إن لبنان يرد.")
    assert syrian[0].country == "LY"
    assert lebanese[0].country == "LB"


def test_a_quarter_needs_no_gazetteer() -> None:
    place = places("وقع انفجار في حي الزهور الشرقي بمدينة حمص.")[0]
    assert (place.name, place.kind, place.latitude) == ("حي الزهور الشرقي", "quarter", None)


def test_a_camp_is_one_place_with_its_name() -> None:
    found = places("اقتحمت قوات مخيم جنين فجرا.")
    assert [(place.name, place.kind, place.country) for place in found] == [("مخيم جنين", "camp", "PS")]


def test_a_dateline_at_the_start() -> None:
    found = places("الخرطوم - قتل شخصان في هجوم بمدينة كسلا السودانية.")
    assert [(place.name, place.sense) for place in found] == [("الخرطوم", "dateline"), ("كسلا", "event")]


def test_plain_words_inside_words_are_no_places() -> None:
    assert places("صدر بيان عن الوزير في وقت لاحق بعد حصار دام أشهرا.") == []


@pytest.mark.parametrize(
    ("language", "body", "expected"),
    [
        ("en", "A drone hit a market in El Obeid, Sudan.", [("El Obeid", "SD"), ("Sudan", "SD")]),
        ("fr", "Une explosion a frappé Tripoli, en Libye.", [("Tripoli", "LY"), ("Libye", "LY")]),
        ("tr", "Deprem Hatay ve Halep'te hissedildi.", [("Hatay", "TR"), ("Halep", "SY")]),
        ("fa", "انفجار در اهواز و تهران روی داد.", [("اهواز", "IR"), ("تهران", "IR")]),
    ],
)
def test_other_languages(language: str, body: str, expected: list[tuple[str, str]]) -> None:
    assert [(place.name, place.country) for place in places(body, language)] == expected


def test_the_gazetteer_is_compact_and_says_where_it_comes_from() -> None:
    started = time.process_time()
    atlas = gazetteer.load.__wrapped__()
    assert time.process_time() - started < 0.3
    assert atlas.find("دير", ["الزور", "في"]) is not None
    assert atlas.find("كلمه", []) is None
    assert atlas.nationality("السوريه") == "SY"
    head = files("streams.extraction").joinpath("data", "gazetteer.tsv").read_text("utf-8")[:1000]
    assert "GeoNames" in head
    assert "CC BY 4.0" in head
