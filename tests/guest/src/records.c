#include "guest.h"
#include "sha256.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A record file, little endian: 0 "HFRECORD", 8 number, 16 payload bytes (u32), 20 zero (u32), 24 payload,
 * then SHA-256 of all before. It is written under another name, synced, renamed to its number in ten digits,
 * and the folder is synced: a file whose name is a number claims to be whole.
 */
#define HEADER_BYTES 24
#define RECORD_BYTES_MAX (HEADER_BYTES + RECORD_PAYLOAD_MAX + SHA256_BYTES)
#define NAME_DIGITS 10
#define BULK_CHUNK_BYTES (256 * 1024)

static const char MAGIC[8] = {'H', 'F', 'R', 'E', 'C', 'O', 'R', 'D'};
static char records_folder[128];
static int folder_fd = -1;

static int failed(const char *step, long number) {
    say("ERROR record=%ld step=%s errno=%d %s", number, step, errno, strerror(errno));
    return -1;
}

int records_open(const char *folder) {
    snprintf(records_folder, sizeof records_folder, "%s", folder);
    if (mkdir(folder, 0755) != 0 && errno != EEXIST) {
        return failed("mkdir", 0);
    }
    folder_fd = open(folder, O_RDONLY | O_DIRECTORY);
    return folder_fd < 0 ? failed("open", 0) : 0;
}

void records_close(void) {
    close(folder_fd);
}

/* The number that a name is, or -1. */
static long number_of(const char *name) {
    if (strlen(name) != NAME_DIGITS || strspn(name, "0123456789") != NAME_DIGITS) {
        return -1;
    }
    return strtol(name, NULL, 10);
}

static int ascending(const void *left, const void *right) {
    long a = *(const long *)left, b = *(const long *)right;
    return a < b ? -1 : a > b;
}

/* All numbers present, ascending; the caller frees them. */
static long *records_list(long *count) {
    long room = KEPT + 64, *numbers = malloc((size_t)room * sizeof *numbers);
    DIR *folder = opendir(records_folder);
    struct dirent *entry;
    *count = 0;
    if (folder == NULL || numbers == NULL) {
        failed("list", 0);
        free(numbers);
        return NULL;
    }
    while ((entry = readdir(folder)) != NULL) {
        long number = number_of(entry->d_name);
        if (number < 0) {
            continue;
        }
        if (*count == room) {
            room *= 2;
            numbers = realloc(numbers, (size_t)room * sizeof *numbers);
            if (numbers == NULL) {
                break;
            }
        }
        numbers[(*count)++] = number;
    }
    closedir(folder);
    if (numbers != NULL) {
        qsort(numbers, (size_t)*count, sizeof *numbers, ascending);
    }
    return numbers;
}

long records_last(void) {
    long count, *numbers = records_list(&count), last = 0;
    if (numbers != NULL && count > 0) {
        last = numbers[count - 1];
    }
    free(numbers);
    return last;
}

static void put_little(unsigned char *target, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++) {
        target[i] = (unsigned char)(value >> (8 * i));
    }
}

static uint64_t get_little(const unsigned char *from, int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) {
        value |= (uint64_t)from[i] << (8 * i);
    }
    return value;
}

static void digest_of(const unsigned char *data, size_t bytes, unsigned char digest[SHA256_BYTES]) {
    struct sha256 hash;
    sha256_begin(&hash);
    sha256_add(&hash, data, bytes);
    sha256_end(&hash, digest);
}

int records_write(long number) {
    unsigned char record[RECORD_BYTES_MAX];
    char name[NAME_DIGITS + 1];
    size_t payload = random_size(RECORD_PAYLOAD_MIN, RECORD_PAYLOAD_MAX), bytes = HEADER_BYTES + payload;
    memcpy(record, MAGIC, sizeof MAGIC);
    put_little(record + 8, (uint64_t)number, 8);
    put_little(record + 16, payload, 4);
    put_little(record + 20, 0, 4);
    random_bytes(record + HEADER_BYTES, payload);
    digest_of(record, bytes, record + bytes);
    bytes += SHA256_BYTES;
    snprintf(name, sizeof name, "%0*ld", NAME_DIGITS, number);

    double begun = now_millis();
    int fd = openat(folder_fd, "new", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0) {
        return failed("create", number);
    }
    if (write(fd, record, bytes) != (ssize_t)bytes || fsync(fd) != 0) {
        failed("write", number);
        close(fd);
        return -1;
    }
    close(fd);
    step_took(now_millis() - begun);
    begun = now_millis();
    if (renameat(folder_fd, "new", folder_fd, name) != 0 || fsync(folder_fd) != 0) {
        return failed("rename", number);
    }
    step_took(now_millis() - begun);
    return 0;
}

int records_remove(long number) {
    char name[NAME_DIGITS + 1];
    snprintf(name, sizeof name, "%0*ld", NAME_DIGITS, number);
    if (unlinkat(folder_fd, name, 0) != 0 && errno != ENOENT) {
        return failed("remove", number);
    }
    return 0;
}

/* Whether a record is whole and is the one that its name says. */
static int record_whole(long number) {
    unsigned char record[RECORD_BYTES_MAX + 1], digest[SHA256_BYTES];
    char name[NAME_DIGITS + 1];
    snprintf(name, sizeof name, "%0*ld", NAME_DIGITS, number);
    int fd = openat(folder_fd, name, O_RDONLY);
    if (fd < 0) {
        return 0;
    }
    ssize_t bytes = read(fd, record, sizeof record);
    close(fd);
    if (bytes < HEADER_BYTES + SHA256_BYTES || memcmp(record, MAGIC, sizeof MAGIC) != 0) {
        return 0;
    }
    size_t hashed = (size_t)bytes - SHA256_BYTES;
    if (get_little(record + 8, 8) != (uint64_t)number || get_little(record + 16, 4) != hashed - HEADER_BYTES) {
        return 0;
    }
    digest_of(record, hashed, digest);
    return memcmp(digest, record + hashed, SHA256_BYTES) == 0;
}

int records_verify(struct findings *findings) {
    struct ranges bad, present;
    long count, *numbers = records_list(&count);
    memset(findings, 0, sizeof *findings);
    if (numbers == NULL) {
        return -1;
    }
    ranges_begin(&present, "FILES");
    ranges_begin(&bad, "BADFILES");
    for (long i = 0; i < count; i++) {
        ranges_add(&present, numbers[i]);
        if (!record_whole(numbers[i])) {
            ranges_add(&bad, numbers[i]);
            findings->bad++;
        }
        findings->last = numbers[i];
    }
    findings->count = count;
    ranges_end(&present);
    ranges_end(&bad);
    free(numbers);
    return 0;
}

int records_bulk(long mebibytes) {
    static unsigned char chunk[BULK_CHUNK_BYTES];
    int fd = openat(folder_fd, "bulk", O_WRONLY | O_CREAT, 0644);
    if (fd < 0) {
        return failed("bulk", 0);
    }
    for (long left = mebibytes * (1024 * 1024 / BULK_CHUNK_BYTES); left > 0; left--) {
        random_bytes(chunk, sizeof chunk);
        if (write(fd, chunk, sizeof chunk) != (ssize_t)sizeof chunk) {
            failed("bulk", 0);
            close(fd);
            return -1;
        }
    }
    double begun = now_millis();
    int synced = fsync(fd);
    close(fd);
    step_took(now_millis() - begun);
    return synced == 0 ? 0 : failed("bulk", 0);
}
