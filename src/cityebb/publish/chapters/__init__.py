"""Chapters of the report, one module each: a view in, what the template of the same name shows out."""

from cityebb.publish.chapters._chapter import Chapter, Options

__all__ = ["Chapter", "Options"]
