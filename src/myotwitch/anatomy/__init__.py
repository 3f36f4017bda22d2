"""Places of the body, its muscles, and the nerves and spinal roots that drive them."""

from myotwitch.anatomy.places import PLACE_LABELS, PLACES, REGION_OF_PLACE, SIDES, Region, region_of_place

__all__ = ["PLACES", "PLACE_LABELS", "REGION_OF_PLACE", "SIDES", "Region", "region_of_place"]
