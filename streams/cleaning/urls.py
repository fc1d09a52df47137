"""URLs: normalised without reading the page, and the canonical one that the page itself names."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, unquote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

import idna
from publicsuffixlist import PublicSuffixList

from streams.cleaning.tables import rows

_PORTS = {"http": 80, "https": 443}
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_UNSAFE = re.compile(r"[^!-~]")
_CONTROL = re.compile(r"[\x00-\x20\x7f]+")
_FRONT_PAGE = re.compile(r"/?(?:(?:index|home|default|main)(?:\.\w{2,5})?)?/?", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[a-z]{2})?", re.IGNORECASE)
_INDEX_FILE = re.compile(r"/(?:index\.(?:html?|php\d?|aspx?|jsp|cfm)|default\.(?:html?|aspx?))$", re.IGNORECASE)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_SLASHES = re.compile(r"(?<!:)/{2,}")
_DEVICES = frozenset(["m", "mobile", "amp", "touch", "wap"])
"""Labels of hosts that serve the pages of another host to telephones."""
_AMP_FILE = re.compile(r"(?:\.amp|/amp)(?:\.html?)?$|\.amphtml$", re.IGNORECASE)
_AMP_CACHE = re.compile(r"/(?:(?!s/)[a-z]{1,2}/)?(?:(s)/)?([^/]*[^/.]\.[^/]+)(/.*)?", re.IGNORECASE)
_AMP_HOSTS = re.compile(
    r"(?:www\.)?(google\.[a-z]{2,3}(?:\.[a-z]{2})?|bing\.com)|(?:[\w-]{1,63}+\.)?(?:cdn\.ampproject\.org|bing-amp\.com)"
)
_FORMATS = frozenset(["output", "outputtype", "view", "format", "type", "mode"])
_KEY = re.compile(r"(?:^|&)(?:\w*id|p|n|story|article|news)=\d", re.IGNORECASE)
"""A parameter that names one article of many at the same path."""
_NUMBER = re.compile(r"\d{4,}")
_LONG_NAME = 3
"""Words of the longest section's name in a path."""
_ROUNDS = 8

LONGEST = 8192
"""Code points of the longest URL that is looked at; servers take no more."""


def normalise(url: str) -> str:
    """The same text for spellings of one URL, without reading the page.

    Of scheme, host and port, of dot segments, escapes and index files, without fragment (but ``#!``), tracking parameters
    and session ids; the publisher's own page for AMP and mobile ones and for those in Google's and Bing's caches. The order
    of the parameters stays. What is no http(s) URL with a host, or a very long one, comes back stripped, else as it is.
    """
    if len(url) > LONGEST:
        return url.strip()
    current = _CONTROL.sub(lambda match: "" if match.start() == 0 or match.end() == len(url) else "%20", url)
    for _ in range(_ROUNDS):
        before, current = current, _normalised(current)
        if current == before:
            break
    return current


