import pytest

from schemas import CleanArticle, Entity, Mention
from streams.extraction import extract
from streams.extraction.senses import Reader
from streams.extraction.text import fields


def senses(body: str, **more: object) -> dict[str, str]:
    article = CleanArticle.model_validate({"id": "0" * 32, "body": body, "language": "ar", **more})
    return {place.name: place.sense for place in extract(article).places}


def test_where_something_happened_and_what_was_only_named() -> None:
    found = senses("قتل خمسة مدنيين في غارة على مدينة الحديدة فجر السبت. ونددت فرنسا بالهجوم.")
    assert (found["الحديدة"], found["فرنسا"]) == ("event", "mentioned")


def test_an_office_is_no_scene() -> None:
    found = senses("قال محافظ حلب إن الأعمال ستبدأ قريبا.")
    assert found["حلب"] == "mentioned"


def test_the_places_of_a_list_are_of_one_kind() -> None:
    found = senses("اندلعت اشتباكات في حماة وحمص وإدلب مساء الأحد أسفرت عن 12 قتيلا، بحسب مصادر سورية.")
    assert {found["حماة"], found["حمص"], found["إدلب"]} == {"event"}


@pytest.mark.parametrize("dash", ["-", "–", "—", ":"])
def test_a_dateline_is_no_event(dash: str) -> None:
    assert senses(f"بيروت {dash} وقع انفجار في مرفأ طرابلس بلبنان.")["بيروت"] == "dateline"


def test_a_stated_dateline_with_an_agency() -> None:
    body = "دمشق، سانا - زار الوزير مدينة حمص في سوريا."
    assert senses(body, dateline={"place": "دمشق", "agency": "سانا"})["دمشق"] == "dateline"


def test_the_deeds_beside_a_place_are_signs_of_its_sense() -> None:
    def signs(body: str) -> set[str]:
        article = CleanArticle(id="0" * 32, body=body, language="ar")
        at = body.find("النهر")
        mention = Mention(start=at, end=at + 5, text="النهر")
        row = {"id": "e1", "name": "النهر", "type": "place", "mentions": [mention], "confidence": 1, "method": "test"}
        entity = Entity.model_validate(row)
        found = Reader(article, fields(article), [entity], {"e1": None}).signs(entity, mention)
        return {sign for sign in found if "deed" in sign or sign in {"no trigger", "said only"}}

    assert signs("اندلعت اشتباكات في النهر.") == {"deed before ASSAULT", "deed near before"}
    assert signs("وفي النهر، اعتقل الجنود شابا.") == {"deed after COERCE", "deed near after"}
    assert signs("طالب سكان النهر بالهدوء.") == {"said only"}
    assert signs("يقع النهر في الشمال.") == {"no trigger"}
