/*
 * The workload of the test guest, as one program that is process 1. README.md one folder up says what it promises;
 * the parts:
 *   guest.c    boots, obeys the console, runs transactions
 *   records.c  record files on the first disk
 *   rows.c     rows of a database on the second disk
 *   support.c  console lines, time, random bytes, ranges of numbers
 */
#ifndef HOLDFAST_GUEST_H
#define HOLDFAST_GUEST_H

#include <stddef.h>
#include <stdint.h>

/* How many of the newest transactions both disks keep. */
#define KEPT 5000
#define RECORD_PAYLOAD_MIN 512
#define RECORD_PAYLOAD_MAX 8192
#define ROW_PAYLOAD_MIN 64
#define ROW_PAYLOAD_MAX 1024
#define LINE_MAX 200

/* What a walk over one disk has found. */
struct findings {
    long count;
    long last;
    long bad;
};

/* Numbers in ascending order, printed as ranges on lines of bounded length: "<name> 1-300,305". */
struct ranges {
    const char *name;
    long first;
    long last;
    size_t used;
    char line[LINE_MAX];
};

/* support.c */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
int console_open(void);
double now_millis(void);
void random_seed(void);
void random_bytes(unsigned char *target, size_t bytes);
size_t random_size(size_t min, size_t max);
void ranges_begin(struct ranges *ranges, const char *name);
void ranges_add(struct ranges *ranges, long number);
void ranges_end(struct ranges *ranges);

/* Counts how long one step took that the disk had to answer; the longest since last asked is told by `latency`. */
void step_took(double millis);

/* records.c: 0 when durable, else -1 after a line of error */
int records_open(const char *folder);
long records_last(void);
int records_write(long number);
int records_remove(long number);
int records_verify(struct findings *findings);
int records_bulk(long mebibytes);
void records_close(void);

/* rows.c: 0 when durable, else -1 after a line of error */
int rows_open(const char *file);
long rows_last(void);
int rows_write(long number);
int rows_verify(struct findings *findings, char *integrity, size_t integrity_bytes);
void rows_close(void);

#endif
