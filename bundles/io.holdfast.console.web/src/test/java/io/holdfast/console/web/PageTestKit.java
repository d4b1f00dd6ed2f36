package io.holdfast.console.web;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One browser for all tests of a class, and an appliance of its own for each. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PageTestKit {

    static final String FIRST_MACHINE = "#machines li:nth-child(1)";

    private @Nullable Browser opened;
    private @Nullable FakeAppliance started;

    @BeforeAll
    void startBrowser(@TempDir Path folder) throws IOException, InterruptedException {
        opened = new Browser(folder);
    }

    @BeforeEach
    void startAppliance() throws IOException {
        started = new FakeAppliance();
    }

    @AfterEach
    void stopAppliance() {
        appliance().close();
    }

    @AfterAll
    void stopBrowser() {
        browser().close();
    }

    void open() throws InterruptedException {
        browser().open(appliance().url(), "light");
    }

    Browser browser() {
        Browser present = opened;
        if (present == null) {
            throw new IllegalStateException("no browser was started");
        }
        return present;
    }

    FakeAppliance appliance() {
        FakeAppliance present = started;
        if (present == null) {
            throw new IllegalStateException("no appliance was started");
        }
        return present;
    }
}
