int base_value(void);

int sum_with_base(int value) { return base_value() + value; }
