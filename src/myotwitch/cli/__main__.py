"""Runs the command line as ``python -m myotwitch.cli``."""

from myotwitch.cli import main

main()
