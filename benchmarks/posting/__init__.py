"""Who posts entries: the books, hand-written SQL, and two ledgers from the public index.

Each is a process of its own that `protocol.serve` drives, with its own packages if need be.
"""
