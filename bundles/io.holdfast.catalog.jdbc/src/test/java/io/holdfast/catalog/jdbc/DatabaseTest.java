package io.holdfast.catalog.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.model.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {

    private final Path folder;

    DatabaseTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void keepsWhatWasWrittenOverARestart() {
        Machine machine = Rows.fullMachine("kept");
        try (JdbcCatalog catalog = open()) {
            catalog.write(tables -> {
                tables.machines().insert(machine);
                return true;
            });
        }

        try (JdbcCatalog catalog = open()) {
            assertThat(catalog.<List<Machine>>read(tables -> tables.machines().list()))
                    .containsExactly(machine);
        }
    }

    @Test
    void refusesASchemaOfANewerVersion() throws SQLException {
        open().close();
        Database database = Database.inFolder(folder);
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "insert into databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype)"
                            + " values ('9-future', 'holdfast', 'io/holdfast/catalog/jdbc/schema.sql', current_timestamp, 99, 'EXECUTED')");
        }
        database.shutDown();

        assertThatThrownBy(this::open).isInstanceOfSatisfying(HoldfastException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.DATA_FOLDER_NEWER);
            assertThat(e).hasMessageContaining("9-future");
        });
    }

    @Test
    void refusesAFolderThatAnotherProcessHasOpen() throws Exception {
        Path marker = folder.resolve("opened");
        Process holder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder.resolve("catalog").toString(),
                        marker.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("holder.txt").toFile())
                .start();
        try {
            for (int tries = 0; tries < 600 && !Files.exists(marker); tries++) {
                assertThat(holder.waitFor(100, TimeUnit.MILLISECONDS))
                        .describedAs("holder ended: %s", read(folder.resolve("holder.txt")))
                        .isFalse();
            }
            assertThat(marker).exists();

            assertThatThrownBy(() -> JdbcCatalog.open(Database.inFolder(folder.resolve("catalog"))))
                    .isInstanceOfSatisfying(
                            HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_FOLDER_IN_USE));
        } finally {
            holder.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }

        JdbcCatalog.open(Database.inFolder(folder.resolve("catalog"))).close();
    }

    @Test
    void leavesNothingInTheWorkingDirectory() {
        open().close();

        assertThat(Path.of("derby.log")).doesNotExist();
        assertThat(folder.resolve("derby")).isDirectory();
    }

    @Test
    void refusesAPathThatIsNoFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");

        assertThatThrownBy(() -> JdbcCatalog.open(Database.inFolder(file)))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_FOLDER_READ_ONLY));
    }

    private JdbcCatalog open() {
        return JdbcCatalog.open(Database.inFolder(folder));
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /** Opens a catalog in a process of its own and holds it until killed. */
    static final class Holder {

        private Holder() {}

        /**
         * Runs.
         *
         * @param arguments folder of the catalog, file to create when it is open
         * @throws Exception when it cannot be opened
         */
        public static void main(String[] arguments) throws Exception {
            JdbcCatalog catalog = JdbcCatalog.open(Database.inFolder(Path.of(arguments[0])));
            Files.createFile(Path.of(arguments[1]));
            Thread.currentThread().join(60_000);
            catalog.close();
        }
    }
}
