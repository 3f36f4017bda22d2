"""A scene: who is recorded, what their muscles do, and what disturbs the recording."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from myotwitch.errors import MyotwitchError, nearest_name
from myotwitch.simulation.activity.classes import CLASSES
from myotwitch.simulation.activity.complex_repetitive import ComplexRepetitive
from myotwitch.simulation.activity.cramp import Cramp
from myotwitch.simulation.activity.denervation import Fibrillation, PositiveSharpWave
from myotwitch.simulation.activity.ectopic import Ectopic
from myotwitch.simulation.activity.fasciculation import Fasciculation
from myotwitch.simulation.activity.jerks import HypnicJerk, Myoclonus, Tic
from myotwitch.simulation.activity.myokymia import Myokymia
from myotwitch.simulation.activity.myotonia import Myotonia
from myotwitch.simulation.activity.neuromyotonia import Neuromyotonia
from myotwitch.simulation.activity.settings import STRICT, Activity, Within, refuse
from myotwitch.simulation.activity.tremor import Tremor
from myotwitch.simulation.activity.voluntary import Voluntary
from myotwitch.simulation.axon.axon import Axon, changed_axon
from myotwitch.simulation.axon.ions import ALLOWED_MMOL_PER_L, Ions
from myotwitch.simulation.recording_noise import Disturbances
from myotwitch.simulation.sites import Site

SCHEMA = "myotwitch.scene/1"
LONGEST_S = 7 * 86_400

Sodium, Potassium, Calcium, Magnesium = (
    Within(low=low, high=high, unit="mmol/L") for low, high in ALLOWED_MMOL_PER_L.values()
)


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Nerve:
    """The state of the person's motor axons, for activity of the class ``ectopic``.

    Parameters
    ----------
    sodium_mmol_per_l, potassium_mmol_per_l
        Around the axons **[mmol/L]**.
    calcium_mmol_per_l, magnesium_mmol_per_l
        Ionised **[mmol/L]**.
    channels
        Factors of channels, by their names in the model, such as ``{persistent_sodium = 1.5}``.
    at_last_node
        They are watched at their last node, which has an internode on one side only and fires sooner.
    temperature_celsius
        Of the axons **[°C]**: 20, from which the rates of the gates are counted and below which the model fires without
        cause, to 42, the highest fever. The muscle stays as it is.
    """

    sodium_mmol_per_l: Annotated[float, Sodium] = Ions().sodium_mmol_per_l
    potassium_mmol_per_l: Annotated[float, Potassium] = Ions().potassium_mmol_per_l
    calcium_mmol_per_l: Annotated[float, Calcium] = Ions().calcium_mmol_per_l
    magnesium_mmol_per_l: Annotated[float, Magnesium] = Ions().magnesium_mmol_per_l
    channels: dict[str, float] = Field(default_factory=dict)
    at_last_node: bool = False
    temperature_celsius: Annotated[float, Within(low=20, high=42, unit="°C")] = Axon().temperature_celsius

    def __post_init__(self) -> None:
        try:
            self.axon()
        except MyotwitchError as error:
            refuse(str(error))

    def axon(self) -> Axon:
        """Return a typical axon of the person."""
        ions = Ions(
            sodium_mmol_per_l=self.sodium_mmol_per_l,
            potassium_mmol_per_l=self.potassium_mmol_per_l,
            calcium_mmol_per_l=self.calcium_mmol_per_l,
            magnesium_mmol_per_l=self.magnesium_mmol_per_l,
        )
        axon = changed_axon(ions, self.channels, at_last_node=self.at_last_node)
        return replace(axon, temperature_celsius=self.temperature_celsius)


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Scene:
    """Everything that is simulated.

    Parameters
    ----------
    title, mechanism
        What it shows, and by what mechanism; what is assumed is said there.
    duration_s, sampling_rate_hz
        Length **[s]** and samples a second **[Hz]**, both whole numbers: an EDF file holds records of one second.
    seed
        All chance comes from it.
    nerve
        The state of the axons.
    site
        Muscles that are recorded, at least one.
    noise
        What disturbs the recording.
    fasciculation, fibrillation, positive_sharp_wave, myokymia, neuromyotonia, myotonia, complex_repetitive, cramp
        Spontaneous activity, each as often as wanted.
    myoclonus, hypnic_jerk, tic, tremor, voluntary
        Movements.
    ectopic
        Discharges by the model of the axon.
    """

    schema: Literal["myotwitch.scene/1"]
    title: str
    mechanism: str = ""
    duration_s: Annotated[int, Within(low=1, high=LONGEST_S, unit="s")] = 60
    sampling_rate_hz: Annotated[int, Within(low=500, high=50_000, unit="Hz")] = 2000
    seed: Annotated[int, Within(low=0, high=2**32 - 1)] = 0
    nerve: Nerve = Nerve()
    site: tuple[Site, ...]
    noise: Disturbances = Disturbances()
    fasciculation: tuple[Fasciculation, ...] = ()
    fibrillation: tuple[Fibrillation, ...] = ()
    positive_sharp_wave: tuple[PositiveSharpWave, ...] = ()
    myokymia: tuple[Myokymia, ...] = ()
    neuromyotonia: tuple[Neuromyotonia, ...] = ()
    myotonia: tuple[Myotonia, ...] = ()
    complex_repetitive: tuple[ComplexRepetitive, ...] = ()
    cramp: tuple[Cramp, ...] = ()
    myoclonus: tuple[Myoclonus, ...] = ()
    hypnic_jerk: tuple[HypnicJerk, ...] = ()
    tic: tuple[Tic, ...] = ()
    tremor: tuple[Tremor, ...] = ()
    voluntary: tuple[Voluntary, ...] = ()
    ectopic: tuple[Ectopic, ...] = ()

    def __post_init__(self) -> None:
        if not self.site:
            refuse("there is no site; add one [[site]] with a muscle.")
        names = [site.label for site in self.site]
        if len(set(names)) < len(names):
            refuse(f"two sites are called {max(names, key=names.count)!r}; give each its own name.")
        for name, activity in self.activities():
            self._check(name, activity, names)
        channels = (*self.channel_names(), *(site.force_name for site in self.force_sites()))
        if len(set(channels)) < len(channels):
            again = max(channels, key=channels.count)
            refuse(f"two channels are called {again!r}, as EDF keeps 16 letters; give the sites shorter names.")
        self._check_disturbances()

    def _check_disturbances(self) -> None:
        ends = f"but the scene ends at {self.duration_s} s."
        for move in self.noise.movement:
            if move.at_s >= self.duration_s:
                refuse(f"noise.movement comes at {move.at_s:g} s, {ends}")
        for lost in self.noise.lost:
            if lost.start_s >= self.duration_s:
                refuse(f"noise.lost starts at {lost.start_s} s, {ends}")
            if lost.channel is None and (lost.start_s == 0 or lost.stop_s >= self.duration_s):
                where = "begins at 0 s" if lost.start_s == 0 else f"stops at {lost.stop_s} s, {ends[:-1]}"
                refuse(f"noise.lost {where}; a file begins and ends with a recorded second: shorten the scene instead.")
            if lost.channel is not None and lost.channel not in self.channel_names():
                there = ", ".join(self.channel_names())
                refuse(f"noise.lost names the unknown channel {lost.channel!r}. Allowed are {there}.")

    def _check(self, name: str, activity: Activity, sites: list[str]) -> None:
        if activity.site is None and len(sites) > 1:
            refuse(f"{name} does not say at which site; allowed are {', '.join(sites)}.")
        if activity.site is not None and activity.site not in sites:
            hint = nearest_name(activity.site, sites)
            refuse(f"{name} names the unknown site {activity.site!r}.{hint} Allowed are {', '.join(sites)}.")
        if activity.is_of_fibres and self.site_of(activity).electrodes.kind != "needle":
            refuse(f"{name} is activity of single fibres, which electrodes on the skin cannot show; take a needle.")
        if activity.start_s >= self.duration_s:
            refuse(f"{name} starts at {activity.start_s:g} s, but the scene ends at {self.duration_s} s.")

    def activities(self) -> Iterator[tuple[str, Activity]]:
        """Yield every activity with the name of its class, in a fixed order."""
        for name in CLASSES:
            for activity in getattr(self, name):
                yield name, activity

    def site_of(self, activity: Activity) -> Site:
        """Return the site at which an activity happens."""
        return next(site for site in self.site if activity.site in (None, site.label))

    def channel_names(self) -> tuple[str, ...]:
        """Return the names of all electrodes' channels, site by site."""
        return tuple(name for site in self.site for name in site.channel_names())

    def force_sites(self) -> tuple[Site, ...]:
        """Return the sites whose force is recorded, in channels that follow those of the electrodes."""
        return tuple(site for site in self.site if site.force_up_to_mn is not None)
