"""RSS, Atom, JSON Feed, sitemaps and news sitemaps: from the bytes of a document to its entries. No I/O here."""

import calendar
import html
import io
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
import orjson
from lxml import etree  # type: ignore[import-untyped]
from selectolax.lexbor import LexborHTMLParser

from streams.feeds.bounded import GZIP_MAGIC, Gunzip, TooLarge
from streams.feeds.records import sendable

MAX_ENTRIES = 50_000
"""Entries read of one document, as many as a sitemap may have."""

_SHORT_CHARS = 1000
_HTML_START = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_HTML_LOOKED_AT = 4096
_NAMED_REFERENCE = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_NAMES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_XML_ENCODING = re.compile(rb"<\?xml[^>]{0,200}\bencoding\s*=", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_SPACE = re.compile(r"\s+")


class NotAFeed(ValueError):
    """The document is none of the formats. The message is one line for a person, with feeds that an HTML page names."""


@dataclass(frozen=True)
class Entry:
    """One article that a feed lists.

    url: absolute, http or https; identity: the feed's own id, for entries without a URL.
    published_at: ISO 8601 date or date-time, with an offset only where the feed gives one.
    updated: the latest date that the feed gives, in seconds since 1970; 0 where it gives none.
    html, text: the feed's own text, one of them at most.
    """

    url: str | None
    identity: str | None = None
    published_at: str | None = None
    updated: float = 0.0
    headline: str | None = None
    byline: str | None = None
    section: str | None = None
    language: str | None = None
    html: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class Document:
    """What a document holds: entries, or, in a sitemap index, the addresses of sitemaps, the newest first.

    kind: ``rss``, ``atom``, ``json``, ``sitemap``, ``news sitemap`` or ``sitemap index``.
    malformed: it had to be repaired.
    """

    kind: str
    entries: list[Entry] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    malformed: bool = False


def parse(body: bytes, content_type: str, url: str, max_bytes: int) -> Document:
    """Read a document.

    content_type: as in the HTTP header; url: of the document, against which relative ones resolve.
    max_bytes: of a gzipped document, gunzipped.
    Raises NotAFeed.
    """
    if body.startswith(GZIP_MAGIC):
        body = _gunzipped(body, max_bytes)
    if not body.strip():
        raise NotAFeed("the document is empty")
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:_HTML_LOOKED_AT]
    if start[:1] in (b"{", b"["):
        return _json_feed(body, url)
    while start.startswith(b"<!--"):
        start = start.partition(b"-->")[2].lstrip()
    if _HTML_START.match(start):
        raise _html_instead(body, url)
    root, malformed = _xml(body, content_type)
    name = _local(root)
    if name == "html":
        raise _html_instead(body, url)
    if name not in _READERS:
        raise NotAFeed(f"XML, but no feed: its root is <{name[:40]}>")
    document = _READERS[name](root, url, malformed=malformed)
    if malformed and not document.entries and not document.sitemaps:
        raise NotAFeed("broken XML, without a single entry that could be read")
    return document


def _gunzipped(body: bytes, max_bytes: int) -> bytes:
    gunzip = Gunzip(max_bytes)
    try:
        content = gunzip.feed(body)
    except TooLarge:
        raise NotAFeed(f"more than {max_bytes} bytes, gunzipped") from None
    except zlib.error as error:
        raise NotAFeed(f"broken gzip: {error}") from None
    if not gunzip.complete:
        raise NotAFeed("the gzip ends early")
    return content


def iso_date(written: str) -> str | None:
    """ISO 8601 of a date as feeds write it (ISO 8601, RFC 822), with an offset only where one is given; else None."""
    written = written.strip()
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        try:
            moment = parsedate_to_datetime(written)
        except (ValueError, IndexError, OverflowError):
            return None
        if moment.tzinfo is None and written.endswith("-0000"):
            moment = moment.replace(tzinfo=UTC)
        return moment.isoformat()
    return moment.date().isoformat() if ":" not in written and "T" not in written else moment.isoformat()


def _timestamp(iso: str | None) -> float:
    """Seconds since 1970, with UTC where no offset is given; 0 for none."""
    if iso is None:
        return 0.0
    moment = datetime.fromisoformat(iso)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except OverflowError:
        return 0.0


def _short(value: Any) -> str | None:
    """A field of one line, without markup around it; None where it is no text or an empty one."""
    if not isinstance(value, str):
        return None
    return _SPACE.sub(" ", sendable(value)).strip()[:_SHORT_CHARS] or None


def _plain(value: Any) -> str | None:
    """As `_short`, of what may be HTML."""
    if isinstance(value, str) and ("<" in value or "&" in value):
        value = LexborHTMLParser(f"<!doctype html><body>{value}").text()
    return _short(value)


