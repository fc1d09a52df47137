from typing import Any

import pytest

from schemas import CleanArticle, EnrichedArticle, RawArticle
from streams.errors import UsageError
from streams.outlets.expressions import LONGEST, Filter

RECORD: dict[str, Any] = {
    "schema": "enriched-article/1.0",
    "language": "ar",
    "headline": "عرب",
    "published_at": "2026-11-20",
    "entities": [
        {"id": "e1", "name": "غزة", "type": "place"},
        {"id": "e2", "name": "ليلى حداد", "type": "person", "role": "وزيرة الصحة"},
    ],
    "figures": [{"what": "killed", "low": 12.0}, {"what": "injured", "low": 3.0, "high": 9.0}],
    "places": [{"name": "غزة", "sense": "mentioned"}, {"name": "بيروت", "latitude": 33.9, "country": "LB"}],
    "events": [
        {"id": "v1", "plover": {"type": "AID"}},
        {"id": "v2", "plover": {"type": "ASSAULT", "mode": "aerial"}, "place": {"name": "غزة"}},
    ],
}


def matches(expression: str, record: dict[str, Any] = RECORD) -> bool:
    chosen = Filter(expression, EnrichedArticle)
    result = chosen.matches(record)
    assert chosen.failures == 0, chosen.first_failure
    return result


@pytest.mark.parametrize(
    "expression",
    [
        'language == "ar"',
        'language in ["ar", "fa"] // a comment',
        'schema == "enriched-article/1.0"',
        'figures.exists(f, f.what == "killed" && f.low >= 10)',
        'entities.exists(e, e.type == "person" && e.role.contains("وزيرة"))',
        'entities[1].name.startsWith("ليلى")',
        'events.exists(e, e.plover.mode == "aerial" && e.place.name == "غزة")',
        'published_at >= "2026-11-01"',
        'keywords.size() == 0 && size(entities) == 2 && size({"a": 1}) == 1',
        '"\\"x" == \'"x\' || r"\\d" == "\\\\d"',
        'entities.filter(e, e.role != null)[0].name == "ليلى حداد"',
        "figures.map(f, f.low)[0] > 3",
        "figures.filter(f, f.high > 3)[0].low < figures[0].low - 3.0",
        "[1 < 2, 3 < 1][0] && {'a': 2 > 1}.a && (1 < 2) && -1 <= 0 && 2u >= 1",
        "size(figures) > 1 ? figures[0].low <= 12 : false",
        "1 < 2 == true",
        'timestamp("2026-01-01T00:00:00Z") < timestamp("2027-01-01T00:00:00Z")',
        '"""a""" == "a"',
        'key("مُستشفى") == key("مستشفي") && entities.exists(e, key(e.role).contains(key("وزيره")))',
        'entities.exists(e, e.name.key() == "ليلي حداد") && !key(section).contains("x")',
    ],
)
def test_what_matches(expression: str) -> None:
    assert matches(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "section == null && null == modified_at",
        "dateline == null",
        "dateline.place == null && dateline.agency == null",
        "!(dateline != null)",
        "events.exists(e, e.place == null) && events.exists(e, e.place != null) && events[0].acled.event_type == null",
        "keywords == [] && quotes.all(q, false)",
        'section.contains("x") == false',
        '!section.matches("x") && !section.startsWith("x") && !section.endsWith("x")',
        'places.exists(p, p.latitude > 30 && p.country == "LB")',
        "figures.exists(f, f.high >= 9)",
        '!(section < "z") && !(section > "a") && !(section >= "a") && !("z" <= section)',
        "entities[0].mentions == [] && entities[0].aliases == []",
    ],
)
def test_absent_is_null_and_breaks_nothing(expression: str) -> None:
    assert matches(expression)


def test_size_counts_code_points() -> None:
    assert matches("size(headline) == 3 && headline.size() == 3")


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ('langauge == "ar"', "no field 'langauge'; near it: language"),
        ("a == 1", "no field 'a'; there are: alternative_headline, body, "),
        ('entities.exists(e, e.rolle == "x")', "e has no field 'rolle'; near it: role"),
        ("entities.exists(e, e.mentions.exists(m, m.txt == ''))", "m has no field 'txt'; near it: text"),
        ("events[0].place.nam == ''", "events[0].place has no field 'nam'; near it: name"),
        ("(dateline).town == ''", "(dateline) has no field 'town'; there are: agency, place"),
        ("entities.filter(e, true)[0].nme == ''", "has no field 'nme'; near it: name"),
        ('entities.name == "x"', "entities is a list; say entities.exists(x, x.name …)"),
        ("entities.nope == 1", "entities has no fields, so no 'nope'"),
        ("headline.text == ''", "headline has no fields, so no 'text'"),
        ("headline.lower() == ''", "no function 'lower'"),
        ("timestmp('') > timestamp('')", "no function 'timestmp' in CEL; near it: timestamp"),
        ("1 +", "the expression is no CEL: column 4: mismatched input 'end'"),
        ("language ==\n ==", "the expression is no CEL: line 2 column 2"),
        ('language == "ar', "the expression is no CEL: column 13"),
        ("", "the expression is no CEL"),
        ("headline", "the expression gives a string, not true or false"),
        ("size(headline)", "the expression gives a number, not true or false"),
        ("!" * LONGEST + "true", "4100 characters, 4096 are allowed"),
    ],
)
def test_what_is_refused_at_the_start(expression: str, complaint: str) -> None:
    with pytest.raises(UsageError) as refused:
        Filter(expression, EnrichedArticle)
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("headline > 3", "the types of the values do not fit each other"),
        ("headline + 1 == 2", "the types of the values do not fit each other"),
        ("figures[7].low > 3.0", "index out of bounds: 7"),
        ("timestamp(section) > timestamp(section)", "timestamp() does not take a value of this type"),
        ('headline.matches("[" + "")', "Function 'matches' error: '[' not a valid regex:"),
        ("[true, 1][int(figures[0].low) - 11]", "the expression gives a number, not true or false"),
    ],
)
def test_an_expression_that_fails_is_no_match_and_counted(expression: str, reason: str) -> None:
    chosen = Filter(expression, EnrichedArticle)
    assert [chosen.matches(RECORD), chosen.matches(RECORD)] == [False, False]
    assert chosen.failures == 2
    assert chosen.first_failure == reason


def test_a_failure_does_not_hide_a_match_beside_it() -> None:
    assert matches("figures[7].low > 3.0 || true")


def test_other_record_types_and_free_keys() -> None:
    headers = Filter('http_headers["etag"] == "1"', RawArticle)
    assert headers.matches({"http_headers": {"etag": "1"}})
    assert not headers.matches({})
    assert headers.first_failure == "no key 'etag'"
    assert Filter('layout.exists(s, s.role == "chrome")', CleanArticle).matches({"layout": [{"role": "chrome"}]})


@pytest.mark.parametrize("hostile", [{"events": "x"}, {"events": [1, None, "x"]}, {"events": {"a": 1}}, {}])
def test_a_record_of_other_types_than_the_schema_is_no_match(hostile: dict[str, Any]) -> None:
    assert not Filter('events.exists(e, e.place.name == "x")', EnrichedArticle).matches(hostile)
