/* Puts the clock of a process wrong: preloaded, it adds to the time of day what a shared file says.
 *
 * SKEW_FILE holds one double for each place of SKEW_PARTS, words that are looked for in the command
 * line, parted by bars: the first that is found is this process's place. Time that only rises is
 * left alone, as it is where somebody sets a real clock.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile double *skew = NULL;
static int (*real_gettime)(clockid_t, struct timespec *) = NULL;

__attribute__((constructor)) static void begin(void)
{
    real_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    const char *file = getenv("SKEW_FILE"), *parts = getenv("SKEW_PARTS");
    if (!file || !parts)
        return;
    char line[8192] = {0}, words[1024] = {0};
    int in = open("/proc/self/cmdline", O_RDONLY);
    if (in < 0)
        return;
    ssize_t length = read(in, line, sizeof line - 1);
    close(in);
    for (ssize_t i = 0; i < length; i++)
        if (!line[i])
            line[i] = ' ';
    strncpy(words, parts, sizeof words - 1);
    int place = 0;
    for (char *rest, *word = strtok_r(words, "|", &rest); word; word = strtok_r(NULL, "|", &rest), place++) {
        if (!strstr(line, word))
            continue;
        int shared = open(file, O_RDONLY);
        if (shared < 0)
            return;
        double *all = mmap(NULL, 4096, PROT_READ, MAP_SHARED, shared, 0);
        close(shared);
        if (all != MAP_FAILED)
            skew = all + place;
        return;
    }
}

static double offset(void)
{
    return skew ? *skew : 0.0;
}

int clock_gettime(clockid_t which, struct timespec *now)
{
    if (!real_gettime)
        real_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    int status = real_gettime(which, now);
    double off = offset();
    if (status == 0 && off != 0.0 && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) {
        double whole = floor(off);
        now->tv_sec += (time_t)whole;
        now->tv_nsec += (long)((off - whole) * 1e9);
        if (now->tv_nsec >= 1000000000L) {
            now->tv_nsec -= 1000000000L;
            now->tv_sec += 1;
        }
    }
    return status;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec exact;
    (void)zone;
    int status = clock_gettime(CLOCK_REALTIME, &exact);
    if (status == 0 && now) {
        now->tv_sec = exact.tv_sec;
        now->tv_usec = exact.tv_nsec / 1000;
    }
    return status;
}

time_t time(time_t *out)
{
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (out)
        *out = exact.tv_sec;
    return exact.tv_sec;
}
