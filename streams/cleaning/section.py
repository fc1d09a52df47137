"""The section of a page, from what its head and its address say: for a page that shows none above its headline."""

from urllib.parse import unquote, urlsplit

from streams.cleaning import phrases
from streams.cleaning.folding import fold
from streams.cleaning.metadata import Metadata
from streams.cleaning.sitename import general_words, is_site

_MAX_WORDS = 5
_MAX_FOLDERS = 3


def choose(stated: Metadata, headline: str | None, url: str | None) -> str | None:
    """The section by name: stated as such, else the first breadcrumb that is one, else a folder of the URL that is one."""
    # Some pages state several in a row, the narrower ones behind.
    named = (stated.section or "").split(",")[0].strip()
    if _is_name(named, stated, headline):
        return named
    crumbs = [crumb for crumb in stated.crumbs if _is_name(crumb, stated, headline)]
    known = (crumb for crumb in crumbs if fold(crumb) in phrases.sections())
    # The first of the others is the front page, whatever it is called.
    return next(known, None) or next(iter(crumbs[1:]), None) or _folder(url)


def _is_name(text: str, stated: Metadata, headline: str | None) -> bool:
    """Whether it can be a section's name: words, few of them, neither the site's name nor the headline."""
    folded = fold(text)
    if not folded.replace("0", "").strip() or len(folded.split()) > _MAX_WORDS or "://" in text:
        return False
    return folded != fold(headline or "") and not is_site(text, stated)


def _folder(url: str | None) -> str | None:
    """A folder of the path that is a section's name; the last part of the path is the article's."""
    folders = unquote(urlsplit(url or "").path).strip("/").split("/")[:-1][:_MAX_FOLDERS]
    names = (folder.replace("-", " ").replace("_", " ") for folder in folders)
    return next((name for name in names if fold(name) in phrases.sections() - general_words()), None)
