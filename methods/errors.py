"""Errors that a user may see: each is one sentence saying what was given, what was expected and what to do."""


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


class CatalogError(WorkbenchError):
    """A method, variant or device that does not exist here."""
