#include "guest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILES_LABEL "HOLDFAST-FILES"
#define ROWS_LABEL "HOLDFAST-ROWS"
#define DISK_WAIT_MILLIS 30000
#define RATE_MAX 100000
#define BULK_MEBIBYTES_MAX 64
#define KERNEL_LOG_BYTES (256 * 1024)
#define KERNEL_LINES_MAX 20
#define KERNEL_LOG_READ_ALL 3

static double longest_step_millis;
static long committed;

/* Pace of the transactions: 0 a second means as fast as possible. */
static struct {
    int running;
    long rate;
    long done;
    double begun_millis;
} pace;

void step_took(double millis) {
    if (millis > longest_step_millis) {
        longest_step_millis = millis;
    }
}

static void power_off(void) {
    sync();
    if (umount("/files") != 0 || umount("/rows") != 0) {
        say("ERROR umount errno=%d %s", errno, strerror(errno));
    }
    reboot(RB_POWER_OFF);
    for (;;) {
        pause();
    }
}

static void load_modules(void) {
    char name[128];
    FILE *list = fopen("/modules/list", "r");
    while (list != NULL && fgets(name, sizeof name, list) != NULL) {
        char path[160];
        name[strcspn(name, "\n")] = 0;
        snprintf(path, sizeof path, "/modules/%s", name);
        int module = open(path, O_RDONLY | O_CLOEXEC);
        if (module < 0 || (syscall(SYS_finit_module, module, "", 0) != 0 && errno != EEXIST)) {
            say("ERROR module=%s errno=%d", name, errno);
        }
        close(module);
    }
    if (list != NULL) {
        fclose(list);
    }
}

/* Finds the block device with an ext4 file system of this label, so that the order of disks does not matter. */
static int find_disk(const char *label, char *path, size_t path_bytes) {
    DIR *devices = opendir("/sys/class/block");
    struct dirent *entry;
    int found = 0;
    while (devices != NULL && !found && (entry = readdir(devices)) != NULL) {
        unsigned char super[256];
        if (entry->d_name[0] == '.') {
            continue;
        }
        snprintf(path, path_bytes, "/dev/%.40s", entry->d_name);
        int device = open(path, O_RDONLY | O_CLOEXEC);
        if (device < 0) {
            continue;
        }
        found = pread(device, super, sizeof super, 1024) == sizeof super && super[56] == 0x53 && super[57] == 0xef &&
                strncmp((const char *)super + 120, label, 16) == 0;
        close(device);
    }
    if (devices != NULL) {
        closedir(devices);
    }
    return found;
}

static int mount_disk(const char *label, const char *folder) {
    char path[64];
    double begun = now_millis();
    while (!find_disk(label, path, sizeof path)) {
        if (now_millis() - begun > DISK_WAIT_MILLIS) {
            say("ERROR no disk with label %s", label);
            return -1;
        }
        poll(NULL, 0, 50);
    }
    mkdir(folder, 0755);
    if (mount(path, folder, "ext4", MS_NOATIME, "errors=remount-ro") != 0) {
        say("ERROR mount=%s label=%s errno=%d %s", path, label, errno, strerror(errno));
        return -1;
    }
    return 0;
}

static int boot(void) {
    mkdir("/proc", 0755);
    mkdir("/sys", 0755);
    mkdir("/dev", 0755);
    mount("proc", "/proc", "proc", 0, NULL);
    mount("sys", "/sys", "sysfs", 0, NULL);
    mount("dev", "/dev", "devtmpfs", 0, NULL);
    int console = console_open();
    if (console < 0) {
        return -1;
    }
    say("BOOTING uptimeMillis=%.0f", now_millis());
    random_seed();
    load_modules();
    if (mount_disk(FILES_LABEL, "/files") != 0 || mount_disk(ROWS_LABEL, "/rows") != 0 ||
        records_open("/files/records") != 0 || rows_open("/rows/rows.db") != 0) {
        return -1;
    }
    long files = records_last(), rows = rows_last();
    committed = files > rows ? files : rows;
    say("READY lastFile=%ld lastRow=%ld uptimeMillis=%.0f", files, rows, now_millis());
    return console;
}

/* One transaction; the line is printed when both disks hold it. */
static void transact(void) {
    long number = committed + 1;
    if (records_write(number) != 0 || rows_write(number) != 0) {
        pace.running = 0;
        say("FAILED %ld", number);
        return;
    }
    committed = number;
    pace.done++;
    say("COMMIT %ld", number);
    if (number > KEPT) {
        records_remove(number - KEPT);
    }
}