def _long(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    text = sendable(value)
    return text if text.strip() else None


def _link(value: Any, base: str) -> str | None:
    """The absolute URL, None where it is none of http or https."""
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        link = urljoin(base, sendable(value).strip())
        parts = urlsplit(link)
    except ValueError:
        return None
    return link if parts.scheme in ("http", "https") and parts.hostname else None


def _html_instead(body: bytes, url: str) -> NotAFeed:
    tree = LexborHTMLParser(body)
    feeds = []
    for node in tree.css("link[href]"):
        attributes = node.attributes
        if "alternate" in (attributes.get("rel") or "").lower().split() and (
            (attributes.get("type") or "").strip().lower() in _FEED_TYPES
        ):
            feeds.append(_link(attributes.get("href"), url))
    named = list(dict.fromkeys(feed for feed in feeds if feed))
    if named:
        return NotAFeed("an HTML page, no feed; it names " + " ".join(named[:10]))
    return NotAFeed("an HTML page, no feed, and it names none")


def _xml(body: bytes, content_type: str) -> tuple[Any, bool]:
    """The root element, without entities and without a DTD, and whether the XML had to be repaired."""
    encoding = None
    declared = _CHARSET.search(content_type)
    if declared and not _XML_ENCODING.match(body.lstrip()) and not _is_utf(body):
        encoding = declared[1]
    try:
        root = _tree(body, encoding, repair=False)
        malformed = next(root.iter(etree.Entity), None) is not None
    except etree.XMLSyntaxError:
        malformed = True
    if malformed:
        # The usual mistake is an entity of HTML, such as &nbsp;.
        try:
            root = _tree(_NAMED_REFERENCE.sub(_numeric, body), encoding, repair=True)
        except etree.XMLSyntaxError as error:
            raise NotAFeed(f"neither XML nor JSON: {error.msg}") from None
    if root is None:
        raise NotAFeed("neither XML nor JSON")
    # What is left of them, with them gone from the tree, is text around a gap.
    etree.strip_elements(root, etree.Entity, with_tail=False)
    return root, malformed


def _tree(body: bytes, encoding: str | None, *, repair: bool) -> Any:
    try:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=repair, encoding=encoding
        )
    except LookupError:
        return _tree(body, None, repair=repair)
    root = etree.fromstring(body.lstrip(), parser)
    if root is not None:
        dtd = root.getroottree().docinfo.internalDTD
        if dtd is not None and any(True for _ in dtd.iterentities()):
            raise NotAFeed("the XML declares entities, which no feed needs")
    return root


def _is_utf(body: bytes) -> bool:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _numeric(match: re.Match[bytes]) -> bytes:
    if match[1] in _XML_NAMES:
        return match[0]
    characters = html.entities.html5.get(match[1].decode() + ";", "")
    return "".join(f"&#{ord(character)};" for character in characters).encode()


