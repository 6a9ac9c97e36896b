"""A stand-in for Stripe: an HTTP server that its own library talks to, for development and tests.

`desk.py` is what Stripe would keep, `parameters.py` what it would refuse, `messages.py` the
messages it sends, `server.py` the doors, `memory.py` what outlives it. It moves no money.
"""
