"""Wagtail's own page: the peer of the market day.

It is what somebody builds who reads Wagtail's documentation and nothing else: the templates of
`wagtail start`, a StreamField of sections with a heading, a text and a picture, rendered with
`include_block`, `richtext` and `image`; served by `Page.serve` through the same middleware as
our pages, with Wagtail's question whether the page is private. It asks nothing of the market.
"""
