package io.holdfast.configserver.internal;

import io.holdfast.catalog.Catalog;
import io.holdfast.catalog.CatalogTransaction;
import java.util.function.Function;

/** A catalog under which the process may die, just after each commit. */
final class MortalCatalog implements Catalog {

    private final Catalog catalog;
    private final KillSwitch kill;

    MortalCatalog(Catalog catalog, KillSwitch kill) {
        this.catalog = catalog;
        this.kill = kill;
    }

    @Override
    public <T> T read(Function<CatalogTransaction, T> work) {
        return catalog.read(work);
    }

    @Override
    public <T> T write(Function<CatalogTransaction, T> work) {
        T answer = catalog.write(work);
        kill.pass("after a commit");
        return answer;
    }

    @Override
    public void close() {
        // the test that opened it closes it
    }
}
