"""A long random run of orders that are paid online, with something going wrong at every step.

`make soak` runs it; `tests/soak/test_soak.py` a small one. `story.py` tells what people do,
`weather.py` what goes wrong, `verdict.py` what must be true in the end.
"""
