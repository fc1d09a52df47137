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
    assert (place.name, place.kind, place.geonames_id) == ("حي الزهور الشرقي", "quarter", None)


def test_a_camp_is_one_place_with_its_name() -> None:
    found = places("اقتحم الجيش مخيم جنين فجرا.")
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
    assert atlas.find("ككككلمه", []) is None
    assert atlas.nationality("السوريه") == "SY"
    head = files("streams.extraction").joinpath("data", "gazetteer.bin").read_bytes()[:1000].decode(errors="ignore")
    assert "GeoNames" in head
    assert "CC BY 4.0" in head


@pytest.mark.parametrize(
    ("body", "language", "expected"),
    [
        ("ارتفعت أسعار القطن في الحسكة شمال شرقي سوريا.", "ar", [("الحسكة", "SY"), ("سوريا", "SY")]),
        ("يعيش النازحون في الخيام قرب تعز في اليمن.", "ar", [("تعز", "YE"), ("اليمن", "YE")]),
        ("قصفت مسيرة مواقع في الخيام في لبنان.", "ar", [("الخيام", "LB"), ("لبنان", "LB")]),
        ("وصلت القوات إلى مدينة القطن.", "ar", [("القطن", "YE")]),
        ("İşçi ve işveren heyetleri Masaya oturdu. Ankara bekliyor.", "tr", [("Ankara", "TR")]),
        ("قال صيادون في بلدة ببنين إن الشاطئ طويل.", "ar", [("ببنين", "LB")]),
        ("عاد إلى المدينة مساء وبنى بيتاً.", "ar", []),
        ("الكهرباء تصل من شارع المدينة المنورة.", "ar", [("شارع المدينة المنورة", None)]),
        ("صدّرت الشركة النفط عبر خط جيهان التركي.", "ar", [("جيهان", "TR")]),
        ("THE TOP STORIES. NEWS ISLAND LIFE. A ferry sank off Hodeidah.", "en", [("Hodeidah", "YE")]),
    ],
)
def test_plain_words_need_a_sign_that_a_place_is_meant(
    body: str, language: str, expected: list[tuple[str, str | None]]
) -> None:
    assert [(place.name, place.country) for place in places(body, language)] == expected


def test_the_other_places_of_a_text_tell_its_country() -> None:
    body = "انهار مبنى في محلة التبانة بطرابلس. ووصلت فرق من بيروت وعكار، ونقل الصليب الأحمر اللبناني المصابين."
    assert {(place.name, place.country) for place in places(body)} >= {("طرابلس", "LB"), ("بيروت", "LB")}
    assert {place.country for place in places(body)} == {"LB"}


def test_the_noun_before_a_name_tells_how_large_the_place_is() -> None:
    district = places("قتل ثلاثة قرب قرية الملحة في ناحية الرياض جنوب غربي كركوك شمال العراق.")
    assert [place.country for place in district if place.name == "الرياض"] == ["IQ"]
    capital = places("فازت اللاعبة المصرية من القاهرة لمصر بذهبية في بطولة الرياض بالسعودية.")
    assert [place.country for place in capital if place.name == "الرياض"] == ["SA"]
    town = places("داهمت القوات بلدة صيدا شرق درعا في سوريا.")
    assert [place.country for place in town if place.name == "صيدا"] == ["SY"]


def test_vowel_marks_tell_namesakes_apart() -> None:
    assert [(p.kind, p.country) for p in places("وصل الوفد إلى عمّان مساء.")] == [("city", "JO")]
    assert [(p.kind, p.country) for p in places("تقع الموانئ في عُمان على البحر.")][:1] == [("country", "OM")]


def test_a_country_in_capitals_is_no_organisation() -> None:
    article = CleanArticle.model_validate(
        {"id": "0" * 32, "language": "en", "body": "The bridge, built with US help by 10.00 GMT, opened on Friday."}
    )
    assert [entity.name for entity in extract(article).entities if entity.type == "organisation"] == []


def test_the_parts_of_a_hashtag_are_words() -> None:
    found = places("#عاجل أمطار غزيرة على #حفر_الباطن و #رفحاء #السعودية")
    assert [(place.name, place.country) for place in found] == [
        ("حفر_الباطن", "SA"),
        ("رفحاء", "SA"),
        ("السعودية", "SA"),
    ]
    assert found[0].kind == "city"


def test_a_name_of_two_words_may_be_written_as_one() -> None:
    joined, apart = places("وصلت إلى مدينة ديرالزور."), places("وصلت إلى مدينة دير الزور.")
    assert joined[0].geonames_id == apart[0].geonames_id


