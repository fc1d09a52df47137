"""Whole articles, written for these tests: people and events are invented."""

import pytest

from schemas import Byline, Dateline, RawArticle
from streams import identity
from streams.cleaning import clean
from streams.errors import RecordFault

BRIDGE = """محليات

جسر المدينة القديم يغلق ثلاثة أشهر.. والتجار يحتجون


أعلنت بلدية الرستن، الأحد، إغلاق الجسر القديم أمام السيارات ثلاثة أشهر، لإصلاح دعاماته التي تضررت في فيضان الشتاء الماضي،.وتخصيص ممر للمشاة طوال المدة.

وقال رئيس البلدية، ماهر الصباغ، إن الأعمال ستنفذ على مرحلتين. مشيراً إلى أن الكلفة تبلغ 400 ألف دولار، بحسب صحيفة “صوت العاصي“.

ورأى تجار السوق المجاورة أن الإغلاق سيضر بهم ، مطالبين بتعويض عن أيام الإقفال قبل حلول شهر رمضان.

تابعونا على

مقالات ذات صلة

أقرت اللجنة الزراعية خطة جديدة لتوزيع البذار على الفلاحين.

اترك تعليقاً

زر الذهاب إلى الأعلى
"""


def test_flattened_page() -> None:
    article = clean(RawArticle(source="asi.example", text=BRIDGE))
    assert article.section == "محليات"
    assert article.headline == "جسر المدينة القديم يغلق ثلاثة أشهر.. والتجار يحتجون"
    assert article.language == "ar"
    assert article.published_at is None
    assert article.body is not None
    paragraphs = article.body.split("\n\n")
    assert len(paragraphs) == 3
    assert "الماضي، وتخصيص" in paragraphs[0]
    assert paragraphs[1].endswith("على مرحلتين، مشيراً إلى أن الكلفة تبلغ 400 ألف دولار، بحسب صحيفة “صوت العاصي”.")
    assert "بهم، مطالبين" in paragraphs[2]
    assert [(removed.text, removed.reason) for removed in article.removed] == [
        ("تابعونا على", "follow"),
        ("مقالات ذات صلة", "related"),
        ("أقرت اللجنة الزراعية خطة جديدة لتوزيع البذار على الفلاحين.", "related"),
        ("اترك تعليقاً", "comment"),
        ("زر الذهاب إلى الأعلى", "top"),
    ]


def test_clean_text_comes_out_unchanged() -> None:
    text = (
        "قال المتحدث، وهو يشير إلى الخريطة: «نصل إلى القرية في الساعة 10:30، ثم نعود».\n\n"
        "وأضاف أ.ب. سالم أن المسافة 3.5 كيلومتر… وأن الموقع https://x.example/a،b متاح @salem #طريق."
    )
    article = clean(RawArticle(source="daily.example", text=text))
    assert article.body == text
    assert article.repairs == []
    assert article.removed == []
    assert article.headline is None


def test_one_line() -> None:
    article = clean(RawArticle(source="daily.example", text="وصلت قافلة المساعدات إلى البلدة"))
    assert article.body == "وصلت قافلة المساعدات إلى البلدة"
    assert article.headline is None
    assert article.id == identity.article_id(None, "daily.example", "وصلت قافلة المساعدات إلى البلدة")


def test_hints_of_a_feed_stand_in() -> None:
    article = clean(
        RawArticle(
            url="https://www.daily.example/a?utm_source=x",
            text="وصلت قافلة المساعدات إلى البلدة",
            headline="قافلة تصل",
            byline="كتبت: سلمى الحاج",
            section="محليات",
            published_at="2026-03-01",
        )
    )
    assert article.headline == "قافلة تصل"
    assert article.byline == [Byline(name="سلمى الحاج", type="person")]
    assert article.section == "محليات"
    assert article.published_at == "2026-03-01"
    assert article.url == "https://www.daily.example/a"
    assert article.source == "daily.example"


def test_withdrawn() -> None:
    article = clean(RawArticle(url="https://daily.example/a#x", status="withdrawn"))
    assert article.status == "withdrawn"
    assert article.body is None
    assert article.revision is None
    assert article.id == identity.article_id("https://daily.example/a", None, "")


@pytest.mark.parametrize("html", ["<script>x</script>", "<p>\u200b</p>", "<p hidden>كلمة</p>", "\x00"])
def test_no_visible_text(html: str) -> None:
    with pytest.raises(RecordFault, match="empty_text"):
        clean(RawArticle(url="https://daily.example/a", html=html))


