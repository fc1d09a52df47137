"""Ids never change: these vectors are pinned, and other implementations may test against them."""

import hashlib
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import identity

ARTICLE_IDS = [
    # url, source, raw text, id
    ("https://sana-akhbar.example/ar/p/1", None, "", "1ec9fd9024e38582c9fa7f12cddf1ae1"),
    ("https://sana-akhbar.example/ar/p/1", "sana-akhbar.example", "أي نص", "1ec9fd9024e38582c9fa7f12cddf1ae1"),
    ("https://sana-akhbar.example/ar/p/2", None, "", "8536aada3e3cfa203642e710c7af5aaa"),
    ("https://xn--mgberp4a5d4a87g.example/خبر", None, "", "2ed5bf44c33833ebc4c87cd8d78e745d"),
    ("https://a.example/?id=7", None, "", "51a5a71b27cf5b626896f343bd8b01a4"),
    ("http://a.example/", None, "", "bcb0bca006de53be44f289933e733997"),
    (None, "قناة الفرات", "خبر عاجل", "8ab5b07c85ff7e65b141daf516c4b95a"),
    (None, "قناة الفرات", "  خبر \n\t عاجل ", "8ab5b07c85ff7e65b141daf516c4b95a"),
    (None, "a", "b", "106798cb4954322290e3f0c58614c4a0"),
    (None, "a", "B", "8f27123c0a5ed4df0ddafb04812fcf79"),
    ("", "a", "b", "106798cb4954322290e3f0c58614c4a0"),
    (None, "", "b", "468e0bb095e8477c2d44680970a8e527"),
    (None, "a", "", "e2245c4b97faedb3cf7c125dcf299abe"),
    (None, "é", "é", "9ab0cc8d90d43f5687374c6293ed035b"),
    (None, "a", "é", "8bb33fa923c52b692ae1000aa1aedcd0"),
    (None, "a", "é", "8bb33fa923c52b692ae1000aa1aedcd0"),
    (None, "a", "👩\u200d🚒 خبر", "2c0536fc387b383c5b5c8b649a4b0f60"),
    (None, "a\nb", "c", "06187070348abbb72dcc6e5cccbf91b1"),
    (None, "a", "b c", "4a7a67915a8b4cd17e11b37ab9a163da"),
    (
        "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu",
        None,
        "",
        "9affdaa9cb28d1a4a57d389d55127100",
    ),
]


@pytest.mark.parametrize(("url", "source", "text", "expected"), ARTICLE_IDS)
def test_article_ids_are_pinned(url: str | None, source: str | None, text: str, expected: str) -> None:
    assert identity.article_id(url, source, text) == expected


def test_an_article_id_is_what_the_contract_says() -> None:
    url = "https://a.example/1"
    assert identity.article_id(url, "a", "b") == hashlib.sha256(f"a1\n{url}".encode()).hexdigest()[:32]
    assert identity.article_id(None, "a", "b  c") == hashlib.sha256(b"a1\na\nb c").hexdigest()[:32]


def test_a_revision_changes_with_headline_and_body_and_not_with_white_space() -> None:
    first = identity.revision("عنوان", "متن الخبر")
    assert first == identity.revision(" عنوان ", "متن\n\nالخبر")
    assert len({first, identity.revision("عنوان", "متن"), identity.revision(None, "متن الخبر")}) == 3


def test_an_event_id_depends_on_input_stage_and_fingerprint_alone() -> None:
    ids = {
        identity.event_id(*parts)
        for parts in (("i", "clean", "f"), ("j", "clean", "f"), ("i", "extract", "f"), ("i", "clean", "g"))
    }
    assert len(ids) == 4
    assert identity.event_id("i", "clean", "f") == "0ebdfbadd58d6a65dc4d8ee1d8307366"


@given(st.binary(max_size=50))
def test_an_input_without_an_id_is_known_by_its_bytes(value: bytes) -> None:
    assert identity.input_event_id(None, value) == hashlib.sha256(value).hexdigest()
    assert identity.input_event_id("abc", value) == "abc"


def test_a_trace_goes_on_and_else_is_derived() -> None:
    incoming = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert identity.traceparent(incoming, "i", "o").split("-")[1] == "0af7651916cd43dd8448eb211c80319c"
    assert identity.traceparent(incoming, "i", "o").split("-")[2] != "b7ad6b7169203331"
    for bad in (None, "", "nonsense", "00-" + "0" * 32 + "-b7ad6b7169203331-01"):
        assert identity.traceparent(bad, "i", "o") == identity.traceparent(None, "i", "o")


def test_ids_do_not_depend_on_the_hash_seed() -> None:
    program = "from streams import identity as i; print(i.article_id('u', None, ''), i.event_id('a', 'b', 'c'))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1
