import pytest

from streams.cleaning import repairs


@pytest.mark.parametrize(
    ("damaged", "repaired"),
    [
        ("في سوريا،.والعمل", "في سوريا، والعمل"),
        ("لم ننم،،لم يكن", "لم ننم، لم يكن"),
        ("قال ، ثم عاد", "قال، ثم عاد"),
        ("في تصريح،أن", "في تصريح، أن"),
        ("ما هذا ؟", "ما هذا؟"),
        ("كلمة, كلمة ,كلمة,كلمة", "كلمة، كلمة، كلمة، كلمة"),
        ("نمو  الأرباح", "نمو الأرباح"),
        ("انتهى العام..وسبق", "انتهى العام. وسبق"),
        ("تعويض المزارعين.مؤيد شعبان", "تعويض المزارعين. مؤيد شعبان"),
        ("البطولــة 1447هـ لـ«كونا»", "البطولة 1447هـ لـ«كونا»"),
        ("مصادرة أسلحة. وعبوات ناسفة، وملابس", "مصادرة أسلحة، وعبوات ناسفة، وملابس"),
        ("في البلدة. مشيراً إلى", "في البلدة، مشيراً إلى"),
        ("أغلق الطريق. ما أدى إلى", "أغلق الطريق، ما أدى إلى"),
        ("جهاز الأمن. لتفكيك خلية نائمة.", "جهاز الأمن، لتفكيك خلية نائمة."),
        ("إلى باريس. الأسبوع الماضي، التصدي لهم", "إلى باريس، الأسبوع الماضي، التصدي لهم"),
        ("تنظيم “داعش“، وفقا", "تنظيم “داعش”، وفقا"),
        ("تنظيم ”داعش”، وفقا", "تنظيم “داعش”، وفقا"),
        ("“لم يصب أحد” “. وأضاف", "“لم يصب أحد”. وأضاف"),
        ("قال &amp;quot;نعم&amp;quot; &#1608;مضى", 'قال "نعم" ومضى'),
        ("Ã©tÃ© â€œouiâ€\x9d", "été “oui”"),
        ("ط§ظ„ط¹ط±ط§ظ‚ قال", "العراق قال"),
        ("\u200fقال\u200b المتحدث\ufeff", "قال المتحدث"),
    ],
)
def test_damage(damaged: str, repaired: str) -> None:
    assert repairs.repair(damaged, "ar")[0] == repaired


@pytest.mark.parametrize(
    "text",
    [
        "بلغت 3.5 مليون، أي 1،234 وحدة في 10:30 يوم 2.3.2025.",
        "قال د.محمد وأ.ب.سالم إن ن.ع غائب.",
        "الرابط https://x.example/a،b?c=1&amp;d=2 والحساب @salem_1 والوسم #كلمة_أخرى.",
        "انتظر… ثم قال... نعم!! حقا؟!",
        "وصل الوفد. وقالت مصادر إن المحادثات بدأت. كما سبق أن أعلن. لكنه نفى.",
        "لتحقيق ذلك، أطلقت الوزارة خطة. لتحقيق الهدف، أضيفت بنود.",
        '“نعم” و«لا» و"ربما".',
        "می‌گوید خانه‌ها 👨‍👩‍👧 زیباست",
        "„Ja“, sagte er. “No”, she said. « Oui », dit-elle ; puis : rien.",
    ],
)
@pytest.mark.parametrize("language", ["ar", None])
def test_nothing_to_repair(text: str, language: str | None) -> None:
    assert repairs.repair(text, language) == (text, [])


def test_two_dots_of_a_title_are_a_pause() -> None:
    assert repairs.repair("في مواجهة الخطر.. اشتباكات", "ar", prose=False) == ("في مواجهة الخطر.. اشتباكات", [])
    assert repairs.repair("في مواجهة الخطر.. اشتباكات", "ar")[0] == "في مواجهة الخطر. اشتباكات"


def test_offsets() -> None:
    repaired, edits = repairs.repair("أ  ب ، ج،.د", "ar")
    assert repaired == "أ ب، ج، د"
    assert [(edit.start, edit.end, edit.before, edit.after, edit.kind) for edit in edits] == [
        (1, 2, "  ", " ", "space"),
        (3, 4, " ،", "،", "comma"),
        (6, 8, "،.", "، ", "comma"),
    ]


def test_given_changes_come_first() -> None:
    given = [repairs.Change(5, 11, "", "chrome")]
    repaired, edits = repairs.repair("قال ، اضغط، نعم", "ar", given=given)
    assert repairs.undo(repaired, edits) == "قال ، اضغط، نعم"
    assert "اضغط" not in repaired
