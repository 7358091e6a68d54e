/* SPDX-License-Identifier: MIT */
#include "command/naming.h"

#include <string.h>

#include "names/answers.h"

bool naming_settle(struct config *config, struct complaint *complaint)
{
    struct naming *naming = &config->naming;
    const char *letters = config->name_letters;
    if (!letters) {
        naming->hosts = naming->services = naming->answers = !config->no_names;
        return true;
    }
    if (config->no_names)
        return complain(complaint, COMPLAINT_USAGE, "-n is for no names; with -N leave it out");
    size_t known = strspn(letters, "ntd");
    if (*letters == '\0' || letters[known] != '\0') {
        struct strbuf line = { 0 };
        complain(complaint, COMPLAINT_USAGE,
                 "-N takes the letters n (hosts), t (services) and d (DNS answers in the capture), not '%s'",
                 letters);
        strbuf_format(&line, "-N %s", letters);
        complain_at(complaint, line.data, line.length, 3 + known);
        strbuf_release(&line);
        return false;
    }
    naming->hosts = strchr(letters, 'n') != NULL;
    naming->services = strchr(letters, 't') != NULL;
    naming->answers = strchr(letters, 'd') != NULL;
    return true;
}

/* Names in files that are given are wanted in any case. */
static bool wants_hosts(const struct config *config)
{
    return config->naming.hosts || config->naming.answers || config->hosts.count > 0;
}

struct names *naming_new(const struct config *config, struct complaint *complaint)
{
    const struct naming *naming = &config->naming;
    struct names_config wanted = {
        .hosts = wants_hosts(config),
        .dns = naming->hosts && config->name_wait > 0,
        .services = naming->services,
        .host_files = config->hosts.word,
        .host_file_count = config->hosts.count,
        .no_system = !naming->hosts,
    };
    char error[256];
    if (!wanted.hosts && !wanted.services)
        return NULL;
    struct names *names = names_new(&wanted, error);
    if (!names)
        complain(complaint, COMPLAINT_USAGE, "%s", error);
    return names;
}

static void learn(void *user, const struct addr *address, const char *name, size_t length)
{
    (void)names_learn(user, address, name, length);
}

static void look_at(void *user, const struct datagram *datagram)
{
    if (answers_port(datagram->sport))
        answers_read(datagram->data, datagram->length, learn, user);
}

void naming_configure(const struct config *config, struct names *names, struct session_config *session)
{
    if (!names || !config->naming.answers)
        return;
    session->stranger = look_at;
    session->stranger_user = names;
}
