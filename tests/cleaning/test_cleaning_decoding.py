import base64

import pytest

from schemas import RawArticle
from streams.cleaning import clean, decoding, mojibake
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
        (ARABIC.encode("utf-16-le"), "text/plain"),
        (ARABIC.encode("utf-16-be"), "text/plain"),
        (ARABIC.encode("utf-16-le"), "text/plain; charset=utf-16"),
        (ARABIC.encode(), "text/plain; charset=utf-16"),
        (ARABIC.encode(), "text/html; charset=ISO-8859-1"),
        (ARABIC.encode(), "text/html; charset=windows-1256"),
        (ARABIC.encode("cp1256"), "text/html; charset=ISO-8859-1"),
        (ARABIC.encode("iso8859-6", "ignore"), "text/html"),
    ],
)
def test_encodings(content: bytes, content_type: str) -> None:
    assert decoding.decode(content, content_type) == ARABIC


def test_meta_tag() -> None:
    page = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1256"><body>{ARABIC}'
    assert decoding.decode(page.encode("cp1256"), "text/html") == page
    claims = f'<html><head><meta charset="utf-16"><body>{ARABIC}'
    assert decoding.decode(claims.encode(), "text/html") == claims


def test_xml_declaration() -> None:
    page = f'<?xml version="1.0" encoding="windows-1256"?><html><body>{ARABIC}'
    assert decoding.decode(page.encode("cp1256"), "application/xhtml+xml") == page


def test_meta_tag_behind_a_long_head() -> None:
    page = f'<html><head><script>{"a();" * 2000}</script><meta charset="windows-1256"><body>{ARABIC}'
    assert decoding.decode(page.encode("cp1256"), "text/html") == page


def test_damaged_character_of_a_declared_encoding_of_many_bytes() -> None:
    chinese = "市政府星期一宣布旧桥的维修工程将于下周开始并持续至少三个月" * 4
    assert decoding.decode(chinese.encode("gb18030")[:-1], "text/html; charset=gbk").startswith(chinese[:-1])


def test_some_damage_in_utf8() -> None:
    assert decoding.decode(ARABIC.encode() * 3 + b"\xd9", "text/html").startswith(ARABIC)


def test_other_code_pages() -> None:
    assert (
        decoding.decode("Le général a été reçu à l'hôtel".encode("cp1252"), "text/html")
        == "Le général a été reçu à l'hôtel"
    )
    russian = "Правительство объявило о начале строительства нового моста через реку"
    assert decoding.decode(russian.encode("cp1251"), "text/html") == russian
    greek = "Η κυβέρνηση ανακοίνωσε την έναρξη της κατασκευής της νέας γέφυρας"
    assert decoding.decode(greek.encode("cp1253"), "text/html") == greek
    polish = "Rząd ogłosił początek budowy nowego mostu nad rzeką, który będzie gotowy wiosną"
    assert decoding.decode(polish.encode("cp1250"), "text/html") == polish
    german = "Die Außenministerin sagte am Montag, die Brücke werde gesperrt."
    assert decoding.decode(german.encode("cp1252"), "text/html") == german


@pytest.mark.parametrize("codec", ["cp1252", "cp1256", "latin-1"])
@pytest.mark.parametrize("text", [ARABIC, "Le général a été reçu à l’hôtel “Élysée”", "Мост закрыт на ремонт"])
def test_utf8_read_with_another_table(text: str, codec: str) -> None:
    garbled = mojibake.read(text.encode(), codec)
    found = decoding.misreading(garbled)
    assert found is not None
    assert found.text == text
    assert found.misread(text) == garbled


def test_arabic_read_as_latin() -> None:
    garbled = ARABIC.encode("cp1256").decode("cp1252")
    found = decoding.misreading(garbled)
    assert found is not None
    assert (found.text, found.misread(found.text)) == (ARABIC, garbled)


@pytest.mark.parametrize(
    "text",
    [
        ARABIC,
        "plain",
        "Le général a été reçu à l’hôtel",
        "“TUSEN TAKK FOR MEG PÅ”, «FORSTÅ» og «BLÅ»",
        "Íslenska þjóðin æðraðist ekki",
        ARABIC + " Ã©",
    ],
)
def test_texts_that_were_read_well(text: str) -> None:
    assert decoding.misreading(text) is None


def test_a_record_tells_that_its_text_was_read_again() -> None:
    text = f"انتهاء أعمال الصيانة في الجسر القديم\n\n{ARABIC}.\n\nوأضاف أن الكلفة تبلغ مليوني دولار، وأن التمويل مؤمن بالكامل."
    garbled = mojibake.read(text.encode(), "cp1252")
    article = clean(RawArticle(source="daily.example", text=garbled))
    assert article.page_text == text
    assert article.language == "ar"
    note = article.repairs[-1]
    assert (note.field, note.kind, note.before, note.after) == ("page_text", "encoding", garbled, text)
    assert (note.start, note.end) == (0, len(text))


def test_charset_of_the_headers_counts_where_the_media_type_has_none() -> None:
    raw = RawArticle.model_validate(
        {
            "source": "daily.example",
            "content_base64": base64.b64encode(f"{ARABIC}.".encode("cp1256")),
            "content_type": "text/plain",
            "http_headers": {"content-type": "text/plain; charset=windows-1256"},
        }
    )
    assert clean(raw).page_text == f"{ARABIC}."


@pytest.mark.parametrize("content", [b"\x00\x01\x02\x03" * 64, b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 8])
def test_no_text(content: bytes) -> None:
    with pytest.raises(RecordFault, match="undecodable_content"):
        decoding.decode(content, "text/html")
