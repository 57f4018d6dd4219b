int base_value(void) { return 41; }
