"""Reads every row of a workbook with openpyxl in read-only mode, and does nothing with them.

Usage: cells_openpyxl.py LIST.xlsx
"""

import sys

import openpyxl

book = openpyxl.load_workbook(sys.argv[1], read_only=True)
cells = 0
for sheet in book.worksheets:
    for row in sheet.iter_rows(values_only=True):
        cells += len(row)
print(cells)
