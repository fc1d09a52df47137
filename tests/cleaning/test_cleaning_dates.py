import pytest

from streams.cleaning import dates


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("2025-10-22T21:35:11+00:00", "2025-10-22T21:35:11+00:00"),
        ("02-12-2025 | 16:05", "2025-12-02T16:05"),
        ("تاريخ النشر: 09/11/2025 11:48 ص", "2025-11-09T11:48"),
        ("الثلاثاء 9 دجنبر 2025 - 20:15", "2025-12-09T20:15"),
        ("الأحد 22 رجب 1447هـ الموافق 11 يناير 2026م", "2026-01-11"),
        ("11 يناير 2026م", "2026-01-11"),
        ("السبت ٥ نيسان/أبريل ٢٠٢٥", "2025-04-05"),
        ("تم نشره الثلاثاء 20 كانون الثاني / يناير 2026 03:55 مساءً", "2026-01-20T15:55"),
        ("الثلاثاء 18 نوفمبر 2025 02:37 م", "2025-11-18T14:37"),
        ("14 جويلية 2024", "2024-07-14"),
        ("سه‌شنبه / ۱۸ آذر ۱۴۰۴ / ۱۶:۴۲", "2025-12-09T16:42"),
        ("1403/12/30", "2025-03-20"),
        ("Giriş Tarihi: 03.02.2026 14:05", "2026-02-03T14:05"),
        ("12 Ağustos 2025 Salı", "2025-08-12"),
        ("Publié le 21 novembre 2025 à 18h02, mis à jour à 18h47", "2025-11-21T18:02"),
        ("Wed 27 Aug 2025 15.12 BST", "2025-08-27T15:12"),
        ("Published: October 27, 2026 18:44", "2026-10-27T18:44"),
        ("20th, February 2025 GMT", "2025-02-20"),
        ("Tue, 05 Mar 2024 10:11:12 +0300", "2024-03-05T10:11:12+03:00"),
    ],
)
def test_date_lines(line: str, published: str) -> None:
    found = dates.read_line(line)
    assert found is not None
    assert found.published == published


def test_modified() -> None:
    found = dates.read_line("Giriş Tarihi: 03.02.2026 14:05 Güncelleme: 03.02.2026 14:31")
    assert found == dates.DateLine("2026-02-03T14:05", "2026-02-03T14:31")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "قتل 3 أشخاص في 12 مارس 2024",
        "31 فبراير 2025",
        "2025-13-40",
        "12 مارس",
        "آخر تحديث 23:48",
        "هاتف 09/11 2025 33",
        "الحلقة 12",
        "99/99/9999",
        "1,234.56",
    ],
)
def test_no_date_line(line: str) -> None:
    assert dates.read_line(line) is None


def test_metadata_values() -> None:
    assert dates.read_value("2024-05-02T08:00:00.000Z") == "2024-05-02T08:00:00Z"
    assert dates.read_value("2024-05-02 08:00:00+0200") == "2024-05-02T08:00:00+02:00"
    assert dates.read_value("20 مايو") is None
