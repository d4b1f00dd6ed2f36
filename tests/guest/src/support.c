#include "guest.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static int console = 1;
static uint64_t random_state;

int console_open(void) {
    struct termios raw;
    console = open("/dev/ttyS0", O_RDWR | O_NOCTTY);
    if (console < 0) {
        return -1;
    }
    if (tcgetattr(console, &raw) == 0) {
        cfmakeraw(&raw);
        tcsetattr(console, TCSANOW, &raw);
    }
    return console;
}

void say(const char *format, ...) {
    char line[512];
    va_list values;
    va_start(values, format);
    int length = vsnprintf(line, sizeof line - 1, format, values);
    va_end(values);
    if (length > (int)sizeof line - 2) {
        length = sizeof line - 2;
    }
    line[length++] = '\n';
    for (int done = 0; done < length;) {
        ssize_t part = write(console, line + done, (size_t)(length - done));
        if (part <= 0) {
            return;
        }
        done += (int)part;
    }
}

double now_millis(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000.0 + now.tv_nsec / 1e6;
}

void random_seed(void) {
    struct timespec now;
    uint64_t fresh = 0;
    clock_gettime(CLOCK_REALTIME, &now);
    /* The kernel may have no entropy yet; the time keeps two runs apart, and nothing here has to be secret. */
    if (getrandom(&fresh, sizeof fresh, GRND_NONBLOCK) < 0) {
        fresh = 0;
    }
    random_state = (fresh ^ (uint64_t)now.tv_nsec << 32 ^ (uint64_t)now.tv_sec) | 1;
}

/* splitmix64: fast, and no compressor finds anything in it. */
static uint64_t random_next(void) {
    uint64_t mixed = random_state += 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
    return mixed ^ mixed >> 31;
}

void random_bytes(unsigned char *target, size_t bytes) {
    while (bytes > 0) {
        uint64_t word = random_next();
        size_t part = bytes < sizeof word ? bytes : sizeof word;
        memcpy(target, &word, part);
        target += part;
        bytes -= part;
    }
}

size_t random_size(size_t min, size_t max) {
    return min + random_next() % (max - min + 1);
}

void ranges_begin(struct ranges *ranges, const char *name) {
    ranges->name = name;
    ranges->first = -1;
    ranges->last = -1;
    ranges->used = 0;
}

static void ranges_line(struct ranges *ranges) {
    if (ranges->used > 0) {
        say("%s %s", ranges->name, ranges->line);
        ranges->used = 0;
    }
}

static void ranges_flush(struct ranges *ranges) {
    char text[48];
    int length;
    if (ranges->first < 0) {
        return;
    }
    if (ranges->first == ranges->last) {
        length = snprintf(text, sizeof text, "%ld", ranges->first);
    } else {
        length = snprintf(text, sizeof text, "%ld-%ld", ranges->first, ranges->last);
    }
    if (ranges->used + (size_t)length + 2 > sizeof ranges->line) {
        ranges_line(ranges);
    }
    ranges->used += (size_t)snprintf(
        ranges->line + ranges->used, sizeof ranges->line - ranges->used, "%s%s", ranges->used > 0 ? "," : "", text);
}

void ranges_add(struct ranges *ranges, long number) {
    if (ranges->first >= 0 && number == ranges->last + 1) {
        ranges->last = number;
        return;
    }
    ranges_flush(ranges);
    ranges->first = number;
    ranges->last = number;
}

void ranges_end(struct ranges *ranges) {
    ranges_flush(ranges);
    ranges_line(ranges);
}
