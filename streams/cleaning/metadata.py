"""What a page states about its article in its head and in structured data, never in its text."""

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import orjson
from selectolax.lexbor import LexborHTMLParser, LexborNode

from streams.cleaning import likeness
from streams.cleaning.folding import fold

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
_COLLECTIONS = frozenset(["CollectionPage", "SearchResultsPage", "ProfilePage"])
_MEDIA_TYPES = {"VideoObject": "video", "ImageGallery": "gallery", "MediaGallery": "gallery"}
_ORGANISATIONS = frozenset(["Organization", "NewsMediaOrganization", "Corporation", "WebSite"])
_MAX_NODES = 20000
_ADMIN = "/author/admin"
"""End of the address of the account that a site was set up with, which names nobody."""

_MAX_LINKS = 4
"""Authors that a page links; more are those of other stories."""

_MAX_VALUES = 32
"""Values that are read of one kind: no page states more headlines, dates or authors of its article."""

_LONGEST = 4096
"""Code points of the longest value that is read."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_TAGS = re.compile(r"<[^<>]*>")
_ALIKE = 0.5
"""Likeness of a stated headline to the page's title from which both are taken to be the same article's."""

# One walk over the tree finds everything: each walk takes as long as all that is done with what it finds.
_WANTED = (
    'script[type*="ld+json"], meta, title, link[rel~="canonical"][href], [itemtype*="Article"], [itemtype*="BreadcrumbList"],'
    ' a[rel~="author"]'
)

_META = {
    "headline": ("og:title", "twitter:title", "dc.title", "dcterms.title", "headline", "parsely-title", "sailthru.title"),
    "section": ("article:section", "og:article:section", "section", "parsely-section", "cxenseparse:sectionname"),
    "published": (
        "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
        "dcterms.created", "dcterms.date", "parsely-pub-date", "publishdate", "pubdate", "publish-date", "article.published",
        "cxenseparse:publishtime", "sailthru.date", "og:published_time", "publication_date", "article:published",
        "article_date_original", "published_at", "publish_date", "og:pubdate", "dc.created", "date.created",
    ),
    "modified": (
        "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified", "og:modified_time",
        "article:modified", "date.modified",
    ),
    "byline": (
        "author", "article:author", "article:byline", "articleauthor", "byl", "dc.creator", "dcterms.creator", "og:author",
        "sailthru.author", "cxenseparse:author", "parsely-author",
    ),
    "site": ("og:site_name", "application-name"),
    "type": ("og:type",),
    "language": ("og:locale", "language", "content-language", "dc.language"),
    "description": ("og:description", "description", "twitter:description", "dc.description"),
}  # fmt: skip

Author: TypeAlias = tuple[str, str | None]
"""A name and what the page says it is: ``person``, ``agency`` or nothing."""


_T = TypeVar("_T")


@dataclass(slots=True)
class Metadata:
    """Statements of a page, the more trusted source first in each list; dates as the page writes them.

    bylines: what each source states about the authors, one list a source.
    crumbs: names of the breadcrumbs, the front page's first.
    """

    headlines: list[str] = field(default_factory=list)
    title: str | None = None
    description: str | None = None
    section: str | None = None
    crumbs: list[str] = field(default_factory=list)
    bylines: list[list[Author]] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    modified: list[str] = field(default_factory=list)
    canonical: str | None = None
    language: str | None = None
    sites: list[str] = field(default_factory=list)
    page_type: str | None = None
    free: bool = True
    is_article: bool = False
    is_collection: bool = False

    @property
    def site(self) -> str | None:
        """The site's name."""
        return next(iter(self.sites), None)


class _Elements:
    """What the page's elements hold that say something about it, in the order in which they stand."""

    def __init__(self) -> None:
        self.scripts: list[Any] = []
        self.metas: dict[str, list[str]] = {}
        self.title: str | None = None
        self.canonical: str | None = None
        self.article: LexborNode | None = None
        self.trail: LexborNode | None = None
        self.links: list[Author] = []

    def take(self, node: LexborNode) -> None:
        attributes = node.attributes
        if node.tag == "script":
            self.scripts.append(_loads(node.text()))
        elif node.tag == "meta":
            _read_meta(attributes, self.metas)
        elif node.tag == "title":
            # Drawings have titles of their own, further down.
            self.title = self.title or _line(node.text())
        elif kind := attributes.get("itemtype"):
            if "BreadcrumbList" in kind:
                self.trail = self.trail or node
            else:
                self.article = self.article or node
        elif node.tag == "link":
            self.canonical = self.canonical or attributes.get("href")
        elif node.tag == "a" and not (attributes.get("href") or "").rstrip("/").endswith(_ADMIN):
            name = _line(node.text()) if len(self.links) < _MAX_LINKS else None
            _add(self.links, (name, None) if name else None)


