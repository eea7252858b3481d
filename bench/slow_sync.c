/* Makes every fsync and fdatasync take at least 20 ms longer, as on a memory card.
 * Built and preloaded by bench/outbox.py; used nowhere else. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <time.h>

static int late(const char *name, int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int result = real(fd);
    int error = errno;
    struct timespec delay = {0, 20 * 1000 * 1000};
    while (nanosleep(&delay, &delay) != 0 && errno == EINTR) {
    }
    errno = error;
    return result;
}

int fsync(int fd)
{
    return late("fsync", fd);
}

int fdatasync(int fd)
{
    return late("fdatasync", fd);
}
