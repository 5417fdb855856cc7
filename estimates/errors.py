"""What can go wrong with a model. Nothing of it stops the site."""


class EstimatorUnavailable(Exception):  # noqa: N818
    """The model's file or the runtime is missing or altered; the text is one line for the log."""
