"""Lists of other stories and of tags: the lines after a label such as ``مقالات ذات صلة``."""

from collections.abc import Sequence

from streams.cleaning.evidence import Evidence

_END = "end"
"""The reason of a mark that closes the article: no paragraph of it comes after."""


def listed(evidence: Sequence[Evidence]) -> dict[int, str]:
    """Indexes of the lines that belong to such a list, with the reason to take them off."""
    found: dict[int, str] = {}
    opened: str | None = None
    since = 0
    for index, item in enumerate(evidence):
        if item.phrase is not None and opened != _END and (item.phrase.opens_list or item.phrase.reason == _END):
            opened, since = item.phrase.reason, index
        elif opened is not None:
            if _resumes(evidence, index, since, opened):
                opened = None
            elif item.chrome is None:
                found[index] = "tags" if opened == "tags" else "related"
    return found


def _resumes(evidence: Sequence[Evidence], index: int, since: int, opened: str) -> bool:
    """Whether the article goes on at ``index`` after a list was opened at ``since``.

    Leads of other stories are paragraphs as well, but each stands after its own title: two paragraphs in a row are the
    article again, and so is a paragraph right after the label or after one lone title.
    """
    item = evidence[index]
    if opened == _END:
        return False
    if opened == "tags":
        return item.prose
    if not item.strong:
        return False
    following = evidence[index + 1] if index + 1 < len(evidence) else None
    if index == since + 1 or (following is not None and following.prose):
        return True
    return index == since + 2 and (following is None or following.chrome is not None)
