"""The board of the district: one HTML file that shows who has answered what, without a network or a server.

`board.html`, the styles and the scripts beside it are put together with the data when the report is made. The scripts
are plain ones, in this order: `elements` makes elements, `model` holds the data and filters it, `charts`, `details`,
`grid` and `printing` draw, `main` wires them to the page.
"""

from bot.reports.board.maker import make

__all__ = ["make"]
