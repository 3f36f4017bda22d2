"""Diaries of simulated people whose triggers are known, and how often what is said of them is true."""