def _feed(root: Any, url: str, *, malformed: bool) -> Document:
    # Serialised anew, the document has no DTD, one encoding and no mistakes left for feedparser to guess at.
    found = feedparser.parse(
        io.BytesIO(etree.tostring(root, encoding="utf-8", with_tail=False)),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        # The text is only a record's raw text, and either would parse it with what hostile HTML slows down to minutes.
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    version = found.get("version") or ""
    feed_language = found.feed.get("language")
    entries = [_feed_entry(entry, feed_language, url) for entry in found.entries[:MAX_ENTRIES]]
    return Document("atom" if version.startswith("atom") else "rss", _telling(entries), malformed=malformed)


def _telling(entries: list[Entry]) -> list[Entry]:
    """Without the entries that have nothing by which to know them."""
    return [entry for entry in entries if entry.url or entry.identity or entry.headline or entry.html or entry.text]


def _feed_entry(entry: Mapping[str, Any], feed_language: str | None, base: str) -> Entry:
    published_at = _feed_date(entry, "published")
    updated_at = _feed_date(entry, "updated")
    content = max(entry.get("content") or [{}], key=lambda part: len(part.get("value") or ""))
    if not content.get("value"):
        content = entry.get("summary_detail") or {}
    is_text = content.get("type") == "text/plain"
    tags = [tag.get("label") or tag.get("term") for tag in entry.get("tags") or []]
    author = (entry.get("author_detail") or {}).get("name") or entry.get("author")
    return Entry(
        url=_link(entry.get("link"), base),
        identity=_short(entry.get("id")),
        published_at=published_at,
        updated=max(_timestamp(published_at), _timestamp(updated_at)),
        headline=_plain(entry.get("title")),
        byline=_plain(author),
        section=next((section for section in map(_plain, tags) if section), None),
        language=_short(content.get("language") or entry.get("language") or feed_language),
        html=None if is_text else _long(content.get("value")),
        text=_long(content.get("value")) if is_text else None,
    )


def _feed_date(entry: Mapping[str, Any], name: str) -> str | None:
    """As the feed writes it; in UTC where only feedparser knows how to read it."""
    if name not in entry:
        return None
    if iso := iso_date(entry[name]):
        return iso
    parsed = entry.get(f"{name}_parsed")
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat() if parsed else None
    except (ValueError, OverflowError):
        return None


def _json_feed(body: bytes, url: str) -> Document:
    try:
        data = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise NotAFeed(f"broken JSON: {error}") from None
    version = data.get("version") if isinstance(data, dict) else None
    if not isinstance(version, str) or "jsonfeed.org/version/1" not in version:
        raise NotAFeed("JSON, but no JSON Feed 1.x: its version is not https://jsonfeed.org/version/1")
    items = data.get("items")
    if not isinstance(items, list):
        raise NotAFeed("a JSON Feed without items")
    entries = [_json_entry(item, data, url) for item in items[:MAX_ENTRIES] if isinstance(item, dict)]
    return Document("json", _telling(entries))


def _json_entry(item: Mapping[str, Any], feed: Mapping[str, Any], base: str) -> Entry:
    published_at = _json_date(item.get("date_published"))
    content, text = _long(item.get("content_html")), _long(item.get("content_text"))
    tags = item.get("tags")
    return Entry(
        url=_link(item.get("url"), base),
        identity=_short(str(item.get("id") or "")),
        published_at=published_at,
        updated=max(_timestamp(published_at), _timestamp(_json_date(item.get("date_modified")))),
        headline=_short(item.get("title")),
        byline=_json_authors(item) or _json_authors(feed),
        section=next(filter(None, map(_short, tags)), None) if isinstance(tags, list) else None,
        language=_short(item.get("language")) or _short(feed.get("language")),
        html=content,
        text=None if content else text,
    )


def _json_date(value: Any) -> str | None:
    return iso_date(value) if isinstance(value, str) else None


def _json_authors(holder: Mapping[str, Any]) -> str | None:
    """Names of version 1.1's ``authors`` or 1.0's ``author``."""
    authors = holder.get("authors") or [holder.get("author")]
    names = (
        [_short(author.get("name")) for author in authors if isinstance(author, dict)]
        if isinstance(authors, list)
        else []
    )
    return ", ".join(name for name in names if name) or None


def _sitemap(root: Any, url: str, *, malformed: bool) -> Document:
    entries = []
    is_news = False
    for element in root:
        fields = _children(element)
        link = _link(fields.get("loc"), url)
        if link is None:
            continue
        news = next((child for child in element if _local(child) == "news"), None)
        is_news = is_news or news is not None
        entries.append(_sitemap_entry(link, fields.get("lastmod"), news))
        if len(entries) == MAX_ENTRIES:
            break
    return Document("news sitemap" if is_news else "sitemap", entries, malformed=malformed)


def _sitemap_entry(link: str, lastmod: str | None, news: Any | None) -> Entry:
    # lastmod is when the page changed, which says nothing about when the article appeared.
    changed = _timestamp(iso_date(lastmod or ""))
    if news is None:
        return Entry(link, updated=changed)
    fields = _children(news)
    publication = next((_children(child) for child in news if _local(child) == "publication"), {})
    published_at = iso_date(fields.get("publication_date", ""))
    return Entry(
        link,
        published_at=published_at,
        updated=max(_timestamp(published_at), changed),
        headline=_short(fields.get("title")),
        language=_short(publication.get("language")),
    )


def _sitemap_index(root: Any, url: str, *, malformed: bool) -> Document:
    dated: list[tuple[float, str]] = []
    for element in root:
        fields = _children(element)
        if link := _link(fields.get("loc"), url):
            dated.append((_timestamp(iso_date(fields.get("lastmod", ""))), link))
    dated.sort(key=lambda pair: pair[0], reverse=True)
    return Document("sitemap index", sitemaps=list(dict.fromkeys(link for _, link in dated)), malformed=malformed)


_READERS = {"rss": _feed, "RDF": _feed, "feed": _feed, "urlset": _sitemap, "sitemapindex": _sitemap_index}
"""By the name of the root element."""


def _local(element: Any) -> str:
    """The name without its namespace; empty for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(element: Any) -> dict[str, str]:
    """The text of the child elements, by their names."""
    return {_local(child): child.text or "" for child in element}
