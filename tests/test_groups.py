"""Tests that share an installation are run by one process; scattered, each process would start one of its own."""

import pytest


@pytest.mark.xdist_group("together")
def test_a_group_is_known_to_whoever_distributes_the_tests(request):
    if getattr(request.config.option, "loadgroup", False):
        assert request.node.nodeid.endswith("@together")
