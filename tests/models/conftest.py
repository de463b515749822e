"""What the tests of one family's contract share: a family is compiled once."""

import pytest
from models.contract import compiled, fit, state


@pytest.fixture(scope="class")
def untrained(request):
    """A model that no test changes."""
    return request.cls.model()


@pytest.fixture(scope="class")
def course(request):
    """A training: the model, its states at the start, in the middle and at the end, the losses of
    its first step and of its last ones."""
    model = compiled(request.cls.model())
    start = state(model)
    first = fit(model, 1, request.cls.batch)
    fit(model, 11, request.cls.batch)
    middle = state(model)
    last = fit(model, 12, request.cls.batch)
    return model, (start, middle, state(model)), (first, last)
