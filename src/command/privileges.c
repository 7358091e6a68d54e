/* SPDX-License-Identifier: MIT */
#include "command/privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

static bool fail(char *error, size_t size, const char *what, int reason)
{
    (void)snprintf(error, size, "cannot give up rights: %s: %s", what, strerror(reason));
    return false;
}

static bool become(uid_t uid, gid_t gid, char *error, size_t size)
{
    if (setresgid(gid, gid, gid) != 0)
        return fail(error, size, "setresgid", errno);
    if (setresuid(uid, uid, uid) != 0)
        return fail(error, size, "setresuid", errno);
    return true;
}

static bool become_user(const char *name, char *error, size_t size)
{
    errno = 0;
    const struct passwd *user = getpwnam(name);
    if (!user) {
        (void)snprintf(error, size, "no user is called '%s'", name);
        return false;
    }
    if (user->pw_uid == geteuid() && user->pw_uid == getuid())
        return true;
    if (geteuid() != 0) {
        (void)snprintf(error, size, "only root can become user '%s'", name);
        return false;
    }
    if (initgroups(name, user->pw_gid) != 0)
        return fail(error, size, "initgroups", errno);
    return become(user->pw_uid, user->pw_gid, error, size);
}

/* There is no need for a library: it is one call. */
static bool clear_capabilities(char *error, size_t size)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail(error, size, "prctl", errno);
    if (syscall(SYS_capset, &header, none) != 0)
        return fail(error, size, "capset", errno);
    return true;
}

bool privileges_drop(const char *user, char *error, size_t size)
{
    bool elevated = getuid() != geteuid() || getgid() != getegid();
    if (user ? !become_user(user, error, size) : elevated && !become(getuid(), getgid(), error, size))
        return false;
    return clear_capabilities(error, size);
}

const char *privileges_advice(char *buffer, size_t size)
{
    char path[512];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    buffer[0] = '\0';
    if (length <= 0 || (size_t)length == sizeof path)
        return buffer;
    (void)snprintf(buffer, size, "run it as root, or once: sudo setcap cap_net_raw,cap_net_admin=eip %.*s",
                   (int)length, path);
    return buffer;
}
