"""Sheets: rows in, xlsx and csv out, one row after the other in constant memory."""
