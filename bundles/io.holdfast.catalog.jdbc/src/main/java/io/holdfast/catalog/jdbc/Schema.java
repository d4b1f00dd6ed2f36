package io.holdfast.catalog.jdbc;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import liquibase.Contexts;
import liquibase.GlobalConfiguration;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.changelog.RanChangeSet;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;

/** Brings the schema of a database up to this version with Liquibase. */
final class Schema {

    private static final String CHANGES = "io/holdfast/catalog/jdbc/schema.sql";

    /** Held so that its level is not lost with it: Liquibase tells each statement at INFO. */
    private static final Logger LIQUIBASE_LOGGER = Logger.getLogger("liquibase");

    private Schema() {}

    /**
     * Applies what is missing.
     *
     * @param connection not used by anybody else meanwhile
     * @param name of the database, for errors
     * @throws HoldfastException {@code DATA_FOLDER_NEWER} when the database has changes this version does not know
     * @throws SQLException when the database fails
     */
    static void migrate(Connection connection, String name) throws SQLException {
        LIQUIBASE_LOGGER.setLevel(Level.WARNING);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Liquibase.class.getClassLoader());
        try {
            Scope.child(scope(), () -> apply(connection, name));
            if (!connection.getAutoCommit()) {
                connection.rollback(); // ends the transaction of Liquibase's last look; its changes are committed
            }
        } catch (HoldfastException | SQLException e) {
            throw e;
        } catch (Exception e) {
            throw failure(name, e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static Map<String, Object> scope() {
        Map<String, Object> values = new HashMap<>();
        values.put(Scope.Attr.ui.name(), new LoggerUIService());
        values.put(GlobalConfiguration.SHOW_BANNER.getKey(), false);
        values.put("liquibase.analytics.enabled", false);
        return values;
    }

    @SuppressWarnings("resource") // closing Liquibase would close the connection, which is the caller's
    private static void apply(Connection connection, String name) throws LiquibaseException {
        Database database =
                DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
        Liquibase liquibase =
                new Liquibase(CHANGES, new ClassLoaderResourceAccessor(Schema.class.getClassLoader()), database);
        Collection<RanChangeSet> unknown = liquibase.listUnexpectedChangeSets(new Contexts(), new LabelExpression());
        if (!unknown.isEmpty()) {
            throw new HoldfastException(
                    ErrorCode.DATA_FOLDER_NEWER,
                    name,
                    "has the change '" + unknown.iterator().next().getId()
                            + "', which this version does not know; expected a catalog of this or an older version");
        }
        liquibase.update(new Contexts(), new LabelExpression());
    }

    private static RuntimeException failure(String name, Exception e) throws SQLException {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof HoldfastException found) {
                return found;
            }
            if (cause instanceof SQLException found) {
                throw found;
            }
        }
        return new HoldfastException(ErrorCode.INTERNAL, name, "its schema could not be brought up to this version", e);
    }
}
