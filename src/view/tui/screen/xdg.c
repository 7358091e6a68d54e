/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/xdg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LINES_MOST 1000 /* of a file that are looked at */

bool xdg_path(const char *variable, const char *fallback, const char *name, struct strbuf *out)
{
    const char *base = getenv(variable), *home = getenv("HOME");
    if (base && base[0] == '/')
        strbuf_format(out, "%s/nfscope", base);
    else if (home && home[0] == '/')
        strbuf_format(out, "%s/%s/nfscope", home, fallback);
    else
        return false;
    strbuf_format(out, "/%s", name);
    return true;
}

void xdg_each_line(const char *path, void (*take)(void *user, char *line, unsigned number), void *user)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    unsigned number = 0;
    ssize_t length;
    if (!file)
        return;
    while (number++ < LINES_MOST && (length = getline(&line, &room, file)) > 0) {
        if (line[length - 1] == '\n')
            line[length - 1] = '\0';
        take(user, line, number);
    }
    free(line);
    fclose(file);
}

void xdg_make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700); /* that it is there already is as good; what else is wrong shows later */
        *slash = '/';
    }
}
