"""Measurements, printed as ratios to a baseline of the same run; never tests."""
