"""Mutants of the books: each takes one promise out, and some test must go red."""
