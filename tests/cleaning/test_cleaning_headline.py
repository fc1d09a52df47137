"""Headline, authors and section from all that a page states and shows."""

import pytest

from schemas import Byline, RawArticle
from streams.cleaning import bylines, clean, headline, metadata, rendering, section, sitename
from streams.cleaning.metadata import Metadata

URL = "https://www.harbour-post.example/economy/trams"
PARAGRAPH = (
    "<p>The first of nine trams left the depot at dawn on Monday, three years after work on the line had begun.</p>"
)


def page(head: str, body: str = "") -> str:
    return f"<html><head>{head}</head><body><article>{body}{PARAGRAPH * 4}</article></body></html>"


def stated(*headlines: str, **more: object) -> Metadata:
    return Metadata(headlines=list(headlines), sites=["Harbour Post"], canonical=URL, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "shown", "expected"),
    [
        (stated("Trams return to the harbour | Harbour Post"), None, "Trams return to the harbour"),
        (stated("Harbour Post - Trams return to the harbour"), None, "Trams return to the harbour"),
        (stated("Trams return - National | Harbour Post"), "Trams return", "Trams return"),
        (stated("Trams return to the harbour", "Trams: all you must know"), "Trams: all you must know", "Trams return to the harbour"),
        (stated("Trams return to the har…"), "Trams return to the harbour", "Trams return to the harbour"),
        (stated("Trams are"), 'Trams are "a gift"', 'Trams are "a gift"'),
        (stated("Harbour Post"), "Trams return", "Trams return"),
        (stated(title="Trams return - Harbour Post"), None, "Trams return"),
        (stated("Vote - a primer"), None, "Vote - a primer"),
        (Metadata(), None, None),
    ],
)  # fmt: skip
def test_headline_is_what_the_page_states_without_the_site(
    found: Metadata, shown: str | None, expected: str | None
) -> None:
    assert headline.choose(found, shown) == expected


def test_kicker_within_the_heading_is_no_part_of_the_headline() -> None:
    html = page(
        '<meta property="og:title" content="Trams return to the harbour">',
        "<h1><span>Transport</span> Trams return to the harbour</h1>",
    )
    article = clean(RawArticle(url=URL, html=html))
    assert article.headline == "Trams return to the harbour"
    assert article.alternative_headline == []


def test_heading_that_differs_from_the_stated_headline_is_an_alternative_one() -> None:
    html = page(
        '<meta property="og:title" content="Trams return to the harbour">',
        "<h1>Trams roll again after three years</h1>",
    )
    article = clean(RawArticle(url=URL, html=html))
    assert article.headline == "Trams return to the harbour"
    assert article.alternative_headline == ["Trams roll again after three years"]


def test_heading_about_something_else_is_no_headline_at_all() -> None:
    html = page('<meta property="og:title" content="عودة الترام إلى الميناء">', "<h1>تسجيل الدخول</h1>")
    article = clean(RawArticle(url=URL, html=html))
    assert article.headline == "عودة الترام إلى الميناء"
    assert article.alternative_headline == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Harbour Post", True),
        ("harbour-post.example", True),
        ("The Harbour Post Online", True),
        ("Harbourpost", True),
        ("Post", False),
        ("Maya Harbour", False),
        ("", False),
    ],
)
def test_names_of_the_site(name: str, *, expected: bool) -> None:
    assert sitename.is_site(name, stated()) is expected


def authors(*statements: list[tuple[str, str | None]], shown: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    found = stated(bylines=list(statements))
    return [(one.name, one.type) for one in bylines.choose(found, [Byline(name=name, type="person") for name in shown])]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Maya Haddad, Omar Saleh and Lina Nasser", ["Maya Haddad", "Omar Saleh", "Lina Nasser"]),
        ("Maya Haddad, Beirut", ["Maya Haddad"]),
        ("Maya Haddad, Senior Reporter", ["Maya Haddad"]),
        ("Maya Haddad in Gaza", ["Maya Haddad"]),
        ("Kolumne von Maya Haddad", ["Maya Haddad"]),
        ("By Maya Haddad and Omar Saleh", ["Maya Haddad", "Omar Saleh"]),
        ("MAYA HADDAD; Maya Haddad", ["Maya Haddad"]),
        ("كتبت: مايا حداد", ["مايا حداد"]),
        ("تحرير: عمر صالح / ترجمة: لينا ناصر", ["عمر صالح", "لينا ناصر"]),
        ("admin", []),
    ],
)
def test_names_within_one_statement(text: str, names: list[str]) -> None:
    assert [name for name, _ in authors([(text, "person")])] == names


