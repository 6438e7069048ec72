// libzip, loaded with dlopen at first use.
//
// Only reading an archive needs it, so no other command pays for finding it, and Diwan starts where it is not installed.
//
// Every function here is libzip's function of the same name behind the prefix `diwan_`. libzip's own types and constants
// come from <zip.h> unchanged. Nothing but `diwan_zip_load` may be called before `diwan_zip_load` has returned NULL.

#ifndef DIWAN_CLIBZIP_H
#define DIWAN_CLIBZIP_H

#include <stddef.h>
#include <zip.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Loads libzip and fills the table of functions; the first call decides, later ones repeat its answer.
/// May be called from any thread. Returns NULL, or a sentence for a person that lives for ever.
const char *_Nullable diwan_zip_load(void);

/// The same for one library name, without keeping anything: what `diwan_zip_load` does for each name it tries.
/// Returns NULL, or a sentence for a person, written into `message`.
const char *_Nullable diwan_zip_try(const char *_Nonnull name, char *_Nonnull message, size_t message_size);

zip_t *_Nullable diwan_zip_open(const char *_Nonnull path, int flags, int *_Nullable error);
void diwan_zip_discard(zip_t *_Nonnull archive);
zip_int64_t diwan_zip_get_num_entries(zip_t *_Nonnull archive, zip_flags_t flags);
int diwan_zip_stat_index(zip_t *_Nonnull archive, zip_uint64_t index, zip_flags_t flags, zip_stat_t *_Nonnull stat);
zip_error_t *_Nonnull diwan_zip_get_error(zip_t *_Nonnull archive);
int diwan_zip_error_code_zip(const zip_error_t *_Nonnull error);

zip_file_t *_Nullable diwan_zip_fopen_index(zip_t *_Nonnull archive, zip_uint64_t index, zip_flags_t flags);
zip_int64_t diwan_zip_fread(zip_file_t *_Nonnull file, void *_Nonnull bytes, zip_uint64_t count);
int diwan_zip_fclose(zip_file_t *_Nonnull file);
zip_error_t *_Nonnull diwan_zip_file_get_error(zip_file_t *_Nonnull file);

#ifdef __cplusplus
}
#endif
#endif
