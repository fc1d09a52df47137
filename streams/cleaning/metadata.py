"""What a page states about its article in its head and in structured data, never in its text."""

import html as entities
import re
from dataclasses import dataclass, field
from typing import Any

import orjson
from selectolax.lexbor import LexborHTMLParser, LexborNode

_ARTICLE_TYPES = frozenset(
    [
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "BackgroundNewsArticle",
        "ReviewNewsArticle",
        "AskPublicNewsArticle",
        "AdvertiserContentArticle",
        "SatiricalArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "Report",
        "ScholarlyArticle",
        "SocialMediaPosting",
        "TechArticle",
    ]
)
_MEDIA_TYPES = {"VideoObject": "video", "ImageGallery": "gallery", "MediaGallery": "gallery"}
_MAX_NODES = 20000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_TAGS = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"\s+")

_META = {
    "headline": ("og:title", "twitter:title", "dc.title", "dcterms.title", "headline", "parsely-title"),
    "section": ("article:section", "og:article:section", "section", "parsely-section", "cxenseparse:sectionname"),
    "published": (
        "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
        "dcterms.created", "dcterms.date", "parsely-pub-date", "publishdate", "pubdate", "publish-date", "article.published",
        "cxenseparse:publishtime", "sailthru.date", "og:published_time", "publication_date",
    ),
    "modified": ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified", "og:modified_time"),
    "byline": ("author", "article:author", "parsely-author", "dc.creator", "dcterms.creator", "sailthru.author", "byl", "cxenseparse:author"),
    "site": ("og:site_name", "application-name"),
    "type": ("og:type",),
    "language": ("og:locale", "language", "content-language", "dc.language"),
    "url": ("og:url",),
    "description": ("og:description", "description", "twitter:description", "dc.description"),
}  # fmt: skip


@dataclass(slots=True)
class Metadata:
    """Statements of a page, the more trusted source first in each list; dates as the page writes them."""

    headlines: list[str] = field(default_factory=list)
    title: str | None = None
    description: str | None = None
    section: str | None = None
    bylines: list[tuple[str, str | None]] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    modified: list[str] = field(default_factory=list)
    canonical: str | None = None
    language: str | None = None
    site: str | None = None
    page_type: str | None = None
    free: bool = True
    is_article: bool = False


def read(tree: LexborHTMLParser) -> Metadata:
    """Read JSON-LD, microdata, OpenGraph and other meta tags, rel=canonical, title and html lang, in that order of trust."""
    found = Metadata()
    for node in tree.css('script[type*="ld+json"]'):
        _read_json_ld(node.text(), found)
    metas: dict[str, list[str]] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        content = _line(attributes.get("content"))
        for key in ("property", "name", "itemprop", "http-equiv"):
            if content and (name := attributes.get(key)):
                metas.setdefault(name.strip().lower(), []).append(content)
    _read_microdata(tree, found)
    _read_metas(metas, found)
    title = tree.css_first("head title") or tree.css_first("title")
    found.title = _line(title.text()) if title is not None else None
    link = tree.css_first('link[rel~="canonical"]')
    found.canonical = link.attributes.get("href") if link is not None else None
    if not found.canonical:
        found.canonical = next(iter(metas.get("og:url", [])), None)
    root = tree.css_first("html")
    if found.is_article and found.page_type in _MEDIA_TYPES.values():
        # A film or a gallery within an article.
        found.page_type = None
    if root is not None and (language := root.attributes.get("lang") or root.attributes.get("xml:lang")):
        found.language = language.strip()
    return found


def _line(value: Any) -> str | None:
    """One line of plain text, None when nothing is left."""
    if not isinstance(value, str):
        return None
    text = value
    if "&" in text:
        text = entities.unescape(text)
    if "<" in text:
        text = _TAGS.sub(" ", text)
    return _SPACE.sub(" ", text.replace("\x00", "")).strip() or None


