"""Inputs that no well-behaved producer sends, made from good ones by a seeded chance: what `test_bad_inputs.py` feeds."""

# ruff: noqa: S311 -- the same inputs on every run, no secret
import base64
import gzip
import json
import random
import zlib
from collections.abc import Callable, Iterator

Make = Callable[[random.Random, dict[str, object]], bytes]

NAUGHTY = (
    "\u202eمقلوب\u202c", "ﷺ" * 40, "ا\u0300\u0301\u0302" * 60, "\u200b" * 300, "\ufeff", "\x00", "\ud800", "\udfff\ud83d",
    "👩‍👩‍👧‍👦" * 50, "ｆｕｌｌ ｗｉｄｔｈ", "𝔊𝔬𝔱𝔥𝔦𝔠", "ـ" * 2000, "ً" * 500, "نعم،" * 3000, "1" * 4000, "٣" * 700, "-" * 5000,
    "<script>alert(1)</script>", "</body></html>" * 90, "]]>", "<!--", "--!>", "&#0;&#x110000;&#xd800;&amp" * 60, "&lt;" * 900,
    "${jndi:ldap://x/a}", "'; DROP TABLE articles; --", "%s%n%x{0}{{7*7}}", "../../../etc/passwd", "\r\nSet-Cookie: a=b",
    "NaN", "null", "undefined", "true", "1e999", "0x10", "٢٠٢٦/٩٩/٩٩", "31 فبراير 2026", "الأحد 0 صفر 0000", "“”«»\"'" * 300,
    "قال إن قال إن " * 400, "من جهته، " * 800, "في في في " * 600, "(" * 900, "،" * 900, ".\n" * 900, "http://" * 400, "@" * 999,
)  # fmt: skip
"""Strings that broke something somewhere: directions, joiners, halves of pairs, markup, numbers, endless repetition."""

MARKUP = (
    "<div>" * 3000, "<table><tr><td>" * 800, "<a href='" + "x" * 100_000 + "'>", "<p" * 4000, "<svg><desc><p>" * 500,
    "<b><i>" * 2000 + "نص" + "</b></i>" * 2000, "<![CDATA[" * 300, '<!DOCTYPE a [<!ENTITY b "' + "&b;" * 50 + '">]>&b;',
    "<style>" + "a{" * 3000, "<title>" * 500, "<meta charset='" + "z" * 500 + "'>", "<p>\x0b\x0c\x85\u2028\u2029</p>" * 200,
    "<textarea><p>نص", "<noscript><plaintext>", "<frameset><frame>", "<math><mi><p>", "<template><p>نص</p>" * 300,
    "<time datetime='9999-99-99T99:99:99Z'>", "<time datetime='-1'>", "<link rel=canonical href='javascript:1'>",
    "<script type='application/ld+json'>" + "[" * 5000 + "</script>",
    "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"articleBody\":{\"a\":[1]},\"datePublished\":[[]]}</script>",
)  # fmt: skip
"""Pieces of markup that parsers differ on or spend long on."""

VALUES: tuple[object, ...] = (
    None, 0, -1, 10**40, 1.5, True, "", " ", "\n", [], [[]], {}, {"a": {"b": {}}}, ["نص"], "x" * 3000, "2026-13-01", "now", "\u0000"
)  # fmt: skip
FIELDS = (
    "url", "source", "html", "text", "content_base64", "content_type", "fetched_at", "published_at", "language", "headline",
    "byline", "section", "http_headers", "status", "schema", "id", "",
)  # fmt: skip
CODECS = ("utf-16", "utf-16-le", "utf-32", "cp1256", "iso8859-6", "cp864", "utf-7", "cp037", "shift_jis")
TYPES = (
    "text/html",
    "text/html; charset=utf-8",
    "text/plain; charset=windows-1256",
    "text/html; charset=\x00",
    "image/png",
    "",
)


