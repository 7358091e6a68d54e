/* SPDX-License-Identifier: MIT */
#include "view/tui/work/load.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/now.h"
#include "base/slice.h"
#include "base/time.h"
#include "view/tui/work/speed.h"

#define STAND_EVERY 5000000   /* ns between moments at which readers are let in */
#define TELL_EVERY  100000000 /* ns between calls of `changed` */
#define IDLE_EVERY  10        /* ms; any frame waits longer */
#define END_WAIT    300       /* ms that the loader has to end */
#define HIDE_WAIT   100 /* ms that whoever shows rows has to keep them before they cannot be read for a while */

struct load {
    struct session *session;
    void (*changed)(void *user);
    void *user;
    pthread_t thread;
    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t opened, left, ended;
    unsigned waiting, reading; /* readers */
    bool open;                 /* readers may go in */
    bool started, over;        /* the thread is there; it is done */
    bool stepped;              /* for tests: a second goes by with each frame */
    bool told;                 /* what there was first */
    bool warned;               /* whoever asks how far it is knows that all is read */
    uint32_t accepted;         /* generation that readers know of */
    atomic_bool stop;
    int64_t start, last_told;
    struct speed speed;
    struct load_progress progress;
};

static struct timespec deadline(int milliseconds)
{
    int64_t at = now_monotonic() + milliseconds * INT64_C(1000000);
    return (struct timespec) { .tv_sec = at / 1000000000, .tv_nsec = at % 1000000000 };
}

static void note_progress(struct load *load, enum load_state state)
{
    const struct session *run = load->session;
    struct load_progress *p = &load->progress;
    const struct session_counts *counts = session_counts(run);
    p->state = state;
    p->frames = counts->frames;
    p->elapsed = load->stepped ? (int64_t)counts->frames * TIME_SECOND : now_monotonic() - load->start;
    p->packets = counts->exports;
    p->flows = flow_store_rows(session_store(run));
    p->connections = pairs_count(session_pairs(run));
    speed_note(&load->speed, p->elapsed, p->packets, p->flows);
    p->packets_a_second = load->speed.packets;
    p->flows_a_second = load->speed.flows;
    p->live = session_is_live(run);
    p->dropped = counts->dropped;
    p->dropped_interface = counts->dropped_interface;
    p->forgotten = counts->forgotten;
    p->generation = session_generation(run);
    session_position(run, &p->done, &p->total);
}

/* Lets those in who wait now, until all are out again. The mutex is held. */
static void stand(struct load *load)
{
    load->open = true;
    pthread_cond_broadcast(&load->opened);
    while (load->waiting > 0 || load->reading > 0)
        pthread_cond_wait(&load->left, &load->mutex);
    load->open = false;
}

/* Lets in whoever comes, until it is known that nothing can be read after that. The mutex is held. */
static void stand_last(struct load *load)
{
    struct timespec until = deadline(HIDE_WAIT);
    bool late = false;
    load->open = true;
    pthread_cond_broadcast(&load->opened);
    while (load->reading > 0 || !(load->warned || load->stop || late))
        if (late)
            pthread_cond_wait(&load->left, &load->mutex);
        else
            late = pthread_cond_timedwait(&load->left, &load->mutex, &until) == ETIMEDOUT;
    load->open = false;
}

/* Whether somebody wants to read, or it is time to tell how far this is. */
static bool progress_wanted(void *user)
{
    struct load *load = user;
    pthread_mutex_lock(&load->mutex);
    bool wanted = load->waiting > 0 || !load->told || load->stop;
    pthread_mutex_unlock(&load->mutex);
    return wanted || now_monotonic() - load->last_told > TELL_EVERY;
}

static bool progress(void *user, const struct session *run)
{
    struct load *load = user;
    bool all = session_phase(run) == SESSION_READ;
    pthread_mutex_lock(&load->mutex);
    note_progress(load, all ? LOAD_PAIRING : LOAD_READING);
    int64_t time = now_monotonic();
    bool tell = all || time - load->last_told > TELL_EVERY || (!load->told && load->progress.flows > 0);
    if (tell) {
        load->told |= load->progress.flows > 0;
        load->last_told = time;
    }
    if (load->waiting > 0 && !all)
        stand(load);
    pthread_mutex_unlock(&load->mutex);
    if (tell)
        load->changed(load->user);
    if (!all)
        return !load->stop;
    pthread_mutex_lock(&load->mutex);
    stand_last(load);
    pthread_mutex_unlock(&load->mutex);
    return true;
}