def _normalised(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
        host = ascii_host(parts.hostname or "")
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        return url
    if cached := _from_cache(host, parts.path):
        return urlunsplit((*cached, parts.query, parts.fragment))
    netloc = f"[{host}]" if ":" in host else _desktop(host)
    if port is not None and port != _PORTS[scheme]:
        netloc += f":{port}"
    query = "&".join(pair for pair in map(_parameter, parts.query.split("&")) if pair)
    path = _without_dots(_SESSION.sub("", _escape(parts.path)))
    path = _SLASHES.sub("/", _without_amp(path))
    if not query:
        path = _INDEX_FILE.sub("/", path)
    bang = _escape(parts.fragment) if parts.fragment.startswith("!") else ""
    return urlunsplit((scheme, netloc, path.rstrip("/") or "/", _escape(query), bang))


def _from_cache(host: str, path: str) -> tuple[str, str, str] | None:
    """Scheme, host and path of the page that an AMP cache shows, None for any other URL."""
    if "amp" not in host and "/amp/" not in path:
        return None
    found = _AMP_HOSTS.fullmatch(host)
    if found is None or (found[1] and not path.startswith("/amp/")):
        return None
    match = _AMP_CACHE.fullmatch(path.removeprefix("/amp"))
    return ("https" if match[1] else "http", match[2], match[3] or "/") if match else None


def _desktop(host: str) -> str:
    """``www.example.com`` of ``m.example.com``, ``ar.example.com`` of ``ar.m.example.com``."""
    labels = host.split(".")
    devices = [label for label in labels if label in _DEVICES]
    if not devices or (domain := registrable_domain(host)) is None or host == domain:
        return host
    own = labels[: len(labels) - domain.count(".") - 1]
    kept = [label for label in own if label not in _DEVICES]
    return ".".join((*(kept or ["www"]), domain)) if len(kept) < len(own) else host


def _without_amp(path: str) -> str:
    """The path without the segment or the ending that marks an AMP page, unless nothing else is left."""
    plain = _AMP_FILE.sub("", path.rstrip("/"))
    segments = [segment for segment in plain.split("/") if segment.lower() != "amp"]
    if not any(segments):
        return path
    return "/".join(segments) if len(segments) < plain.count("/") + 1 or plain != path.rstrip("/") else path


def _parameter(pair: str) -> str:
    """A parameter without the ``amp;`` of an ampersand encoded twice, empty for one that does not name the page."""
    name, _, value = pair.removeprefix("amp;").partition("=")
    if _is_tracking(name) or (value.lower() == "amp" and name.lower() in _FORMATS):
        return ""
    return pair.removeprefix("amp;")


def ascii_host(host: str) -> str:
    """The host in lower case and IDNA form, without a trailing dot."""
    host = host.rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return host


def host_of(url: str | None) -> str | None:
    """The host without ``www.``, None where there is none."""
    try:
        host = ascii_host(urlsplit(url or "").hostname or "")
    except ValueError:
        return None
    return host.removeprefix("www.") or None


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str | None:
    """The part of a host that one can register, ``example.co.uk`` of ``news.example.co.uk``."""
    domain: str | None = _suffixes().privatesuffix(host)
    return domain


def canonical(url: str, rel_canonical: str | None) -> str:
    """The article's URL, normalised.

    rel_canonical: what the page names, absolute or not. It counts only on the same registrable domain, and not when it is
    the page of a site or a section, of another language or of another article while ``url`` is none.
    """
    own = normalise(url)
    if not rel_canonical or "{" in rel_canonical or len(rel_canonical) > LONGEST:
        return own
    try:
        named = normalise(urljoin(own, rel_canonical.strip()))
        own_parts, named_parts = urlsplit(own), urlsplit(named)
    except ValueError:
        return own
    if named_parts.scheme not in _PORTS or not named_parts.hostname or not own_parts.hostname:
        return own
    same_site = named_parts.hostname == own_parts.hostname or (
        (domain := registrable_domain(own_parts.hostname)) is not None
        and domain == registrable_domain(named_parts.hostname)
    )
    return named if same_site and _may_be(named_parts, own_parts) else own


def _may_be(named: SplitResult, own: SplitResult) -> bool:
    """Whether a page may be what it names on its own site."""
    if _other_language(named, own):
        return False
    if named.path == own.path:
        return named.query == own.query or not (_KEY.search(own.query) and not _names_article(own.path))
    if is_front_page(urlunsplit(named)) and not is_front_page(urlunsplit(own)):
        return False
    return not (_is_section(named, own) or _is_other(named.path, own.path))


def _is_section(named: SplitResult, own: SplitResult) -> bool:
    """Whether the page named is a section's, and the page itself lies below it or is an article's by its name."""
    if named.query or _names_article(named.path):
        return False
    return own.path.startswith(f"{named.path}/") or (
        named.path.count("/") == 1 and (_names_article(own.path) or _NUMBER.search(own.path) is not None)
    )


def _names_article(path: str) -> bool:
    """Whether the last segment of a path is a number or a long name."""
    last = unquote(path.rpartition("/")[2])
    return bool(_NUMBER.search(last)) or len(_words(last)) > _LONG_NAME


def _words(segment: str) -> list[str]:
    return [word for word in segment.replace("_", "-").split("-") if word]


def _other_language(named: SplitResult, own: SplitResult) -> bool:
    """Whether two URLs name two languages, in the host's first label or in the path's first segment."""
    hosts = [(parts.hostname or "").partition(".")[0] for parts in (named, own)]
    segments = [parts.path.split("/")[1] for parts in (named, own)]
    return any(
        one != other and _LANGUAGE.fullmatch(one) is not None and _LANGUAGE.fullmatch(other) is not None
        for one, other in (hosts, segments)
    )


def _is_other(named: str, own: str) -> bool:
    """Whether two paths are alike but for the number, ``/news/1234567`` and ``/news/7654321``, or but for all the words."""
    if _NUMBER.sub("0", named.rpartition("/")[0]) != _NUMBER.sub("0", own.rpartition("/")[0]):
        return False
    numbers = [set(_NUMBER.findall(unquote(path))) for path in (named, own)]
    if all(numbers):
        return not numbers[0] & numbers[1]
    words = [set(_words(unquote(path.rpartition("/")[2].lower()))) for path in (named, own)]
    return all(len(found) > _LONG_NAME for found in words) and not words[0] & words[1]


def is_front_page(url: str) -> bool:
    """Whether a URL leads to a site's or a language's start page."""
    parts = urlsplit(url)
    return not parts.query and bool(_FRONT_PAGE.fullmatch(parts.path) or _LANGUAGE.fullmatch(parts.path.strip("/")))


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=1)
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    names = [name for (name,) in rows("tracking.tsv", 1)]
    return frozenset(n for n in names if not n.endswith("*")), tuple(n[:-1] for n in names if n.endswith("*"))


def _is_tracking(name: str) -> bool:
    exact, prefixes = _tracking()
    return name.lower() in exact or name.lower().startswith(prefixes)


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for position, segment in enumerate(segments):
        plain = segment.lower().replace("%2e", ".")
        if plain == "..":
            del kept[max(len(kept) - 1, 1) :]
        elif plain != ".":
            kept.append(segment)
            continue
        if position == len(segments) - 1:
            kept.append("")
    return "/".join(kept)


def _escape(text: str) -> str:
    def known(match: re.Match[str]) -> str:
        byte = unquote_to_bytes(match[0])
        return byte.decode("ascii") if byte[0] in _UNRESERVED else match[0].upper()

    def needed(match: re.Match[str]) -> str:
        return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))

    return _UNSAFE.sub(needed, _ESCAPE.sub(known, text))
