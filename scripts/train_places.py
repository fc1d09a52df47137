"""Train what tells places from other words, and the places of events from those only mentioned, on marked articles.

Run it from the root of the repository: python -m scripts.train_places FOLDER [--check FOLDER]
FOLDER holds articles in the project's markup (*.gold). It writes streams/extraction/data/place_weights.tsv and
sense_weights.tsv and prints cross-validated figures, and those on the articles of --check, which it does not learn from.
The same articles give the same bytes.
"""

import argparse
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas import CleanArticle, Entity, Mention
from streams.extraction import places, senses
from streams.extraction.evidence import Words
from streams.extraction.text import fields

DATA = Path("streams/extraction/data")
WITHOUT_CLITICS = frozenset({"fa", "ur", "ckb", "ku", "ps", "en", "fr", "tr", "de"})
TAG = re.compile(r"<(/?)(\w+)((?:\s+\w+=\"[^\"]*\")*)\s*>")
ATTRIBUTE = re.compile(r"(\w+)=\"([^\"]*)\"")
FOLDS = 5
RIDGE = {"place": 4.0, "sense": 8.0}
LIMIT = {"place": places.LIKELY, "sense": senses.EVENT}
STEPS = 12
ASIDE = 0.3  # the weight of a name inside that of a person or organisation, which other finders claim
BY_HAND = {"hashtag": 1.5}  # signs that articles do not have
RARE = 4  # examples that a sign must have


class Mark(NamedTuple):
    """One marked span, half-open in code points of its field."""

    field: str | None
    tag: str
    start: int
    end: int
    attributes: dict[str, str]


class Page(NamedTuple):
    """One marked article."""

    article: CleanArticle
    marks: list[Mark]


class Example(NamedTuple):
    """What a classifier learns from: signs, the answer, and how much it counts."""

    signs: list[str]
    answer: bool
    weight: float
    page: int


def parse(line: str) -> tuple[str, list[tuple[str, int, int, dict[str, str]]]]:
    """The text of a marked line as it is once cleaned, and its marks."""
    text, marks, stack, at, muted = "", [], [], 0, False
    for match in TAG.finditer(line):
        text += "" if muted else line[at : match.start()]
        at = match.end()
        if not match[1]:
            stack.append((match[2], len(text), dict(ATTRIBUTE.findall(match[3]))))
            muted = muted or match[2] in {"fix", "c"}
            continue
        tag, start, attributes = stack.pop()
        if tag in {"fix", "c"}:
            muted = False
            text += attributes.get("to", "")
        else:
            marks.append((tag, start, len(text), attributes))
    return text + line[at:], marks


def read(path: Path) -> Page:
    """A marked article as the clean stage would hand it on."""
    head, page, _ = re.split(r"^---\s*$", path.read_text("utf-8"), maxsplit=2, flags=re.MULTILINE)
    about = {key.strip(): value.strip() for key, value in (line.split(":", 1) for line in head.strip().splitlines())}
    parts: dict[str | None, list[str]] = {"headline": [], "alternative_headline": [], None: []}
    marks: list[Mark] = []
    named = {"T": "headline", "A": "alternative_headline", "B": None, "K": None}
    for line in page.strip("\n").split("\n"):
        kind, _, rest = line.partition(" ")
        if kind not in named or not rest.strip():
            continue
        text, found = parse(rest.strip())
        field = named[kind]
        joint = "\n\n" if field is None else "\n"
        offset = len(joint.join(parts[field])) + (len(joint) if parts[field] else 0)
        marks += [Mark(field, tag, start + offset, end + offset, more) for tag, start, end, more in found]
        parts[field].append(text)
    article = CleanArticle.model_validate(
        {
            "id": "0" * 32,
            "language": about["language"],
            "headline": "\n".join(parts["headline"]) or None,
            "alternative_headline": parts["alternative_headline"],
            "body": "\n\n".join(parts[None]),
        }
    )
    return Page(article, marks)


def words_of(page: Page) -> list[Words]:
    """The words of every field."""
    clitics = (page.article.language or "").split("-")[0] not in WITHOUT_CLITICS
    return [Words(number, part, clitics=clitics) for number, part in enumerate(fields(page.article))]


def name_examples(pages: list[Page]) -> Iterator[Example]:
    """Every name of the gazetteer in the articles: is it marked as a place or not."""
    for number, page in enumerate(pages):
        every = words_of(page)
        told = places.context(every)
        for words in every:
            near = [mark for mark in page.marks if mark.field == words.name and mark.tag in {"loc", "per", "org"}]
            for index in range(len(words)):
                for spot in places.spots(words, index, told):
                    start = words.tokens[spot.span[0]].start + spot.offset
                    end = words.tokens[spot.span[1] - 1].end
                    over = [mark for mark in near if mark.start < end and start < mark.end]
                    if any(mark.tag == "loc" for mark in over):
                        if any(mark.start <= start and end <= mark.end for mark in over):
                            yield Example(spot.signs, True, 1.0, number)
                    else:
                        yield Example(spot.signs, False, ASIDE if over else 1.0, number)


def sense_examples(pages: list[Page]) -> Iterator[Example]:
    """Every marked place: did something happen there or not."""
    for number, page in enumerate(pages):
        every = words_of(page)
        told = places.context(every)
        parts = fields(page.article)
        texts = {part.name: part.text for part in parts}
        entities = list(located(page, texts))
        found = [
            next((spot for words in every if words.name == m.field for spot in at(words, m, told)), ())
            for m in (entity.mentions[0] for entity in entities)
        ]
        candidates = [
            every[0].candidate((0, 1), "place", 1.0, "", rows=rows)._replace(name=entity.name)
            for entity, rows in zip(entities, found, strict=True)
        ]
        rows = dict(zip((e.id for e in entities), places.resolve(candidates, told), strict=True))
        reader = senses.Reader(page.article, parts, entities, rows)
        sense = {(mark.field, mark.start): mark.attributes.get("sense") for mark in page.marks if mark.tag == "loc"}
        for entity in entities:
            for mention in entity.mentions:
                if not reader.is_dateline(mention):
                    event = sense[mention.field, mention.start] == "event"
                    yield Example(reader.signs(entity, mention), event, 1.0, number)


