"""Kinds of pages in several languages: people and events are invented."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import CleanArticle, RawArticle
from streams.cleaning import assembly, clean


@dataclass(frozen=True)
class Tongue:
    """Words of one language, from which pages of every kind are built."""

    code: str
    headlines: list[str]
    sentences: list[str]
    menu: list[str]
    related: str
    wall: str
    pictures: str
    film: str
    ago: str


TONGUES = [
    Tongue(
        "ar",
        [
            "بلدية الرستن تغلق الجسر القديم أمام السيارات",
            "مزارعو الغوطة يبدؤون موسم قطاف الزيتون",
            "مدرسة جديدة تفتح أبوابها في ريف الرقة",
            "عودة القطار بين حمص وطرابلس بعد انقطاع طويل",
            "ندوة في عمّان عن مستقبل الصحافة المحلية",
        ],
        [
            "أعلنت بلدية الرستن إغلاق الجسر القديم أمام السيارات ثلاثة أشهر لإصلاح دعاماته التي تضررت في الفيضان.",
            "وقال رئيس البلدية ماهر الصباغ إن الأعمال ستنفذ على مرحلتين تبدأ الأولى منهما صباح يوم الأحد المقبل.",
            "ورأى تجار السوق المجاورة أن الإغلاق سيضر بهم مطالبين بتعويض عن أيام الإقفال قبل حلول شهر رمضان.",
            "وتبلغ كلفة المشروع نحو أربعمئة ألف دولار تغطي البلدية نصفها من ميزانيتها للعام الحالي.",
        ],
        ["الرئيسية", "سياسة", "اقتصاد", "رياضة"],
        "اقرأ أيضا",
        "سجل الدخول لمتابعة القراءة",
        "بالصور",
        "فيديو",
        "قبل {} دقيقة",
    ),
    Tongue(
        "en",
        [
            "Harwick council closes the old bridge to traffic",
            "Farmers near Leeds begin the apple harvest early",
            "New school opens its doors on the north shore",
            "Night trains return between Cardiff and Glasgow",
            "Local newspapers meet in York to share printing costs",
        ],
        [
            "The town council said on Tuesday that the old bridge would be closed to cars for three months of repairs.",
            "Mayor Ellen Marsh said the work would be done in two stages, the first of which begins on Sunday morning.",
            "Traders in the market nearby said they had not been asked and feared for their takings before the holidays.",
            "The project costs about four hundred thousand pounds, half of which the council pays out of its own budget.",
        ],
        ["Home", "Politics", "Business", "Sport"],
        "Related stories",
        "Subscribe to continue reading",
        "In pictures",
        "Video",
        "{} minutes ago",
    ),
    Tongue(
        "fr",
        [
            "La mairie ferme le vieux pont aux voitures",
            "Les agriculteurs commencent la récolte des pommes",
            "Une nouvelle école ouvre ses portes au nord de Lyon",
            "Le train de nuit revient entre Paris et Toulouse",
            "Les journaux locaux se réunissent à Nantes en mai",
        ],
        [
            "La mairie a annoncé mardi que le vieux pont serait fermé aux voitures pendant trois mois de travaux.",
            "La maire Inès Morel a précisé que les travaux se feraient en deux étapes, la première dès dimanche matin.",
            "Les commerçants du marché voisin disent ne pas avoir été consultés et craignent pour leurs recettes.",
            "Le projet coûte environ quatre cent mille euros, dont la moitié est payée sur le budget de la ville.",
        ],
        ["Accueil", "Politique", "Économie", "Sport"],
        "À lire aussi",
        "Pour lire la suite, abonnez-vous",
        "En images",
        "Vidéo",
        "il y a {} minutes",
    ),
    Tongue(
        "de",
        [
            "Stadt sperrt die alte Brücke für den Verkehr",
            "Bauern am Bodensee beginnen früh mit der Apfelernte",
            "Neue Schule öffnet ihre Türen im Norden von Kiel",
            "Nachtzug fährt wieder zwischen Basel und Hamburg",
            "Lokalzeitungen beraten in Erfurt über ihre Druckkosten",
        ],
        [
            "Die Stadt hat am Dienstag mitgeteilt, dass die alte Brücke drei Monate lang für Autos gesperrt wird.",
            "Bürgermeisterin Grete Lindner sagte, die Arbeiten würden in zwei Abschnitten erledigt, der erste ab Sonntag.",
            "Händler auf dem nahen Markt sagten, man habe sie nicht gefragt, und sie fürchteten um ihre Einnahmen.",
            "Das Vorhaben kostet rund vierhunderttausend Euro, von denen die Stadt die Hälfte selbst bezahlt.",
        ],
        ["Startseite", "Politik", "Wirtschaft", "Sport"],
        "Lesen Sie auch",
        "Jetzt weiterlesen mit dem Digitalabo",
        "Bildergalerie",
        "Video",
        "vor {} Minuten",
    ),
    Tongue(
        "tr",
        [
            "Belediye eski köprüyü araç trafiğine kapattı",
            "Çiftçiler elma hasadına bu yıl erken başladı",
            "Kuzey kıyısında yeni bir okul kapılarını açtı",
            "Ankara ile Kars arasında gece treni geri döndü",
            "Yerel gazeteler baskı giderleri için Bursa'da buluştu",
        ],
        [
            "Belediye salı günü yaptığı açıklamada eski köprünün onarım için üç ay boyunca araçlara kapatılacağını bildirdi.",
            "Belediye başkanı Selin Aydemir, çalışmaların iki aşamada yapılacağını ve ilkinin pazar sabahı başlayacağını söyledi.",
            "Yakındaki çarşının esnafı kendilerine danışılmadığını ve bayram öncesi kazançlarından endişe ettiklerini söyledi.",
            "Proje yaklaşık dört yüz bin liraya mal oluyor ve bunun yarısını belediye kendi bütçesinden karşılıyor.",
        ],
        ["Ana Sayfa", "Siyaset", "Ekonomi", "Spor"],
        "İlgili haberler",
        "Okumaya devam etmek için abone olun",
        "Foto galeri",
        "Video",
        "{} dakika önce",
    ),
    Tongue(
        "es",
        [
            "El ayuntamiento cierra el puente viejo a los coches",
            "Los agricultores empiezan pronto la cosecha de manzanas",
            "Una nueva escuela abre sus puertas al norte de Lugo",
            "El tren nocturno vuelve entre Madrid y La Coruña",
            "Los diarios locales se reúnen en Soria en mayo",
        ],
        [
            "El ayuntamiento anunció el martes que el puente viejo estará cerrado a los coches durante tres meses de obras.",
            "La alcaldesa Marta Olivar dijo que las obras se harán en dos fases, la primera desde el domingo por la mañana.",
            "Los comerciantes del mercado cercano dicen que nadie les preguntó y que temen por sus ventas de verano.",
            "El proyecto cuesta unos cuatrocientos mil euros, la mitad de los cuales paga el propio ayuntamiento.",
        ],
        ["Portada", "Política", "Economía", "Deportes"],
        "Noticias relacionadas",
        "Suscríbete para seguir leyendo",
        "En imágenes",
        "Vídeo",
        "hace {} minutos",
    ),
]

EACH = pytest.mark.parametrize("tongue", TONGUES, ids=[tongue.code for tongue in TONGUES])


def page(tongue: Tongue, title: str, content: str, head: str = "") -> str:
    """A whole page: menu, content, side bar with related headlines, footer."""
    menu = "".join(f"<li><a href='/{n}'>{name}</a></li>" for n, name in enumerate(tongue.menu))
    side = "".join(f"<li><a href='/s/{n}'>{line}</a></li>" for n, line in enumerate(tongue.headlines[1:]))
    return (
        f'<html lang={tongue.code}><head><title>{title}</title><meta property=og:title content="{title}">{head}</head>'
        f"<body><header><nav><ul>{menu}</ul></nav></header><main><h1>{title}</h1>{content}</main>"
        f"<aside><h3>{tongue.related}</h3><ul>{side}</ul></aside><footer><p>© 2026 Daily Example</p></footer></body></html>"
    )


def json_ld(**values: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@context': 'https://schema.org', **values})}</script>"


def paragraphs(tongue: Tongue, count: int) -> str:
    return "".join(f"<p>{tongue.sentences[n % 4]}</p>" for n in range(count))


def pictures(captions: Sequence[str]) -> str:
    return "".join(
        f"<figure><img src={n}.jpg><figcaption>{text}</figcaption></figure>" for n, text in enumerate(captions)
    )


def kind(html: str, path: str = "news/3471") -> str | None:
    return cleaned(html, path).page_type


def cleaned(html: str, path: str = "news/3471") -> CleanArticle:
    article = clean(RawArticle(url=f"https://daily.example/{path}", html=html))
    assert assembly.rebuild(article) == article.page_text
    return article


@EACH
def test_article(tongue: Tongue) -> None:
    assert kind(page(tongue, tongue.headlines[0], paragraphs(tongue, 6))) == "article"


@EACH
def test_short_article_in_a_section_of_films(tongue: Tongue) -> None:
    html = page(tongue, tongue.headlines[0], paragraphs(tongue, 4))
    assert kind(html, "video/3471") == "article"
    assert kind(html, "photos/3471") == "article"


@EACH
def test_article_with_a_player_and_pictures(tongue: Tongue) -> None:
    content = f"<video src=x.mp4></video>{paragraphs(tongue, 6)}{pictures(tongue.headlines[:3])}"
    assert kind(page(tongue, f"{tongue.film}: {tongue.headlines[0]}", content)) == "article"


@EACH
def test_article_with_comments_that_have_clocks(tongue: Tongue) -> None:
    comments = "".join(
        f"<div class=comment><span>{10 + n}:2{n}</span><p>{tongue.sentences[n % 4]}</p></div>" for n in range(9)
    )
    content = f"{paragraphs(tongue, 6)}<section class=comments>{comments}</section>"
    assert kind(page(tongue, tongue.headlines[0], content)) == "article"


@EACH
def test_article_between_many_teasers(tongue: Tongue) -> None:
    teasers = "".join(
        f"<div class=card><h3><a href=/t/{n}>{tongue.headlines[n % 5]}</a></h3><p>{tongue.sentences[n % 4]}</p></div>"
        for n in range(12)
    )
    content = f"<div class=article-body>{paragraphs(tongue, 6)}</div><section class=related>{teasers}</section>"
    assert kind(page(tongue, tongue.headlines[0], content)) == "article"


@EACH
def test_article_for_subscribers_that_is_there_whole(tongue: Tongue) -> None:
    head = json_ld(**{"@type": "NewsArticle", "headline": tongue.headlines[0], "isAccessibleForFree": False})
    content = f"{paragraphs(tongue, 20)}<p>{tongue.wall}</p>"
    assert kind(page(tongue, tongue.headlines[0], content, head)) == "article"


@EACH
def test_live_blog_that_says_so(tongue: Tongue) -> None:
    head = json_ld(**{"@type": "LiveBlogPosting", "headline": tongue.headlines[0]})
    assert kind(page(tongue, tongue.headlines[0], paragraphs(tongue, 4), head)) == "live"


@EACH
@pytest.mark.parametrize("clock", ["{:02}:15", "{}.40", "ago"])
def test_live_blog_by_its_entries(tongue: Tongue, clock: str) -> None:
    marks = [tongue.ago.format(n + 2) if clock == "ago" else clock.format(20 - n) for n in range(9)]
    entries = "".join(
        f"<div class=entry><time>{mark}</time><h3>{tongue.headlines[n % 5]}</h3><p>{tongue.sentences[n % 4]}</p></div>"
        for n, mark in enumerate(marks)
    )
    assert kind(page(tongue, tongue.headlines[0], entries)) == "live"


@EACH
def test_few_entries_are_a_live_blog_where_the_address_says_so(tongue: Tongue) -> None:
    entries = "".join(f"<p><b>{18 - n}:05</b> {tongue.sentences[n]}</p>" for n in range(4))
    html = page(tongue, tongue.headlines[0], entries)
    assert kind(html, "news/live/3471") == "live"
    assert kind(html) == "article"


@EACH
def test_flattened_live_blog(tongue: Tongue) -> None:
    entries = "\n\n".join(f"{20 - n}:15\n{tongue.sentences[n % 4]}" for n in range(9))
    assert clean(RawArticle(source="daily.example", text=f"{tongue.headlines[0]}\n\n{entries}")).page_type == "live"


@EACH
def test_gallery_that_says_so(tongue: Tongue) -> None:
    head = json_ld(**{"@type": "ImageGallery", "name": tongue.headlines[0]})
    assert kind(page(tongue, tongue.headlines[0], f"<p>{tongue.sentences[0]}</p>", head)) == "gallery"


@EACH
def test_gallery_by_its_numbered_pictures(tongue: Tongue) -> None:
    slides = "".join(
        f"<figure><img src={n}.jpg><span>{n} / 7</span><figcaption>{tongue.sentences[n % 4]}</figcaption></figure>"
        for n in range(1, 8)
    )
    assert kind(page(tongue, tongue.headlines[0], f"<p>{tongue.sentences[0]}</p>{slides}")) == "gallery"


@EACH
def test_gallery_by_its_captions_and_its_headline(tongue: Tongue) -> None:
    captions = [tongue.sentences[n % 4] for n in range(8)]
    content = f"<p>{tongue.sentences[0]}</p>{pictures(captions)}"
    assert kind(page(tongue, f"{tongue.pictures}: {tongue.headlines[0]}", content)) == "gallery"


@EACH
def test_video_that_says_so(tongue: Tongue) -> None:
    head = json_ld(**{"@type": "VideoObject", "name": tongue.headlines[0]})
    assert kind(page(tongue, tongue.headlines[0], f"<p>{tongue.sentences[0]}</p>", head)) == "video"
    head = "<meta property=og:type content=video.other>"
    assert kind(page(tongue, tongue.headlines[0], f"<p>{tongue.sentences[0]}</p>", head)) == "video"


@EACH
def test_video_by_its_player_and_headline(tongue: Tongue) -> None:
    content = f"<iframe src='https://www.youtube.com/embed/x'></iframe><p>{tongue.sentences[0]}</p>"
    assert kind(page(tongue, f"{tongue.film} | {tongue.headlines[0]}", content)) == "video"
    assert kind(page(tongue, tongue.headlines[0], content)) == "video"


@EACH
def test_transcript_of_a_video_is_an_article(tongue: Tongue) -> None:
    head = json_ld(**{"@type": "VideoObject", "name": tongue.headlines[0]})
    assert kind(page(tongue, tongue.headlines[0], paragraphs(tongue, 16), head)) == "article"


@EACH
def test_paywall_by_its_note(tongue: Tongue) -> None:
    content = f"<div class=article-body>{paragraphs(tongue, 2)}</div><div class=offer><p>{tongue.wall}</p></div>"
    assert kind(page(tongue, tongue.headlines[0], content)) == "paywall"


@EACH
def test_paywall_that_is_stated(tongue: Tongue) -> None:
    head = json_ld(**{"@type": "NewsArticle", "headline": tongue.headlines[0], "isAccessibleForFree": "False"})
    assert kind(page(tongue, tongue.headlines[0], paragraphs(tongue, 2), head)) == "paywall"


@EACH
def test_flattened_paywall(tongue: Tongue) -> None:
    text = "\n\n".join([tongue.headlines[0], *tongue.sentences[:2], tongue.wall])
    assert clean(RawArticle(source="daily.example", text=text)).page_type == "paywall"


@EACH
@pytest.mark.parametrize("path", ["", "en/", "news/politics", "tag/bridge"])
def test_list_of_teasers(tongue: Tongue, path: str) -> None:
    teasers = "".join(
        f"<article><h2><a href=/t/{n}>{tongue.headlines[n % 5]}</a></h2><p>{tongue.sentences[n % 4]}</p></article>"
        for n in range(14)
    )
    assert kind(page(tongue, tongue.menu[1], teasers), path) == "list"


@EACH
def test_list_of_bare_headlines(tongue: Tongue) -> None:
    items = "".join(f"<li><a href=/t/{n}>{tongue.headlines[n % 5]} {n}</a></li>" for n in range(30))
    assert kind(page(tongue, tongue.menu[1], f"<ul>{items}</ul>"), "news/politics") == "list"


@EACH
def test_list_that_describes_what_it_lists(tongue: Tongue) -> None:
    items = [{"@type": "ListItem", "item": {"@type": "NewsArticle", "headline": line}} for line in tongue.headlines]
    head = json_ld(**{"@type": "CollectionPage", "mainEntity": {"@type": "ItemList", "itemListElement": items}})
    teasers = "".join(
        f"<div><h2><a href=/t/{n}>{tongue.headlines[n % 5]}</a></h2><p>{tongue.sentences[n % 4]}</p></div>"
        for n in range(10)
    )
    assert kind(page(tongue, tongue.menu[1], teasers, head), "news/politics") == "list"


@EACH
@pytest.mark.parametrize(
    "script",
    [
        "<script type='application/ld+json'>{}</script>",
        "<script id=__NEXT_DATA__ type='application/json'>{}</script>",
        "<script>window.__STATE__ = {};</script>",
    ],
    ids=["stated", "data", "state"],
)
@pytest.mark.parametrize("shown", ["", "<p>Loading</p>"])
def test_article_that_stands_in_a_script_alone(tongue: Tongue, script: str, shown: str) -> None:
    texts = tongue.sentences * 2
    if "ld+json" in script:
        state: dict[str, object] = {
            "@type": "NewsArticle",
            "headline": tongue.headlines[0],
            "articleBody": "\n".join(texts),
        }
    else:
        state = {"props": {"article": {"title": tongue.headlines[0], "contentHtml": paragraphs(tongue, 8)}}}
    filled = script.format(json.dumps(state).replace("<", "\\u003c"))
    html = (
        f"<html lang={tongue.code}><head><title>{tongue.headlines[0]}</title></head><body><div id=root>{shown}</div>"
        f"{filled}</body></html>"
    )
    article = cleaned(html)
    assert article.body == "\n\n".join(texts)
    assert article.page_type == "article"
    assert article.headline == tongue.headlines[0]


@EACH
def test_paragraphs_that_are_strings_of_their_own(tongue: Tongue) -> None:
    elements = [{"type": "text", "id": n, "content": text} for n, text in enumerate(tongue.sentences * 2)]
    pushed = json.dumps(json.dumps({"title": tongue.headlines[0], "elements": elements}))
    html = f"<title>{tongue.headlines[0]}</title><body><div id=app></div><script>self.push([1,{pushed}])</script>"
    assert cleaned(html).body == "\n\n".join(tongue.sentences * 2)


@EACH
def test_scripts_say_nothing_where_a_page_shows_its_article(tongue: Tongue) -> None:
    state = json.dumps({"body": paragraphs(tongue, 20)})
    html = page(tongue, tongue.headlines[0], f"{paragraphs(tongue, 6)}<script>window.x = {state}</script>")
    assert (cleaned(html).body or "").count("\n\n") == 5


@EACH
def test_stub_of_a_page_that_shows_its_opening_stays_one(tongue: Tongue) -> None:
    head = json_ld(
        **{
            "@type": "NewsArticle",
            "headline": tongue.headlines[0],
            "isAccessibleForFree": False,
            "articleBody": "\n".join(tongue.sentences * 3),
        }
    )
    article = cleaned(page(tongue, tongue.headlines[0], f"<p>{tongue.sentences[0]}</p>", head))
    assert article.page_type == "paywall"
    assert article.body == tongue.sentences[0]


def test_teasers_and_notices_in_scripts_are_no_article() -> None:
    tongue = TONGUES[1]
    stories = [
        {"title": line, "url": f"/t/{n}", "content": tongue.sentences[n % 4]}
        for n, line in enumerate(tongue.headlines * 3)
    ]
    notice = "<p>We use cookies to make the old bridge of Harwick council traffic better.</p>" * 9
    state = json.dumps({"stories": stories, "cookieText": notice})
    html = f"<title>{tongue.headlines[0]}</title><body><p>Loading</p><script>window.x = {state}</script>"
    assert "cookies" not in (cleaned(html).page_text or "")
    assert tongue.sentences[0] not in (cleaned(html).page_text or "")


@pytest.mark.parametrize(
    "unit", ['"', '\\"', '"a":"', "\\", '"<p>', '"x x x x x x x x x x x x x x x x x x x x x.",', "{["]
)
def test_a_megabyte_of_script(unit: str) -> None:
    html = f"<title>x</title><p>y</p><script>var x = {unit * ((1 << 20) // len(unit))}</script>"
    start = time.process_time()
    clean(RawArticle(url="https://daily.example/1", html=html))
    assert time.process_time() - start < 5


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200), min_size=1, max_size=8),
    st.sampled_from(["<p>{}</p>", "{}", "<div>{}<br>"]),
)
def test_what_comes_from_scripts_is_laid_out_exactly(texts: list[str], frame: str) -> None:
    body = "".join(frame.format(text) for text in [*texts, *TONGUES[0].sentences * 2])
    state = json.dumps({"articleBody": body}).replace("<", "\\u003c")
    article = clean(RawArticle(url="https://d.example/1", html=f"<p>.</p><script>window.x = {state}</script>"))
    assert assembly.rebuild(article) == article.page_text
    for paragraph in article.paragraphs:
        assert 0 <= paragraph.raw_start < paragraph.raw_end <= len(article.page_text or "")


def test_a_menu_above_the_headline_names_no_section() -> None:
    menu = "".join(
        f"<li><a href='/{n}'>{name}</a></li>" for n, name in enumerate(["الرئيسية", "سياسة", "رياضة", "العالم"])
    )
    body = "<p>قال مدير البلدية سامر الحلواني يوم الأحد إن الورشة افتتحت في المدينة بعد أشهر من العمل.</p>" * 2
    html = f"<html><body><nav><ul>{menu}</ul></nav><article><h1>افتتاح ورشة في المدينة القديمة</h1>{body}</article></body></html>"
    assert clean(RawArticle(url="https://a.example/12", html=html)).section is None
