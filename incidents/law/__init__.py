"""The regulator's form of an attack or a loss of data: what it asks, and the form on paper.

A reminder and a draft, no legal advice; nothing is ever sent by the product.
"""
