"""The parts of `bench_curation`."""
