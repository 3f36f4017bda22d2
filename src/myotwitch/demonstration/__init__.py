"""What shows the program to a newcomer: an invented case with a simulated recording, and an example person."""

from myotwitch.demonstration.example_person import EXAMPLE_PERSON, example_entries, example_recording, write_example

__all__ = ["EXAMPLE_PERSON", "example_entries", "example_recording", "write_example"]
