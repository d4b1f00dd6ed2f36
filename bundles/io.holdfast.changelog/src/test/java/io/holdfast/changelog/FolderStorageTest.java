package io.holdfast.changelog;

import static io.holdfast.changelog.LogFixture.DISKS;
import static io.holdfast.changelog.LogFixture.readAll;
import static io.holdfast.changelog.LogFixture.settings;
import static io.holdfast.changelog.LogFixture.writes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStorageTest {

    @TempDir
    Path folder = Path.of("");

    @Test
    void keepsALogInAFolder() throws IOException {
        FolderStorage storage = new FolderStorage(folder.resolve("log"));
        try (ChangeLog log = ChangeLog.open(storage, settings(true), new Random(1))) {
            log.begin(1, 1, DISKS);
            log.append(1, writes(1, 200));
            log.sync();
            log.begin(1, 201, DISKS);
            log.append(1, writes(201, 210));
            log.sync();
            log.release(200);
            log.tidy();
        }

        try (ChangeLog log = ChangeLog.open(new FolderStorage(folder.resolve("log")), settings(true), new Random(2))) {
            assertThat(log.recovery().loggedSequence()).isEqualTo(210);
            log.begin(2, 211, DISKS);
            assertThat(readAll(log, 201)).isEqualTo(writes(201, 210));
        }
        assertThat(storage.list()).contains("disk-0.hrl", "disk-0-2.hrl").doesNotContain("disk-0-1.hrl");
    }

    @Test
    void refusesNamesThatLeaveTheFolder() throws IOException {
        FolderStorage storage = new FolderStorage(folder);

        assertThatThrownBy(() -> storage.create("../outside")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> storage.open("..")).isInstanceOf(IOException.class);
    }
}
