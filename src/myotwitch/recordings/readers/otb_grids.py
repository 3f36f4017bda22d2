"""Where each electrode of OT Bioelettronica's grids lies.

Sources
-------
Rows, columns, spacing and order of the electrodes as the openhdemg project tabulates them in its module ``electrodes``,
https://github.com/GiacomoValliPhD/openhdemg
"""

from __future__ import annotations

import re

_GRID = re.compile(r"\b(?P<code>(GR|HD)\d{2,3}M[ML]\d{4})\b.*?\((?P<electrode>\d{1,3})\)\s*$")
_SPACING_MM = {"GR04MM1305": 4.0, "GR08MM1305": 8.0, "GR10MM0808": 10.0, "HD10MM0808": 10.0}
"""Distance between neighbouring electrodes [mm] of the grids whose order of electrodes is known here."""
_ROWS = {"GR04MM1305": 13, "GR08MM1305": 13, "GR10MM0808": 8, "HD10MM0808": 8}
_ELECTRODES = 64


def has_grid(description: str) -> bool:
    """Return True if a channel's description names an electrode of a grid.

    Examples
    --------
    >>> has_grid("Vastus Lateralis - AUX 3 - GR08MM1305 (12)")
    True
    """
    return _GRID.search(description) is not None


def grid_position_mm(description: str) -> tuple[float, float] | None:
    """Return where the electrode that a channel's description names lies on its grid, (along, across) [mm].

    None where the description names no grid, or one whose order of electrodes is not known here. Whether the grid was
    turned on the muscle is not told by the file, so only distances between electrodes have a meaning.

    Method
    ------
    On grids of 13 rows and 5 columns the first corner is empty and the electrodes run to and fro, column after column;
    on grids of 8 by 8 every column runs the same way.

    Examples
    --------
    >>> grid_position_mm("Vastus Lateralis - GR08MM1305 (1)")
    (8.0, 0.0)
    >>> grid_position_mm("Vastus Lateralis - GR08MM1305 (25)")
    (0.0, 8.0)
    """
    match = _GRID.search(description)
    if match is None or match["code"] not in _ROWS:
        return None
    code, electrode = match["code"], int(match["electrode"])
    if not 1 <= electrode <= _ELECTRODES:
        return None
    rows, spacing_mm = _ROWS[code], _SPACING_MM[code]
    is_serpentine = rows == 13
    column, row = divmod(electrode if is_serpentine else electrode - 1, rows)
    if is_serpentine and column % 2 == 1:
        row = rows - 1 - row
    return row * spacing_mm, column * spacing_mm
