import pytest

from streams.cleaning import urls


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTP://Www.Example.COM:80/a/../b/./c?utm_source=x&id=2&fbclid=3#top", "http://www.example.com/b/c?id=2"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com:8443/", "https://example.com:8443/"),
        ("https://example.com/?b=2&a=1&UTM_Medium=z", "https://example.com/?b=2&a=1"),
        ("https://خبر.example/أخبار?س=1", "https://xn--ngblk.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1?%D8%B3=1"),
        ("https://example.com/%7euser/%d8%a3", "https://example.com/~user/%D8%A3"),
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("  https://example.com/a\n", "https://example.com/a"),
        ("https://example.com./a/..", "https://example.com/"),
        ("https://[2001:DB8::1]/a", "https://[2001:db8::1]/a"),
        ("https://example.com:99999/", "https://example.com:99999/"),
        ("urn:x:1", "urn:x:1"),
    ],
)
def test_normalise(url: str, normal: str) -> None:
    assert urls.normalise(url) == normal
    assert urls.normalise(normal) == normal


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (None, "https://m.daily.example.co.uk/a?id=1"),
        ("https://www.daily.example.co.uk/a", "https://www.daily.example.co.uk/a"),
        ("//www.example.co.uk/a", "https://www.example.co.uk/a"),
        ("/b", "https://m.daily.example.co.uk/b"),
        ("https://other.co.uk/a", "https://m.daily.example.co.uk/a?id=1"),
        ("https://www.example.co.uk/", "https://m.daily.example.co.uk/a?id=1"),
        ("https://www.example.co.uk/index.html", "https://m.daily.example.co.uk/a?id=1"),
        ("https://www.example.co.uk/ar/", "https://m.daily.example.co.uk/a?id=1"),
        ("javascript:void(0)", "https://m.daily.example.co.uk/a?id=1"),
        ("https://[broken", "https://m.daily.example.co.uk/a?id=1"),
    ],
)
def test_canonical(named: str | None, expected: str) -> None:
    assert urls.canonical("https://m.daily.example.co.uk/a?id=1&utm_source=x", named) == expected


def test_hosts() -> None:
    assert urls.host_of("https://WWW.Example.com/a") == "example.com"
    assert urls.host_of("no url") is None
    assert urls.registrable_domain("a.b.example.com.sy") == "example.com.sy"
    assert urls.registrable_domain("com") is None
