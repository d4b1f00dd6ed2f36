package io.holdfast.catalog.jdbc;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientException;
import java.util.Set;
import javax.sql.DataSource;
import org.apache.derby.jdbc.BasicEmbeddedDataSource40;
import org.jspecify.annotations.Nullable;

/**
 * An Apache Derby database inside this process.
 *
 * @since 1.0
 */
public final class Database {

    private static final String DATABASE_FOLDER = "derby";
    private static final String LOG_FILE_PATTERN = "derby-%g.log";
    private static final int LOG_FILE_BYTES_MAX = 1 << 20;
    private static final int LOG_FILES_MAX = 2;

    private static final Set<String> IN_USE = Set.of("XSDB6");
    private static final Set<String> NEWER = Set.of("XSLAN", "XCW00");
    private static final Set<String> READ_ONLY = Set.of("25502", "25503", "40XD1", "XBM0H", "XBM0S");
    private static final Set<String> FULL = Set.of("XSLA4", "XJ08B");
    private static final String DUPLICATE_KEY = "23505";

    private final String name;
    private final String location;
    private final @Nullable Path folder;

    private Database(String name, String location, @Nullable Path folder) {
        this.name = name;
        this.location = location;
        this.folder = folder;
    }

    /**
     * A database in a folder; Derby's own log lies there as well.
     *
     * @param folder of the catalog alone; created when missing
     * @return the database, not opened
     */
    public static Database inFolder(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        return new Database(
                "catalog " + absolute, absolute.resolve(DATABASE_FOLDER).toString(), absolute);
    }

    /**
     * A database in memory that is gone when closed.
     *
     * @param name tells it from others of the process
     * @param logFolder where Derby's own log lies
     * @return the database, not opened
     */
    public static Database inMemory(String name, Path logFolder) {
        return new Database("catalog " + name, "memory:" + name, logFolder.toAbsolutePath());
    }

    String name() {
        return name;
    }

    /** Creates the folder and keeps Derby's log, whose place is one for the process, out of the working directory. */
    void prepare() {
        Path home = folder;
        if (home == null) {
            return;
        }
        try {
            Files.createDirectories(home);
        } catch (IOException e) {
            throw new HoldfastException(ErrorCode.DATA_FOLDER_READ_ONLY, name, "cannot be created", e);
        }
        setDefault("derby.system.home", home.toString());
        setDefault("derby.stream.error.style", "rollingFile");
        setDefault(
                "derby.stream.error.rollingFile.pattern",
                home.resolve(LOG_FILE_PATTERN).toString());
        setDefault("derby.stream.error.rollingFile.limit", Integer.toString(LOG_FILE_BYTES_MAX));
        setDefault("derby.stream.error.rollingFile.count", Integer.toString(LOG_FILES_MAX));
        setDefault("derby.locks.waitTimeout", "10");
        setDefault("derby.locks.deadlockTimeout", "2");
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    DataSource dataSource() {
        BasicEmbeddedDataSource40 source = new BasicEmbeddedDataSource40();
        source.setDatabaseName(location);
        source.setCreateDatabase("create");
        return source;
    }

    void requireWritable(Connection connection) throws SQLException {
        if (connection.isReadOnly()) {
            throw new HoldfastException(
                    ErrorCode.DATA_FOLDER_READ_ONLY, name, "cannot be written; expected a writable folder");
        }
    }

    void shutDown() {
        BasicEmbeddedDataSource40 source = new BasicEmbeddedDataSource40();
        source.setDatabaseName(location);
        source.setShutdownDatabase("shutdown");
        try {
            source.getConnection().close();
        } catch (SQLException _) {
            // Derby tells a shutdown, done or not needed, by an exception
        }
    }

    static boolean isRollback(SQLException e) {
        return e instanceof SQLTransactionRollbackException;
    }

    HoldfastException explain(SQLException e) {
        for (SQLException each = e; each != null; each = next(each)) {
            String state = each.getSQLState();
            if (state == null) {
                continue;
            }
            if (IN_USE.contains(state)) {
                return new HoldfastException(
                        ErrorCode.DATA_FOLDER_IN_USE, name, "open in another process; expected to be free", e);
            }
            if (NEWER.contains(state)) {
                return new HoldfastException(
                        ErrorCode.DATA_FOLDER_NEWER,
                        name,
                        "written by a newer Derby; expected this or an older version",
                        e);
            }
            if (READ_ONLY.contains(state)) {
                return new HoldfastException(
                        ErrorCode.DATA_FOLDER_READ_ONLY, name, "cannot be written; expected a writable folder", e);
            }
            if (state.equals(DUPLICATE_KEY)) {
                return new HoldfastException(ErrorCode.ALREADY_EXISTS, name, "has a row of that key already", e);
            }
            if (FULL.contains(state)) {
                return new HoldfastException(
                        ErrorCode.DISK_FULL, name, "no room for its log; expected some free space", e);
            }
        }
        return general(e);
    }

    private static @Nullable SQLException next(SQLException e) {
        return e.getNextException() != null
                ? e.getNextException()
                : e.getCause() instanceof SQLException cause ? cause : null;
    }

    private HoldfastException general(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (isRollback(e) || e instanceof SQLTransientException) {
            return new HoldfastException(ErrorCode.OVERLOADED, name, "no connection or lock in time", e);
        }
        if (state.startsWith("XSD") || state.startsWith("XSL") || state.startsWith("08")) {
            return new HoldfastException(ErrorCode.DISK_ERROR, name, "the database failed: " + e.getMessage(), e);
        }
        return new HoldfastException(
                ErrorCode.INTERNAL, name, "unexpected answer of the database: " + e.getMessage(), e);
    }
}
