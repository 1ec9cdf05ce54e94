// Replaced by the module's first slice.