static void verify(void) {
    struct findings files, rows;
    char integrity[96];
    int caches = open("/proc/sys/vm/drop_caches", O_WRONLY);
    if (caches >= 0) {
        sync();
        if (write(caches, "3", 1) != 1) {
            say("ERROR caches errno=%d", errno);
        }
        close(caches);
    }
    int files_read = records_verify(&files), rows_read = rows_verify(&rows, integrity, sizeof integrity);
    if (files_read != 0 || rows_read != 0) {
        snprintf(integrity, sizeof integrity, "unreadable");
    }
    say("VERIFY files=%ld rows=%ld lastFile=%ld lastRow=%ld badFiles=%ld badRows=%ld kept=%d integrity=%s", files.count,
        rows.count, files.last, rows.last, files.bad, rows.bad, KEPT, integrity);
}

/* Tells what the kernel has called an error or worse, for example of a disk. */
static void kernel_errors(void) {
    static char log[KERNEL_LOG_BYTES];
    int bytes = klogctl(KERNEL_LOG_READ_ALL, log, sizeof log - 1);
    long errors = 0;
    log[bytes > 0 ? bytes : 0] = 0;
    for (char *line = strtok(log, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (line[0] == '<' && line[1] >= '0' && line[1] <= '3' && line[2] == '>') {
            if (errors++ < KERNEL_LINES_MAX) {
                say("KERNEL %.180s", line + 3);
            }
        }
    }
    say("ERRORS count=%ld", errors);
}

static void bulk(long mebibytes) {
    if (mebibytes < 1 || mebibytes > BULK_MEBIBYTES_MAX) {
        say("UNKNOWN bulk takes 1 to %d", BULK_MEBIBYTES_MAX);
    } else if (records_bulk(mebibytes) == 0) {
        say("BULK mebibytes=%ld", mebibytes);
    }
}

static void start(long rate) {
    if (rate < 0 || rate > RATE_MAX) {
        say("UNKNOWN run takes 0 to %d", RATE_MAX);
        return;
    }
    pace.running = 1;
    pace.rate = rate;
    pace.done = 0;
    pace.begun_millis = now_millis();
    say("RUNNING rate=%ld", rate);
}

static void obey(const char *line) {
    long number = 0;
    if (sscanf(line, "run %ld", &number) == 1) {
        start(number);
    } else if (sscanf(line, "bulk %ld", &number) == 1) {
        bulk(number);
    } else if (strcmp(line, "stop") == 0) {
        pace.running = 0;
        say("STOPPED last=%ld", committed);
    } else if (strcmp(line, "verify") == 0) {
        verify();
    } else if (strcmp(line, "sync") == 0) {
        sync();
        say("SYNCED last=%ld", committed);
    } else if (strcmp(line, "latency") == 0) {
        say("LATENCY maxMillis=%.1f", longest_step_millis);
        longest_step_millis = 0;
    } else if (strcmp(line, "errors") == 0) {
        kernel_errors();
    } else if (strcmp(line, "poweroff") == 0) {
        say("POWEROFF last=%ld", committed);
        records_close();
        rows_close();
        power_off();
    } else if (line[0] != 0) {
        say("UNKNOWN %.60s", line);
    }
}

/* How long the console may be waited for before the next transaction is due; -1 for ever. */
static int patience_millis(void) {
    if (!pace.running) {
        return -1;
    }
    if (pace.rate == 0) {
        return 0;
    }
    double due = pace.begun_millis + pace.done * 1000.0 / pace.rate - now_millis();
    return due <= 0 ? 0 : (int)due + 1;
}

static void read_console(int console) {
    static char line[LINE_MAX];
    static size_t used;
    char bytes[64];
    ssize_t count = read(console, bytes, sizeof bytes);
    for (ssize_t i = 0; i < count; i++) {
        if (bytes[i] == '\n' || bytes[i] == '\r') {
            line[used] = 0;
            used = 0;
            obey(line);
        } else if (used < sizeof line - 1) {
            line[used++] = bytes[i];
        }
    }
}

int main(void) {
    int console = boot();
    if (console < 0) {
        say("BOOT-FAILED");
        power_off();
    }
    for (;;) {
        struct pollfd wait = {.fd = console, .events = POLLIN};
        if (poll(&wait, 1, patience_millis()) > 0) {
            read_console(console);
        } else if (pace.running) {
            transact();
        }
    }
}
