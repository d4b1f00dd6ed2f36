#include "guest.h"
#include "sha256.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

/* Table written(number, payload, hash): hash is SHA-256 of the number (eight bytes, little endian) and the payload. */

static sqlite3 *database;
static sqlite3_stmt *insert_row;
static sqlite3_stmt *delete_old;

static int failed(const char *step, long number) {
    say("ERROR row=%ld step=%s sqlite=%d %s", number, step, sqlite3_extended_errcode(database), sqlite3_errmsg(database));
    return -1;
}

static int run(const char *statement) {
    return sqlite3_exec(database, statement, NULL, NULL, NULL) == SQLITE_OK ? 0 : failed(statement, 0);
}

int rows_open(const char *file) {
    if (sqlite3_open(file, &database) != SQLITE_OK) {
        return failed("open", 0);
    }
    if (run("PRAGMA locking_mode=EXCLUSIVE") != 0 || run("PRAGMA journal_mode=WAL") != 0 ||
        run("PRAGMA synchronous=FULL") != 0 ||
        run("CREATE TABLE IF NOT EXISTS written(number INTEGER PRIMARY KEY, payload BLOB NOT NULL, hash BLOB NOT NULL)") !=
            0) {
        return -1;
    }
    if (sqlite3_prepare_v2(database, "INSERT INTO written VALUES(?,?,?)", -1, &insert_row, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(database, "DELETE FROM written WHERE number<=?", -1, &delete_old, NULL) != SQLITE_OK) {
        return failed("prepare", 0);
    }
    return 0;
}

long rows_last(void) {
    sqlite3_stmt *query;
    long last = 0;
    if (sqlite3_prepare_v2(database, "SELECT coalesce(max(number),0) FROM written", -1, &query, NULL) == SQLITE_OK &&
        sqlite3_step(query) == SQLITE_ROW) {
        last = (long)sqlite3_column_int64(query, 0);
    }
    sqlite3_finalize(query);
    return last;
}

static void digest_of(long number, const void *payload, size_t bytes, unsigned char digest[SHA256_BYTES]) {
    unsigned char little[8];
    struct sha256 hash;
    for (int i = 0; i < 8; i++) {
        little[i] = (unsigned char)((uint64_t)number >> (8 * i));
    }
    sha256_begin(&hash);
    sha256_add(&hash, little, sizeof little);
    sha256_add(&hash, payload, bytes);
    sha256_end(&hash, digest);
}

static int step_once(sqlite3_stmt *statement, long number, const char *step) {
    int answer = sqlite3_step(statement);
    sqlite3_reset(statement);
    return answer == SQLITE_DONE ? 0 : failed(step, number);
}

int rows_write(long number) {
    unsigned char payload[ROW_PAYLOAD_MAX], digest[SHA256_BYTES];
    size_t bytes = random_size(ROW_PAYLOAD_MIN, ROW_PAYLOAD_MAX);
    random_bytes(payload, bytes);
    digest_of(number, payload, bytes, digest);

    double begun = now_millis();
    sqlite3_bind_int64(insert_row, 1, number);
    sqlite3_bind_blob(insert_row, 2, payload, (int)bytes, SQLITE_STATIC);
    sqlite3_bind_blob(insert_row, 3, digest, SHA256_BYTES, SQLITE_STATIC);
    sqlite3_bind_int64(delete_old, 1, number - KEPT);
    if (run("BEGIN IMMEDIATE") != 0 || step_once(insert_row, number, "insert") != 0 ||
        step_once(delete_old, number, "delete") != 0 || run("COMMIT") != 0) {
        return -1;
    }
    step_took(now_millis() - begun);
    return 0;
}

static int integrity_check(char *answer, size_t bytes) {
    sqlite3_stmt *query;
    if (sqlite3_prepare_v2(database, "PRAGMA integrity_check", -1, &query, NULL) != SQLITE_OK ||
        sqlite3_step(query) != SQLITE_ROW) {
        snprintf(answer, bytes, "%s", sqlite3_errmsg(database));
    } else {
        snprintf(answer, bytes, "%s", (const char *)sqlite3_column_text(query, 0));
    }
    sqlite3_finalize(query);
    for (char *at = answer; *at != 0; at++) {
        if (*at == ' ' || *at == '\n') {
            *at = '_';
        }
    }
    return 0;
}

int rows_verify(struct findings *findings, char *integrity, size_t integrity_bytes) {
    struct ranges bad, present;
    unsigned char digest[SHA256_BYTES];
    sqlite3_stmt *query;
    int answer;
    memset(findings, 0, sizeof *findings);
    integrity_check(integrity, integrity_bytes);
    if (sqlite3_prepare_v2(database, "SELECT number,payload,hash FROM written ORDER BY number", -1, &query, NULL) !=
        SQLITE_OK) {
        return failed("verify", 0);
    }
    ranges_begin(&present, "ROWS");
    ranges_begin(&bad, "BADROWS");
    while ((answer = sqlite3_step(query)) == SQLITE_ROW) {
        long number = (long)sqlite3_column_int64(query, 0);
        digest_of(number, sqlite3_column_blob(query, 1), (size_t)sqlite3_column_bytes(query, 1), digest);
        ranges_add(&present, number);
        if (sqlite3_column_bytes(query, 2) != SHA256_BYTES ||
            memcmp(sqlite3_column_blob(query, 2), digest, SHA256_BYTES) != 0) {
            ranges_add(&bad, number);
            findings->bad++;
        }
        findings->last = number;
        findings->count++;
    }
    sqlite3_finalize(query);
    ranges_end(&present);
    ranges_end(&bad);
    return answer == SQLITE_DONE ? 0 : failed("verify", findings->last);
}

void rows_close(void) {
    sqlite3_finalize(insert_row);
    sqlite3_finalize(delete_old);
    sqlite3_close(database);
}
