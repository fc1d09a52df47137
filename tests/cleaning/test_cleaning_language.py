import pytest

from streams.cleaning import language


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("إحباط تهريب حبوب مخدرة عند معبر حدودي", "ar"),
        ("جاری شدن رودخانه پس از هشت ماه خشکی", "fa"),
        ("وزیر اعظم نے کہا ہے کہ سیلاب سے متاثرہ علاقوں میں امداد پہنچائی جا رہی ہے", "ur"),
        ("افغانستان کې د ښوونځیو پرانیستل", "ps"),
        ("مامۆستایانی شارەکە مانگرتن ڕادەگرن", "ckb"),
        ("Li bajarê Amedê xelk daketin kolanan û daxwaza azadiyê kirin", "ku"),
        ("Depoda çıkan yangın büyümeden söndürüldü", "tr"),
        ("ראש הממשלה אמר היום כי הישיבה תידחה", "he"),
        ("The convoy reached the town on Tuesday", "en"),
        ("Le maire a annoncé la fermeture du pont", "fr"),
        ("Der Bundestag hat das Gesetz beschlossen", "de"),
        ("El alcalde anunció el cierre del puente", "es"),
        ("Il sindaco ha annunciato la chiusura del ponte", "it"),
        ("Мэр объявил о закрытии моста", "ru"),
        ("市長は橋の閉鎖を発表した", "ja"),
        ("市长宣布关闭大桥", "zh"),
    ],
)
def test_languages(text: str, tag: str) -> None:
    assert language.detect(text) == tag


def test_hint() -> None:
    assert language.detect("123", "ar") == "ar"
    assert language.detect("123") is None
    assert language.detect("The convoy reached the town on Tuesday", "en-GB") == "en-GB"
    assert language.detect("The convoy reached the town on Tuesday and left it again on Thursday", "ar") == "en"
