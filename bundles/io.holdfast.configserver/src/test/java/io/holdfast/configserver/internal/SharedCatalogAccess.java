package io.holdfast.configserver.internal;

import io.holdfast.catalog.Catalog;
import io.holdfast.configserver.internal.access.AuditLog;

/** The shared catalog for tests in other packages. */
public final class SharedCatalogAccess {

    private SharedCatalogAccess() {}

    public static Catalog emptied() {
        return SharedCatalog.emptied();
    }

    public static AuditLog audit() {
        return new AuditLog(SharedCatalog.emptied(), new ManualTime());
    }
}
