"""Errors that a user may see: each is one sentence saying what was given, what was expected and what to do."""

from collections.abc import Mapping
from enum import StrEnum


class WorkbenchError(ValueError):
    """Base of every error whose message is written for the user; page and command line show it without a traceback."""


class ImageError(WorkbenchError):
    """An image that cannot or must not be read."""


class SettingsError(WorkbenchError):
    """A threshold or option outside its stated range."""


class WeightsError(WorkbenchError):
    """Weights that are missing, altered, of another format or out of reach."""


class DataError(WorkbenchError):
    """A data set whose annotations or images do not fit together."""


class FormField(StrEnum):
    """What says how files are to be read: a field of the page and of the lab, an option on the command line."""

    CATEGORY = "category"
    SKELETON = "skeleton"
    SPLIT = "split"
    RESULTS_SKELETON = "results skeleton"


class FieldError(DataError):
    """A DataError that setting a field would mend; whoever shows it knows what that is called there."""

    def __init__(self, problem: str, field: FormField) -> None:
        super().__init__(f"{problem}.")
        self.problem = problem
        self.field = field


def sentence_of(error: Exception, places: Mapping[FormField, str]) -> str:
    """What an error says; `places` say of each field where it is: 'with --category NAME'."""
    return f"{error.problem}, {places[error.field]}." if isinstance(error, FieldError) else str(error)


class CatalogError(WorkbenchError):
    """A method, variant or device that does not exist here."""