def read(tree: LexborHTMLParser) -> Metadata:
    """Read OpenGraph, JSON-LD, microdata and other meta tags, rel=canonical, rel=author, title and html lang."""
    elements = _Elements()
    for node in tree.css(_WANTED):
        elements.take(node)
    metas = elements.metas
    found = Metadata(title=elements.title)
    _read_json_ld(elements.scripts, [*metas.get("og:title", []), elements.title or ""], found)
    if elements.article is not None:
        _read_microdata(elements.article, found)
    _read_metas(metas, found)
    if elements.links:
        found.bylines.append(elements.links)
    if elements.trail is not None and not found.crumbs:
        found.crumbs = [
            line for node in elements.trail.css('[itemprop~="name"]')[:_MAX_VALUES] if (line := _stated(node))
        ]
    found.canonical = elements.canonical or next(iter(metas.get("og:url", [])), None)
    if found.is_article and found.page_type in _MEDIA_TYPES.values():
        # A film or a gallery within an article.
        found.page_type = None
    if tree.root is not None:
        language = tree.root.attributes.get("lang") or tree.root.attributes.get("xml:lang")
        found.language = language.strip() if language else found.language
    return found


def _line(value: Any) -> str | None:
    """One line of plain text, None when nothing is left."""
    if not isinstance(value, str):
        return None
    text = value[:_LONGEST]
    if "&" in text:
        text = entities.unescape(text)
    if "<" in text:
        text = _TAGS.sub(" ", text)
    return " ".join(text.replace("\x00", "").split()) or None


def _add(values: list[_T], value: _T | None) -> None:
    if value and len(values) < _MAX_VALUES and value not in values:
        values.append(value)


def _read_meta(attributes: dict[str, str | None], metas: dict[str, list[str]]) -> None:
    content = _line(attributes.get("content"))
    if content is None:
        return
    for key in ("property", "name", "http-equiv", "itemprop"):
        if name := attributes.get(key):
            name = name.strip().lower()
            # The author of a picture stands beside it in the same way.
            if key != "itemprop" or name != "author":
                _add(metas.setdefault(name, []), content)


def _read_metas(metas: dict[str, list[str]], found: Metadata) -> None:
    def values(kind: str) -> list[str]:
        return [value for name in _META[kind] for value in metas.get(name, [])]

    # What the page gives to those who link to it is its headline; JSON-LD is written for search engines.
    stated, found.headlines = found.headlines, []
    for headline in (*metas.get("og:title", []), *stated, *values("headline")):
        _add(found.headlines, headline)
    found.section = found.section or next(iter(values("section")), None)
    found.published += values("published")
    found.modified += values("modified")
    found.language = next(iter(values("language")), None)
    found.sites += values("site")
    found.description = max(values("description"), key=len, default=None)
    for name in _META["byline"]:
        authors: list[Author] = [(value, None) for value in metas.get(name, []) if "://" not in value]
        if authors:
            found.bylines.append(list(dict.fromkeys(authors)))
    kind = next(iter(values("type")), "").lower()
    if found.page_type is None and kind.startswith("video"):
        found.page_type = "video"


def _read_microdata(scope: LexborNode, found: Metadata) -> None:
    authors: list[Author] = []
    for node in scope.css("[itemprop]"):
        attributes = node.attributes
        names = (attributes.get("itemprop") or "").split()
        if "headline" in names:
            _add(found.headlines, _stated(node))
        elif "datePublished" in names:
            _add(found.published, _stated(node))
        elif "dateModified" in names:
            _add(found.modified, _stated(node))
        elif "author" in names and "Person" in (attributes.get("itemtype") or ""):
            name = node.css_first('[itemprop~="name"]')
            if name is not None and (text := _stated(name)):
                _add(authors, (text, "person"))
    if authors:
        found.bylines.append(authors)


def _stated(node: LexborNode) -> str | None:
    return _line(node.attributes.get("content") or node.attributes.get("datetime") or node.text())


def _loads(text: str) -> Any:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", text))):
        try:
            return orjson.loads(attempt)
        except orjson.JSONDecodeError:
            continue
    return None


