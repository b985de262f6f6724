"""How marks get their colours: by class on pages, by plain attributes where no style reaches."""

from dataclasses import dataclass

from tuppence.web.charts.svg import Attributes

# The light halves of the tokens in tuppence.css; a test holds them together.
PLAIN_HUES = (
    *("#b9622f", "#1f6b7a", "#6b5aa0", "#7d7d22"),
    *("#a04a78", "#4f7d3a", "#3d6fb0", "#6f6a62"),
)
DARK_HUES = (
    *("#e39a6b", "#6fc0d0", "#a99be0", "#c9c96a"),
    *("#dc8fb6", "#94c47c", "#86b0e8", "#a8a196"),
)  # their dark halves, for letters on dark screens
PLAIN_INK, PLAIN_LINE, PLAIN_AXIS = "#57534d", "#e4dfd6", "#8b857c"
DASHES = ("", "7 3", "2 3", "9 3 2 3", "5 2", "1 2", "12 4", "4 6")
FONT = "Noto Sans, Noto Sans SC, sans-serif"


@dataclass(frozen=True, slots=True)
class Paint:
    """Classes (`plain` false) or attributes; the marks are the same."""

    plain: bool = False

    def fill(self, hue: int) -> Attributes:
        """A bar's or an area's colour."""
        return {"fill": PLAIN_HUES[hue - 1]} if self.plain else {"class": f"f{hue}"}

    def stroke(self, hue: int) -> Attributes:
        """A line's colour and dashes."""
        if not self.plain:
            return {"class": f"l{hue}"}
        found: Attributes = {"fill": "none", "stroke": PLAIN_HUES[hue - 1], "stroke-width": "2"}
        if DASHES[hue - 1]:
            found["stroke-dasharray"] = DASHES[hue - 1]
        return found

    def grid(self, *, base: bool) -> Attributes:
        """A line across at a tick; `base` is that of zero."""
        if not self.plain:
            return {"class": "base" if base else "grid"}
        return {"stroke": PLAIN_AXIS if base else PLAIN_LINE, "stroke-width": "1"}

    def text(self) -> Attributes:
        """A label."""
        if not self.plain:
            return {}
        return {"font-size": "12", "font-family": FONT, "fill": PLAIN_INK}
