"""Reading tables that people really have: xlsx, xls, csv and parquet into grids of values with addresses.

Start at `reading.read_workbook`. Nothing here knows a member or a fact.
"""