def _read_metas(metas: dict[str, list[str]], found: Metadata) -> None:
    def values(kind: str) -> list[str]:
        return [value for name in _META[kind] for value in metas.get(name, [])]

    found.headlines += values("headline")
    found.section = found.section or next(iter(values("section")), None)
    found.published += values("published")
    found.modified += values("modified")
    found.language = next(iter(values("language")), None)
    found.site = found.site or next(iter(values("site")), None)
    found.description = max(values("description"), key=len, default=None)
    if not found.bylines:
        found.bylines = [(value, None) for value in values("byline") if "://" not in value]
    kind = next(iter(values("type")), "").lower()
    if found.page_type is None and kind.startswith("video"):
        found.page_type = "video"


def _read_microdata(tree: LexborHTMLParser, found: Metadata) -> None:
    scope = tree.css_first('[itemtype*="Article"]')
    if scope is None:
        return
    for node in scope.css("[itemprop]"):
        names = (node.attributes.get("itemprop") or "").split()
        if "headline" in names:
            _add(found.headlines, _line(node.attributes.get("content") or node.text()))
        elif "datePublished" in names:
            _add(found.published, _stated(node))
        elif "dateModified" in names:
            _add(found.modified, _stated(node))


def _stated(node: LexborNode) -> str | None:
    return _line(node.attributes.get("content") or node.attributes.get("datetime") or node.text())


def _add(values: list[str], value: str | None) -> None:
    if value and value not in values:
        values.append(value)


def _loads(text: str) -> Any:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", text))):
        try:
            return orjson.loads(attempt)
        except orjson.JSONDecodeError:
            continue
    return None


def _read_json_ld(text: str, found: Metadata) -> None:
    """Articles of one script element; nested objects are searched breadth first."""
    queue = [_loads(text)]
    for seen, item in enumerate(queue):
        if seen >= _MAX_NODES:
            break
        if isinstance(item, list):
            queue.extend(item)
        elif isinstance(item, dict):
            kinds = _types(item)
            if kinds & _ARTICLE_TYPES:
                _read_article(item, kinds, found)
            elif found.page_type is None and (media := kinds & _MEDIA_TYPES.keys()) and seen == 0:
                found.page_type = _MEDIA_TYPES[min(media)]
            queue.extend(
                item[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item")
                if key in item
            )


def _types(item: dict[Any, Any]) -> set[str]:
    value = item.get("@type")
    values = value if isinstance(value, list) else [value]
    return {kind.rsplit("/", 1)[-1] for kind in values if isinstance(kind, str)}


def _read_article(item: dict[Any, Any], kinds: set[str], found: Metadata) -> None:
    found.is_article = True
    _add(found.headlines, _line(item.get("headline")) or _line(item.get("name")))
    _add(found.published, _line(item.get("datePublished")))
    _add(found.modified, _line(item.get("dateModified")))
    section = item.get("articleSection")
    if isinstance(section, list):
        section = next((value for value in section if isinstance(value, str)), None)
    found.section = found.section or _line(section)
    if not found.bylines:
        found.bylines = _persons(item.get("author")) or _persons(item.get("creator"))
    if "LiveBlogPosting" in kinds:
        found.page_type = "live"
    if str(item.get("isAccessibleForFree")).lower() == "false":
        found.free = False
    publisher = item.get("publisher")
    if isinstance(publisher, dict):
        found.site = found.site or _line(publisher.get("name"))


def _persons(value: Any) -> list[tuple[str, str | None]]:
    persons: list[tuple[str, str | None]] = []
    for item in value if isinstance(value, list) else [value]:
        kind: str | None = None
        name = item
        if isinstance(item, dict):
            name = item.get("name")
            kind = "agency" if _types(item) & {"Organization", "NewsMediaOrganization"} else "person"
        for one in name if isinstance(name, list) else [name]:
            if (line := _line(one)) and "://" not in line and (line, kind) not in persons:
                persons.append((line, kind))
    return persons