def test_site_as_author_gives_way_to_the_persons_of_the_byline() -> None:
    assert authors([("Harbour Post", "person")], shown=("Maya Haddad", "Follow on")) == [("Maya Haddad", "person")]
    assert authors([("Harbour Post", "person")], shown=("Follow on",)) == [("Harbour Post", "agency")]
    assert authors([("Harbour Post", "agency")], [("Maya Haddad", None)]) == [("Maya Haddad", "person")]


def test_longer_statement_counts_where_the_byline_shows_its_names() -> None:
    first: list[tuple[str, str | None]] = [("Maya Haddad", "person")]
    longer: list[tuple[str, str | None]] = [("Maya Haddad", None), ("Omar Saleh", None)]
    assert authors(first, longer, shown=("Maya Haddad", "Omar Saleh")) == [
        ("Maya Haddad", "person"),
        ("Omar Saleh", "person"),
    ]
    assert authors(first, longer) == [("Maya Haddad", "person")]


def test_authors_by_reference_by_parts_of_names_and_without_the_account_of_the_set_up() -> None:
    script = """{"@graph": [
      {"@type": "NewsArticle", "headline": "Trams", "author": [{"@id": "#p1"}, {"@id": "#p2"}, {"@type": "Person", "givenName": "Lina", "familyName": "Nasser"}]},
      {"@type": "Person", "@id": "#p1", "name": "Maya Haddad"},
      {"@type": "Person", "@id": "#p2", "name": "harbour", "url": "https://x.example/author/admin/"}]}"""
    found = metadata.read(rendering.parse(page(f'<script type="application/ld+json">{script}</script>')))
    assert found.bylines == [[("Maya Haddad", "person"), ("Lina Nasser", "person")]]


def test_other_stories_in_the_scripts_are_left_alone() -> None:
    script = """[{"@type": "NewsArticle", "headline": "Storm closes the ferry", "author": "Omar Saleh"},
      {"@type": "NewsArticle", "headline": "Trams return to the harbour", "author": "Maya Haddad"}]"""
    head = f'<title>Trams return to the harbour</title><script type="application/ld+json">{script}</script>'
    found = metadata.read(rendering.parse(page(head)))
    assert found.headlines == ["Trams return to the harbour"]
    assert found.bylines == [[("Maya Haddad", None)]]


@pytest.mark.parametrize(
    ("found", "url", "expected"),
    [
        (stated(section="Economy"), None, "Economy"),
        (stated(section="Economy,Ports,Rail"), None, "Economy"),
        (stated(section="4711"), URL, "economy"),
        (stated(crumbs=["Home", "Economy", "Trams return"]), None, "Economy"),
        (stated(crumbs=["الرئيسية", "اقتصاد"]), None, "اقتصاد"),
        (stated(), URL, "economy"),
        (stated(), "https://harbour-post.example/news/trams", None),
        (stated(), "https://harbour-post.example/trams", None),
        (stated(section="Harbour Post"), None, None),
    ],
)
def test_section_from_statement_crumbs_or_address(found: Metadata, url: str | None, expected: str | None) -> None:
    assert section.choose(found, "Trams return", url) == expected


def test_names_at_the_beginning_of_an_article_by_nobody_are_its_authors() -> None:
    head = '<meta property="og:title" content="Trams return"><meta property="og:site_name" content="Harbour Post">'
    article = clean(RawArticle(url=URL, html=page(head, "<h1>Trams return</h1><p>Maya Haddad/Omar Saleh</p>")))
    assert [one.name for one in article.byline] == ["Maya Haddad", "Omar Saleh"]
    assert "Haddad" not in (article.body or "")
