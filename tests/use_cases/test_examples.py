"""The examples in docstrings are true."""

import doctest
from types import ModuleType

import pytest

from bot.services import business, market_import, privacy


@pytest.mark.parametrize(
    "module", [business, market_import, privacy], ids=lambda module: module.__name__
)
def test_examples(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
