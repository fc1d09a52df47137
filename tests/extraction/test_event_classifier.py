"""The classifier of sentences that tell an attack."""

from zlib import crc32

import numpy as np
import pytest

from streams.extraction.event_classifier import BUCKETS, Model, buckets, score, weigh
from streams.extraction.reading import words


def read(text: str) -> float:
    return score(tuple(words(text)), 0)


def test_an_attack_reads_like_one_and_a_commemoration_does_not() -> None:
    attack = "قتل أربعة أشخاص وأصيب تسعة في انفجار سيارة مفخخة قرب سوق شعبي"
    assert read(attack) > 0 > read("افتتح الوزير معرض الكتاب بحضور عدد من الأدباء")


def test_numbers_are_alike() -> None:
    assert buckets(words("قتل 3 جنود")).tolist() == buckets(words("قتل ١٧ جنود")).tolist()


def test_every_bucket_counts_once() -> None:
    found = buckets(words("قصف قصف قصف")).tolist()
    assert len(found) == len(set(found))
    assert all(0 <= bucket < BUCKETS for bucket in found)


def test_an_empty_sentence_has_the_bias_alone() -> None:
    model = Model(np.zeros(BUCKETS, dtype=np.int8), -1.5, 1.0)
    assert weigh(model, buckets(words("..."))) == pytest.approx(-1.5)


def test_buckets_are_the_same_on_every_machine() -> None:
    # crc32 of w + word, c + pieces of <word> of two to five letters
    assert crc32("wلا".encode()) % BUCKETS in buckets(words("لا")).tolist()
    assert len(buckets(words("لا"))) == 1 + 3 + 2 + 1
