"""Walls taken away: every check of consent and permission is removed in turn, and a test has to notice.

The tables say what is taken away and who notices; ``runner`` does it on a copy of the tree.
"""
