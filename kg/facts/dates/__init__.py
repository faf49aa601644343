"""Dates: EDTF values, and the named rules by which words become them."""
