"""What it costs: one script a question, each run as `python -m bench.NAME` or by `make bench`."""
