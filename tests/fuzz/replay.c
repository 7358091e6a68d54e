/* SPDX-License-Identifier: MIT */
/*
 * A main for fuzz targets in builds without libFuzzer: runs every file of the given folders (or the given
 * files) through the target. Each input lies in memory of exactly its size, so that AddressSanitizer and
 * valgrind see a read past its end. Exit status 77 when there was nothing to run.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EXIT_SKIPPED = 77, PATH_SIZE = 4096 };

static void die(const char *path)
{
    fprintf(stderr, "replay: cannot read '%s': %s\n", path, strerror(errno));
    exit(EXIT_FAILURE);
}

static void replay_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        die(path);
    uint8_t *data = malloc(size ? size : 1);
    if (!data || fread(data, 1, size, file) != size)
        die(path);
    fclose(file);
    fprintf(stderr, "%s: %zu octets\n", path, size);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
}

static size_t replay(const char *path);

static size_t replay_folder(const char *path)
{
    struct dirent **names;
    int count = scandir(path, &names, NULL, alphasort);
    if (count < 0)
        die(path);
    size_t runs = 0;
    for (int i = 0; i < count; i++) {
        char inner[PATH_SIZE];
        int length = snprintf(inner, sizeof inner, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && length > 0 && (size_t)length < sizeof inner)
            runs += replay(inner);
        free(names[i]);
    }
    free(names);
    return runs;
}

/* Returns how many inputs were run. A folder that is not there has none. */
static size_t replay(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        if (errno == ENOENT)
            return 0;
        die(path);
    }
    if (S_ISDIR(info.st_mode))
        return replay_folder(path);
    replay_file(path, (size_t)info.st_size);
    return 1;
}

int main(int argc, char **argv)
{
    size_t runs = 0;
    for (int i = 1; i < argc; i++)
        runs += replay(argv[i]);
    printf("%zu inputs\n", runs);
    if (runs > 0)
        return EXIT_SUCCESS;
    fprintf(stderr, "replay: no inputs\n");
    return EXIT_SKIPPED;
}
