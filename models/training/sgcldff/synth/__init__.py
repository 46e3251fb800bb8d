"""Procedural blood smears: fields of stained cells with exact masks, types and boxes; no photograph goes into them."""

from .cells import TYPES
from .field import Field, make_field
from .stains import STAINS

__all__ = ["STAINS", "TYPES", "Field", "make_field"]
