"""The gallery as part of the site."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.frontend.rendering_speed import own_templates


@pytest.fixture
def gallery(settings: Settings) -> Iterator[None]:
    """Serve `tests.frontend.gallery` under /gallery/, beside the site's own pages."""
    settings.ROOT_URLCONF = "tests.frontend.urls"
    with own_templates():
        yield
