/* Entry points as libraries can have them; sample.elf is compiled from this. */
extern void *PyInit_imported(void);
__attribute__((weak)) void *PyInit_weak(void) { return PyInit_imported(); }
__attribute__((visibility("hidden"))) void *PyInit_hidden(void) { return 0; }
static void *PyInit_local(void) { return 0; }
void *PyModExport_slots(void) { return PyInit_local() ? PyInit_hidden() : 0; }
