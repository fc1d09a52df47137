import pytest

from streams.cleaning import decoding
from streams.errors import RecordFault

ARABIC = "قال المتحدث باسم البلدية إن أعمال الصيانة في الجسر ستبدأ قريباً"


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (ARABIC.encode(), "text/html"),
        (ARABIC.encode(), "text/html; charset=nonsense"),
        (ARABIC.encode("cp1256"), "text/html; charset=Windows-1256"),
        (ARABIC.encode("cp1256"), 'text/html; charset="x-cp1256"'),
        (ARABIC.encode("cp1256"), "text/html"),
        (ARABIC.encode("cp1256"), "text/html; charset=utf-8"),
        (ARABIC.encode("iso8859-6", "ignore"), "text/html; charset=ISO-8859-6"),
        (b"\xef\xbb\xbf" + ARABIC.encode(), "text/html; charset=windows-1252"),
        (b"\xff\xfe" + ARABIC.encode("utf-16-le"), "text/plain"),
        (b"\xfe\xff" + ARABIC.encode("utf-16-be"), "text/plain"),
    ],
)
def test_encodings(content: bytes, content_type: str) -> None:
    assert decoding.decode(content, content_type) == ARABIC


def test_meta_tag() -> None:
    page = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1256"><body>{ARABIC}'
    assert decoding.decode(page.encode("cp1256"), "text/html") == page
    claims = f'<html><head><meta charset="utf-16"><body>{ARABIC}'
    assert decoding.decode(claims.encode(), "text/html") == claims


def test_some_damage_in_utf8() -> None:
    assert decoding.decode(ARABIC.encode() * 3 + b"\xd9", "text/html").startswith(ARABIC)


def test_other_code_pages() -> None:
    assert (
        decoding.decode("Le général a été reçu à l'hôtel".encode("cp1252"), "text/html")
        == "Le général a été reçu à l'hôtel"
    )
    russian = "Правительство объявило о начале строительства нового моста через реку"
    assert decoding.decode(russian.encode("cp1251"), "text/html") == russian


@pytest.mark.parametrize("content", [b"\x00\x01\x02\x03" * 64, b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 8])
def test_no_text(content: bytes) -> None:
    with pytest.raises(RecordFault, match="undecodable_content"):
        decoding.decode(content, "text/html")
