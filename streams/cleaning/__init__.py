"""The clean stage: a fetched page to the article and only the article, with an account of everything taken off.

Pure functions over one record: no network, no clock, no state. `clean` is the entry point.
"""

from schemas import CleanArticle, RawArticle, Repair
from streams.cleaning import assembly, decoding, flattened, metadata, rendering, roles, scripted, urls
from streams.cleaning.decoding import Misreading
from streams.cleaning.recurring import NOTHING, Table
from streams.cleaning.recurring import read as read_table
from streams.errors import RecordFault

__all__ = ["NOTHING", "clean", "read_table"]

_HTML_TYPES = ("html", "xml")


def clean(raw: RawArticle, table: Table = NOTHING) -> CleanArticle:
    """Clean one article.

    table: lines that recur in the articles of its source, which are no part of it.
    Raises RecordFault: ``undecodable_content``, ``empty_text``, ``too_many_lines``.
    """
    given, is_html = _content(raw)
    misreading = decoding.misreading(given)
    content = misreading.text if misreading else given
    if is_html:
        tree = rendering.parse(content)
        stated = metadata.read(tree)
        page = scripted.completed(rendering.render(tree), tree, stated)
    else:
        stated = metadata.Metadata()
        page = flattened.split(content)
    if raw.status == "withdrawn":
        return assembly.withdrawn(raw, stated, given)
    if not page.blocks:
        raise RecordFault("empty_text")
    known = table.lines_of(raw.source or urls.host_of(raw.url))
    article = assembly.assemble(raw, page, roles.assign(page, stated, known), stated, given)
    if misreading is None:
        return article
    return article.model_copy(update={"repairs": [*article.repairs, _reread(page.text, misreading)]})


def _reread(text: str, misreading: Misreading) -> Repair:
    """The note that all of ``page_text`` was read again. before: as the text came."""
    return Repair(
        field="page_text", kind="encoding", start=0, end=len(text), before=misreading.misread(text), after=text
    )


def _content(raw: RawArticle) -> tuple[str, bool]:
    """The record's content as text, and whether it is HTML."""
    if raw.html is not None:
        return raw.html, True
    if raw.text is not None:
        return raw.text.replace("\x00", ""), False
    if raw.content_base64 is None:
        return "", False
    media_type = raw.content_type or ""
    header = raw.http_headers.get("content-type", "") if raw.http_headers else ""
    text = decoding.decode(raw.content_base64, f"{media_type};{header}").replace("\x00", "")
    kind = media_type.partition(";")[0].lower()
    return text, any(name in kind for name in _HTML_TYPES) or (
        not kind.startswith("text/plain") and "</" in text[:4096]
    )