static void *run_session(void *user)
{
    struct load *load = user;
    slice_long();
    enum session_result result = session_run(load->session);
    (void)pairs_connection_of_row(session_pairs(load->session), 0); /* the first call takes long */
    pthread_mutex_lock(&load->mutex);
    note_progress(load, LOAD_DONE);
    load->progress.stopped = result == SESSION_STOPPED;
    load->progress.cut = result == SESSION_CUT;
    load->open = load->over = true;
    pthread_cond_broadcast(&load->opened);
    pthread_cond_broadcast(&load->ended);
    pthread_mutex_unlock(&load->mutex);
    load->changed(load->user);
    return NULL;
}

static void init_conditions(struct load *load)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&load->mutex, NULL);
    pthread_cond_init(&load->opened, &attributes);
    pthread_cond_init(&load->left, &attributes);
    pthread_cond_init(&load->ended, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void release(struct load *load)
{
    pthread_cond_destroy(&load->opened);
    pthread_cond_destroy(&load->left);
    pthread_cond_destroy(&load->ended);
    pthread_mutex_destroy(&load->mutex);
    session_free(load->session);
    free(load);
}

struct load *load_new(const struct session_config *config, void (*changed)(void *user), void *user,
                      struct capture_error *error)
{
    struct load *load = alloc_new(sizeof *load);
    struct session_config own = *config;
    own.keep_flows = own.keep_pairs = own.check_times = true;
    own.keep_octets = OCTETS_KEEP_ALL;
    own.capture.idle = IDLE_EVERY; /* readers are let in while nothing comes */
    own.progress = progress;
    own.progress_wanted = progress_wanted;
    own.progress_user = load;
    own.progress_every = STAND_EVERY;
    load->changed = changed;
    load->stepped = config->capture.test_clock != 0;
    load->user = user;
    init_conditions(load);
    slice_long(); /* for threads that are made here */
    load->session = session_new(&own, error);
    slice_short(); /* for the screen's */
    if (!load->session) {
        release(load);
        return NULL;
    }
    return load;
}

void load_start(struct load *load)
{
    load->started = true;
    load->start = now_monotonic();
    if (pthread_create(&load->thread, NULL, run_session, load) != 0)
        alloc_failed(0);
}

void load_stop(struct load *load)
{
    session_stop(load->session);
}

uint32_t load_accept(struct load *load)
{
    pthread_mutex_lock(&load->mutex);
    uint32_t accepted = load->accepted = load->progress.generation;
    pthread_mutex_unlock(&load->mutex);
    return accepted;
}

bool load_free(struct load *load)
{
    struct timespec until = deadline(END_WAIT);
    load->stop = true;
    load_stop(load);
    pthread_mutex_lock(&load->mutex);
    while (load->started && !load->over &&
           pthread_cond_timedwait(&load->ended, &load->mutex, &until) != ETIMEDOUT)
        continue;
    bool over = load->over;
    pthread_mutex_unlock(&load->mutex);
    if (load->started && !over) {
        pthread_detach(load->thread);
        return false;
    }
    if (load->started)
        pthread_join(load->thread, NULL);
    release(load);
    return true;
}

bool load_read(struct load *load, int milliseconds)
{
    struct timespec until = deadline(milliseconds);
    pthread_mutex_lock(&load->mutex);
    load->waiting++;
    while (!load->open && pthread_cond_timedwait(&load->opened, &load->mutex, &until) != ETIMEDOUT)
        continue;
    load->waiting--;
    bool open = load->open && load->progress.generation == load->accepted;
    load->reading += open;
    if (!open || load->waiting == 0)
        pthread_cond_signal(&load->left);
    pthread_mutex_unlock(&load->mutex);
    return open;
}

void load_release(struct load *load)
{
    pthread_mutex_lock(&load->mutex);
    load->reading--;
    pthread_cond_signal(&load->left);
    pthread_mutex_unlock(&load->mutex);
}

const struct session *load_session(const struct load *load)
{
    return load->session;
}

struct load_progress load_progress(struct load *load)
{
    pthread_mutex_lock(&load->mutex);
    struct load_progress copy = load->progress;
    if (copy.state == LOAD_PAIRING && !load->warned) {
        load->warned = true;
        pthread_cond_signal(&load->left);
    }
    pthread_mutex_unlock(&load->mutex);
    return copy;
}
