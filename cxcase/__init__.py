"""cxcase: EX + CX -> RX, in money, from a company's own spreadsheets."""

__version__ = "0.1.0"