def test_a_place_that_no_gazetteer_has_stands_where_the_text_says() -> None:
    quarter = places("وقع انفجار في حي الزهور الشرقي بمدينة حمص، ونقل الجرحى إلى دمشق.")[0]
    assert (quarter.name, quarter.country, quarter.geo_precision, quarter.method) == (
        "حي الزهور الشرقي",
        "SY",
        2,
        "container",
    )
    assert quarter.latitude == pytest.approx(34.7, abs=0.1)
    village = next(p for p in places("قصفت الطائرات قرية المزيحلة في ريف حماة بسوريا.") if p.name == "المزيحلة")
    assert village.latitude == pytest.approx(35.1, abs=0.3)
    lone = places("وقع شجار في حي الزهور الشرقي.")[0]
    assert (lone.latitude, lone.country, lone.geo_precision) == (None, None, None)


def test_a_container_is_less_sure_than_the_place_itself() -> None:
    quarter, city = places("وقع انفجار في حي الزهور الشرقي بمدينة حمص.")[:2]
    assert quarter.confidence < city.confidence


def test_a_hospital_tells_where_as_well_as_who() -> None:
    found = places("نقل المصابون إلى مستشفى الثورة العام في الحديدة باليمن.")
    hospital = found[0]
    assert (hospital.name, hospital.kind, hospital.sense) == ("مستشفى الثورة العام", "building", "mentioned")
    assert hospital.country == "YE"


def test_the_noun_before_a_name_tells_city_from_province() -> None:
    assert places("وصل الوفد إلى محافظة حلب في سوريا.")[0].kind == "province"
    assert places("وصل الوفد إلى مدينة حلب في سوريا.")[0].kind == "city"


@pytest.mark.parametrize("name", ["حلب", "الرياض", "البصرة", "طنجة"])
def test_a_bare_name_of_a_city_and_its_province_is_the_city(name: str) -> None:
    assert places(f"وصل الوفد إلى {name} مساء الأحد.")[0].kind in {"city", "town"}


@pytest.mark.parametrize("mark", ["ـ", "\u0650", "ـ" * 2000])
def test_marks_between_a_clitic_and_a_name_change_nothing(mark: str) -> None:
    found = places(f"وقع انفجار ب{mark}حلب صباح اليوم.")
    assert [(place.name, place.sense) for place in found] == [("حلب", "event")]


def test_a_port_stays_outside_the_name_of_its_city() -> None:
    assert [place.name for place in places("غادرت السفينة ميناء اللاذقية إلى تركيا.")] == ["اللاذقية", "تركيا"]


@pytest.mark.parametrize(
    "body",
    [
        "وقال الوزير السوري إن الشعب اللبناني يستحق الأفضل.",
        "دانت المتحدثة الأمريكية الموقف الروسي.",
        "وصلت سفينة محملة بالقمح في الأول من آب.",
        "قتل ثمانية في القرى المجاورة وقرى معزولة أخرى.",
        "تأخر الوصول إلى المدينة المحاصرة، وإلى القرية نفسها.",
        "فازت كتلة الوفاء بمقاعد أكثر.",
    ],
)
def test_adjectives_and_plain_words_make_no_places(body: str) -> None:
    assert places(body) == []


def test_where_the_publisher_sits_is_no_place_of_the_article() -> None:
    more = {"source": "الأهرام القاهرة", "url": "https://cairo.example/damascus/beirut", "section": "بغداد"}
    assert (
        places("قال الوزير إن الأسعار مستقرة.", byline=[{"name": "القاهرة - أحمد علي", "type": "person"}], **more) == []
    )


def test_a_name_that_several_countries_share_follows_the_article() -> None:
    bahraini = places("قال ملك البحرين في المنامة إن المملكة بخير.")
    assert {place.country for place in bahraini} == {"BH"}
    assert places("تشهد المملكة أمطارا على الرياض وجدة.")[0].country == "SA"
    jordanian = places("أمطار غزيرة في عمان والزرقاء وإربد، وقال الأمن الأردني إن الطرق مفتوحة.")
    assert {place.country for place in jordanian} == {"JO"}


@pytest.mark.parametrize(("body", "kind", "country"), [
    ("وقال المبعوث إن واشنطن ترحب بالاتفاق في الولايات المتحدة.", "city", "US"),
    ("وقال مسؤول فلسطيني إن المحادثات في الدوحة بشأن فلسطين تستأنف، بحسب القيادة الفلسطينية.", "city", "QA"),
])  # fmt: skip
def test_the_well_known_city_is_meant_by_its_bare_name(body: str, kind: str, country: str) -> None:
    found = [place for place in places(body) if place.name in {"واشنطن", "الدوحة"}]
    assert [(place.kind, place.country) for place in found] == [(kind, country)]
