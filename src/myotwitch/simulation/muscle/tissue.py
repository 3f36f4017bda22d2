"""Skin, fat and muscle in plane layers over bone: how thick they are and how well they conduct."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from myotwitch.errors import RequestError
from myotwitch.simulation.muscle.numbers import value_of

SHALLOWEST_MM = 0.5
"""Fibres lie at least so far below the surface of the muscle."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conductivity:
    """How well each tissue conducts **[S/m]**.

    Parameters
    ----------
    along, across
        Muscle along and across its fibres; along conducts at least as well.
    fat, skin
        The layers above.

    Raises
    ------
    RequestError
        If a conductivity is not above 0, or muscle conducts better across than along.
    """

    along: float = field(default_factory=lambda: value_of("muscle_along"))
    across: float = field(default_factory=lambda: value_of("muscle_across"))
    fat: float = field(default_factory=lambda: value_of("fat"))
    skin: float = field(default_factory=lambda: value_of("skin"))

    def __post_init__(self) -> None:
        for name in ("along", "across", "fat", "skin"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise RequestError(f"The conductivity {name!r} is {value} S/m; it must be above 0 S/m.")
        if self.across > self.along:
            raise RequestError(
                f"Muscle is said to conduct {self.across} S/m across and {self.along} S/m along its fibres; "
                "along must be at least as much. Exchange the two."
            )

    @property
    def anisotropy(self) -> float:
        """How many times better muscle conducts along than across its fibres."""
        return self.along / self.across


@dataclass(frozen=True, kw_only=True, slots=True)
class Tissue:
    """What lies between a muscle and the electrodes, and how deep the muscle goes.

    Layers are plane and endless; the air above the skin and the bone under the muscle carry no current.

    Parameters
    ----------
    fat_mm, muscle_mm
        Thickness of fat and of muscle **[mm]**; muscle reaches from the fat to the bone.
    skin_mm
        Thickness of the skin **[mm]**.
    conductivity
        How well each layer conducts.

    Raises
    ------
    RequestError
        If a thickness cannot be.
    """

    fat_mm: float
    muscle_mm: float
    skin_mm: float = field(default_factory=lambda: value_of("skin_thickness"))
    conductivity: Conductivity = field(default_factory=Conductivity)

    def __post_init__(self) -> None:
        for name, low, high in (("skin", 0.3, 6.0), ("fat", 0.0, 150.0), ("muscle", 1.0, 200.0)):
            value = getattr(self, f"{name}_mm")
            if not low <= value <= high:
                raise RequestError(f"The {name} is {value} mm thick; it must be {low:g} to {high:g} mm.")

    def check_depth(self, depth_mm: float, what: str) -> None:
        """Pass if `depth_mm` below the surface of the muscle lies in the muscle.

        Raises
        ------
        RequestError
            If it lies above the muscle, or in the bone.
        """
        if not math.isfinite(depth_mm) or depth_mm < 0:
            raise RequestError(
                f"{what} lies {depth_mm} mm below the surface of the muscle; give a depth of 0 to "
                f"{self.muscle_mm:g} mm."
            )
        if depth_mm > self.muscle_mm:
            raise RequestError(
                f"{what} lies {depth_mm:g} mm below the surface of the muscle, inside the bone: the muscle is "
                f"{self.muscle_mm:g} mm thick. Give a smaller depth or a thicker muscle."
            )