def _objects(scripts: list[Any]) -> Iterator[tuple[dict[Any, Any], bool, bool]]:
    """The objects of all scripts, breadth first: each with whether a list names it, and whether it stands outermost."""
    queue: list[tuple[Any, bool, bool]] = [(item, False, True) for item in scripts]
    for seen, (item, listed, outermost) in enumerate(queue):
        if seen >= _MAX_NODES:
            return
        if isinstance(item, list):
            queue.extend((one, listed, outermost) for one in item)
        elif isinstance(item, dict):
            yield item, listed, outermost
            queue.extend(
                (item[key], listed, False) for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in item
            )
            queue.extend((item[key], True, False) for key in ("itemListElement", "item") if key in item)


def _read_json_ld(scripts: list[Any], titles: list[str], found: Metadata) -> None:
    """The page's own article among all that its scripts describe, which may be other stories too."""
    articles: list[tuple[dict[Any, Any], set[str]]] = []
    others: list[tuple[dict[Any, Any], set[str]]] = []
    known: dict[str, dict[Any, Any]] = {}
    for item, listed, outermost in _objects(scripts):
        kinds = _types(item)
        if isinstance(name := item.get("@id"), str) and len(item) > 1:
            known.setdefault(name, item)
        if kinds & _ARTICLE_TYPES:
            (others if listed else articles).append((item, kinds))
        elif "BreadcrumbList" in kinds:
            found.crumbs = found.crumbs or _crumbs(item)
        elif found.page_type is None and outermost and (media := kinds & _MEDIA_TYPES.keys()):
            found.page_type = _MEDIA_TYPES[min(media)]
        found.is_collection = found.is_collection or (not listed and bool(kinds & _COLLECTIONS))
    # A page that only lists articles is none itself.
    found.is_article = bool(articles)
    articles = articles or others
    if len(articles) > 1:
        folded = [fold(title) for title in titles if title]
        articles = [one for one in articles if _is_about(one[0], folded)] or articles[:1]
    for item, kinds in articles:
        _read_article(item, kinds, known, found)


def _is_about(item: dict[Any, Any], titles: list[str]) -> bool:
    headline = fold(_line(item.get("headline")) or _line(item.get("name")) or "")
    return not headline or any(likeness.titles(headline, title) >= _ALIKE for title in titles)


def _types(item: dict[Any, Any]) -> set[str]:
    value = item.get("@type")
    values = value if isinstance(value, list) else [value]
    return {kind.rsplit("/", 1)[-1] for kind in values if isinstance(kind, str)}


def _crumbs(item: dict[Any, Any]) -> list[str]:
    names: list[str] = []
    elements = item.get("itemListElement")
    for element in elements if isinstance(elements, list) else []:
        if isinstance(element, dict):
            inner = element.get("item")
            _add(names, _line(element.get("name")) or (_line(inner.get("name")) if isinstance(inner, dict) else None))
    return names


def _read_article(item: dict[Any, Any], kinds: set[str], known: dict[str, dict[Any, Any]], found: Metadata) -> None:
    _add(found.headlines, _line(item.get("headline")) or _line(item.get("name")))
    _add(found.published, _line(item.get("datePublished")))
    _add(found.modified, _line(item.get("dateModified")))
    section = item.get("articleSection")
    if isinstance(section, list):
        section = next((value for value in section if isinstance(value, str)), None)
    found.section = found.section or _line(section)
    if authors := _authors(item.get("author"), known) or _authors(item.get("creator"), known):
        _add(found.bylines, authors)
    if "LiveBlogPosting" in kinds:
        found.page_type = "live"
    if str(item.get("isAccessibleForFree")).lower() == "false":
        found.free = False
    publisher = _resolved(item.get("publisher"), known)
    if isinstance(publisher, dict):
        _add(found.sites, _line(publisher.get("name")))


def _resolved(value: Any, known: dict[str, dict[Any, Any]]) -> Any:
    """An object that is only referred to by its ``@id``."""
    if isinstance(value, dict) and "name" not in value and isinstance(name := value.get("@id"), str):
        return known.get(name, value)
    return value


def _authors(value: Any, known: dict[str, dict[Any, Any]]) -> list[Author]:
    authors: list[Author] = []
    for item in value if isinstance(value, list) else [value]:
        one = _resolved(item, known)
        kind: str | None = None
        name = one
        if isinstance(one, dict):
            if any(str(one.get(key)).rstrip("/").endswith(_ADMIN) for key in ("@id", "url")):
                continue
            name = one.get("name") or " ".join(str(one.get(key) or "") for key in ("givenName", "familyName"))
            kind = "agency" if _types(one) & _ORGANISATIONS else "person"
        for text in name if isinstance(name, list) else [name]:
            if (line := _line(text)) and "://" not in line:
                _add(authors, (line, kind))
    return authors
