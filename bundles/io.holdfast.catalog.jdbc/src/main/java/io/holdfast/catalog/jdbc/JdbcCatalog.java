package io.holdfast.catalog.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.holdfast.base.HoldfastException;
import io.holdfast.catalog.Catalog;
import io.holdfast.catalog.CatalogTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The catalog on a database behind JDBC. One writer at a time is kept by a lock of this class, so that writers never meet in the database
 * and what a writer has read stays true.
 *
 * @since 1.0
 */
public final class JdbcCatalog implements Catalog {

    private static final int CONNECTIONS_MAX = 8;
    private static final long CONNECTION_WAIT_MILLIS = 10_000;
    private static final int ATTEMPTS_MAX = 3;

    private final Database database;
    private final HikariDataSource pool;
    private final ReentrantLock writer = new ReentrantLock(true);

    private JdbcCatalog(Database database, HikariDataSource pool) {
        this.database = database;
        this.pool = pool;
    }

    /**
     * Opens the database, creating it when it is not there, and brings its schema up to this version.
     *
     * @param database which
     * @return the catalog; close it
     * @throws HoldfastException {@code DATA_FOLDER_NEWER}, {@code DATA_FOLDER_IN_USE}, {@code DATA_FOLDER_READ_ONLY}, {@code DISK_FULL} or
     *     {@code DISK_ERROR}; the database is as it was
     */
    public static JdbcCatalog open(Database database) {
        database.prepare();
        // before there is a pool: its own thread would open the database beside us, and one of the two then fails
        // without a reason
        try (Connection connection = database.dataSource().getConnection()) {
            database.requireWritable(connection);
            connection.setAutoCommit(false);
            Schema.migrate(connection, database.name());
        } catch (SQLException e) {
            database.shutDown();
            throw database.explain(e);
        } catch (HoldfastException e) {
            database.shutDown();
            throw e;
        }
        return new JdbcCatalog(database, pool(database));
    }

    private static HikariDataSource pool(Database database) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("holdfast-catalog");
        config.setDataSource(database.dataSource());
        config.setMaximumPoolSize(CONNECTIONS_MAX);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECTION_WAIT_MILLIS);
        config.setAutoCommit(false);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    @Override
    public <T> T read(Function<CatalogTransaction, T> work) {
        return attempt(work);
    }

    @Override
    public <T> T write(Function<CatalogTransaction, T> work) {
        writer.lock();
        try {
            return attempt(work);
        } finally {
            writer.unlock();
        }
    }

    private <T> T attempt(Function<CatalogTransaction, T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return transact(work);
            } catch (SQLException e) {
                if (!Database.isRollback(e) || attempt == ATTEMPTS_MAX) {
                    throw database.explain(e);
                }
            }
        }
    }

    private <T> T transact(Function<CatalogTransaction, T> work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            try {
                T answer = work.apply(new JdbcTransaction(new Sql(connection)));
                connection.commit();
                return answer;
            } catch (SqlFailure e) {
                connection.rollback();
                throw e.failure();
            } catch (RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    @Override
    public void close() {
        writer.lock();
        try {
            if (!pool.isClosed()) {
                pool.close();
                database.shutDown();
            }
        } finally {
            writer.unlock();
        }
    }
}
