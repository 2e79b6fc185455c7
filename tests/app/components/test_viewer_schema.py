"""The types of what the viewer is sent."""

from app.components.viewer_schema import SCHEMA, schema


def test_the_schema_that_the_scripts_name_is_that_of_the_types():
    assert SCHEMA.read_text() == schema(), "run python -m app.components.viewer_schema"
