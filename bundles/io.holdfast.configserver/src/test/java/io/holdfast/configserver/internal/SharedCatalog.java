package io.holdfast.configserver.internal;

import io.holdfast.catalog.Catalog;
import io.holdfast.catalog.CatalogTransaction;
import io.holdfast.catalog.jdbc.Database;
import io.holdfast.catalog.jdbc.JdbcCatalog;
import io.holdfast.model.Job;
import io.holdfast.model.JobState;
import java.nio.file.Path;

/** One real catalog for all tests of the process, emptied for each: making one takes longer than most tests. */
final class SharedCatalog {

    private static final Catalog CATALOG =
            JdbcCatalog.open(Database.inMemory("configserver-tests", Path.of(System.getProperty("java.io.tmpdir"))));

    private SharedCatalog() {}

    static Catalog emptied() {
        CATALOG.write(tables -> {
            empty(tables);
            return true;
        });
        return CATALOG;
    }

    private static void empty(CatalogTransaction tables) {
        tables.jobs()
                .unfinished()
                .forEach(job -> tables.jobs()
                        .update(new Job(
                                job.id(),
                                job.kind(),
                                job.machine(),
                                job.arguments(),
                                JobState.CANCELLED,
                                job.steps(),
                                null,
                                0,
                                null,
                                job.startedBy(),
                                job.createdMillis(),
                                1L)));
        tables.jobs().trim(0);
        tables.machines().list().forEach(machine -> tables.machines().delete(machine.id()));
        tables.agents().list().forEach(agent -> tables.agents().delete(agent.id()));
        tables.users().list().forEach(user -> tables.users().delete(user.name()));
    }
}
