"""Names of the site itself, which headlines end in and authors are called: neither is a headline's part nor a person."""

from functools import lru_cache

from streams.cleaning import urls
from streams.cleaning.folding import fold
from streams.cleaning.metadata import Metadata
from streams.cleaning.tables import rows

_SHORTEST = 3
"""Letters of the shortest label of a host that is looked for within a name."""


@lru_cache(maxsize=1)
def general_words() -> frozenset[str]:
    """Folded words that say no more of a name than that it is a site's or a paper's."""
    return frozenset(fold(word) for kind, word in rows("agencies.tsv", 2) if kind == "site")


def is_site(name: str, stated: Metadata) -> bool:
    """Whether a name is the site's: as the page states it, or the host's with nothing but general words beside it."""
    words = fold(name).split()
    squeezed = "".join(words)
    if not squeezed or any(squeezed == fold(site).replace(" ", "") for site in stated.sites):
        return bool(squeezed)
    host = urls.host_of(stated.canonical)
    if host is None:
        return False
    if host in name.lower():
        return True
    label = (urls.registrable_domain(host) or host).partition(".")[0].replace("-", "")
    rest = squeezed.replace(label, "", 1) if label in squeezed and len(label) >= _SHORTEST else None
    return rest == "" or (rest is not None and _is_general(words, label))


def _is_general(words: list[str], label: str) -> bool:
    """Whether the words beside the label say no more than that it is a site: ``Focus online``, ``Der Spiegel``."""
    return any(
        "".join(words[start:end]) == label and all(word in general_words() for word in (*words[:start], *words[end:]))
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    )
