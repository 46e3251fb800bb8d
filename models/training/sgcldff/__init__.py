"""SG-CLDFF for white blood cells: train, evaluate, convert, and make synthetic smears."""
