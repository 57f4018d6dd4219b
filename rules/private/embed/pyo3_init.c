/* Initialises the Python of a Rust program from a file, and from nothing else.
 *
 * PyO3 initialises Python by Py_InitializeEx (Python::initialize, with_embedded_python_interpreter, auto-initialize).
 * That would look for Python's library by the environment and by PATH. The linker sends these calls here: by
 * --wrap on Linux; on macOS, which has no such option, by this file's own definition of the function.
 *
 * The file is NAME.pyo3.cfg, UTF-8, made by tools/embed/pyo3_embed_config.py. Its lines are `key = value`:
 *   executable  once: what sys.executable will be; empty when there is no program that is a Python
 *   home        at most once: the prefix that has the standard library; without it Python finds it by `executable`
 *   path        any number: what goes before all else on sys.path, in this order
 * Relative values are relative to the folder of the file. Variables that could name a Python are not
 * read; RUNFILES_DIR and TEST_SRCDIR can but help to find the file.
 *
 * No Python.h: one object file serves every Python. The functions that not all of them have are found at run time:
 * PyInitConfig (PEP 741) from 3.14 on, the global variables and Py_Set* functions that it replaces before.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#ifdef __APPLE__
#include <mach-o/dyld.h>
#else
#include <sys/auxv.h>
#endif

/* In the generated file: where the configuration lies in runfiles, and the target that messages name. */
extern const char pyo3_init_config[];
extern const char pyo3_init_label[];

/* Every Python has these. */
typedef struct object PyObject;
extern int Py_IsInitialized(void);
extern PyObject *PySys_GetObject(const char *name);
extern int PySys_SetObject(const char *name, PyObject *value);
extern PyObject *PyUnicode_DecodeFSDefault(const char *text);
extern int PyList_Insert(PyObject *list, ssize_t index, PyObject *item);
extern void Py_DecRef(PyObject *object);
extern void PyErr_Print(void);

/* Read once, kept as long as the process: Python can be initialised again after Py_Finalize. */
static struct {
    char *file;
    char *executable;
    char *home;
    char **paths;
    size_t path_count;
} config;

/* ---- texts ---- */

static void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
static char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void fail(const char *format, ...) {
    va_list values;
    va_start(values, format);
    fprintf(stderr, "ERROR: %s: ", pyo3_init_label);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    va_end(values);
    exit(1);
}

static char *text(const char *format, ...) {
    va_list values;
    char *result = NULL;
    va_start(values, format);
    if (vasprintf(&result, format, values) < 0) {
        fail("no memory left to initialise Python");
    }
    va_end(values);
    return result;
}

static int ends_with(const char *value, size_t length, const char *end) {
    size_t end_length = strlen(end);
    return length > end_length && strncmp(value + length - end_length, end, end_length) == 0;
}

/* ---- paths ---- */

static int exists(const char *path) {
    return access(path, F_OK) == 0;
}

/* Takes "." and ".." out of an absolute path, by its text alone: sys.prefix is to be read by people, and the
 * folders of a runfiles tree are no symlinks. */
static char *normalized(char *path) {
    char *copy = text("%s", path);
    char *end = path;
    char *rest;
    for (char *part = strtok_r(copy, "/", &rest); part; part = strtok_r(NULL, "/", &rest)) {
        if (strcmp(part, "..") == 0) {
            while (end > path && *--end != '/') {
            }
        } else if (strcmp(part, ".") != 0) {
            *end++ = '/';
            end = stpcpy(end, part);
        }
    }
    if (end == path) {
        *end++ = '/';
    }
    *end = '\0';
    free(copy);
    return path;
}

/* Gives `path` as seen from the folder that `file` lies in. */
static char *beside(const char *file, const char *path) {
    const char *slash = strrchr(file, '/');
    if (path[0] == '/' || !slash) {
        return text("%s", path);
    }
    return normalized(text("%.*s/%s", (int)(slash - file), file, path));
}

/* ---- the program's own file ---- */

/* The program as it was called, absolute; NULL when that is unknown. */
static char *called_program;

#ifdef __APPLE__
static char *program_as_called(void) {
    uint32_t size = 0;
    _NSGetExecutablePath(NULL, &size);
    char *path = malloc(size);
    return path && _NSGetExecutablePath(path, &size) == 0 ? path : NULL;
}

