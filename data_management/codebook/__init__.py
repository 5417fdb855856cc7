"""What an export holds: every table and column, and what is withheld and why."""

from data_management.codebook.columns import DTYPES, Column, Table, all_fields
from data_management.codebook.tables import tables
from data_management.codebook.withheld import WITHHELD

HEADER = ("table", "column", "label", "type", "unit", "values", "range", "source")

__all__ = ["DTYPES", "HEADER", "WITHHELD", "Column", "Table", "all_fields", "tables"]
