"""Events: what happened, by whom, to whom and where; nothing that is only feared, recalled or played."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import CleanArticle, Entity, Event, Mention, Place
from streams.extraction import dates, events, extract, figures
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


@pytest.mark.parametrize(
    ("body", "plover", "mode"),
    [
        ("أحبطت هيئة الموانئ تهريب ألف حبة في تل الزيتون.", "COERCE", "seize"),
        ("قضت المحكمة بحبس تاجر سبع سنوات في تل الزيتون.", "SANCTION", "convict"),
        ("عطلت هيئة الموانئ الدراسة في تل الزيتون غدا.", "COERCE", "restrict"),
        ("مولته هيئة الموانئ في تل الزيتون.", "AID", "economic"),
        ("أحالت هيئة الموانئ موظفين إلى القضاء.", "ACCUSE", "investigate"),
        ("أطلقت الشرطة الغاز على الحشد في تل الزيتون.", "ASSAULT", "crowd-control"),
        ("برأت المحكمة شابا في تل الزيتون.", "RETREAT", "release"),
        ("شل إضراب المعلمين تل الزيتون.", "PROTEST", "strike"),
    ],
)
def test_verbs_by_the_class_of_their_object(body: str, plover: str, mode: str) -> None:
    assert (plover, mode) in [(event.plover.type, event.plover.mode) for event in read(body)]


@pytest.mark.parametrize(
    ("language", "body", "plover"),
    [
        ("ur", "پولیس نے تین افراد کو گرفتار کر لیا۔", "COERCE"),
        ("ur", "شہریوں نے چوک پر احتجاج کیا۔", "PROTEST"),
        ("ckb", "پۆلیس دوو مامۆستای دەستگیر کرد.", "COERCE"),
        ("tr", "Port Vesna'da işçiler iş bıraktı.", "PROTEST"),
        ("fa", "نیروها هزار قرص مخدر کشف کردند.", "COERCE"),
        ("en", "The court in Port Vesna acquitted two sailors.", "RETREAT"),
        ("fr", "Des habitants de Port Vesna ont bloqué la route.", "PROTEST"),
    ],
)
def test_other_languages(language: str, body: str, plover: str) -> None:
    assert plover in [event.plover.type for event in read(body, language)]


@pytest.mark.parametrize(
    ("second", "number"),
    [
        ("وأصيب رجل بانفجار لغم بقرية الرمانة.", 2),  # a place that no gazetteer knows
        ("وفي 3 آذار 2021 أصيب رجل بانفجار لغم.", 2),  # another day
        ("وأصيب رجل أيضا بانفجار لغم.", 2),  # in its own words another
        ("وأسفر انفجار اللغم عن إصابة رجل.", 1),
    ],
)
def test_two_of_a_type_are_told_apart(second: str, number: int) -> None:
    first = "أصيب ثلاثة أطفال يوم 20 أيار 2025 بانفجار لغم في دير العصافير."
    assert [event.plover.type for event in read(f"{first}\n\n{second}")] == ["ASSAULT"] * number


def test_an_arrest_and_a_seizure_in_one_place_are_two() -> None:
    found = read("اعتقلت كتيبة النهر شابا في تل الزيتون وضبطت أسلحة.")
    assert [event.plover.mode for event in found] == ["arrest", "seize"]


def test_a_verb_and_the_noun_that_it_needs_are_one() -> None:
    assert len(read("شنت طائرات غارة على دير العصافير وقتلت رجلا في تل الزيتون.")) == 1


@pytest.mark.parametrize(
    "body",
    [
        "دعا وديع الخوري السائقين إلى توخي الحذر.",
        "رفض وديع الخوري في اتصال التعليق.",
        "يلتقي النهر مع الساحل في مباراة الدوري غدا في تل الزيتون.",
        "تراجعت أسعار الزيت عن مستواها.",
    ],
)
def test_trifles_and_games_are_none(body: str) -> None:
    assert read(body) == []


def test_history_in_a_relative_clause_counts_with_its_date() -> None:
    assert read("تحدث عن رفيقه الذي اعتقلته كتيبة النهر في تل الزيتون.") == []
    assert len(read("تحدث عن رفيقه الذي اعتقلته كتيبة النهر عام 1987 في تل الزيتون.")) == 1


def test_a_reply_is_a_rejection_only_behind_a_charge() -> None:
    reply = "ورد مدير هيئة الموانئ بأن الأرصفة آمنة."
    charged = read(f"اتهم وديع الخوري هيئة الموانئ بالتقصير. {reply}")
    assert [event.plover.type for event in charged] == ["ACCUSE", "REJECT"]
    assert read(f"زار وديع الخوري هيئة الموانئ.\n\n{reply}") == []


@pytest.mark.parametrize(
    ("body", "plover", "mode"),
    [
        ("تجمع مئات السكان أمام تل الزيتون.", "PROTEST", "demo"),
        ("قام محتجون بقطع الطريق في تل الزيتون.", "PROTEST", "obstruct"),
        ("أسفرت الحملة عن توقيف تسعة أشخاص في تل الزيتون.", "COERCE", "arrest"),
        ("أمرت النيابة بإجراء خبرة على الفرامل.", "ACCUSE", "investigate"),
        ("تبادل الطرفان 86 أسيرا أمس.", "RETREAT", "release"),
    ],
)
def test_further_wording(body: str, plover: str, mode: str) -> None:
    assert (plover, mode) in [(event.plover.type, event.plover.mode) for event in read(body)]


def test_a_place_at_which_a_deed_is_coded_is_one_of_an_event() -> None:
    body = "اعتقلت كتيبة النهر شابا في تل الزيتون."
    _, places = named(CleanArticle(id="0" * 32, language="ar", body=body))
    told = [place.model_copy(update={"sense": "mentioned"}) for place in places]
    assert [place.sense for place in events.confirm(told, read(body))] == ["event"]
    assert [place.sense for place in events.confirm(told, [])] == ["mentioned"]


def test_a_lead_that_was_taken_for_a_sub_headline_tells_its_events() -> None:
    lead = (
        "قتل 21 مدنيا وأصيب 40 آخرون في قصف مدفعي على سوق صابرين بمدينة أم درمان صباح الاثنين، بحسب شبكة أطباء السودان."
    )
    found = extract(
        CleanArticle(
            id="0" * 32, language="ar", alternative_headline=[lead], body=f"وقالت الشبكة إن السوق {'مكتظة ' * 3}."
        )
    )
    assert [(event.plover.type, event.evidence.field) for event in found.events] == [
        ("ASSAULT", "alternative_headline")
    ]


def test_who_speaks_for_a_body_is_not_whom_it_acts_on() -> None:
    body = "وندد الأمين العام للأمم المتحدة أنطونيو غوتيريش بالهجوم على المدينة."
    found = extract(CleanArticle(id="0" * 32, language="ar", body=body)).events
    assert [event.recipients for event in found if event.plover.type == "ACCUSE"] == [[]]
