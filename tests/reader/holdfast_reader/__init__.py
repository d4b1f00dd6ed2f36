"""Reads a recovery store of Holdfast without Holdfast.

Everything here is written from the pages in ``docs/formats`` and shares no code with the product, so that the pages
are proven to be enough. Nothing here ever writes into a store.
"""
