"""Motor units, their twitches, and their potentials on the skin and at needles."""

from myotwitch.simulation.muscle.drive import discharge_rates, voluntary_onsets
from myotwitch.simulation.muscle.electrodes import (
    ElectrodeKind,
    Electrodes,
    bipolar_pair,
    electrode_grid,
    needle_electrode,
)
from myotwitch.simulation.muscle.muscle_shapes import MuscleShape, muscle_shape, muscle_shapes
from myotwitch.simulation.muscle.pool import MotorUnit, Pool, build_pool, single_fibre, whole_belly
from myotwitch.simulation.muscle.tissue import Conductivity, Tissue
from myotwitch.simulation.muscle.twitch import Twitch, train_force
from myotwitch.simulation.muscle.unit_potential import onset_index, unit_potential

__all__ = [
    "Conductivity",
    "ElectrodeKind",
    "Electrodes",
    "MotorUnit",
    "MuscleShape",
    "Pool",
    "Tissue",
    "Twitch",
    "bipolar_pair",
    "build_pool",
    "discharge_rates",
    "electrode_grid",
    "muscle_shape",
    "muscle_shapes",
    "needle_electrode",
    "onset_index",
    "single_fibre",
    "train_force",
    "unit_potential",
    "voluntary_onsets",
    "whole_belly",
]