def test_byline_date_caption_and_glued_teaser() -> None:
    article = clean(
        RawArticle(
            source="daily.example",
            text="الرئيسية | سياسة | اقتصاد | رياضة\n"
            "افتتاح مدرسة جديدة في ريف الرقة\n"
            "كتب: سامر الحداد ونور العلي\n"
            "الثلاثاء 9 دجنبر 2025 - 20:15\n"
            "تلاميذ في باحة المدرسة (أرشيفية)\n"
            "افتتحت مديرية التربية مدرسة جديدة في ريف الرقة تتسع لأربعمئة تلميذ بعد عامين من البناء.\n"
            'وقال مدير التربية إن المدرسة "ستخفف الازدحام عن القرى المجاورة". اقرأ أيضاً: موعد الامتحانات\n'
            "جميع الحقوق محفوظة © 2025\n",
        )
    )
    assert article.headline == "افتتاح مدرسة جديدة في ريف الرقة"
    assert [byline.name for byline in article.byline] == ["سامر الحداد", "نور العلي"]
    assert article.published_at == "2025-12-09T20:15"
    assert article.body is not None
    assert article.body.endswith('عن القرى المجاورة".')
    assert [removed.reason for removed in article.removed] == ["nav", "caption", "teaser", "copyright"]


def test_cut_lines_are_joined() -> None:
    article = clean(
        RawArticle(
            source="daily.example",
            text="The council of the old town said on Tuesday that work on the bridge over the river would\n"
            "start next week and last for at least three months.\n"
            "Traders in the market nearby said they had not been asked and feared for their trade.",
        )
    )
    assert article.body is not None
    assert article.body.startswith(
        "The council of the old town said on Tuesday that work on the bridge over the river would start next week"
    )
    assert len(article.paragraphs) == 2
    assert article.repairs[0].kind == "line_break"


PAGE = """<!doctype html><html lang="fr"><head><title>Le pont ferme trois mois | Le Quotidien</title>
<meta property="og:title" content="Le pont ferme trois mois"><link rel="canonical" href="/ville/pont.html">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"NewsArticle","headline":"Le pont ferme trois mois",
"datePublished":"2026-03-01T08:00:00+01:00","articleSection":"Ville","author":[{"@type":"Person","name":"Inès Morel"}],},]}</script></head>
<body><nav><ul><li><a href="/">Accueil</a></li><li><a href="/sports">Sports</a></li></ul></nav>
<main><article><p class="kicker">Ville</p><h1>Le pont ferme trois mois</h1><p class="standfirst">Les commerçants du marché s'inquiètent pour leurs recettes</p>
<figure><img src="x.jpg"><figcaption>Le pont, en février. Photo : DR</figcaption></figure>
<div class="article-body"><p>LYON (AFP) - La mairie a annoncé dimanche la fermeture du vieux pont pendant trois mois pour réparer ses piles.</p>
<div class="related"><a href="/y">À lire aussi : la crue de février en images</a></div>
<h2>Une passerelle provisoire</h2>
<p>Une passerelle sera ouverte aux piétons, a précisé l'adjointe <a href="/m">Claire Duval</a>, «&nbsp;dès lundi&nbsp;».</p>
<p style="display:none">Texte caché</p><ul><li>Début des travaux : lundi</li><li>Fin : juin</li></ul>
<p>Les commerçants du marché voisin demandent une aide avant l'été.</p></div></article>
<aside><h3>Les plus lus</h3><p>Un long article sur tout autre chose, qui a été beaucoup lu dans la région cette semaine.</p></aside></main>
<footer><p>© 2026 Le Quotidien. Tous droits réservés.</p></footer><script>var x = "<p>non</p>";</script></body></html>"""


def test_page() -> None:
    article = clean(RawArticle(url="http://www.quotidien.example/ville/pont.html?fbclid=1", html=PAGE))
    assert article.url == "http://www.quotidien.example/ville/pont.html"
    assert article.headline == "Le pont ferme trois mois"
    assert article.alternative_headline == ["Les commerçants du marché s'inquiètent pour leurs recettes"]
    assert article.section == "Ville"
    assert article.byline == [Byline(name="Inès Morel", type="person")]
    assert article.dateline == Dateline(place="LYON", agency="AFP")
    assert article.published_at == "2026-03-01T08:00:00+01:00"
    assert article.language == "fr"
    assert article.page_type == "article"
    assert article.body is not None
    assert [paragraph[:12] for paragraph in article.body.split("\n\n")] == [
        "LYON (AFP) -",
        "Une passerel",
        "Une passerel",
        "Début des tr",
        "Fin : juin",
        "Les commerça",
    ]
    assert "caché" not in (article.page_text or "")
    assert {removed.reason for removed in article.removed} == {
        "nav",
        "caption",
        "teaser",
        "list",
        "related",
        "copyright",
    }


def test_only_metadata_states_the_headline() -> None:
    article = clean(
        RawArticle(
            url="https://daily.example/1",
            html="<meta property='og:title' content='قافلة تصل &amp;amp; تعود'><body><p>وصلت قافلة المساعدات إلى البلدة بعد يومين من الانتظار.</p>",
        )
    )
    assert article.headline == "قافلة تصل & تعود"
    assert article.body == "وصلت قافلة المساعدات إلى البلدة بعد يومين من الانتظار."
