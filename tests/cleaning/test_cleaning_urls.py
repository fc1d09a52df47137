import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    ("url", "normal"),
    [
        ("https://www.google.com/amp/s/www.daily.example.org/a/amp/?usqp=mq331", "https://www.daily.example.org/a"),
        (
            "https://www-daily-example-org.cdn.ampproject.org/c/s/www.daily.example.org/a",
            "https://www.daily.example.org/a",
        ),
        ("https://www.bing.com/amp/s/daily.example.org/a?amp=1", "https://daily.example.org/a"),
        ("https://daily-example-org.bing-amp.com/c/s/daily.example.org/a", "https://daily.example.org/a"),
        ("https://cdn.ampproject.org/v/daily.example.org/a", "http://daily.example.org/a"),
        ("https://daily.example.org/a/amp", "https://daily.example.org/a"),
        ("https://daily.example.org/news/amp/a-1234", "https://daily.example.org/news/a-1234"),
        ("https://daily.example.org/a.amp.html", "https://daily.example.org/a"),
        ("https://daily.example.org/a?outputType=amp&b=1", "https://daily.example.org/a?b=1"),
        ("https://daily.example.org/a?b=1&amp;c=2&amp;utm_source=x", "https://daily.example.org/a?b=1&c=2"),
        ("https://daily.example.org/amp", "https://daily.example.org/amp"),
        ("https://m.example.org/a", "https://www.example.org/a"),
        ("https://mobile.daily.example.org/a", "https://daily.example.org/a"),
        ("https://ar.m.example.org/a", "https://ar.example.org/a"),
        ("https://amp.example.co.uk/a", "https://www.example.co.uk/a"),
        ("https://m.co/a", "https://m.co/a"),
        ("https://example.org/a/", "https://example.org/a"),
        ("https://example.org/a/index.php", "https://example.org/a"),
        ("https://example.org/index.php?id=7", "https://example.org/index.php?id=7"),
        ("https://example.org//a//b", "https://example.org/a/b"),
        ("https://example.org/a;jsessionid=1A2B", "https://example.org/a"),
        ("https://example.org/#!/a/1", "https://example.org/#!/a/1"),
        ("https://example.org/a#top", "https://example.org/a"),
        ("https://example.org/خبر", "https://example.org/%D8%AE%D8%A8%D8%B1"),
        ("https://example.org/%d8%ae%d8%a8%d8%b1/", "https://example.org/%D8%AE%D8%A8%D8%B1"),
        (
            "https://web.archive.example/2024/https://example.org/a",
            "https://web.archive.example/2024/https://example.org/a",
        ),
    ],
)
def test_copies_of_a_page(url: str, normal: str) -> None:
    assert urls.normalise(url) == normal


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (None, "https://daily.example.co.uk/a-1234"),
        ("https://www.daily.example.co.uk/a-1234", "https://www.daily.example.co.uk/a-1234"),
        ("http://www.daily.example.co.uk/a-1234/", "http://www.daily.example.co.uk/a-1234"),
        ("//www.example.co.uk/a-1234", "https://www.example.co.uk/a-1234"),
        ("/b/1234", "https://daily.example.co.uk/b/1234"),
        ("https://other.co.uk/a", "https://daily.example.co.uk/a-1234"),
        ("https://www.example.co.uk/", "https://daily.example.co.uk/a-1234"),
        ("https://www.example.co.uk/index.html", "https://daily.example.co.uk/a-1234"),
        ("https://www.example.co.uk/ar/", "https://daily.example.co.uk/a-1234"),
        ("javascript:void(0)", "https://daily.example.co.uk/a-1234"),
        ("https://[broken", "https://daily.example.co.uk/a-1234"),
        ("{{ page.url }}", "https://daily.example.co.uk/a-1234"),
    ],
)
def test_canonical(named: str | None, expected: str) -> None:
    assert urls.canonical("https://m.daily.example.co.uk/a-1234?utm_source=x", named) == expected


@pytest.mark.parametrize(
    ("own", "named"),
    [
        ("https://daily.example.org/politics/2026/storm-1234567", "https://daily.example.org/politics"),
        ("https://daily.example.org/1234567/the-storm", "https://daily.example.org/sport"),
        ("https://daily.example.org/news/1234567", "https://daily.example.org/news/7654321"),
        (
            "https://daily.example.org/n/storm-hits-the-old-harbour",
            "https://daily.example.org/n/council-votes-on-new-budget",
        ),
        ("https://ar.example.org/1234567", "https://en.example.org/1234567"),
        ("https://daily.example.org/ar/1234567", "https://daily.example.org/en/1234567"),
        ("https://daily.example.org/story.php?id=17", "https://daily.example.org/story.php"),
    ],
)
def test_a_canonical_link_to_another_page_does_not_count(own: str, named: str) -> None:
    assert urls.canonical(own, named) == own


@pytest.mark.parametrize(
    ("own", "named"),
    [
        ("https://daily.example.org/1234567/storm-hits-harbour", "https://daily.example.org/1234567"),
        ("https://daily.example.org/?p=1234567", "https://daily.example.org/2026/storm-hits-the-old-harbour"),
        (
            "https://daily.example.org/storm-hits-the-old-harbour?page=2",
            "https://daily.example.org/storm-hits-the-old-harbour",
        ),
        (
            "https://daily.example.org/n/storm-hits-the-harbour",
            "https://daily.example.org/n/storm-hits-the-old-harbour-two-dead",
        ),
        ("http://daily.example.org/a", "https://www.daily.example.org/a"),
    ],
)
def test_a_canonical_link_to_the_same_article_counts(own: str, named: str) -> None:
    assert urls.canonical(own, named) == named


HOSTS = st.sampled_from(
    [
        "example.org",
        "www.example.org",
        "m.example.org",
        "ar.m.example.org",
        "خبر.example",
        "www.google.com",
        "x.cdn.ampproject.org",
        "1.2.3.4",
        "m",
    ]
)
SEGMENTS = st.sampled_from(
    [
        "amp",
        "s",
        "c",
        "a",
        "a.amp.html",
        ".amp",
        "index.html",
        "خبر",
        "%d8%a3",
        "..",
        ".",
        "",
        "m.example.org",
        "a b",
        "1234567",
        "ar",
        "a;jsessionid=1",
        "%2e%2e",
        "%",
    ]
)
QUERIES = st.sampled_from(
    ["", "?", "?amp", "?amp;amp;a=1", "?utm_source=x&id=1", "?a=%d8", "?output=amp", "#top", "#!/a", "?a=1#!b"]
)
URLS = st.builds(
    lambda scheme, host, segments, query: f"{scheme}://{host}/{'/'.join(segments)}{query}",
    st.sampled_from(["http", "https", "HTTP"]), HOSTS, st.lists(SEGMENTS, max_size=6), QUERIES,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(URLS | st.text(max_size=60))
def test_normalising_twice_changes_nothing(url: str) -> None:
    normal = urls.normalise(url)
    assert urls.normalise(normal) == normal


@settings(max_examples=400, deadline=None)
@given(URLS, URLS)
def test_the_canonical_url_is_its_own(url: str, named: str) -> None:
    found = urls.canonical(url, named)
    assert urls.canonical(found, None) == found
    assert urls.canonical(found, named) == found


def test_hosts() -> None:
    assert urls.host_of("https://WWW.Example.com/a") == "example.com"
    assert urls.host_of("no url") is None
    assert urls.registrable_domain("a.b.example.com.sy") == "example.com.sy"
    assert urls.registrable_domain("com") is None
