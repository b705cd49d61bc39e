"""The demo city 清溪市, invented: its units and its roster, as files that anybody could bring.

The year 2026 in the files stands for the year in which the demo runs; whoever loads them puts that year in its
place. No place and no person here exists.
"""
