"""Events: what happened, by whom, to whom and where; nothing that is only feared, recalled or played."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import CleanArticle, Entity, Event, Mention, Place
from streams.extraction import dates, events, figures
from streams.extraction.reading import table
from streams.extraction.text import fields

NAMES = {
    "لواء الصخر": "organisation",
    "كتيبة النهر": "organisation",
    "وديع الخوري": "person",
    "هيئة الموانئ": "organisation",
    "دير العصافير": "place",
    "تل الزيتون": "place",
    "Rana Holt": "person",
    "Port Vesna": "place",
}
PLOVER = {
    *("AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT"),
    *("THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"),
}


def named(article: CleanArticle) -> tuple[list[Entity], list[Place]]:
    entities, places = [], []
    for number, (name, kind) in enumerate(NAMES.items(), 1):
        mentions = [
            Mention(field=field.name, text=name, start=at, end=at + len(name))
            for field in fields(article)
            if (at := field.text.find(name)) >= 0
        ]
        if not mentions:
            continue
        row = {"id": f"e{number}", "name": name, "type": kind, "mentions": mentions, "confidence": 1, "method": "test"}
        entities.append(Entity.model_validate(row))
        if kind == "place":
            places += [
                Place(
                    entity=f"e{number}",
                    name=name,
                    sense="event",
                    field=mention.field,
                    start=mention.start,
                    end=mention.end,
                    confidence=1,
                    method="test",
                )
                for mention in mentions
            ]
    return entities, places


def read(body: str, language: str = "ar", headline: str | None = None) -> list[Event]:
    article = CleanArticle(
        id="0" * 32, language=language, headline=headline, body=body, published_at="2025-05-21T10:00:00+03:00"
    )
    parts = fields(article)
    entities, places = named(article)
    found = events.find(article, parts, entities, places, dates.find(article, parts), figures.find(article, parts))
    texts = {field.name: field.text for field in parts}
    for number, event in enumerate(found, 1):
        assert event.id == f"v{number}"
        assert event.plover.type in PLOVER
        evidence = texts[event.evidence.field][event.evidence.start : event.evidence.end]
        assert evidence == evidence.strip() != ""
    return found


@pytest.mark.parametrize(
    ("language", "body", "plover", "mode", "sub_event"),
    [
        ("ar", "قصفت طائرة دير العصافير فجرا.", "ASSAULT", "heavy-weapons", "Air/drone strike"),
        ("ar", "اندلعت اشتباكات في دير العصافير.", "ASSAULT", "firearms", "Armed clash"),
        ("ar", "وقع تفجير في دير العصافير أمس.", "ASSAULT", "explosives", "Remote explosive/landmine/IED"),
        ("ar", "اعتقلت كتيبة النهر شابا في تل الزيتون.", "COERCE", "arrest", "Arrests"),
        ("ar", "ضبطت كتيبة النهر أسلحة في تل الزيتون.", "COERCE", "seize", "Disrupted weapons use"),
        ("ar", "تظاهر المئات في تل الزيتون.", "PROTEST", "demo", "Peaceful protest"),
        ("ar", "دعا وديع الخوري السكان إلى الصبر.", "REQUEST", None, None),
        ("ar", "اتهم وديع الخوري كتيبة النهر بالتقصير.", "ACCUSE", "allege", None),
        ("ar", "أفرجت هيئة الموانئ عن السائق في تل الزيتون.", "RETREAT", "release", None),
        ("en", "Gunmen opened fire in Port Vesna on Monday.", "ASSAULT", "firearms", "Attack"),
        ("en", "Thousands joined a protest in Port Vesna.", "PROTEST", "demo", "Peaceful protest"),
        ("fr", "Trois personnes ont été interpellées à Port Vesna.", "COERCE", "arrest", "Arrests"),
        ("tr", "Port Vesna'da 3 şüpheli gözaltına alındı.", "COERCE", "arrest", "Arrests"),
        ("fa", "سه نفر در شهر بازداشت شدند.", "COERCE", "arrest", "Arrests"),
    ],
)
def test_types(language: str, body: str, plover: str, mode: str | None, sub_event: str | None) -> None:
    body = body.replace("أفرجت هيئة الموانئ عن", "أفرجت عن") if plover == "RETREAT" else body
    (event,) = read(body, language)
    assert (event.plover.type, event.plover.mode) == (plover, mode)
    assert (event.acled.sub_event_type if event.acled else None) == sub_event


def test_who_whom_where_and_when() -> None:
    (event,) = read("هاجم لواء الصخر يوم السبت كتيبة النهر في دير العصافير.")
    assert [actor.name for actor in event.actors] == ["لواء الصخر"]
    assert [recipient.name for recipient in event.recipients] == ["كتيبة النهر"]
    assert event.place is not None
    assert (event.place.name, event.date, event.certainty) == ("دير العصافير", "2025-05-17", "stated")


def test_one_event_per_type_and_place() -> None:
    body = "قصفت طائرة دير العصافير. وتجدد قصف دير العصافير فأصيب ثلاثة. وقصفت طائرة تل الزيتون."
    assert [event.place.name if event.place else None for event in read(body)] == ["دير العصافير", "تل الزيتون"]


def test_what_is_claimed() -> None:
    (event,) = read("زعم المتحدث أن كتيبة النهر قصفت دير العصافير.")
    assert event.certainty == "claimed"


def test_the_headline_adds_what_the_body_leaves_out() -> None:
    found = read("تظاهر المئات في تل الزيتون.", headline="قصفت طائرة دير العصافير")
    assert [(event.plover.type, event.evidence.field) for event in found] == [
        ("ASSAULT", "headline"),
        ("PROTEST", None),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "شن المهاجم هجوما على مرمى الفريق في المباراة.",
        "اتفق الطرفان على خطة لمنع أي هجوم في دير العصافير.",
        "تحل ذكرى تفجير دير العصافير غدا.",
        "دخل وقف إطلاق النار يومه الثالث.",
        "نفى المتحدث وقوع قصف على دير العصافير.",
        "ارتفعت الأسعار في تل الزيتون.",
        "اعتصم بالصمت طوال الجلسة.",
    ],
)
def test_nothing_happened(body: str) -> None:
    assert [event.plover.type for event in read(body) if event.plover.type in {"ASSAULT", "PROTEST"}] == []


def test_trigger_table_is_complete() -> None:
    for row in table("event_triggers.tsv"):
        assert len(row) == 7, row
        assert row[3] in PLOVER
        assert bool(row[5]) >= bool(row[6])


PIECES = st.sampled_from(
    [
        *(
            "قصفت",
            "هجوم",
            "غارة",
            "لواء الصخر",
            "وديع الخوري",
            "دير العصافير",
            "تل الزيتون",
            "مقتل",
            "3",
            "أشخاص",
            "نفى",
        ),
        *(
            "دعا",
            "مطالبا",
            "ضبط",
            "أسلحة",
            "تظاهر",
            "المئات",
            "على",
            "بين",
            "و",
            "،",
            ".",
            "أمس",
            "killed",
            "attack",
            "by",
        ),
    ]
)


@given(st.lists(PIECES, max_size=30), st.sampled_from(["ar", "en", "fr", "tr", "fa", "ur", "ckb", "ku", "xx"]))
def test_any_words_give_evidence_that_fits(pieces: list[str], language: str) -> None:
    body = " ".join(pieces) or "-"
    assert read(body, language) == read(body, language)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    read(text or "-")


@pytest.mark.parametrize("body", ["قصف غارة " * 110_000, "دعا إلى " * 120_000, '"' * 1_000_000])
def test_hostile_texts_take_no_time(body: str) -> None:
    start = time.process_time()
    read(body)
    assert time.process_time() - start < 6
