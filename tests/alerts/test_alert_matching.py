"""What a rule finds in a record: level, groups, count, spans, and the line that explains it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from schemas import Both, MatchedSpan, Rule
from streams.alerts import Match, Rulebook
from streams.alerts.explanation import explanation
from streams.alerts.timeliness import timeliness

Ruled = Callable[..., Rule]
Record = Callable[..., dict[str, Any]]


def match(rule: Rule, record: dict[str, Any]) -> Match:
    (found,) = Rulebook([rule]).matches(record)
    return found


def test_the_highest_level_that_holds_counts(ruled: Ruled, enriched: Record) -> None:
    rule = ruled(
        level="info",
        **{"raise": {"warning": "figures.exists(f, f.low >= 10)", "critical": "figures.exists(f, f.low >= 50)"}},
    )
    levels = [
        match(rule, enriched(figures=[{"what": "killed", "low": low, "start": 0, "end": 1}])).level
        for low in (3, 10, 50)
    ]
    assert levels == ["info", "warning", "critical"]
    assert Rulebook([rule]).matches(enriched(figures=[{"what": "killed", "low": 2, "start": 0, "end": 1}])) == []


@pytest.mark.parametrize(
    ("expression", "groups"),
    [
        ("language", ("en",)),
        ("section", ()),
        ("places.map(p, p.name)", ("Aleppo", "حلب")),
        ("places.map(p, p.country)", ("SY",)),
        ("places.map(p, p.geonames_id)", ("170063",)),
        ('places.filter(p, p.name == "x").map(p, p.name)', ()),
    ],
)
def test_groups_are_a_text_or_each_text_of_a_list_once(
    ruled: Ruled, enriched: Record, expression: str, groups: tuple[str, ...]
) -> None:
    places = [
        {"name": "Aleppo", "country": "SY", "geonames_id": 170063},
        {"name": "حلب"},
        {"name": "حلب", "country": ""},
    ]
    assert match(ruled(group_by=expression), enriched(places=places)).groups == groups


def test_the_count_is_the_largest_sure_figure_that_matched(ruled: Ruled, enriched: Record) -> None:
    figures = [
        {"what": "killed", "low": 5, "high": 90, "start": 0, "end": 6},
        {"what": "killed", "low": 12, "start": 0, "end": 13},
        {"what": "injured", "low": 70, "start": 14, "end": 18},
    ]
    found = match(ruled(), enriched(figures=figures))
    assert found.count == 12
    assert [span.text for span in found.matched.spans] == ["Twelve", "Twelve people"]
    assert match(ruled(when='language == "en"'), enriched()).count is None


def spans(rule: Rule, record: dict[str, Any]) -> list[MatchedSpan]:
    found = match(rule, record)
    fields = {None: record["body"], "headline": record["headline"]}
    for span in found.matched.spans:
        if span.start is not None:
            assert fields[span.field][span.start : span.end] == span.text
    return found.matched.spans


def test_spans_come_from_figures_events_mentions_and_places(ruled: Ruled, enriched: Record) -> None:
    record = enriched(
        events=[{"plover": {"type": "FIRE"}, "evidence": {"start": 0, "end": 28}}],
        entities=[{"name": "Aleppo", "type": "place", "mentions": [{"field": "headline", "start": 17, "end": 23}]}],
        places=[{"name": "Aleppo", "country": "SY", "start": 39, "end": 45}],
        topics=[{"code": "medtop:1", "name": {"ar": "حريق", "en": "fire"}, "score": 1}],
        keywords=["blaze", ""],
    )
    when = """events.exists(e, e.plover.type == "FIRE") && entities.exists(e, e.type == "place")
              && places.exists(p, p.country == "SY") && topics.exists(t, t.score > 0) && keywords.exists(k, true)"""
    assert [(span.path, span.text) for span in spans(ruled(when=when), record)] == [
        ("events", "Twelve people were killed in"),
        ("entities", "Aleppo"),
        ("places", "Aleppo"),
        ("topics", "fire"),
        ("keywords", "blaze"),
    ]


def test_what_did_not_match_is_no_evidence(ruled: Ruled, enriched: Record) -> None:
    record = enriched(quotes=[{"kind": "direct", "start": 0, "end": 6}])
    when = 'quotes.exists(q, q.kind == "reported") || !quotes.exists(q, q.kind == "direct") || figures.exists(f, f.low > 3)'
    assert [span.path for span in spans(ruled(when=when), record)] == ["figures"]
    assert match(ruled(when=when), record).matched.fields == ["figures", "quotes"]


def test_words_are_found_in_texts_as_they_stand(ruled: Ruled, enriched: Record) -> None:
    body = "افتُتح مُستشفى، وقال مدير المستشفى إن المستشفي الجديد يعمل."
    rule = ruled(when='key(body).contains(key("مستشفى")) && body.contains("مدير") && headline.contains("fire")')
    assert [(span.path, span.text) for span in spans(rule, enriched(body=body))] == [
        ("body", "مُستشفى،"),
        ("body", "المستشفى"),
        ("body", "المستشفي"),
        ("body", "مدير"),
        ("headline", "fire"),
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        {"start": -1, "end": 4},
        {"start": 5, "end": 2},
        {"start": "0", "end": "4"},
        {"start": 0, "end": 10**9, "field": {"x": 1}},
        {"start": 500, "end": 600},
    ],
)
def test_offsets_that_fit_nothing_are_left_out(ruled: Ruled, enriched: Record, hostile: dict[str, Any]) -> None:
    record = enriched(figures=[{"what": "killed", "low": 4, **hostile}])
    assert spans(ruled(), record) == []


def test_a_rule_whose_expression_fails_does_not_hold_and_the_others_do(ruled: Ruled, enriched: Record) -> None:
    book = Rulebook([ruled(id="fails", when="figures[7].low > 1.0"), ruled()])
    assert [found.rule.id for found in book.matches(enriched())] == ["killed"]
    assert dict(book.failures) == {"fails": 1}


@pytest.mark.parametrize(
    ("place", "near"),
    [
        ({"latitude": 14.8, "longitude": 42.95}, True),
        ({"latitude": 14.0, "longitude": 42.95}, False),
        ({"name": "nowhere"}, False),
        ({"latitude": 14.83, "longitude": 42.93 - 360}, True),
    ],
)
def test_a_place_lies_within_a_circle_or_not(ruled: Ruled, enriched: Record, place: Any, *, near: bool) -> None:
    book = Rulebook([ruled(when="places.exists(p, within(p, 14.83, 42.93, 60))")])
    assert bool(book.matches(enriched(places=[place]))) == near
    assert not book.failures


def test_the_explanation_is_one_line_in_each_language(ruled: Ruled, enriched: Record) -> None:
    rule = ruled(when='figures.exists(f, f.low > 3) && headline.contains("killed")')
    found = match(rule, enriched(headline="\u202eTwelve killed\x1b[0m"))
    assert explanation(found, "breaking") == Both(
        ar="قتلى: العدد 12؛ الأرقام «Twelve people»؛ العنوان «killed»",
        en="People killed: count 12; figures “Twelve people”; headline “killed”",
    )
    assert explanation(found, "undated").en.endswith("; undated article")
    assert explanation(found, "old").ar.endswith("؛ المادة قديمة")
    long = match(
        ruled(),
        enriched(body="قتل\n\u202e" + "x" * 500, figures=[{"what": "killed", "low": 4.5, "start": 0, "end": 400}]),
    )
    assert "\n" not in explanation(long, "breaking").en
    assert "count 4.5" in explanation(long, "breaking").en
    assert len(explanation(long, "breaking").en) < 200


@pytest.mark.parametrize(
    ("published", "fetched", "expected"),
    [
        ("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z", "breaking"),
        ("2026-11-18T10:00:00Z", "2026-11-20T11:00:00Z", "old"),
        ("2026-11-18T14:00:00+03:00", "2026-11-20T11:00:00Z", "breaking"),
        ("2026-11-18", "2026-11-20T11:00:00Z", "breaking"),
        ("2026-11-17", "2026-11-20T11:00:00Z", "old"),
        ("2026-11-20T22:00", "2026-11-20T11:00:00Z", "breaking"),
        ("2026-11-21", "2026-11-20T11:00:00Z", "breaking"),
        ("2026-12-20", "2026-11-20T11:00:00Z", "undated"),
        (None, "2026-11-20T11:00:00Z", "undated"),
        ("2026-11-20T10:00:00Z", None, "undated"),
        ("0001-01-01T00:00:00+14:00", "2026-11-20T11:00:00Z", "undated"),
    ],
)
def test_an_article_is_old_by_its_own_date(published: str | None, fetched: str | None, expected: str) -> None:
    assert timeliness(published, fetched, timedelta(days=2)) == expected
