"""Every kind of bad input has a code of its own."""

import pytest

from schemas import RawArticle
from streams import wire
from streams.errors import RECORD_FAULTS, RecordFault

BAD_INPUT = {
    "tombstone": None,
    "record_too_large": b'{"url": "https://a.example/1", "text": "' + b"x" * 10_000_000 + b'"}',
    "invalid_utf8": b'{"url": "https://a.example/1", "text": "\xff"}',
    "invalid_json": b'{"url": "https://a.example/1", "text": "a"',
    "too_deep": b"[" * 200_000,
    "not_a_number": b'{"url": "https://a.example/1", "text": "a", "x": NaN}',
    "duplicate_key": b'{"url": "https://a.example/1", "text": "a", "text": "b"}',
    "lone_surrogate": b'{"url": "https://a.example/1", "text": "a\\ud83d"}',
    "nul_character": b'{"url": "https://a.example/1", "text": "a\\u0000b"}',
    "not_an_object": b'["https://a.example/1"]',
    "unsupported_schema": b'{"schema": "raw-article/2.0", "url": "https://a.example/1", "text": "a"}',
    "missing_field": b'{"text": "a"}',
    "invalid_field": b'{"url": 5, "text": "a"}',
    "no_content": b'{"url": "https://a.example/1"}',
    "ambiguous_content": b'{"url": "https://a.example/1", "text": "a", "html": "<p>a</p>"}',
    "empty_text": b'{"url": "https://a.example/1", "text": " \\n "}',
}
"""What the decoder refuses, by code. The remaining codes come from the stages and the broker."""


def read(value: bytes | None) -> RawArticle:
    return wire.validate(RawArticle, wire.decode(value, "raw-article", 8 * 1024 * 1024))


@pytest.mark.parametrize("code", BAD_INPUT)
def test_bad_input_gets_its_own_code(code: str) -> None:
    with pytest.raises(RecordFault) as fault:
        read(BAD_INPUT[code])
    assert fault.value.code == code
    assert code in RECORD_FAULTS


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b"", "invalid_json"),
        (b'{"a": Infinity}', "not_a_number"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "too_deep"),
        (b'{"a":' * 1020 + b"1" + b"}" * 1020, "too_deep"),
        (b'{"url": "u", "text": "a\x00"}', "invalid_json"),
        (b"\xef\xbb\xbf{}", "invalid_json"),
        (b'{"url": "u", "source": {"text": "a", "text": "b"}}', "duplicate_key"),
        (b'{"url": "u", "text": "a", "fetched_at": "yesterday"}', "invalid_field"),
        (b'{"url": "u", "text": "a", "fetched_at": "2026-11-20T08:00:00"}', "invalid_field"),
        (b'{"url": "u", "content_base64": "AAAA"}', "missing_field"),
        (b'{"url": "u", "content_base64": "%%%", "content_type": "text/html"}', "invalid_field"),
    ],
)
def test_variants_of_bad_input(value: bytes, code: str) -> None:
    with pytest.raises(RecordFault) as fault:
        read(value)
    assert fault.value.code == code


def test_a_fault_never_quotes_the_content() -> None:
    with pytest.raises(RecordFault) as fault:
        read(b'{"url": "https://a.example/1", "text": "a", "status": "secret words"}')
    assert "secret" not in fault.value.message


def test_null_and_empty_strings_count_as_absent() -> None:
    article = read(b'{"url": "https://a.example/1", "text": "a", "language": "", "section": null}')
    assert article.language is None
    assert article.section is None
    assert b"null" not in article.to_json()


def test_unknown_fields_and_newer_minor_versions_are_read() -> None:
    article = read(b'{"schema": "raw-article/1.7", "url": "https://a.example/1", "text": "a", "new": 1}')
    assert article.text == "a"


def test_fetched_at_is_given_back_in_utc() -> None:
    article = read('{"url": "u", "text": "خبر", "fetched_at": "2026-11-20T08:00:00+03:00"}'.encode())
    assert article.fetched_at == "2026-11-20T05:00:00Z"
