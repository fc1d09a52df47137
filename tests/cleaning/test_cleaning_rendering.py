from streams.cleaning import metadata, rendering
from streams.cleaning.blocks import Zone


def test_blocks() -> None:
    page = rendering.render(
        rendering.parse(
            "<body class='has-sidebar'><div>a <b>b</b>\n <a href=x>c</a><br>d<p>e&nbsp;f</p>g</div>"
            "<script>no</script><style>no</style><noscript>no</noscript><template>no</template><button>no</button>"
            "<p hidden>no</p><p style='display: none'>no</p><nav role=navigation><li>h</li></nav>"
            "<figure><figcaption>i</figcaption></figure><h2>j</h2>"
        )
    )
    assert page.text == "a b c\nd\ne\xa0f\ng\nh\ni\nj"
    assert [page.text[block.start : block.end] for block in page.blocks] == page.text.split("\n")
    by_text = {block.text: block for block in page.blocks}
    assert by_text["a b c"].linked == 1
    assert by_text["h"].zones & Zone.NAV
    assert by_text["i"].zones & Zone.CAPTION
    assert by_text["j"].heading == 2
    assert by_text["e\xa0f"].boxes[:-1] == by_text["g"].boxes
    assert not by_text["g"].zones


def test_names_are_hints() -> None:
    page = rendering.render(
        rendering.parse("<div class='articleBody'>a</div><div id='share-bar'>b</div><div class='shares-x'>c</div>")
    )
    assert [block.zones for block in page.blocks] == [Zone.BODY_HINT, Zone.CHROME_HINT, 0]


def test_deep_nesting_is_flattened() -> None:
    page = rendering.render(rendering.parse("<div>" * 100_000 + "<p>in" + "</div>" * 100_000 + "<p>out"))
    assert page.text == "in\nout"


def test_metadata() -> None:
    found = metadata.read(
        rendering.parse(
            "<html lang=ar-SY><head><title>عنوان - موقع</title><meta name=author content='سلمى'><meta property=article:published_time content=2025-01-02>"
            "<link rel='alternate canonical' href='/x'>"
            '<script type="application/ld+json">{broken</script>'
            '<script type="application/ld+json">[{"@type":["Thing","NewsArticle"],"headline":"عنوان &amp; آخر","author":"نور",\n"isAccessibleForFree":"False",}]</script>'
        )
    )
    assert found.headlines == ["عنوان & آخر"]
    assert found.bylines == [[("نور", None)], [("سلمى", None)]]
    assert found.published == ["2025-01-02"]
    assert found.canonical == "/x"
    assert found.language == "ar-SY"
    assert not found.free
    assert found.title == "عنوان - موقع"
