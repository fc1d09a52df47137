import gzip
import time
from datetime import datetime

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.feeds.syndication import Document, Entry, NotAFeed, iso_date, parse

BASE = "https://news.example/feeds/main"
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>وكالة</title><language>ar</language>
<item><title>خبر &lt;b&gt;أول&lt;/b&gt; &amp;amp; آخر</title><link>/1</link><guid isPermaLink="false">n1</guid>
<pubDate>Fri, 20 Nov 2026 08:30:00 +0300</pubDate><dc:creator>سعاد</dc:creator><category>سياسة</category>
<description>موجز</description><content:encoded><![CDATA[<p>متن</p><script>x()</script>]]></content:encoded></item>
<item><title>بلا تاريخ</title><link>https://news.example/2</link><description>نص فقط</description></item>
<item><title>بلا رابط</title><guid isPermaLink="false">n3</guid></item>
</channel></rss>"""


def read(body: bytes | str, content_type: str = "", max_bytes: int = 1_000_000) -> Document:
    return parse(body if isinstance(body, bytes) else body.encode(), content_type, BASE, max_bytes)


def test_rss() -> None:
    document = read(RSS)
    assert (document.kind, document.malformed) == ("rss", False)
    first, second, third = document.entries
    assert first.html is not None
    assert first == Entry(
        url="https://news.example/1",
        identity="n1",
        published_at="2026-11-20T08:30:00+03:00",
        updated=datetime.fromisoformat("2026-11-20T05:30:00Z").timestamp(),
        headline="خبر أول & آخر",
        byline="سعاد",
        section="سياسة",
        language="ar",
        html=first.html,
    )
    assert "متن" in first.html
    assert (second.published_at, second.updated, second.url) == (None, 0, "https://news.example/2")
    assert (third.url, third.identity, third.html, third.text) == (None, "n3", None, None)


def test_atom() -> None:
    document = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><entry><title>خبر</title><id>urn:1</id>'
        '<link rel="alternate" href="1.html"/><published>2026-11-20T08:30:00+03:00</published>'
        "<updated>2026-11-21T00:00:00Z</updated><author><name>ليلى</name></author>"
        '<summary type="text">موجز قصير</summary></entry></feed>'
    )
    (entry,) = document.entries
    assert document.kind == "atom"
    assert entry.url == "https://news.example/feeds/1.html"
    assert (entry.published_at, entry.byline, entry.language) == ("2026-11-20T08:30:00+03:00", "ليلى", "ar")
    assert entry.updated == datetime.fromisoformat("2026-11-21T00:00:00Z").timestamp()
    assert (entry.html, entry.text) == (None, "موجز قصير")


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "language": "ar",
        "authors": [{"name": "هيئة التحرير"}],
        "items": [
            {"id": 7, "url": "/1", "title": "خبر", "content_html": "<p>متن", "date_published": "2026-11-20T08:30:00Z"},
            {"id": "2", "content_text": "نص", "authors": [{"name": "أ"}, {"name": "ب"}], "tags": ["", "رياضة"]},
            {"id": "3", "url": "javascript:alert(1)", "author": {"name": "ج"}, "date_published": "soon"},
            "nonsense",
        ],
    }
    first, second, third = read(b"\xef\xbb\xbf" + orjson.dumps(feed)).entries
    assert (first.url, first.identity, first.byline) == ("https://news.example/1", "7", "هيئة التحرير")
    assert (first.html, first.published_at) == ("<p>متن", "2026-11-20T08:30:00+00:00")
    assert (second.text, second.byline, second.section, second.language) == ("نص", "أ, ب", "رياضة", "ar")
    assert (third.url, third.published_at, third.byline) == (None, None, "ج")


NEWS = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><!-- c -->
<url><loc> https://news.example/1 </loc><news:news><news:publication><news:name>و</news:name>
<news:language>ar</news:language></news:publication><news:publication_date>2026-11-20</news:publication_date>
<news:title>خبر</news:title></news:news></url><url><lastmod>2026-11-20</lastmod></url></urlset>"""


def test_news_sitemap() -> None:
    document = read(NEWS)
    (entry,) = document.entries
    assert document.kind == "news sitemap"
    assert (entry.url, entry.published_at, entry.language, entry.headline) == (
        "https://news.example/1",
        "2026-11-20",
        "ar",
        "خبر",
    )


def test_sitemap_dates_are_of_changes_and_not_of_publication() -> None:
    document = read("<urlset><url><loc>/1</loc><lastmod>2026-11-20T10:00:00+02:00</lastmod></url></urlset>")
    (entry,) = document.entries
    assert (document.kind, entry.published_at) == ("sitemap", None)
    assert entry.updated == datetime.fromisoformat("2026-11-20T08:00:00Z").timestamp()


def test_sitemap_index_newest_first_and_gzipped() -> None:
    index = (
        "<sitemapindex><sitemap><loc>/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap>"
        "<sitemap><loc>/new.xml.gz</loc><lastmod>2026-01-01</lastmod></sitemap>"
        "<sitemap><loc>ftp://news.example/x</loc></sitemap></sitemapindex>"
    )
    document = read(gzip.compress(index.encode()))
    assert document.sitemaps == ["https://news.example/new.xml.gz", "https://news.example/old.xml"]


def test_undeclared_windows_1256_from_the_header() -> None:
    body = "<rss version='2.0'><channel><item><title>خبر</title></item></channel></rss>"
    assert read(body.encode("cp1256"), "text/xml; charset=windows-1256").entries[0].headline == "خبر"
    # Servers that say latin-1 of everything are common; what is UTF-8 is read as UTF-8.
    assert read(body.encode(), "text/xml; charset=ISO-8859-1").entries[0].headline == "خبر"
    assert read(body.encode("utf-16"), "text/xml").entries[0].headline == "خبر"
    assert read(body.encode(), "text/xml; charset=nonsense").entries[0].headline == "خبر"


