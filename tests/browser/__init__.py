"""A package, so that its one browser is closed when its last test has ended."""
