package io.holdfast.catalog.jdbc;

/**
 * Settings of the catalog, PID {@code io.holdfast.catalog}.
 *
 * @since 1.0
 */
@interface CatalogConfig {

    /**
     * Where the database lies.
     *
     * @return absolute path of a folder of the catalog alone; created when missing
     */
    String dataFolder();
}
