package io.holdfast.catalog.jdbc;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.catalog.Catalog;
import io.holdfast.catalog.CatalogTransaction;
import java.nio.file.Path;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers the catalog as a service.
 *
 * @since 1.0
 */
@Component(
        service = Catalog.class,
        configurationPid = "io.holdfast.catalog",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class CatalogComponent implements Catalog {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogComponent.class);

    private final JdbcCatalog catalog;

    /**
     * Opens the catalog.
     *
     * @param config where it lies
     */
    @Activate
    public CatalogComponent(CatalogConfig config) {
        String folder = config.dataFolder();
        if (folder == null || folder.isBlank() || !Path.of(folder).isAbsolute()) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "io.holdfast.catalog dataFolder",
                    "'" + folder + "'; expected an absolute path");
        }
        catalog = JdbcCatalog.open(Database.inFolder(Path.of(folder)));
        LOG.info("catalog opened folder={}", folder);
    }

    @Override
    public <T> T read(Function<CatalogTransaction, T> work) {
        return catalog.read(work);
    }

    @Override
    public <T> T write(Function<CatalogTransaction, T> work) {
        return catalog.write(work);
    }

    @Override
    @Deactivate
    public void close() {
        catalog.close();
        LOG.info("catalog closed");
    }
}
