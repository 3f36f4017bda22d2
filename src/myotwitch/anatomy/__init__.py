"""Places of the body, its muscles, and the nerves and spinal roots that drive them."""

from myotwitch.anatomy.muscles import MUSCLES, Muscle, muscles_of_place
from myotwitch.anatomy.names import find_muscle
from myotwitch.anatomy.nerves import NERVES, ROOTS, Nerve
from myotwitch.anatomy.places import PLACE_LABELS, PLACES, REGION_OF_PLACE, SIDES, Region, region_of_place
from myotwitch.anatomy.supply import SharedSupply, SupplyKind, shared_supply

__all__ = [
    "MUSCLES",
    "NERVES",
    "PLACES",
    "PLACE_LABELS",
    "REGION_OF_PLACE",
    "ROOTS",
    "SIDES",
    "Muscle",
    "Nerve",
    "Region",
    "SharedSupply",
    "SupplyKind",
    "find_muscle",
    "muscles_of_place",
    "region_of_place",
    "shared_supply",
]
