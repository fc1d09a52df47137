"""Bytes to text, the way browsers and then experience tell: BOM, header, meta, UTF-8, else the best fitting code page."""

import codecs
import re

from streams.cleaning.tables import rows
from streams.errors import RecordFault

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(
    rb"<(?:meta|\?xml)[^<>]{0,512}?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE
)
_PARAMETER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_HEAD = 4096
_CANDIDATES = ("windows-1256", "iso-8859-6", "windows-1252", "windows-1251", "windows-1254", "windows-1255")
_C1 = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_BINARY_SHARE = 0.02
_FREQUENT = {
    "windows-1256": "اليونمتربعدسفقكهحجة",
    "iso-8859-6": "اليونمتربعدسفقكهحجة",
    "windows-1251": "оеаинтсрвлкмдпу",
    "windows-1255": "יוהלאמרתבש",
    "windows-1254": "şığİçöü",
    "windows-1252": "éèàçêôûîäöüßñóíáæøå",
}


def decode(content: bytes, content_type: str) -> str:
    """The text of ``content``.

    content_type: a media type, its charset parameter counts for more than what the page itself says.
    Raises RecordFault ``undecodable_content`` where no encoding gives text.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], name) or _guess(content[len(mark) :])
    for label in _declared(content, content_type):
        codec = codec_of(label)
        if codec and (text := _strict(content, codec)) is not None:
            return text
    return _guess(content)


def codec_of(label: str) -> str | None:
    """The codec that a WHATWG label stands for, None for an unknown label."""
    return _labels().get(label.strip().lower())


def _labels() -> dict[str, str]:
    return dict(rows("encodings.tsv", 2))  # type: ignore[arg-type]


def _declared(content: bytes, content_type: str) -> list[str]:
    found = [match[1] for match in _PARAMETER.finditer(content_type)][:1]
    if match := _META.search(content, 0, _HEAD):
        label = match[1].decode("ascii")
        # A page whose meta tag could be read as ASCII is no UTF-16, whatever it says.
        found.append("utf-8" if label.lower().startswith("utf-16") else label)
    return found


def _strict(content: bytes, codec: str) -> str | None:
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        return None
    return None if _is_binary(text) else text


def _is_binary(text: str) -> bool:
    return len(_C1.findall(text[:65536])) > _BINARY_SHARE * min(len(text), 65536)


def _guess(content: bytes) -> str:
    if (text := _strict(content, "utf-8")) is not None:
        return text
    if _is_mostly_utf8(content):
        return content.decode("utf-8", "replace")
    best: tuple[float, str] | None = None
    for name in _CANDIDATES:
        text = content.decode(codec_of(name) or name, "replace")
        if not _is_binary(text) and (best is None or _fit(text, name) > best[0]):
            best = (_fit(text, name), text)
    if best is None or best[0] < 0:
        raise RecordFault("undecodable_content")
    return best[1]


def _is_mostly_utf8(content: bytes) -> bool:
    """Whether the bytes above 0x7f are UTF-8 with a few of them damaged or cut off."""
    text = content.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    good = sum(1 for character in text[:65536] if character > "\x7f") - damaged
    return good > 0 and damaged * 20 < good


def _fit(text: str, name: str) -> float:
    """How much the characters above 0x7f look like letters of the languages that the code page is for, -1 to 1."""
    high = [character for character in text[:65536] if character > "\x7f"]
    if not high:
        return 0.0
    frequent = sum(character in _FREQUENT[name] for character in high)
    letters = sum(character.isalpha() for character in high)
    unknown = high.count("\ufffd")
    return (frequent * 0.7 + letters * 0.3 - unknown * 3) / len(high)
