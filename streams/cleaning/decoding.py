"""Bytes to text, the way browsers and then experience tell: BOM, header, meta, UTF-8, else the best fitting code page.

Texts that came decoded with the wrong table are told and read again.
"""

import codecs
import re
from dataclasses import dataclass

from streams.cleaning import mojibake
from streams.cleaning.tables import rows
from streams.errors import RecordFault

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(
    rb"<(?:meta|\?xml)[^<>]{0,512}?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE
)
_PARAMETER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_HEAD = 16384
_SAMPLE = 65536
_CANDIDATES = (
    "windows-1252", "windows-1256", "iso-8859-6", "windows-1251", "windows-1254", "windows-1255", "windows-1253", "windows-1250",
)  # fmt: skip
_C0 = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_C1 = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_BINARY_SHARE = 0.02
_UNICODE = ("utf-8", "utf-16-le", "utf-16-be")
_MANY_BYTES = ("gb18030", "big5hkscs", "euc_jp", "iso2022_jp", "cp932", "cp949")
_HIGH = re.compile("[^\x00-\x7f]")
_LETTERS = re.compile(r"[^\W\x00-\x7f]{4,}+")
_MIXED = re.compile(r"(?<=[A-Za-z])[^\W\x00-\x7f]|[^\W\x00-\x7f](?=[A-Za-z])")
_LATIN = frozenset(["windows-1250", "windows-1252", "windows-1254"])
_FREQUENT = {
    "windows-1256": "اليونمتربعدسفقكهحجة",
    "iso-8859-6": "اليونمتربعدسفقكهحجة",
    "windows-1251": "оеаинтсрвлкмдпу",
    "windows-1255": "יוהלאמרתבש",
    "windows-1254": "şığİçöü",
    "windows-1253": "αοιετσνηρπκςμλό",
    "windows-1252": "éèàçêôûîäöüßñóíáæøå",
    "windows-1250": "ąęłóśżźćńčěřšžýáíéůőű",
}


@dataclass(frozen=True, slots=True)
class Misreading:
    """A text that was written in one encoding and read in another. text: as it was meant."""

    text: str
    written_in: str
    read_in: str

    def misread(self, text: str) -> str:
        """``text`` as that reader had it."""
        return mojibake.read(text.encode(self.written_in, "replace"), self.read_in)


def decode(content: bytes, content_type: str) -> str:
    """The text of ``content``.

    content_type: media types; the first charset parameter counts for more than what the page itself says. What is valid
    UTF-8 above ASCII is UTF-8, whatever table of single bytes a server names.
    Raises RecordFault ``undecodable_content`` where no encoding gives text.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], name) or _guess(content[len(mark) :])
    declared = [codec for label in _declared(content, content_type) if (codec := codec_of(label))]
    utf8 = _strict(content, "utf-8") if b"\x00" not in content[:_HEAD] else None
    if utf8 is not None and not (declared and declared[0] in _MANY_BYTES):
        return utf8
    for codec in declared:
        if codec.startswith("utf-16") and b"\x00" not in content[:_HEAD]:
            continue
        text = _strict(content, codec)
        if text is None and codec in _MANY_BYTES:
            text = _lenient(content, codec)
        if text is not None:
            return _foreign(text) or text if codec == "cp1252" else text
    return _guess(content)


def misreading(text: str) -> Misreading | None:
    """How a text that came decoded was misread; None where it was not, or not all of it."""
    if text.isascii():
        return None
    if found := mojibake.mended(text):
        return Misreading(found[0], "utf-8", found[1])
    return _foreign_reading(text)


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
    return None if _is_binary(text, _C0 if codec in _UNICODE else _C1) else text


def _lenient(content: bytes, codec: str) -> str | None:
    """The text with some of its characters damaged or cut off."""
    text = content.decode(codec, "replace")
    return text if text.count("\ufffd") * 50 < len(text) and not _is_binary(text, _C1) else None


def _is_binary(text: str, control: re.Pattern[str]) -> bool:
    sample = text[:_SAMPLE]
    return not sample.isprintable() and len(control.findall(sample)) > _BINARY_SHARE * len(sample)


def _guess(content: bytes) -> str:
    if (text := _strict(content, "utf-8")) is not None:
        return text
    if (codec := _utf16(content)) and (text := _strict(content[: len(content) // 2 * 2], codec)) is not None:
        return text
    if _is_mostly_utf8(content):
        return content.decode("utf-8", "replace")
    found = _best(content)
    if found is None or found[0] < 0:
        raise RecordFault("undecodable_content")
    return found[1]


def _utf16(content: bytes) -> str | None:
    """The byte order of UTF-16 without a BOM: of spaces and markup every other byte is zero."""
    head = content[:4096]
    low, high = head[::2].count(0), head[1::2].count(0)
    enough = len(head) // 40
    if high > enough and low * 20 <= high:
        return "utf-16-le"
    return "utf-16-be" if low > enough and high * 20 <= low else None


def _is_mostly_utf8(content: bytes) -> bool:
    """Whether the bytes above 0x7f are UTF-8 with a few of them damaged or cut off."""
    text = content.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    good = sum(1 for character in text[:_SAMPLE] if character > "\x7f") - damaged
    return good > 0 and damaged * 20 < good and not _is_binary(text, _C0)


def _best(content: bytes) -> tuple[float, str, str] | None:
    """Fit, text and name of the code page that fits best; None where none gives text."""
    best: tuple[float, str, str] | None = None
    for name in _CANDIDATES:
        text = content.decode(codec_of(name) or name, "replace")
        if _is_binary(text, _C1):
            continue
        fit = _fit(text, name)
        if best is None or fit > best[0]:
            best = (fit, text, name)
    return best


def _fit(text: str, name: str) -> float:
    """How much the characters above 0x7f look like letters of the languages that the code page is for, -4 to 1."""
    sample = text[:_SAMPLE]
    high: list[str] = _HIGH.findall(sample)
    if not high:
        return 0.0
    frequent = sum(character in _FREQUENT[name] for character in high)
    letters = sum(character.isalpha() for character in high)
    # Letters of other scripts do not stand within Latin words; Latin words have some plain letters.
    strange = sum(map(len, _LETTERS.findall(sample))) if name in _LATIN else len(_MIXED.findall(sample))
    return (frequent * 0.7 + letters * 0.3 - strange - high.count("\ufffd") * 3) / len(high)


# --- other scripts read as Latin ----------------------------------------------------------------------------------------

_LATIN_RUN = re.compile("[\xc0-\xff]{3,}+")
_FEWEST = 24
_SURE_FIT = 0.6


def _foreign(text: str) -> str | None:
    found = _foreign_reading(text)
    return found.text if found else None


def _foreign_reading(text: str) -> Misreading | None:
    """Arabic, Cyrillic, Greek or Hebrew read as windows-1252: words of nothing but accented letters, ``ÞÇá ÇáãÊÍÏË``."""
    sample = text[:_SAMPLE]
    runs = sum(map(len, _LATIN_RUN.findall(sample)))
    if runs < _FEWEST or runs * 2 < len(_HIGH.findall(sample)):
        return None
    data = mojibake.written(text, "cp1252")
    # A text with characters of its own that windows-1252 lacks was read well.
    if mojibake.read(data, "cp1252") != text:
        return None
    found = _best(data)
    if found is None or found[0] < _SURE_FIT or found[2] in _LATIN:
        return None
    return Misreading(found[1], codec_of(found[2]) or found[2], "cp1252")
