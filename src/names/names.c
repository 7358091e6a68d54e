/* SPDX-License-Identifier: MIT */
#include "names/names.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "names/dns.h"
#include "names/hosts.h"
#include "names/services.h"

#define DEFAULT_HOSTS     1048576u
#define DEFAULT_IN_FLIGHT 64u

/* An address that DNS gave for a name; none (family 0): the name was asked for. */
struct forward {
    char *name;
    struct addr address;
};

struct names {
    struct hosts *hosts;  /* NULL: no names for hosts */
    pthread_mutex_t lock; /* of `hosts` */
    size_t learned;
    struct dns *dns; /* NULL: do not ask */
    bool services;
    struct forward *forward;
    size_t forward_count, forward_capacity;
};

static void take_answer(void *context, const struct addr *address, const char *name)
{
    struct names *names = context;
    pthread_mutex_lock(&names->lock);
    hosts_answer(names->hosts, address, name, name ? strlen(name) : 0);
    pthread_mutex_unlock(&names->lock);
}

static void add_forward(struct names *names, const char *name, const struct addr *address)
{
    names->forward =
        alloc_grow(names->forward, names->forward_count, &names->forward_capacity, sizeof *names->forward);
    names->forward[names->forward_count++] =
        (struct forward) { .name = alloc_text(name), .address = *address };
}

static void take_address(void *context, const char *name, const struct addr *address)
{
    add_forward(context, name, address);
}

/* The given files first: whoever names one wants it to win over the system's. */
static bool load_hosts(struct names *names, const struct names_config *config, char error[256])
{
    for (size_t i = 0; i < config->host_file_count; i++) {
        const char *path = config->host_files[i];
        if (hosts_load(names->hosts, path))
            continue;
        snprintf(error, 256, "cannot read hosts file '%s': %s", path, strerror(errno));
        return false;
    }
    if (!config->no_system)
        (void)hosts_load(names->hosts, "/etc/hosts");
    return true;
}

/* Resolvers of the system that cannot be used are as resolvers that do not answer: no names. */
static bool open_dns(struct names *names, const struct names_config *config, char error[256])
{
    names->dns = dns_new(&(struct dns_config) {
        .server = config->dns_server,
        .in_flight = config->max_in_flight ? config->max_in_flight : DEFAULT_IN_FLIGHT,
        .answer = take_answer,
        .answer_name = take_address,
        .context = names,
    });
    if (names->dns || !config->dns_server)
        return true;
    snprintf(error, 256, "cannot use DNS server '%s'", config->dns_server);
    return false;
}

struct names *names_new(const struct names_config *config, char error[256])
{
    struct names *names = alloc_new(sizeof *names);
    names->services = config->services;
    pthread_mutex_init(&names->lock, NULL);
    if (!config->hosts)
        return names;
    names->hosts = hosts_new(config->max_hosts ? config->max_hosts : DEFAULT_HOSTS);
    if (load_hosts(names, config, error) && (!config->dns || open_dns(names, config, error)))
        return names;
    names_free(names);
    return NULL;
}

void names_free(struct names *names)
{
    if (!names)
        return;
    dns_free(names->dns);
    hosts_free(names->hosts);
    for (size_t i = 0; i < names->forward_count; i++)
        free(names->forward[i].name);
    free(names->forward);
    pthread_mutex_destroy(&names->lock);
    free(names);
}

const char *names_host(struct names *names, const struct addr *address)
{
    if (!names->hosts)
        return NULL;
    const char *name;
    pthread_mutex_lock(&names->lock);
    enum hosts_state state = hosts_find(names->hosts, address, &name);
    bool ask =
        state == HOSTS_ABSENT && names->dns && dns_askable(address) && hosts_ask(names->hosts, address);
    pthread_mutex_unlock(&names->lock);
    if (ask)
        dns_ask(names->dns, address);
    return name;
}

bool names_learn(struct names *names, const struct addr *address, const char *name, size_t length)
{
    bool taken = false;
    if (!names->hosts)
        return false;
    pthread_mutex_lock(&names->lock);
    if (names->learned < NAMES_LEARNED)
        taken = hosts_answer(names->hosts, address, name, length);
    names->learned += taken;
    pthread_mutex_unlock(&names->lock);
    return taken;
}

void names_ask(struct names *names, const char *name)
{
    for (size_t i = 0; i < names->forward_count; i++)
        if (strcasecmp(names->forward[i].name, name) == 0)
            return;
    if (!names->dns)
        return;
    add_forward(names, name, &(struct addr) { .family = 0 });
    dns_ask_name(names->dns, name);
}

void names_addresses(struct names *names, const char *name,
                     void (*take)(void *user, const struct addr *address), void *user)
{
    if (names->hosts) {
        pthread_mutex_lock(&names->lock);
        hosts_each(names->hosts, name, take, user);
        pthread_mutex_unlock(&names->lock);
    }
    for (size_t i = 0; i < names->forward_count; i++)
        if (names->forward[i].address.family && strcasecmp(names->forward[i].name, name) == 0)
            take(user, &names->forward[i].address);
}

bool names_pending(struct names *names)
{
    return names_wait(names, 0) > 0;
}

size_t names_wait(struct names *names, int milliseconds)
{
    if (!names->dns)
        return 0;
    dns_wait(names->dns, milliseconds);
    return dns_open(names->dns);
}

const char *names_service(const struct names *names, uint16_t port, uint8_t protocol)
{
    return names->services ? services_name(port, protocol) : NULL;
}
