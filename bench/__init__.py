"""Benchmarks: `python -m bench [NAME…]`.

Each file in `bench/cases/` is one benchmark: a docstring whose first line says what it measures,
and `run(site: Site) -> list[Line]`. They share one real server on synthetic data. To add one, add
a file; nothing else knows their names.
"""
