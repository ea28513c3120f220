"""Shares as whole per cent: one rule, whoever shows them."""

from fractions import Fraction


def whole_percent(share: Fraction) -> int:
    """Rounded as people round (12.5 is 13), but 100 stays for all and 0 for nobody: 99.7 is 99, and 0.2 is 1."""
    rounded = int(share * 100 + Fraction(1, 2))
    return min(max(rounded, 1), 99) if 0 < share < 1 else rounded
