"""One report that screen, deck, workbook and case.json read."""