def made(good: list[dict[str, object]], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """So many inputs, each with the name of its maker, which take turns."""
    chance = random.Random(seed)
    makers = list(MAKERS.items())
    for number in range(count):
        name, make = makers[number % len(makers)]
        yield name, make(chance, dict(chance.choice(good)))


def _dumped(article: dict[str, object]) -> bytes:
    return json.dumps(article, ensure_ascii=True).encode()


def _content(article: dict[str, object]) -> tuple[str, str]:
    """The field that holds the page, and the page."""
    field = "html" if "html" in article else "text"
    return field, str(article[field])


def _cut(chance: random.Random, article: dict[str, object]) -> bytes:
    whole = _dumped(article)
    return whole[: chance.randrange(len(whole))]


def _flipped(chance: random.Random, article: dict[str, object]) -> bytes:
    data = bytearray(json.dumps(article, ensure_ascii=False).encode())
    for _ in range(chance.choice((1, 3, 40))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _spliced(chance: random.Random, article: dict[str, object]) -> bytes:
    data = json.dumps(article, ensure_ascii=False).encode()
    start, end = sorted(chance.randrange(len(data)) for _ in range(2))
    return data[:start] + data[end:] if chance.random() < 0.5 else data[:end] + data[start:]


def _field(chance: random.Random, article: dict[str, object]) -> bytes:
    for _ in range(chance.choice((1, 2, 5))):
        article[chance.choice(FIELDS)] = chance.choice(VALUES)
    return _dumped(article)


def _naughty_field(chance: random.Random, article: dict[str, object]) -> bytes:
    article[chance.choice(FIELDS)] = chance.choice(NAUGHTY)
    return _dumped(article)


def _naughty_text(chance: random.Random, article: dict[str, object]) -> bytes:
    field, text = _content(article)
    for _ in range(chance.choice((1, 4))):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(NAUGHTY) + text[at:]
    return _dumped(article | {field: text})


def _shuffled(chance: random.Random, article: dict[str, object]) -> bytes:
    field, text = _content(article)
    parts = text.split(chance.choice((" ", "\n", "<", "،")))
    chance.shuffle(parts)
    return _dumped(article | {field: chance.choice((" ", "\n", "<", "، ", "")).join(parts)})


def _markup(chance: random.Random, article: dict[str, object]) -> bytes:
    field, text = _content(article)
    article.pop(field)
    at = chance.randrange(len(text) + 1)
    return _dumped(article | {"html": text[:at] + chance.choice(MARKUP) + text[at:]})


def _xml(chance: random.Random, article: dict[str, object]) -> bytes:
    field, text = _content(article)
    article.pop(field)
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "نص ">' + bomb + "]>"
    page = f"{head}<a>&e{chance.randrange(12)};{text}</a>".encode()
    kind = chance.choice(("text/html", "application/xhtml+xml", "text/xml"))
    return _dumped(article | {"content_base64": base64.b64encode(page).decode(), "content_type": kind})


def _encoded(chance: random.Random, article: dict[str, object]) -> bytes:
    field, text = _content(article)
    article.pop(field)
    page = text.encode(chance.choice(CODECS), "replace")
    if chance.random() < 0.3:
        page = page[chance.randrange(4) :] + bytes(chance.randrange(256) for _ in range(50))
    return _dumped(article | {"content_base64": base64.b64encode(page).decode(), "content_type": chance.choice(TYPES)})


def _packed(chance: random.Random, article: dict[str, object]) -> bytes:
    field, text = _content(article)
    article.pop(field)
    page = chance.choice(
        (
            gzip.compress(b"<p>" * 3_000_000, mtime=0),
            gzip.compress(text.encode(), mtime=0)[: chance.randrange(12, 80)],
            zlib.compress(text.encode()),
            gzip.compress(gzip.compress(b"\0" * 1_000_000, mtime=0), mtime=0),
        )
    )
    encoded = base64.b64encode(page).decode()
    if chance.random() < 0.3:
        encoded = encoded[:-3] + chance.choice(("*", "é", "==="))
    article["http_headers"] = {"content-encoding": chance.choice(("gzip", "deflate", "br", "x"))}
    return _dumped(article | {"content_base64": encoded, "content_type": chance.choice(TYPES)})


def _nested(chance: random.Random, article: dict[str, object]) -> bytes:
    depth = chance.choice((90, 600, 20_000))
    opening, closing = chance.choice((("[", "]"), ('{"a":', "}"), ("[{}", "]")))
    value = opening * depth + ("1" if chance.random() < 0.5 else "") + closing * depth
    return _dumped(article)[:-1] + f', "http_headers": {value}}}'.encode()


def _bare(chance: random.Random, article: dict[str, object]) -> bytes:
    repeated = _dumped(article)[:-1] + b', "url": "https://b.example/"}'
    nan = _dumped(article)[:-1] + b', "status": NaN}'
    noise = bytes(chance.randrange(256) for _ in range(chance.randrange(400)))
    return chance.choice(
        (b"", b"null", b"[]", b'"text"', b"{}", b"\xff\xfe{}", b"\xef\xbb\xbf{}", b"{" * 9, repeated, nan, noise)
    )


MAKERS: dict[str, Make] = {
    "cut": _cut, "flipped": _flipped, "spliced": _spliced, "field": _field, "naughty field": _naughty_field,
    "naughty text": _naughty_text, "shuffled": _shuffled, "markup": _markup, "xml": _xml, "encoded": _encoded, "packed": _packed,
    "nested": _nested, "bare": _bare,
}  # fmt: skip