def test_broken_xml_is_repaired_and_said_so() -> None:
    broken = RSS.replace("موجز", "موجز&nbsp;أول &copy; & ثان").replace("</channel></rss>", "")
    document = read(broken)
    assert document.malformed
    assert [entry.headline for entry in document.entries] == ["خبر أول & آخر", "بلا تاريخ", "بلا رابط"]


def test_entities_of_html_keep_their_meaning() -> None:
    document = read("<rss version='2.0'><channel><item><title>caf&eacute;</title></item></channel></rss>")
    assert document.entries[0].headline == "café"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"plain words", "neither XML nor JSON"),
        (b"%PDF-1.7\x00\xff", "neither XML nor JSON"),
        (b"<opml/>", "root is <opml>"),
        (b"{}", "no JSON Feed"),
        (b'{"version":"https://jsonfeed.org/version/1"}', "without items"),
        (b"[1", "broken JSON"),
        (b"\x1f\x8bxx", "broken gzip"),
        (gzip.compress(RSS.encode())[:-9], "ends early"),
        (gzip.compress(b" " * 2_000_000), "gunzipped"),
    ],
)
def test_what_is_no_feed(body: bytes, what: str) -> None:
    with pytest.raises(NotAFeed, match=what):
        read(body)


def test_html_names_its_feeds() -> None:
    page = """<!-- x --><!DOCTYPE html><html><head>
    <link rel="alternate" type="application/rss+xml" href="/rss.xml"><link rel="alternate" hreflang="en" href="/en">
    <link rel="Alternate home" type="application/atom+xml" href="https://b.example/atom"></head></html>"""
    with pytest.raises(NotAFeed, match=r"it names https://news\.example/rss\.xml https://b\.example/atom$"):
        read(page)
    with pytest.raises(NotAFeed, match="names none"):
        read("<html xmlns='http://www.w3.org/1999/xhtml'/>")


@pytest.mark.parametrize("root", ["rss", "urlset"])
def test_external_entities_are_refused(root: str) -> None:
    with pytest.raises(NotAFeed, match="declares entities"):
        read(f'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><{root}><a>&x;</a></{root}>')


def test_a_thousand_million_laughs_are_refused_at_once() -> None:
    levels = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    started = time.monotonic()
    with pytest.raises(NotAFeed, match="declares entities"):
        read(f'<!DOCTYPE x [<!ENTITY l0 "ha">{levels}]><rss><channel><title>&l9;</title></channel></rss>')
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("text", ["<a href='", "<div>", "<!--", "<!", "<"])
def test_hostile_html_in_a_feed_takes_no_time(text: str) -> None:
    started = time.monotonic()
    body = f"<rss><channel><item><description><![CDATA[{text * 50_000}]]></description></item></channel></rss>"
    assert len(read(body).entries) == 1
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "body", [b"<!---->" * 600, b"<!-- " * 1000, b"<!--" + b"-->" * 1000, b"\n" * 4_000_000 + b"<a/>"], ids=range(4)
)
def test_a_long_prolog_takes_no_time(body: bytes) -> None:
    started = time.monotonic()
    with pytest.raises(NotAFeed):
        read(body)
    assert time.monotonic() - started < 5


def test_an_external_dtd_is_not_loaded() -> None:
    document = read(
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss-0.91.dtd">'
        '<rss version="0.91"><channel><item><title>a</title></item></channel></rss>'
    )
    assert document.entries[0].headline == "a"


def test_deep_xml_does_no_harm() -> None:
    with pytest.raises(NotAFeed, match="broken XML"):
        read("<rss>" * 100_000)


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026-11-20", "2026-11-20"),
        (" 2026-11-20T08:30:00Z ", "2026-11-20T08:30:00+00:00"),
        ("2026-11-20T08:30:00", "2026-11-20T08:30:00"),
        ("Fri, 20 Nov 2026 08:30:00 +0300", "2026-11-20T08:30:00+03:00"),
        ("Fri, 20 Nov 2026 08:30:00 GMT", "2026-11-20T08:30:00+00:00"),
        ("Fri, 20 Nov 2026 08:30:00 -0000", "2026-11-20T08:30:00+00:00"),
        ("قبل ساعة", None),
        ("", None),
        ("32 Nov 2026", None),
    ],
)
def test_dates(written: str, iso: str | None) -> None:
    assert iso_date(written) == iso


@given(st.text(max_size=40))
@example("0001-01-01T00:00:00+23:59")
@example("Fri, 31 Dec 9999 23:59:59 -2359")
def test_any_date_is_iso_or_nothing(written: str) -> None:
    iso = iso_date(written)
    assert iso is None or datetime.fromisoformat(iso)


@given(st.binary(max_size=200) | st.text(alphabet="<>rsfedul/!-&; x\"'={}[]:item", max_size=120).map(str.encode))
@example(b"<rss><channel><item><pubDate>0001-01-01T00:00:00+23:59</pubDate></item></channel></rss>")
@example(b"<:")
@example(b"<rss><channel><item><link>http://[</link><title>&#0;&#xD800;</title></item></channel></rss>")
@example(b'{"version":"https://jsonfeed.org/version/1","items":[{"id":[],"authors":7,"tags":{},"title":{}}]}')
def test_any_bytes_are_a_document_or_a_plain_no(body: bytes) -> None:
    try:
        entries = read(body).entries
    except NotAFeed:
        entries = []
    assert all(entry.url is None or entry.url.startswith("http") for entry in entries)
