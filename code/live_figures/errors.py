"""The one error that a badly built figure raises: it always says which figure."""


class FigureError(ValueError):
    """A live figure that cannot be built; the message begins with the figure's name."""

    def __init__(self, figure: str, message: str):
        super().__init__(f"figure {figure!r}: {message}")
        self.figure = figure
