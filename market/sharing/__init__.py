"""How the site looks from elsewhere: whole addresses, what machines read, the picture of a link.

Imports no app: goods and pages hand in plain words.
"""