def at(words: Words, mention: Mention, told: places.Setting) -> Iterator[tuple[int, ...]]:
    """The gazetteer's readings of a mention."""
    for index, token in enumerate(words.tokens):
        if token.end > mention.start:
            for spot in places.spots(words, index, told):
                if words.tokens[spot.span[1] - 1].end == mention.end:
                    yield spot.rows
            return


def located(page: Page, texts: dict[str | None, str]) -> Iterator[Entity]:
    """The marked places as entities."""
    groups: dict[str, list[Mark]] = {}
    for mark in page.marks:
        if mark.tag == "loc":
            groups.setdefault(mark.attributes["id"], []).append(mark)
    for key, group in groups.items():
        mentions = [
            Mention(field=mark.field, start=mark.start, end=mark.end, text=texts[mark.field][mark.start : mark.end])
            for mark in group
        ]
        name = group[0].attributes.get("name") or mentions[0].text
        yield Entity(id=key, name=name, type="place", mentions=mentions, aliases=[], confidence=1.0, method="marked")


def fit(examples: list[Example], signs: list[str], ridge_of: float) -> NDArray[np.float64]:
    """Weights of a logistic regression with a ridge, by Newton's method."""
    matrix, answers, counts = table(examples, signs)
    weights = np.zeros(len(signs))
    ridge = np.full(len(signs), ridge_of)
    ridge[signs.index("always")] = 0.01
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-matrix @ weights))
        slope = matrix.T @ (counts * (likely - answers)) + ridge * weights
        bend = (matrix * (counts * likely * (1 - likely))[:, None]).T @ matrix + np.diag(ridge)
        weights = weights - np.linalg.solve(bend, slope)
    return weights


def table(
    examples: list[Example], signs: list[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The examples as a matrix of signs, their answers and their weights."""
    number = {sign: column for column, sign in enumerate(signs)}
    matrix = np.zeros((len(examples), len(signs)))
    for row, example in enumerate(examples):
        for sign in example.signs:
            if sign in number:
                matrix[row, number[sign]] = 1.0
    answers = np.array([float(example.answer) for example in examples])
    return matrix, answers, np.array([example.weight for example in examples])


def common_signs(examples: Iterable[Example]) -> list[str]:
    """The signs with enough examples, in order."""
    count: dict[str, int] = {}
    for example in examples:
        for sign in example.signs:
            count[sign] = count.get(sign, 0) + 1
    return sorted(sign for sign, times in count.items() if times >= RARE)


def judge(examples: list[Example], signs: list[str], weights: NDArray[np.float64], limit: float) -> NDArray[np.float64]:
    """Right, wrongly found and missed answers."""
    matrix, answers, counts = table(examples, signs)
    found = matrix @ weights > limit
    true = answers > 0
    return np.array(
        [(counts * (found & true)).sum(), (counts * (found & ~true)).sum(), (counts * (~found & true)).sum()]
    )


def told(name: str, counts: NDArray[np.float64]) -> str:
    """Precision, recall and F1 as a line."""
    right, wrong, missed = counts
    return (
        f"{name}: precision {right / (right + wrong):.3f}, recall {right / (right + missed):.3f}, "
        f"F1 {2 * right / (2 * right + wrong + missed):.3f}"
    )


def train(name: str, examples: list[Example], check: list[Example]) -> str:
    """Cross-validate, check, and give the table of the weights learnt from all examples."""
    counts = np.zeros(3)
    for fold in range(FOLDS):
        known = [example for example in examples if example.page % FOLDS != fold]
        signs = common_signs(known)
        counts += judge(
            [e for e in examples if e.page % FOLDS == fold], signs, fit(known, signs, RIDGE[name]), LIMIT[name]
        )
    print(told(f"{name}, cross-validated over {len(examples)}", counts))
    signs = common_signs(examples)
    weights = fit(examples, signs, RIDGE[name])
    if check:
        print(told(f"{name}, checked on {len(check)}", judge(check, signs, weights, LIMIT[name])))
    return "".join(f"{sign}\t{weight:.2f}\n" for sign, weight in zip(signs, weights, strict=True))


HEADER = """\
# {what} Made by scripts/train_places.py: do not edit.
# Source: trained on the project's own corpus of marked articles, CC BY 4.0. Licence: CC BY 4.0.
# Columns: sign, weight in log odds.
"""


def main() -> None:
    """Train both tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--check", type=Path)
    asked = options.parse_args()
    pages = [read(path) for path in sorted(asked.folder.glob("**/*.gold"))]
    others = [read(path) for path in sorted(asked.check.glob("*.gold"))] if asked.check else []
    names, checked = list(name_examples(pages)), list(name_examples(others))
    senses_of = list(sense_examples(pages)), list(sense_examples(others))
    hand = "".join(f"{sign}\t{weight}\n" for sign, weight in BY_HAND.items())
    save("place", "What tells for or against a name's being a place.", train("place", names, checked) + hand)
    save("sense", "What tells for or against an event's having happened at a place.", train("sense", *senses_of))


def save(name: str, what: str, learnt: str) -> None:
    """Write a table of weights."""
    (DATA / f"{name}_weights.tsv").write_text(HEADER.format(what=what) + learnt, "utf-8")


if __name__ == "__main__":
    main()