static char *program_resolved(void) {
    return called_program ? realpath(called_program, NULL) : NULL;
}
#else
static char *program_as_called(void) {
    const char *path = (const char *)getauxval(AT_EXECFN);
    return path ? text("%s", path) : NULL;
}

static char *program_resolved(void) {
    return realpath("/proc/self/exe", NULL);
}
#endif

/* Before main, because a relative name means nothing once the program has changed its directory. */
__attribute__((constructor)) static void remember_program(void) {
    char *directory = getcwd(NULL, 0);
    called_program = program_as_called();
    if (called_program && called_program[0] != '/') {
        called_program = directory ? normalized(text("%s/%s", directory, called_program)) : NULL;
    }
    free(directory);
}

/* Follows one symlink; NULL when `path` is none. */
static char *link_target(const char *path) {
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length < 0) {
        return NULL;
    }
    target[length] = '\0';
    return beside(path, target);
}

/* ---- the configuration ---- */

/* The places that had no usable configuration, a line each, for the message. */
static char *tried;

static void add_tried(const char *path, const char *why) {
    char *longer = text("%s\n  %s%s", tried ? tried : "", path, why);
    free(tried);
    tried = longer;
}

static void take_value(const char *key, const char *value) {
    if (strcmp(key, "executable") == 0) {
        config.executable = value[0] ? beside(config.file, value) : text("%s", "");
    } else if (strcmp(key, "home") == 0) {
        config.home = beside(config.file, value);
    } else if (strcmp(key, "path") == 0) {
        config.paths = realloc(config.paths, (config.path_count + 1) * sizeof *config.paths);
        if (!config.paths) {
            fail("no memory left to initialise Python");
        }
        config.paths[config.path_count++] = beside(config.file, value);
    }
}

static void read_config(FILE *stream) {
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stream) > 0) {
        line[strcspn(line, "\n")] = '\0';
        char *equals = strstr(line, " = ");
        if (equals) {
            *equals = '\0';
            take_value(line, equals + strlen(" = "));
        }
    }
    free(line);
}

/* Takes the configuration if it is there and the Python that it names is there too. */
static int try_config(char *path) {
    FILE *stream = fopen(path, "r");
    if (!stream) {
        add_tried(path, "");
        return 0;
    }
    memset(&config, 0, sizeof config);
    config.file = path;
    read_config(stream);
    fclose(stream);
    if (!config.executable) {
        fail("%s has no line `executable = ...`: it is no configuration of this program; build it again", path);
    }
    if (config.home && !exists(config.home)) {
        add_tried(path, text(" (is there, but not the Python that it names, %s)", config.home));
        return 0;
    }
    return 1;
}

static int try_runfiles_of(const char *program) {
    if (try_config(text("%s.runfiles/%s", program, pyo3_init_config))) {
        return 1;
    }
    for (const char *slash = strrchr(program, '/'); slash && slash > program;) {
        size_t length = (size_t)(slash - program);
        if (ends_with(program, length, ".runfiles") &&
            try_config(text("%.*s/%s", (int)length, program, pyo3_init_config))) {
            return 1;
        }
        for (slash--; slash > program && *slash != '/'; slash--) {
        }
    }
    return 0;
}

/* A bundle has the program in bin/ and the configuration beside that folder. */
static int try_bundle_of(const char *program) {
    const char *slash = strrchr(pyo3_init_config, '/');
    const char *name = slash ? slash + 1 : pyo3_init_config;
    char *parent = text("../%s", name);
    int found = try_config(beside(program, parent));
    free(parent);
    return found;
}

/* Asks for the program by each of its names: as it was called, what each symlink on the way says, the file itself.
 * Runfiles lie beside one of them only. */
static int try_names(int (*try_name)(const char *)) {
    char *last = NULL;
    int links_left = 40;
    for (char *name = called_program; name && links_left > 0; name = link_target(name), links_left--) {
        if (try_name(name)) {
            return 1;
        }
        last = name;
    }
    char *file = program_resolved();
    return file && (!last || strcmp(file, last) != 0) && try_name(file);
}

static int try_variable(const char *variable) {
    const char *folder = getenv(variable);
    return folder && folder[0] == '/' && try_config(text("%s/%s", folder, pyo3_init_config));
}

