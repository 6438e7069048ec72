#include "CLibzip.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

// Every function that is looked up, once. The table's types come from libzip's own declarations, so a header that
// disagrees with a call below does not compile.
#define DIWAN_ZIP_FUNCTIONS(X) \
    X(zip_open)                \
    X(zip_discard)             \
    X(zip_get_num_entries)     \
    X(zip_stat_index)          \
    X(zip_get_error)           \
    X(zip_error_code_zip)      \
    X(zip_fopen_index)         \
    X(zip_fread)               \
    X(zip_fclose)              \
    X(zip_file_get_error)

struct table {
#define X(name) __typeof__(&name) name;
    DIWAN_ZIP_FUNCTIONS(X)
#undef X
};

static struct table table;
static char failure[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Version 4 of the interface is that of Debian 11 and 12, version 5 that of libzip 1.4 and later elsewhere; the functions
// used here are the same in both.
static const char *const names[] = {"libzip.so.4", "libzip.so.5", "libzip.5.dylib"};

static const char *fill(const char *name, struct table *into, char *message, size_t size) {
    void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL) {
        snprintf(
            message, size, "ZIP archives need libzip, which is not installed: apt-get install libzip4. Or unpack the "
                           "archive and import the folder.");
        return message;
    }
#define X(symbol)                                                                                            \
    into->symbol = (__typeof__(&symbol))dlsym(library, #symbol);                                             \
    if (into->symbol == NULL) {                                                                              \
        snprintf(message, size, "%s is too old (it has no %s): apt-get install libzip4", name, #symbol);     \
        dlclose(library);                                                                                    \
        return message;                                                                                      \
    }
    DIWAN_ZIP_FUNCTIONS(X)
#undef X
    return NULL;
}

static void load(void) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char message[sizeof failure] = "";
        struct table candidate;
        if (fill(names[i], &candidate, message, sizeof message) == NULL) {
            table = candidate;
            failure[0] = '\0';
            return;
        }
        // A library that is there but too old says more than the one that is missing.
        if (failure[0] == '\0' || strstr(message, "too old") != NULL) memcpy(failure, message, sizeof failure);
    }
}

const char *diwan_zip_load(void) {
    pthread_once(&once, load);
    return failure[0] == '\0' ? NULL : failure;
}

const char *diwan_zip_try(const char *name, char *message, size_t message_size) {
    struct table candidate;
    return fill(name, &candidate, message, message_size);
}

zip_t *diwan_zip_open(const char *path, int flags, int *error) { return table.zip_open(path, flags, error); }
void diwan_zip_discard(zip_t *archive) { table.zip_discard(archive); }
zip_int64_t diwan_zip_get_num_entries(zip_t *archive, zip_flags_t flags) {
    return table.zip_get_num_entries(archive, flags);
}
int diwan_zip_stat_index(zip_t *archive, zip_uint64_t index, zip_flags_t flags, zip_stat_t *stat) {
    return table.zip_stat_index(archive, index, flags, stat);
}
zip_error_t *diwan_zip_get_error(zip_t *archive) { return table.zip_get_error(archive); }
int diwan_zip_error_code_zip(const zip_error_t *error) { return table.zip_error_code_zip(error); }

zip_file_t *diwan_zip_fopen_index(zip_t *archive, zip_uint64_t index, zip_flags_t flags) {
    return table.zip_fopen_index(archive, index, flags);
}
zip_int64_t diwan_zip_fread(zip_file_t *file, void *bytes, zip_uint64_t count) {
    return table.zip_fread(file, bytes, count);
}
int diwan_zip_fclose(zip_file_t *file) { return table.zip_fclose(file); }
zip_error_t *diwan_zip_file_get_error(zip_file_t *file) { return table.zip_file_get_error(file); }
