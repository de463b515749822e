from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import pytest

from tripod_dlib.allowed import (
    Decay,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    Range,
    Seed,
    allows,
    describe,
    require_allowed,
)
from tripod_dlib.errors import InputError

CHOICE = Literal["constant", "cosine"]


@pytest.mark.parametrize(
    "annotation, words, allowed, refused",
    [
        (int, "int", [3, -1], [True, 3.0, "3", None]),
        (float, "float", [3, 0.5, -1.0], [False, "3", None]),
        (PositiveFloat, "float above 0", [1, 1e-9], [0, -1.0, float("inf"), float("nan"), "1"]),
        (NonNegativeFloat, "float from 0", [0, 0.0], [-1e-9, float("nan")]),
        (Decay, "float from 0 below 1", [0, 0.999], [1, 1.0, -0.1]),
        (Seed, "int from 0 to 4294967295", [0, 2**32 - 1], [-1, 2**32, 1.0]),
        (PositiveInt | None, "int from 1 or None", [1, None], [0, "None"]),
        (tuple[PositiveInt, ...], "tuple of int from 1", [(1, 2), [3], ()], [(1, 0), 3]),
        (CHOICE, "'constant' or 'cosine'", ["cosine"], ["linear", None]),
        (Annotated[int, Range(low=2, high=4)], "int from 2 to 4", [2, 4], [1, 5]),
        (Callable[..., dict] | None, "function or None", [print, None], [3, "mig"]),
        (Sequence[int], "Sequence of int", [(1, 2), [3]], [(1.5,), 3]),
    ],
    ids=str,
)
def test_an_annotation_says_in_words_which_values_it_allows(annotation, words, allowed, refused):
    assert describe(annotation) == words
    assert all(allows(annotation, value) for value in allowed)
    assert not any(allows(annotation, value) for value in refused)


def test_every_field_of_a_record_that_is_not_allowed_is_named():
    @dataclass(frozen=True)
    class Settings:
        rate: PositiveFloat
        steps: PositiveInt
        schedule: CHOICE = "constant"

    require_allowed("settings", Settings(0.1, 2))
    with pytest.raises(InputError) as error:
        require_allowed("settings", Settings(-1.0, 2, "linear"))
    assert str(error.value).splitlines() == [
        "settings.rate is -1.0; allowed is float above 0.",
        "settings.schedule is 'linear'; allowed is 'constant' or 'cosine'.",
    ]