static void find_config(void) {
    static int found;
    found = found || try_names(try_runfiles_of) || try_names(try_bundle_of) || try_variable("RUNFILES_DIR") ||
            try_variable("TEST_SRCDIR");
    if (!found) {
        fail("this program does not find its Python: no usable %s in any of%s\n"
             "Expected the runfiles that Bazel makes beside the program. Run it by `bazel run` or `bazel test`, or from "
             "bazel-bin; copy PROGRAM.runfiles along with PROGRAM; or make a pyo3_bundle to give it away.",
             pyo3_init_config, tried ? tried : " (the program's own name is unknown)");
    }
    if (config.executable[0] && access(config.executable, X_OK) != 0) {
        fail("the Python %s is not there (named by %s). Expected the Python that the program was built for, in the same "
             "place: install it, build with one that is here, or use one that is part of the build",
             config.executable, config.file);
    }
}

/* What Python takes for its own program. Where there is none, a name that is not searched for on PATH. */
static const char *program_name(void) {
    static char *name;
    if (config.executable[0]) {
        return config.executable;
    }
    if (!name) {
        name = text("%s/bin/python3", config.home ? config.home : "");
    }
    return name;
}

/* ---- built-in modules ---- */

/* An entry of PyImport_Inittab, the table that append_to_inittab! of PyO3 adds to (CPython, Include/import.h). */
struct module {
    const char *name;
    PyObject *(*initialize)(void);
};

/* Python takes the first of two modules of one name, and says nothing. */
static void check_modules(void) {
    struct module **table = dlsym(RTLD_DEFAULT, "PyImport_Inittab");
    for (const struct module *later = table ? *table : NULL; later && later->name; later++) {
        for (const struct module *module = *table; module < later; module++) {
            /* The same once more is what a program has that appends before each initialisation. */
            if (strcmp(module->name, later->name) == 0 && module->initialize != later->initialize) {
                fail("two built-in modules are named %s. Expected a name that neither one of Python's own nor another "
                     "appended module has: name the #[pymodule] otherwise",
                     later->name);
            }
        }
    }
}

/* ---- Python 3.14 and later: PyInitConfig ---- */

typedef struct init_config PyInitConfig;

static struct {
    PyInitConfig *(*create)(void);
    void (*free)(PyInitConfig *);
    int (*set_int)(PyInitConfig *, const char *, long long);
    int (*set_str)(PyInitConfig *, const char *, const char *);
    int (*get_error)(PyInitConfig *, const char **);
    int (*initialize)(PyInitConfig *);
} api;

/* POSIX lets a function be found as an object; ISO C has no such cast. */
static int find_function(void *pointer, const char *name) {
    void *found = dlsym(RTLD_DEFAULT, name);
    memcpy(pointer, &found, sizeof found);
    return found != NULL;
}

static int has_init_config(void) {
    return find_function(&api.create, "PyInitConfig_Create") && find_function(&api.free, "PyInitConfig_Free") &&
           find_function(&api.set_int, "PyInitConfig_SetInt") && find_function(&api.set_str, "PyInitConfig_SetStr") &&
           find_function(&api.get_error, "PyInitConfig_GetError") &&
           find_function(&api.initialize, "Py_InitializeFromInitConfig");
}

static void check(PyInitConfig *init, int status, const char *what) {
    if (status < 0) {
        const char *error = NULL;
        api.get_error(init, &error);
        fail("Python could not be initialised from %s (%s): %s; executable %s, home %s", config.file, what,
             error ? error : "unknown error", program_name(), config.home ? config.home : "not set");
    }
}

static void set_int(PyInitConfig *init, const char *option, int value) {
    check(init, api.set_int(init, option, value), option);
}

/* A PyInitConfig is isolated to begin with: no variables, no user site, no signal handlers, no locale. */
static void initialize_with_init_config(int signals) {
    PyInitConfig *init = api.create();
    if (!init) {
        fail("no memory left to initialise Python");
    }
    set_int(init, "install_signal_handlers", signals != 0);
    set_int(init, "configure_locale", 1);
    set_int(init, "write_bytecode", 0);
    set_int(init, "utf8_mode", 1);
    set_int(init, "buffered_stdio", 0);
    check(init, api.set_str(init, "executable", program_name()), "executable");
    if (config.home) {
        check(init, api.set_str(init, "home", config.home), "home");
    }
    check(init, api.initialize(init), "Py_InitializeFromInitConfig");
    api.free(init);
}

/* ---- before Python 3.14: global variables, and what Py_InitializeEx reads ---- */

