"""Korean text as market traders write it -> values. Pure functions, no I/O, no clock."""
