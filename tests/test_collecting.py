"""The collector of lost objects is kept still, and left as it was."""

from __future__ import annotations

import gc

import pytest

from myotwitch.collecting import without_collecting


def test_the_collector_is_still_inside_and_as_before_afterwards() -> None:
    assert gc.isenabled()
    with without_collecting():
        assert not gc.isenabled()
        with without_collecting():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_fault_inside_leaves_the_collector_on() -> None:
    with pytest.raises(ValueError, match="inside"), without_collecting():
        raise ValueError("inside")
    assert gc.isenabled()
