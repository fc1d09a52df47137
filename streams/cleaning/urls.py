"""URLs: normalised without reading the page, and the canonical one that the page itself names."""

import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes, urljoin, urlsplit, urlunsplit

import idna
from publicsuffixlist import PublicSuffixList

from streams.cleaning.tables import rows

_PORTS = {"http": 80, "https": 443}
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_UNSAFE = re.compile(r"[^!-~]")
_CONTROL = re.compile(r"[\x00-\x20\x7f]+")
_FRONT_PAGE = re.compile(r"/?(?:(?:index|home|default|main)(?:\.\w{2,5})?)?/?", re.IGNORECASE)
_LANGUAGE_ROOT = re.compile(r"/[a-z]{2}(?:-[a-z]{2})?/?", re.IGNORECASE)


def normalise(url: str) -> str:
    """The same text for spellings of one URL: scheme, host, port, dot segments, escapes, fragment, tracking parameters.

    The order of the parameters stays. What is no http(s) URL with a host comes back stripped, else as it is.
    """
    bare = _CONTROL.sub(lambda match: "" if match.start() == 0 or match.end() == len(url) else "%20", url)
    try:
        parts = urlsplit(bare)
        port = parts.port
        host = ascii_host(parts.hostname or "")
    except ValueError:
        return bare
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        return bare
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[scheme]:
        netloc += f":{port}"
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracking(pair.partition("=")[0]))
    return urlunsplit((scheme, netloc, _escape(_without_dots(parts.path)) or "/", _escape(query), ""))


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
    a front page while ``url`` is none.
    """
    own = normalise(url)
    if not rel_canonical:
        return own
    try:
        named = normalise(urljoin(own, rel_canonical.strip()))
        own_parts, named_parts = urlsplit(own), urlsplit(named)
    except ValueError:
        return own
    if named_parts.scheme not in _PORTS or not named_parts.hostname or not own_parts.hostname:
        return own
    if named_parts.hostname != own_parts.hostname:
        domain = registrable_domain(own_parts.hostname)
        if domain is None or domain != registrable_domain(named_parts.hostname):
            return own
    if is_front_page(named) and not is_front_page(own):
        return own
    return named


def is_front_page(url: str) -> bool:
    """Whether a URL leads to a site's or a language's start page."""
    parts = urlsplit(url)
    return not parts.query and bool(_FRONT_PAGE.fullmatch(parts.path) or _LANGUAGE_ROOT.fullmatch(parts.path))


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
