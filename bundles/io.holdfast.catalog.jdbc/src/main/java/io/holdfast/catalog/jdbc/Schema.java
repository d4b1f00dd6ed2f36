package io.holdfast.catalog.jdbc;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import liquibase.Contexts;
import liquibase.GlobalConfiguration;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;

/**
 * Brings the schema of a database up to this version with Liquibase. A database that is up to date is left alone: to start Liquibase takes
 * longer than to open the database.
 */
final class Schema {

    private static final String CHANGES = "io/holdfast/catalog/jdbc/schema.sql";
    private static final String LOG_TABLE = "databasechangelog";
    private static final Pattern CHANGE = Pattern.compile("(?m)^--changeset holdfast:(\\S+)");

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
        Set<String> known = known();
        Set<String> applied = applied(connection);
        connection.commit();
        for (String change : applied) {
            if (!known.contains(change)) {
                throw new HoldfastException(
                        ErrorCode.DATA_FOLDER_NEWER,
                        name,
                        "has the change '" + change
                                + "', which this version does not know; expected a catalog of this or an older version");
            }
        }
        if (!applied.equals(known)) {
            update(connection, name);
        }
    }

    /** The ids of the changes in our own file. */
    private static Set<String> known() {
        try (InputStream file = Schema.class.getResourceAsStream("/" + CHANGES)) {
            if (file == null) {
                throw new IllegalStateException("the bundle lacks " + CHANGES);
            }
            return CHANGE.matcher(new String(file.readAllBytes(), StandardCharsets.UTF_8))
                    .results()
                    .map(change -> change.group(1))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ids of the changes that the database has; none when it is new. */
    private static Set<String> applied(Connection connection) throws SQLException {
        try (ResultSet tables = connection.getMetaData().getTables(null, null, "%", new String[] {"TABLE"})) {
            boolean found = false;
            while (tables.next()) {
                found |= LOG_TABLE.equalsIgnoreCase(tables.getString("TABLE_NAME"));
            }
            if (!found) {
                return Set.of();
            }
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id from " + LOG_TABLE)) {
            Set<String> ids = new HashSet<>();
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
            return ids;
        }
    }

    private static void update(Connection connection, String name) throws SQLException {
        LIQUIBASE_LOGGER.setLevel(Level.WARNING);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Liquibase.class.getClassLoader());
        try {
            Scope.child(scope(), () -> apply(connection));
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
    private static void apply(Connection connection) throws LiquibaseException {
        Database database =
                DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
        Liquibase liquibase =
                new Liquibase(CHANGES, new ClassLoaderResourceAccessor(Schema.class.getClassLoader()), database);
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