#ifdef __APPLE__
static void real_initialize(int signals) {
    void *found = dlsym(RTLD_NEXT, "Py_InitializeEx");
    if (!found) {
        fail("no libpython has Py_InitializeEx: expected a program that is linked with a shared libpython");
    }
    void (*next)(int);
    memcpy(&next, &found, sizeof found);
    next(signals);
}
#else
extern void __real_Py_InitializeEx(int signals);

static void real_initialize(int signals) {
    __real_Py_InitializeEx(signals);
}
#endif

/* Each is a switch, on by 1. Unbuffered, because PyO3 never finalises Python: what print() left in a buffer would be
 * lost at exit. UTF-8, because the locale is the machine's, and from 3.15 on that is Python's default (PEP 686). */
static void set_flags(void) {
    static const char *const names[] = {"Py_IsolatedFlag",          "Py_IgnoreEnvironmentFlag", "Py_NoUserSiteDirectory",
                                        "Py_DontWriteBytecodeFlag", "Py_UnbufferedStdioFlag",   "Py_UTF8Mode"};
    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
        int *flag = dlsym(RTLD_DEFAULT, names[index]);
        if (flag) {
            *flag = 1;
        }
    }
}

static void set_path(const char *setter, const char *path) {
    wchar_t *(*decode)(const char *, size_t *);
    void (*set)(const wchar_t *);
    if (!find_function(&decode, "Py_DecodeLocale") || !find_function(&set, setter)) {
        fail("this Python has neither PyInitConfig_Create nor %s: it is not supported", setter);
    }
    wchar_t *decoded = decode(path, NULL);
    if (!decoded) {
        fail("the path %s cannot be decoded", path);
    }
    /* Not freed: Python before 3.8 keeps the pointer. */
    set(decoded);
}

/* Py_InitializeEx has no result: when it fails it ends the process. */
static int initializing;

/* Runs when the process ends. No atexit(): glibc has it in an archive that rustc names before this one. */
__attribute__((destructor)) static void explain_exit(void) {
    if (initializing) {
        fprintf(stderr, "ERROR: %s: Python could not be initialised from %s: see above; executable %s, home %s\n",
                pyo3_init_label, config.file, program_name(), config.home ? config.home : "not set");
    }
}

static void initialize_with_globals(int signals) {
    set_flags();
    set_path("Py_SetProgramName", program_name());
    if (config.home) {
        set_path("Py_SetPythonHome", config.home);
    }
    initializing = 1;
    real_initialize(signals);
    initializing = 0;
}

/* ---- after it ---- */

static void check_python(int status, const char *what) {
    if (status < 0) {
        PyErr_Print();
        fail("Python was initialised, but %s could not be set", what);
    }
}

static void finish(void) {
    PyObject *path = PySys_GetObject("path");
    for (size_t index = 0; index < config.path_count; index++) {
        PyObject *entry = PyUnicode_DecodeFSDefault(config.paths[index]);
        check_python(path && entry ? PyList_Insert(path, (ssize_t)index, entry) : -1, "sys.path");
        Py_DecRef(entry);
    }
    if (!config.executable[0]) {
        PyObject *empty = PyUnicode_DecodeFSDefault("");
        check_python(empty ? PySys_SetObject("executable", empty) : -1, "sys.executable");
        Py_DecRef(empty);
    }
}

static void initialize(int signals) {
    if (Py_IsInitialized()) {
        return;
    }
    find_config();
    check_modules();
    /* From the launcher of a macOS framework to the Python that it starts, which removes it, and not to programs below
     * that. CPython takes it for sys.executable even when it is isolated (Modules/getpath.c). */
    unsetenv("__PYVENV_LAUNCHER__");
    if (has_init_config()) {
        initialize_with_init_config(signals);
    } else {
        initialize_with_globals(signals);
    }
    finish();
}

#ifdef __APPLE__
void Py_InitializeEx(int signals);
void Py_Initialize(void);

void Py_InitializeEx(int signals) {
    initialize(signals);
}

void Py_Initialize(void) {
    initialize(1);
}
#else
void __wrap_Py_InitializeEx(int signals);
void __wrap_Py_Initialize(void);

void __wrap_Py_InitializeEx(int signals) {
    initialize(signals);
}

void __wrap_Py_Initialize(void) {
    initialize(1);
}
#endif
